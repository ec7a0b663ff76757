//! What is wrong about who may connect.

use super::super::model::AlbBridge;
use crate::aws::Arn;
use crate::protocol::{Diagnostics, Path, Set};
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
    crate::resources::text::is_account_id(&arn.account_id)
        && (arn.resource == "root" || named("role/") || named("user/"))
}
