//! What is wrong about a gateway or a share that exists already.

use super::super::model::SharedDb;
use crate::aws::Arn;
use crate::protocol::{Diagnostics, Path};
use crate::resources::text::is_id;

/// Everything about what was given in place of what would be made.
pub(super) fn check(config: &SharedDb, found: &mut Diagnostics) {
    check_gateway(config, found);
    check_share(config, found);
}

fn check_gateway(config: &SharedDb, found: &mut Diagnostics) {
    let at = |name: &str| Path::root().attribute(name);
    if config.resource_gateway_id.is_null() {
        if config.subnet_ids.is_null() {
            let detail = "The gateway needs subnets. Give them, or resource_gateway_id for one that exists \
                          already.";
            found.error_at(at("subnet_ids"), "In which subnets?", detail);
        }
        return;
    }
    let id = config.resource_gateway_id.as_str();
    if let Some(id) = id.filter(|id| !is_id(id, "rgw-")) {
        let detail = format!("{id:?} is no id of the form rgw-….");
        found.error_at(at("resource_gateway_id"), "Not an id", detail);
    }
    for (is_given, name) in [
        (!config.subnet_ids.is_null(), "subnet_ids"),
        (!config.security_group_ids.is_null(), "security_group_ids"),
        (!config.ip_address_type.is_null(), "ip_address_type"),
        (!config.dns_resolution.is_null(), "dns_resolution"),
        (
            !config.ipv4_addresses_per_eni.is_null(),
            "ipv4_addresses_per_eni",
        ),
    ] {
        if is_given {
            let detail = "Nothing is changed of a gateway that exists already, and this is a setting of \
                          gateways. Remove the line, or resource_gateway_id.";
            found.error_at(at(name), "A setting of somebody's gateway", detail);
        }
    }
}

fn check_share(config: &SharedDb, found: &mut Diagnostics) {
    let at = |name: &str| Path::root().attribute(name);
    if config.resource_share_arn.is_null() {
        return;
    }
    if let Some(text) = config.resource_share_arn.as_str() {
        let arn: Option<Arn> = text.parse().ok();
        let is_share = |it: &Arn| it.service == "ram" && it.resource.starts_with("resource-share/");
        if !arn.as_ref().is_some_and(is_share) {
            let detail =
                format!("{text:?}: expected arn:aws:ram:REGION:ACCOUNT:resource-share/ID.");
            found.error_at(at("resource_share_arn"), "Not a share", detail);
        }
    }
    for (is_given, name) in [
        (!config.allowed_accounts.is_null(), "allowed_accounts"),
        (!config.allowed_principals.is_null(), "allowed_principals"),
        (
            !config.allow_external_principals.is_null(),
            "allow_external_principals",
        ),
    ] {
        if is_given {
            let detail = "Who is in a share that exists already is said where it is made. Remove the line, \
                          or resource_share_arn.";
            found.error_at(at(name), "A setting of somebody's share", detail);
        }
    }
    for (key, consumer) in config.known_consumers() {
        if consumer.endpoints.is_null() {
            continue;
        }
        let detail = "Everybody in resource_share_arn gets all endpoints. Remove the line, or \
                      resource_share_arn, and a share is made for each choice.";
        let path = at("consumers").key(key.as_str()).attribute("endpoints");
        found.error_at(path, "No choice in a given share", detail);
    }
}
