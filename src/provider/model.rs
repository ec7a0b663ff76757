//! The provider block.

use crate::protocol::model::model;
use crate::protocol::{Map, Nested};

model! {
    /// Private connectivity on AWS in single blocks, each over every account that it reaches.
    ///
    /// The top level is the default account. Every other account, or region, that a resource
    /// reaches into has an entry in `accounts`.
    pub(super) struct ProviderBlock {
        /// Region. Default: `AWS_REGION`, or the profile's.
        pub(super) region: String => optional(),
        /// Profile of the shared AWS files. Default: `AWS_PROFILE`.
        pub(super) profile: String => optional(),
        /// Access key id. Better left to the environment.
        pub(super) access_key: String => optional(),
        /// Secret access key. Better left to the environment.
        pub(super) secret_key: String => optional().sensitive(),
        /// Session token of temporary keys.
        pub(super) token: String => optional().sensitive(),
        /// Role to assume with the credentials above.
        pub(super) assume_role: Nested<AssumeRoleBlock> => optional(),
        /// Account that the credentials must be of; any other is an error.
        pub(super) account_id: String => optional(),
        /// Further accounts and regions, by the key that resources use.
        pub(super) accounts: Map<AccountBlock> => optional(),
        /// Tags for everything that this provider makes.
        pub(super) default_tags: Nested<DefaultTagsBlock> => optional(),
        /// Endpoint URLs in place of AWS's own.
        pub(super) endpoints: Nested<EndpointsBlock> => optional(),
    }

    /// Another account, or another region of one. It has the default account's region and, unless
    /// it names credentials of its own, its credentials.
    pub(super) struct AccountBlock {
        /// Region. Default: the default account's.
        pub(super) region: String => optional(),
        /// Profile of the shared AWS files.
        pub(super) profile: String => optional(),
        /// Access key id.
        pub(super) access_key: String => optional(),
        /// Secret access key.
        pub(super) secret_key: String => optional().sensitive(),
        /// Session token of temporary keys.
        pub(super) token: String => optional().sensitive(),
        /// Role to assume with whatever credentials the above gives.
        pub(super) assume_role: Nested<AssumeRoleBlock> => optional(),
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
        /// How long the credentials live, such as `1h`.
        pub(super) duration: String => optional(),
    }

    /// Tags for everything that this provider makes.
    pub(super) struct DefaultTagsBlock {
        /// The tags.
        pub(super) tags: Map<String> => optional(),
    }

    /// Endpoint URLs in place of AWS's own.
    pub(super) struct EndpointsBlock {
        /// EC2.
        pub ec2: String => optional(),
        /// Elastic Load Balancing.
        pub elbv2: String => optional(),
        /// STS.
        pub(super) sts: String => optional(),
    }
}
