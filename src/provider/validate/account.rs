//! What can be wrong about one account of the provider block.

use super::super::model::{AccountBlock, AssumeRoleBlock};
use crate::aws::{Arn, is_account_id};
use crate::protocol::{Diagnostics, Field, Path};
use crate::resources::checks::region;
use crate::resources::duration;

/// How long a role's credentials may live. Source: AssumeRole, `DurationSeconds`.
const DURATION_S: std::ops::RangeInclusive<u64> = 900..=43_200;

/// Looks at an account; `path` is its place in the block.
pub(super) fn check_account(account: &AccountBlock, path: &Path, found: &mut Diagnostics) {
    let at = |name: &str| path.clone().attribute(name);
    if let Some(id) = account.account_id.as_str() {
        check_account_id(id, &at("account_id"), found);
    }
    region(&account.region, at("region"), found);
    check_sources(account, path, found);
    if let Some(role) = account.assume_role.known() {
        check_role(role, &at("assume_role"), found);
    }
    let chain = account.assume_role_chain.known().into_iter().flatten();
    for (index, role) in (0_i64..).zip(chain) {
        if let Some(role) = role.known() {
            check_role(role, &at("assume_role_chain").index(index), found);
        }
    }
    if account.assume_role.is_known() && account.assume_role_chain.is_known() {
        let detail = "Give either assume_role or assume_role_chain; a chain of one role is the \
                      same as that role.";
        found.error_at(at("assume_role_chain"), "Two ways to assume roles", detail);
    }
    if let Some(identity) = account.assume_role_with_web_identity.known() {
        let path = at("assume_role_with_web_identity");
        check_arn(&identity.role_arn, &path, found);
        check_name(&identity.session_name, "session_name", &path, found);
    }
}

/// An entry in which nothing is written is the default account under another name: most often
/// because Terraform drops misspelled arguments of nested objects.
pub(super) fn check_says_something(account: &AccountBlock, path: &Path, found: &mut Diagnostics) {
    if *account == AccountBlock::default() {
        let detail = "It says nothing of its own, so it would be the default account. Terraform \
                      ignores arguments that do not exist inside { }: is one misspelled? Say at \
                      least account_id or region.";
        found.error_at(path.clone(), "Account without values", detail);
    }
}

/// Twelve digits, or an error at `path`.
pub(super) fn check_account_id(id: &str, path: &Path, found: &mut Diagnostics) {
    if !is_account_id(id) {
        let detail = format!("{id:?} is no account id: twelve digits, in quotation marks.");
        found.error_at(path.clone(), "Not an account id", detail);
    }
}

/// Where credentials come from must be said once.
fn check_sources(account: &AccountBlock, path: &Path, found: &mut Diagnostics) {
    let at = |name: &str| path.clone().attribute(name);
    let half =
        |missing: &str, given: &str| (missing.to_owned(), format!("{given} needs {missing}."));
    let halves = match (given(&account.access_key), given(&account.secret_key)) {
        (true, false) => Some(half("secret_key", "access_key")),
        (false, true) => Some(half("access_key", "secret_key")),
        (false, false) if given(&account.token) => Some(half("access_key", "token")),
        _ => None,
    };
    if let Some((missing, detail)) = halves {
        found.error_at(at(&missing), "Half a key", detail);
        return;
    }
    let sources = [
        ("access_key", given(&account.access_key)),
        ("profile", given(&account.profile)),
        (
            "assume_role_with_web_identity",
            given(&account.assume_role_with_web_identity),
        ),
    ];
    let mut named = sources
        .iter()
        .filter(|(_, given)| *given)
        .map(|(name, _)| *name);
    if let (Some(one), Some(other)) = (named.next(), named.next()) {
        let detail = format!("Give either {one} or {other}, not both.");
        found.error_at(at(other), "Two sources of credentials", detail);
    }
}

fn given<T>(field: &Field<T>) -> bool {
    !field.is_null()
}

fn check_role(role: &AssumeRoleBlock, path: &Path, found: &mut Diagnostics) {
    let at = |name: &str| path.clone().attribute(name);
    check_arn(&role.role_arn, path, found);
    check_name(&role.session_name, "session_name", path, found);
    check_name(&role.source_identity, "source_identity", path, found);
    if let Some(text) = role.duration.as_str() {
        match duration::parse(text).map(|it| it.as_secs()) {
            Some(seconds) if DURATION_S.contains(&seconds) => {}
            Some(_) => {
                let detail = format!("{text:?} is not from 15m to 12h.");
                found.error_at(at("duration"), "Not a duration of a session", detail);
            }
            None => {
                let detail = format!("{text:?} is no duration such as \"1h\".");
                found.error_at(at("duration"), "Not a duration", detail);
            }
        }
    }
    let is_json = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
    if role.policy.as_str().is_some_and(|policy| !is_json(policy)) {
        let detail = "An IAM policy is JSON: jsonencode({ Version = \"2012-10-17\", … }).";
        found.error_at(at("policy"), "Not a policy", detail);
    }
}

fn check_arn(arn: &Field<String>, path: &Path, found: &mut Diagnostics) {
    let is_role = |text: &str| {
        text.parse::<Arn>()
            .is_ok_and(|arn| arn.service == "iam" && arn.resource.starts_with("role/"))
    };
    if let Some(arn) = arn.as_str().filter(|arn| !is_role(arn)) {
        let detail = format!("{arn:?} is no role's ARN: arn:aws:iam::ACCOUNT:role/NAME.");
        found.error_at(path.clone().attribute("role_arn"), "Not a role", detail);
    }
}

/// Source: AssumeRole, `RoleSessionName` and `SourceIdentity`.
fn check_name(name: &Field<String>, argument: &str, path: &Path, found: &mut Diagnostics) {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter);
    let fits = |text: &str| (2..=64).contains(&text.len()) && text.chars().all(plain);
    if let Some(text) = name.as_str().filter(|text| !fits(text)) {
        let detail = format!("{text:?} is not of 2 to 64 letters, digits and any of _+=,.@-");
        found.error_at(
            path.clone().attribute(argument),
            "Not a session's name",
            detail,
        );
    }
}
