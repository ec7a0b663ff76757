//! What is wrong about who may connect.

use std::collections::BTreeSet;

use super::super::model::AlbBridge;
use crate::aws::Arn;
use crate::protocol::{Diagnostics, Field, Path, Set};
use crate::resources::checks;
use crate::resources::text::is_id;

/// Everything about accounts, principals and connections.
pub(super) fn check(config: &AlbBridge, found: &mut Diagnostics) {
    let at = |name: &str| Path::root().attribute(name);
    for (accounts, name) in [
        (&config.allowed_accounts, "allowed_accounts"),
        (&config.accepted_accounts, "accepted_accounts"),
    ] {
        checks::account_ids(accounts, &at(name), found);
    }
    let endpoints = config.accepted_endpoint_ids.known();
    for id in endpoints.into_iter().flat_map(Set::known) {
        if !is_id(id, "vpce-") || id.starts_with("vpce-svc-") {
            let detail = format!("{id:?} is no id of the form vpce-….");
            found.error_at(at("accepted_endpoint_ids"), "Not an id", detail);
        }
    }
    check_principals(config, found);
    if config.acceptance_required.known() == Some(&false) {
        let accepting = [
            (&config.accepted_accounts, "accepted_accounts"),
            (&config.accepted_endpoint_ids, "accepted_endpoint_ids"),
        ];
        for (_, name) in accepting.into_iter().filter(|(set, _)| set.is_known()) {
            let detail = "With acceptance_required = false nobody waits to be accepted.";
            found.error_at(at(name), "Nothing to accept", detail);
        }
    }
}

fn check_principals(config: &AlbBridge, found: &mut Diagnostics) {
    let path = Path::root().attribute("allowed_principals");
    let principals = config.allowed_principals.known();
    for principal in principals.into_iter().flat_map(Set::known) {
        if principal == "*" {
            if config.acceptance_required.known() == Some(&false) {
                let detail = "Every AWS account there is would be connected unasked. \"*\" needs \
                              acceptance_required = true.";
                found.error_at(path.clone(), "Open to everybody", detail);
            }
            continue;
        }
        let arn: Option<Arn> = principal.parse().ok();
        let detail = match arn.as_ref().map(|arn| (arn.service.as_str(), arn)) {
            Some(("iam", arn)) if is_principal(arn) => continue,
            Some(("organizations", _)) => {
                "AWS takes no organizations and units here, only accounts, roles and users. List \
                 the accounts in allowed_accounts, such as \
                 data.aws_organizations_organization.x.accounts[*].id."
            }
            _ => {
                "Expected arn:aws:iam::ACCOUNT:root, …:role/NAME, …:user/NAME, or \"*\". For whole \
                 accounts there is allowed_accounts."
            }
        };
        found.error_at(
            path.clone(),
            "Not a principal",
            format!("{principal:?}: {detail}"),
        );
    }
}

fn is_principal(arn: &Arn) -> bool {
    let named = |prefix: &str| {
        let name = arn.resource.strip_prefix(prefix);
        name.is_some_and(|name| !name.is_empty())
    };
    crate::aws::is_account_id(&arn.account_id)
        && (arn.resource == "root" || named("role/") || named("user/"))
}

/// Accounts whose connections are to be accepted, and that have no permission to connect. Judged by
/// what a plan has settled, and only where all of it is known.
pub(in crate::resources::alb_bridge) fn shut_out(planned: &AlbBridge, found: &mut Diagnostics) {
    let (Some(accepted), Some(allowed), Some(named)) = (
        whole(&planned.accepted_accounts),
        whole(&planned.allowed_accounts),
        whole(&planned.allowed_principals),
    ) else {
        return;
    };
    let consumers = planned.known_consumers().map(|(_, it)| &it.account_id);
    let own: Vec<&Field<String>> = consumers.chain([&planned.account_id]).collect();
    let open = planned.is_open() || own.iter().any(|account| account.is_unknown());
    if open || named.contains("*") {
        return;
    }
    let named: BTreeSet<String> = named
        .iter()
        .filter_map(|text| Some(text.parse::<Arn>().ok()?.account_id))
        .collect();
    let own: BTreeSet<String> = own
        .into_iter()
        .filter_map(|it| it.known().cloned())
        .collect();
    let may = |account: &&String| {
        own.contains(*account) || allowed.contains(*account) || named.contains(*account)
    };
    let shut_out: Vec<&str> = accepted
        .iter()
        .filter(|account| !may(account))
        .map(String::as_str)
        .collect();
    if !shut_out.is_empty() {
        let detail = format!(
            "Nothing will ever come from {}: only who is allowed can connect, and then be accepted. \
             Add them to allowed_accounts too, or allow principals of theirs in allowed_principals.",
            shut_out.join(", ")
        );
        let path = Path::root().attribute("accepted_accounts");
        found.warning_at(path, "Accepted, but not allowed", detail);
    }
}

/// A set of which all is known.
fn whole(set: &Field<Set<String>>) -> Option<BTreeSet<String>> {
    match set {
        Field::Null => Some(BTreeSet::new()),
        Field::Known(set) if !set.has_unknown() => Some(set.known().cloned().collect()),
        _ => None,
    }
}
