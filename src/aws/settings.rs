//! What a user may say about accounts, regions and endpoints, in this room's words.

use std::collections::BTreeMap;
use std::time::Duration;

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
    /// Keys that were written down.
    pub keys: Option<StaticKeys>,
    /// Roles to be assumed, one after the other.
    pub assume_roles: Vec<AssumeRole>,
    /// The account that the credentials must be of.
    pub account_id: Option<String>,
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
#[derive(Clone, Default, PartialEq)]
pub struct AssumeRole {
    /// The role's ARN.
    pub role_arn: String,
    /// The session's name, as CloudTrail shows it.
    pub session_name: Option<String>,
    /// The external id that the role's trust policy asks for.
    pub external_id: Option<String>,
    /// How long the credentials live.
    pub duration: Option<Duration>,
}

/// Endpoint URLs by service; those not given are AWS's own or the environment's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// EC2.
    pub ec2: Option<String>,
    /// Elastic Load Balancing, version 2.
    pub elbv2: Option<String>,
    /// STS.
    pub sts: Option<String>,
}

impl AccountSettings {
    /// Whether it names credentials of its own, and so has nothing of the default account's.
    pub fn names_credentials(&self) -> bool {
        self.profile.is_some() || self.keys.is_some()
    }
}
