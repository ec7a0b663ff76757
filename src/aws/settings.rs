//! What a user may say about accounts, regions and endpoints, in this room's words.

use std::collections::BTreeMap;
use std::time::Duration;

use super::guard::Guard;
use super::site::Arn;
use super::tags::TagFilter;

/// Everything that is said about reaching AWS.
#[derive(Clone, Default, PartialEq)]
pub struct Settings {
    /// The account that is used where none is named.
    pub default: AccountSettings,
    /// Further accounts, or further regions of them, by the key that resources use.
    pub accounts: BTreeMap<String, AccountSettings>,
    /// Endpoints that replace AWS's own.
    pub endpoints: Endpoints,
    /// How calls are made.
    pub calls: CallSettings,
    /// How AWS is reached.
    pub network: Network,
    /// Tags that the provider block puts on everything; a resource's own win.
    pub default_tags: BTreeMap<String, String>,
    /// Tags that are not looked at.
    pub ignore_tags: TagFilter,
}

/// One account in one region.
#[derive(Clone, Default, PartialEq)]
pub struct AccountSettings {
    /// The region; the environment's where this is not given.
    pub region: Option<String>,
    /// A profile of the shared files.
    pub profile: Option<String>,
    /// Files in place of `~/.aws/config`; that one where this is empty.
    pub config_files: Vec<String>,
    /// Files in place of `~/.aws/credentials`; that one where this is empty.
    pub credentials_files: Vec<String>,
    /// Keys that were written down.
    pub keys: Option<StaticKeys>,
    /// A role that a token is exchanged for.
    pub web_identity: Option<WebIdentity>,
    /// Roles to be assumed, one after the other.
    pub assume_roles: Vec<AssumeRole>,
    /// Whose the credentials must be.
    pub guard: Guard,
}

/// Keys that were written down. Has no `Debug`: keys are never shown.
#[derive(Clone, PartialEq)]
pub struct StaticKeys {
    /// The access key's id.
    pub access_key: String,
    /// The secret.
    pub secret_key: String,
    /// The session token of temporary keys.
    pub token: Option<String>,
}

/// A role to assume.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssumeRole {
    /// The role's ARN.
    pub role_arn: String,
    /// The session's name, as CloudTrail shows it.
    pub session_name: Option<String>,
    /// The external id that the role's trust policy asks for.
    pub external_id: Option<String>,
    /// How long the credentials live.
    pub duration: Option<Duration>,
    /// A policy in JSON that narrows what the session may do.
    pub policy: Option<String>,
    /// The session's tags.
    pub tags: BTreeMap<String, String>,
    /// Who is behind the session, as CloudTrail shows it.
    pub source_identity: Option<String>,
}

/// A role that the token of an identity provider is exchanged for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WebIdentity {
    /// The role's ARN.
    pub role_arn: String,
    /// The session's name, as CloudTrail shows it.
    pub session_name: Option<String>,
    /// The file that holds the token.
    pub token_file: String,
}

/// Endpoint URLs by service; those not given are AWS's own or the environment's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// EC2.
    pub ec2: Option<String>,
    /// Elastic Load Balancing, version 2.
    pub elbv2: Option<String>,
    /// RAM.
    pub ram: Option<String>,
    /// RDS.
    pub rds: Option<String>,
    /// STS.
    pub sts: Option<String>,
    /// VPC Lattice.
    pub vpclattice: Option<String>,
}

/// How calls are made. What is not given is the environment's, the profile's or AWS's default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallSettings {
    /// How often a call is made again that AWS or the network failed.
    pub max_retries: Option<u32>,
    /// What decides when it is made again.
    pub retry_mode: Option<RetryMode>,
    /// Whether endpoints are those that have FIPS-validated cryptography.
    pub use_fips_endpoint: Option<bool>,
    /// Whether endpoints are those that IPv6 reaches too.
    pub use_dualstack_endpoint: Option<bool>,
    /// Whether accounts are taken from the settings, and STS is not asked.
    pub skip_credentials_validation: bool,
}

/// What decides when a call is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryMode {
    /// Pauses that grow.
    Standard,
    /// As standard; besides, all calls slow down while AWS throttles.
    Adaptive,
}

/// How AWS is reached. What is not given is the environment's; an empty text stands for none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// The proxy of `http://` endpoints.
    pub http_proxy: Option<String>,
    /// The proxy of `https://` endpoints.
    pub https_proxy: Option<String>,
    /// Hosts that are reached without a proxy, separated by commas.
    pub no_proxy: Option<String>,
    /// A file of certificates to trust in place of the system's.
    pub ca_bundle: Option<String>,
}

impl AccountSettings {
    /// Whether it names credentials of its own, and so has nothing of the default account's.
    pub fn names_credentials(&self) -> bool {
        self.keys.is_some() || self.web_identity.is_some() || self.names_profile()
    }

    /// The account that the credentials are of, as far as the settings say it.
    pub(super) fn said_account(&self) -> Option<String> {
        let role = self.assume_roles.last().map(|role| &role.role_arn);
        let role = role.or(self.web_identity.as_ref().map(|it| &it.role_arn));
        let of_role = || role?.parse::<Arn>().ok().map(|arn| arn.account_id);
        self.guard.account_id.clone().or_else(of_role)
    }

    /// Where the credentials come from, as far as the settings say it.
    pub(super) fn source(&self) -> Option<String> {
        let role = self.assume_roles.last().map(|role| &role.role_arn);
        let role = role.or(self.web_identity.as_ref().map(|it| &it.role_arn));
        match (role, &self.keys, &self.profile) {
            (Some(role), _, _) => Some(format!("the role {role}")),
            (_, Some(_), _) => Some("access_key in the provider block".to_owned()),
            (_, _, Some(profile)) => Some(format!("profile {profile:?}")),
            _ if self.names_profile() => Some("the shared files that are named".to_owned()),
            _ => None,
        }
    }

    /// Whether it names where the shared files are, or which profile of them.
    pub fn names_profile(&self) -> bool {
        let files = [&self.config_files, &self.credentials_files];
        self.profile.is_some() || files.iter().any(|files| !files.is_empty())
    }
}
