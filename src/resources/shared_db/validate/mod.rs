//! What the configuration alone shows to be wrong.

mod consumers;
mod endpoints;
mod given;
mod group;
mod networks;

use super::model::SharedDb;
use crate::aws::Arn;
use crate::protocol::{Diagnostics, Field, Path, Set};
use crate::resources::checks;
use crate::resources::text::is_id;

/// Everything that is wrong, each at its attribute.
pub(super) fn validate(config: &SharedDb) -> Diagnostics {
    let mut found = Diagnostics::new();
    let at = |name: &str| Path::root().attribute(name);
    checks::name(&config.name, &mut found);
    if let Some(vpc) = config.vpc_id.as_str().filter(|vpc| !is_id(vpc, "vpc-")) {
        let detail = format!("{vpc:?} is no id of the form vpc-….");
        found.error_at(at("vpc_id"), "Not an id", detail);
    }
    for (ids, prefix, name) in [
        (&config.subnet_ids, "subnet-", "subnet_ids"),
        (&config.security_group_ids, "sg-", "security_group_ids"),
        (
            &config.database_security_group_ids,
            "sg-",
            "database_security_group_ids",
        ),
    ] {
        checks::ids(ids, prefix, at(name), &mut found);
    }
    checks::region(&config.region, at("region"), &mut found);
    check_words(config, &mut found);
    let addresses = &config.ipv4_addresses_per_eni;
    checks::range(addresses, 1..=62, at("ipv4_addresses_per_eni"), &mut found);
    checks::account_ids(
        &config.allowed_accounts,
        &at("allowed_accounts"),
        &mut found,
    );
    check_principals(config, &mut found);
    given::check(config, &mut found);
    group::check(config, &mut found);
    endpoints::check(config, &mut found);
    consumers::check(config, &mut found);
    checks::tags(&config.tags, at("tags"), &mut found);
    checks::timeouts(&config.timeouts, &at("timeouts"), &mut found);
    found
}

fn check_words(config: &SharedDb, found: &mut Diagnostics) {
    let families = ["ipv4", "ipv6", "dualstack"];
    let words: [(&Field<String>, &[&str], &str); 3] = [
        (&config.ip_address_type, &families, "ip_address_type"),
        (
            &config.dns_resolution,
            &["PUBLIC", "IN_VPC"],
            "dns_resolution",
        ),
        (
            &config.on_unreachable,
            &["error", "reject"],
            "on_unreachable",
        ),
    ];
    for (word, words, name) in words {
        checks::one_of(word, words, Path::root().attribute(name), found);
    }
}

/// RAM gives resource configurations to accounts and organizations, not to roles.
fn check_principals(config: &SharedDb, found: &mut Diagnostics) {
    let path = Path::root().attribute("allowed_principals");
    let principals = config.allowed_principals.known();
    for principal in principals.into_iter().flat_map(Set::known) {
        let arn: Option<Arn> = principal.parse().ok();
        if arn.is_some_and(|arn| arn.service == "organizations") {
            continue;
        }
        let detail = format!(
            "{principal:?}: expected the ARN of an organization or one of its units. For accounts there \
             is allowed_accounts; roles and users can't be given resource configurations."
        );
        found.error_at(path.clone(), "Not a principal", detail);
    }
}

/// What settled values let expect to be no good.
pub(super) fn advice(planned: &SharedDb) -> Diagnostics {
    let mut found = Diagnostics::new();
    for (key, endpoint) in planned.known_endpoints() {
        if endpoint.ip_address.is_known() {
            let path = Path::root().attribute("endpoints").key(key.as_str());
            let detail = "An address follows no fail-over: when the database moves, consumers lose it. \
                          Give its arn or dns_name where it has one.";
            found.warning_at(path.attribute("ip_address"), "Shared by address", detail);
        }
    }
    for (key, consumer) in planned.known_consumers() {
        if consumer.private_dns_preference.as_str() == Some("ALL_DOMAINS") {
            let path = Path::root().attribute("consumers").key(key.as_str());
            let detail = "The owner's side decides which names this VPC looks up here, any name at all. \
                          SPECIFIED_DOMAINS_ONLY takes the names of this block alone.";
            let path = path.attribute("private_dns_preference");
            found.warning_at(path, "Any name may be taken over", detail);
        }
    }
    found
}
