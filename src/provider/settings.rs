//! From the provider block to what the AWS room is told.

use super::model::{AccountBlock, AssumeRoleBlock, ProviderBlock, WebIdentityBlock};
use crate::aws::{
    AccountSettings, AssumeRole, CallSettings, Endpoints, Guard, Network, RetryMode, Settings,
    StaticKeys, TagFilter, WebIdentity,
};
use crate::protocol::{Field, List, Map, Set};
use crate::resources::duration;

/// The settings that a valid block of known values means.
pub(super) fn of(block: &ProviderBlock) -> Settings {
    let accounts = block.accounts.known().into_iter().flatten();
    let endpoints = block.endpoints.known().cloned().unwrap_or_default();
    let tags = block.default_tags.known().map(|it| map(&it.tags));
    Settings {
        default: default_account(block),
        accounts: accounts
            .filter_map(|(key, it)| Some((key.clone(), account(it.known()?))))
            .collect(),
        endpoints: Endpoints {
            ec2: endpoints.ec2.into_known(),
            elbv2: endpoints.elbv2.into_known(),
            ram: endpoints.ram.into_known(),
            rds: endpoints.rds.into_known(),
            sts: endpoints.sts.into_known(),
            vpclattice: endpoints.vpclattice.into_known(),
        },
        calls: calls(block),
        network: Network {
            http_proxy: text(&block.http_proxy),
            https_proxy: text(&block.https_proxy),
            no_proxy: text(&block.no_proxy),
            ca_bundle: text(&block.custom_ca_bundle).filter(|path| !path.is_empty()),
        },
        default_tags: tags.unwrap_or_default(),
        ignore_tags: ignored(block),
    }
}

/// The mode that the word means.
pub(super) fn retry_mode(word: &str) -> Option<RetryMode> {
    match word {
        "standard" => Some(RetryMode::Standard),
        "adaptive" => Some(RetryMode::Adaptive),
        _ => None,
    }
}

/// The tags that are not to be looked at.
pub(super) fn ignored(block: &ProviderBlock) -> TagFilter {
    let ignored = block.ignore_tags.known().cloned().unwrap_or_default();
    TagFilter {
        keys: set(&ignored.keys),
        key_prefixes: set(&ignored.key_prefixes),
    }
}

fn calls(block: &ProviderBlock) -> CallSettings {
    let skip = block.skip_credentials_validation.known().copied();
    CallSettings {
        max_retries: block
            .max_retries
            .known()
            .and_then(|it| (*it).try_into().ok()),
        retry_mode: block.retry_mode.as_str().and_then(retry_mode),
        use_fips_endpoint: block.use_fips_endpoint.known().copied(),
        use_dualstack_endpoint: block.use_dualstack_endpoint.known().copied(),
        skip_credentials_validation: skip.unwrap_or_default(),
    }
}

/// Whether default tags are still to come.
pub(super) fn has_unknown_tags(block: &ProviderBlock) -> bool {
    let tags = block.default_tags.known().map(|it| &it.tags);
    block.default_tags.is_unknown() || tags.is_some_and(|it| !is_whole(it))
}

fn is_whole(tags: &Field<Map<String>>) -> bool {
    !tags.is_unknown()
        && !tags
            .known()
            .is_some_and(|it| it.values().any(Field::is_unknown))
}

fn default_account(block: &ProviderBlock) -> AccountSettings {
    let AccountSettings { guard, .. } = account(&block.default_account());
    AccountSettings {
        guard: Guard {
            allowed: set(&block.allowed_account_ids),
            forbidden: set(&block.forbidden_account_ids),
            ..guard
        },
        ..account(&block.default_account())
    }
}

fn account(block: &AccountBlock) -> AccountSettings {
    let keys = text(&block.access_key).zip(text(&block.secret_key));
    let chain = block.assume_role_chain.known().into_iter().flatten();
    let roles = [&block.assume_role].into_iter().chain(chain);
    AccountSettings {
        region: text(&block.region),
        profile: text(&block.profile),
        config_files: list(&block.shared_config_files),
        credentials_files: list(&block.shared_credentials_files),
        keys: keys.map(|(access_key, secret_key)| StaticKeys {
            access_key,
            secret_key,
            token: text(&block.token),
        }),
        web_identity: block
            .assume_role_with_web_identity
            .known()
            .map(web_identity),
        assume_roles: roles.filter_map(Field::known).map(role).collect(),
        guard: Guard {
            account_id: text(&block.account_id),
            ..Guard::default()
        },
    }
}

