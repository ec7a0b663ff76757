//! From the provider block to what the AWS room is told, and what of it is wrong.

use super::model::{AccountBlock, AssumeRoleBlock, ProviderBlock};
use crate::aws::ownership::PREFIX;
use crate::aws::{AccountSettings, Arn, AssumeRole, Endpoints, Settings, StaticKeys, TagFilter};
use crate::protocol::{Diagnostics, Field, Map, Path};
use crate::resources::duration;
use crate::resources::text::is_account_id;

/// Everything about the block that the configuration alone shows to be wrong.
pub(super) fn validate(block: &ProviderBlock) -> Diagnostics {
    let mut found = Diagnostics::new();
    check_account(&default_account(block), &Path::root(), &mut found);
    for (key, account) in block.accounts.known().into_iter().flatten() {
        let path = Path::root().attribute("accounts").key(key);
        if let Some(account) = account.known() {
            check_account(account, &path, &mut found);
        }
        if is_account_id(key) {
            let detail = "A key that looks like an account id would be taken for one in import \
                          ids. Use a name.";
            found.error_at(path, "Invalid key", detail);
        }
    }
    let tags = block.default_tags.known().and_then(|it| it.tags.known());
    for key in tags
        .into_iter()
        .flat_map(Map::keys)
        .filter(|key| key.starts_with(PREFIX))
    {
        let path = Path::root()
            .attribute("default_tags")
            .attribute("tags")
            .key(key);
        let detail = format!("Keys that begin with {PREFIX:?} are the provider's own.");
        found.error_at(path, "Reserved tag key", detail);
    }
    check_endpoints(block, &mut found);
    found
}

fn check_account(account: &AccountBlock, path: &Path, found: &mut Diagnostics) {
    let at = |name: &str| path.clone().attribute(name);
    if let Some(id) = account.account_id.as_str().filter(|id| !is_account_id(id)) {
        let detail = format!("{id:?} is no account id: twelve digits, in quotation marks.");
        found.error_at(at("account_id"), "Not an account id", detail);
    }
    let given = |field: &Field<String>| !field.is_null();
    match (given(&account.access_key), given(&account.secret_key)) {
        (true, false) => {
            found.error_at(
                at("secret_key"),
                "Half a key",
                "access_key needs secret_key.",
            );
        }
        (false, true) => {
            found.error_at(
                at("access_key"),
                "Half a key",
                "secret_key needs access_key.",
            );
        }
        (true, true) if given(&account.profile) => {
            let detail = "Give either keys or a profile, not both.";
            found.error_at(at("profile"), "Two sources of credentials", detail);
        }
        _ => {}
    }
    let Some(role) = account.assume_role.known() else {
        return;
    };
    let at = |name: &str| at("assume_role").attribute(name);
    let is_role = |text: &str| {
        text.parse::<Arn>()
            .is_ok_and(|arn| arn.service == "iam" && arn.resource.starts_with("role/"))
    };
    if let Some(arn) = role.role_arn.as_str().filter(|arn| !is_role(arn)) {
        let detail = format!("{arn:?} is no role's ARN: arn:aws:iam::ACCOUNT:role/NAME.");
        found.error_at(at("role_arn"), "Not a role", detail);
    }
    if let Some(text) = role
        .duration
        .as_str()
        .filter(|text| duration::parse(text).is_none())
    {
        let detail = format!("{text:?} is no duration such as \"1h\".");
        found.error_at(at("duration"), "Not a duration", detail);
    }
}

fn check_endpoints(block: &ProviderBlock, found: &mut Diagnostics) {
    let Some(endpoints) = block.endpoints.known() else {
        return;
    };
    for (url, name) in [
        (&endpoints.ec2, "ec2"),
        (&endpoints.elbv2, "elbv2"),
        (&endpoints.sts, "sts"),
    ] {
        let Some(url) = url.as_str() else { continue };
        if !url.starts_with("http://") && !url.starts_with("https://") {
            let path = Path::root().attribute("endpoints").attribute(name);
            let detail = format!("{url:?} is no URL such as \"https://…\".");
            found.error_at(path, "Not a URL", detail);
        }
    }
}

/// The settings that a valid block of known values means.
pub(super) fn of(block: &ProviderBlock) -> Settings {
    let accounts = block.accounts.known().into_iter().flatten();
    let endpoints = block.endpoints.known().cloned().unwrap_or_default();
    let tags = block.default_tags.known().and_then(|it| it.tags.known());
    Settings {
        default: account(&default_account(block)),
        accounts: accounts
            .filter_map(|(key, it)| Some((key.clone(), account(it.known()?))))
            .collect(),
        endpoints: Endpoints {
            ec2: endpoints.ec2.into_known(),
            elbv2: endpoints.elbv2.into_known(),
            sts: endpoints.sts.into_known(),
        },
        default_tags: tags
            .into_iter()
            .flatten()
            .filter_map(|(key, value)| Some((key.clone(), value.known()?.clone())))
            .collect(),
        ignore_tags: TagFilter::default(),
    }
}

fn default_account(block: &ProviderBlock) -> AccountBlock {
    AccountBlock {
        region: block.region.clone(),
        profile: block.profile.clone(),
        access_key: block.access_key.clone(),
        secret_key: block.secret_key.clone(),
        token: block.token.clone(),
        assume_role: block.assume_role.clone(),
        account_id: block.account_id.clone(),
    }
}

fn account(block: &AccountBlock) -> AccountSettings {
    let text = |field: &Field<String>| field.known().cloned();
    let keys = text(&block.access_key).zip(text(&block.secret_key));
    AccountSettings {
        region: text(&block.region),
        profile: text(&block.profile),
        keys: keys.map(|(access_key, secret_key)| StaticKeys {
            access_key,
            secret_key,
            token: text(&block.token),
        }),
        assume_roles: block.assume_role.known().map(role).into_iter().collect(),
        account_id: text(&block.account_id),
    }
}

fn role(block: &AssumeRoleBlock) -> AssumeRole {
    AssumeRole {
        role_arn: block.role_arn.known().cloned().unwrap_or_default(),
        session_name: block.session_name.known().cloned(),
        external_id: block.external_id.known().cloned(),
        duration: block.duration.as_str().and_then(duration::parse),
    }
}
