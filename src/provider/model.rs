//! The provider block.

use crate::protocol::model::model;
use crate::protocol::{List, Map, Nested, Set};

model! {
    /// Private connectivity on AWS in single blocks, each over every account that it reaches.
    ///
    /// The top level is the default account. Every other account, or region, that a resource
    /// reaches into has an entry in `accounts`. What is not written here is found where AWS's own
    /// tools look, when it is first needed: the environment, the shared files (with SSO and
    /// `credential_process`), a web identity, the metadata of a container or an instance.
    pub(super) struct ProviderBlock {
        /// Region. Default: `AWS_REGION`, or the profile's.
        pub(super) region: String => optional(),
        /// Profile of the shared AWS files. Default: `AWS_PROFILE`. Written here, it goes before
        /// keys in the environment.
        pub(super) profile: String => optional(),
        /// Access key id. Better left to the environment.
        pub(super) access_key: String => optional(),
        /// Secret access key. Better left to the environment.
        pub(super) secret_key: String => optional().sensitive(),
        /// Session token of temporary keys.
        pub(super) token: String => optional().sensitive(),
        /// Files in place of `~/.aws/config`; of two that say the same, the later wins. Written
        /// here, they go before keys in the environment.
        pub(super) shared_config_files: List<String> => optional(),
        /// Files in place of `~/.aws/credentials`, otherwise as `shared_config_files`.
        pub(super) shared_credentials_files: List<String> => optional(),
        /// Role to assume with the credentials above.
        pub(super) assume_role: Nested<AssumeRoleBlock> => optional(),
        /// Roles to assume one after the other, each with the credentials of the one before: in
        /// place of `assume_role`.
        pub(super) assume_role_chain: List<AssumeRoleBlock> => optional(),
        /// Role that the token of an identity provider is exchanged for. `assume_role` is assumed
        /// with what this gives.
        pub(super) assume_role_with_web_identity: Nested<WebIdentityBlock> => optional(),
        /// Account that the credentials must be of; any other is an error.
        pub(super) account_id: String => optional(),
        /// Accounts that the default account's credentials may be of; any other is an error.
        /// Entries of `accounts` have `account_id` for this.
        pub(super) allowed_account_ids: Set<String> => optional(),
        /// Accounts that the default account's credentials must not be of. Entries of `accounts`
        /// have `account_id` for this.
        pub(super) forbidden_account_ids: Set<String> => optional(),
        /// Further accounts and regions, by the key that resources use.
        pub(super) accounts: Map<AccountBlock> => optional(),
        /// Tags for everything that this provider makes.
        pub(super) default_tags: Nested<DefaultTagsBlock> => optional(),
        /// Tags that others put on what this provider makes: they are neither removed nor reported.
        /// Tags that are written for a resource are kept as written all the same.
        pub(super) ignore_tags: Nested<IgnoreTagsBlock> => optional(),
        /// Endpoint URLs in place of AWS's own. Default: `AWS_ENDPOINT_URL_EC2`,
        /// `AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2`, `AWS_ENDPOINT_URL_STS`, or
        /// `AWS_ENDPOINT_URL` for all.
        pub(super) endpoints: Nested<EndpointsBlock> => optional(),
        /// How often a call is made again that failed on AWS's side or on the way. Calls that AWS
        /// throttles queue for their turn beside that. Default: one less than `AWS_MAX_ATTEMPTS`,
        /// or 2.
        pub(super) max_retries: i64 => optional(),
        /// `"standard"`, or `"adaptive"`, which slows all calls down while AWS throttles. Default:
        /// `AWS_RETRY_MODE`, or `"standard"`.
        pub(super) retry_mode: String => optional(),
        /// Use endpoints with FIPS-validated cryptography. Default: `AWS_USE_FIPS_ENDPOINT`.
        pub(super) use_fips_endpoint: bool => optional(),
        /// Use endpoints that IPv6 reaches too. Default: `AWS_USE_DUALSTACK_ENDPOINT`.
        pub(super) use_dualstack_endpoint: bool => optional(),
        /// Proxy for `http://` endpoints, and for `https://` ones too where nothing else is said.
        /// `""` means none. Default: `HTTP_PROXY`, for `http://` alone.
        pub(super) http_proxy: String => optional(),
        /// Proxy for `https://` endpoints, which are AWS's own. `""` means none. Default:
        /// `HTTPS_PROXY`.
        pub(super) https_proxy: String => optional(),
        /// Hosts, domains and CIDR blocks that are reached without a proxy, separated by commas.
        /// This machine and link-local addresses always are. Default: `NO_PROXY`.
        pub(super) no_proxy: String => optional(),
        /// File of certificates (PEM) to trust in place of the system's. Default: `AWS_CA_BUNDLE`.
        pub(super) custom_ca_bundle: String => optional(),
        /// Don't ask STS whose the credentials are; for endpoints that have no STS. Each account in
        /// use then needs `account_id`, or a role whose ARN names it, and that is believed.
        pub(super) skip_credentials_validation: bool => optional(),
    }

    /// Another account, or another region of one. It has the default account's region and, unless
    /// it names credentials of its own, its credentials, roles included. Guards such as
    /// `account_id` are its own.
    pub(super) struct AccountBlock {
        /// Region of what is in this account, where no argument says another. Default: for a resource's
        /// consumers the resource's own region, else the default account's.
        pub(super) region: String => optional(),
        /// Profile of the shared AWS files.
        pub(super) profile: String => optional(),
        /// Access key id.
        pub(super) access_key: String => optional(),
        /// Secret access key.
        pub(super) secret_key: String => optional().sensitive(),
        /// Session token of temporary keys.
        pub(super) token: String => optional().sensitive(),
        /// Files in place of `~/.aws/config`; of two that say the same, the later wins.
        pub(super) shared_config_files: List<String> => optional(),
        /// Files in place of `~/.aws/credentials`.
        pub(super) shared_credentials_files: List<String> => optional(),
        /// Role to assume with whatever credentials the above gives, or else with the default
        /// account's.
        pub(super) assume_role: Nested<AssumeRoleBlock> => optional(),
        /// Roles to assume one after the other, in place of `assume_role`.
        pub(super) assume_role_chain: List<AssumeRoleBlock> => optional(),
        /// Role that the token of an identity provider is exchanged for.
        pub(super) assume_role_with_web_identity: Nested<WebIdentityBlock> => optional(),
        /// Account that the credentials must be of; any other is an error.
        pub(super) account_id: String => optional(),
    }

    /// A role to assume.
    pub(super) struct AssumeRoleBlock {
        /// ARN of the role.
        pub(super) role_arn: String => required(),
        /// Name of the session, as CloudTrail shows it.
        pub(super) session_name: String => optional(),
        /// External id that the role's trust policy asks for.
        pub(super) external_id: String => optional(),
        /// How long the credentials live, such as `1h`; they are renewed when they run out. From
        /// `15m` to the role's maximum, and at most `1h` for a role that a role assumes.
        pub(super) duration: String => optional(),
        /// IAM policy (JSON) that narrows what the session may do.
        pub(super) policy: String => optional(),
        /// Tags of the session, for policies that ask for them.
        pub(super) tags: Map<String> => optional(),
        /// Who is behind the session, as CloudTrail shows it. It stays the same along a chain.
        pub(super) source_identity: String => optional(),
    }

    /// A role that the token of an identity provider is exchanged for.
    pub(super) struct WebIdentityBlock {
        /// ARN of the role.
        pub(super) role_arn: String => required(),
        /// Name of the session, as CloudTrail shows it.
        pub(super) session_name: String => optional(),
        /// File that holds the token (a JWT). It is read whenever credentials are needed.
        pub(super) web_identity_token_file: String => required(),
    }

    /// Tags for everything that this provider makes.
    pub(super) struct DefaultTagsBlock {
        /// The tags.
        pub(super) tags: Map<String> => optional(),
    }

    /// Tags that others put on what this provider makes.
    pub(super) struct IgnoreTagsBlock {
        /// Their keys.
        pub(super) keys: Set<String> => optional(),
        /// What their keys begin with.
        pub(super) key_prefixes: Set<String> => optional(),
    }

    /// Endpoint URLs in place of AWS's own.
    pub(super) struct EndpointsBlock {
        /// EC2.
        pub ec2: String => optional(),
        /// Elastic Load Balancing.
        pub elbv2: String => optional(),
        /// Resource Access Manager.
        pub ram: String => optional(),
        /// RDS and Aurora.
        pub rds: String => optional(),
        /// STS.
        pub(super) sts: String => optional(),
        /// VPC Lattice.
        pub(super) vpclattice: String => optional(),
    }
}

impl ProviderBlock {
    /// The top level as an account among others.
    pub(super) fn default_account(&self) -> AccountBlock {
        AccountBlock {
            region: self.region.clone(),
            profile: self.profile.clone(),
            access_key: self.access_key.clone(),
            secret_key: self.secret_key.clone(),
            token: self.token.clone(),
            shared_config_files: self.shared_config_files.clone(),
            shared_credentials_files: self.shared_credentials_files.clone(),
            assume_role: self.assume_role.clone(),
            assume_role_chain: self.assume_role_chain.clone(),
            assume_role_with_web_identity: self.assume_role_with_web_identity.clone(),
            account_id: self.account_id.clone(),
        }
    }
}