fn role(block: &AssumeRoleBlock) -> AssumeRole {
    AssumeRole {
        role_arn: text(&block.role_arn).unwrap_or_default(),
        session_name: text(&block.session_name),
        external_id: text(&block.external_id),
        duration: block.duration.as_str().and_then(duration::parse),
        policy: text(&block.policy),
        tags: map(&block.tags),
        source_identity: text(&block.source_identity),
    }
}

fn web_identity(block: &WebIdentityBlock) -> WebIdentity {
    WebIdentity {
        role_arn: text(&block.role_arn).unwrap_or_default(),
        session_name: text(&block.session_name),
        token_file: text(&block.web_identity_token_file).unwrap_or_default(),
    }
}

fn text(field: &Field<String>) -> Option<String> {
    field.known().cloned()
}

fn list(field: &Field<List<String>>) -> Vec<String> {
    field
        .known()
        .into_iter()
        .flatten()
        .filter_map(text)
        .collect()
}

fn set(field: &Field<Set<String>>) -> Vec<String> {
    field
        .known()
        .into_iter()
        .flat_map(Set::known)
        .cloned()
        .collect()
}

fn map<T: FromIterator<(String, String)>>(field: &Field<Map<String>>) -> T {
    let pairs = field.known().into_iter().flatten();
    pairs
        .filter_map(|(key, value)| Some((key.clone(), value.known()?.clone())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role_of(account: &str) -> AssumeRoleBlock {
        AssumeRoleBlock {
            role_arn: format!("arn:aws:iam::{account}:role/x").into(),
            duration: "30m".into(),
            ..AssumeRoleBlock::default()
        }
    }

    #[test]
    fn roles_keep_their_order_and_guards_are_not_inherited() {
        let entry = AccountBlock {
            assume_role: role_of("222222222222").into(),
            ..AccountBlock::default()
        };
        let block = ProviderBlock {
            assume_role_chain: vec![
                role_of("333333333333").into(),
                role_of("111111111111").into(),
            ]
            .into(),
            account_id: "111111111111".into(),
            allowed_account_ids: Set::from_iter(["111111111111".to_owned()]).into(),
            accounts: Map::from([("analytics".to_owned(), entry.into())]).into(),
            ..ProviderBlock::default()
        };
        let settings = of(&block);
        let arns = |account: &AccountSettings| -> Vec<String> {
            let roles = account.assume_roles.iter();
            roles.map(|role| role.role_arn[13..25].to_owned()).collect()
        };
        assert_eq!(arns(&settings.default), ["333333333333", "111111111111"]);
        assert_eq!(settings.default.guard.allowed, ["111111111111"]);
        let entry = &settings.accounts["analytics"];
        assert_eq!(arns(entry), ["222222222222"]);
        assert_eq!(entry.guard, Guard::default());
        assert!(!entry.names_credentials());
        assert_eq!(
            entry.assume_roles[0].duration.map(|it| it.as_secs()),
            Some(1800)
        );
    }

    #[test]
    fn whatever_tells_where_credentials_come_from_makes_them_an_accounts_own() {
        let sources: [fn(&mut AccountBlock); 5] = [
            |it| it.profile = "team".into(),
            |it| it.shared_config_files = vec!["x".into()].into(),
            |it| it.shared_credentials_files = vec!["x".into()].into(),
            |it| (it.access_key, it.secret_key) = ("AKIA".into(), "secret".into()),
            |it| it.assume_role_with_web_identity = WebIdentityBlock::default().into(),
        ];
        for (number, name) in sources.iter().enumerate() {
            let mut entry = AccountBlock::default();
            assert!(!account(&entry).names_credentials());
            name(&mut entry);
            assert!(account(&entry).names_credentials(), "source {number}");
        }
    }
}
