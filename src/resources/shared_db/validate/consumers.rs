//! What is wrong about consumers.

use std::collections::BTreeMap;

use super::super::addresses::Way;
use super::super::identity::names_once;
use super::super::model::{SharedConsumer, SharedDb, SharedEndpoint};
use super::networks;
use crate::protocol::{Diagnostics, Field, Path, Set};
use crate::resources::checks;
use crate::resources::text::{is_consumer_key, is_id};

/// AWS's words, for which private names an endpoint takes.
/// Source: CreateVpcEndpoint, `DnsOptions.PrivateDnsPreference`.
const PREFERENCES: &[&str] = &[
    "SPECIFIED_DOMAINS_ONLY",
    "VERIFIED_DOMAINS_ONLY",
    "VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS",
    "ALL_DOMAINS",
];

/// How many names an endpoint takes. Source: CreateVpcEndpoint, `PrivateDnsSpecifiedDomains`.
const DOMAINS_MAX: usize = 10;

/// Everything about consumers.
pub(super) fn check(config: &SharedDb, found: &mut Diagnostics) {
    let path = Path::root().attribute("consumers");
    let mut seen: BTreeMap<(Option<&str>, &str), &str> = BTreeMap::new();
    for (key, consumer) in config.consumers.known().into_iter().flatten() {
        let path = path.clone().key(key);
        if !is_consumer_key(key) {
            let detail = format!("{key:?}: use 1 to 40 letters, digits, hyphens and underscores.");
            found.error_at(path.clone(), "Invalid key", detail);
        }
        let Some(consumer) = consumer.known() else {
            if consumer.is_null() {
                let detail =
                    "A consumer can't be null: take the entry out, or say where it connects from.";
                found.error_at(path, "Consumer without values", detail);
            }
            continue;
        };
        check_consumer(config, consumer, &path, found);
        let Some(place) = place(consumer).filter(|_| !consumer.account.is_unknown()) else {
            continue;
        };
        let Some(other) = seen.insert((consumer.account.as_str(), place), key) else {
            continue;
        };
        match consumer.is_networked() {
            true => {
                let detail = format!(
                    "{other:?} comes through {place} already. What is shared is put into a service network \
                     once, and whoever is in that reaches it. Leave this consumer out."
                );
                let path = path.attribute("service_network_id");
                found.error_at(path, "Service network given twice", detail);
            }
            false => {
                let detail = format!(
                    "{other:?} connects {place} already. A consumer is recognised by account and VPC; \
                     give all subnets in one."
                );
                found.error_at(path.attribute("vpc_id"), "VPC given twice", detail);
            }
        }
    }
    found.extend(names_once(config, is_of_one_key));
    for (key, consumer) in config.known_consumers() {
        endpoints_have_names_of_their_own(config, (key, consumer), found);
    }
}

/// AWS lets a VPC have a name once: two endpoints of one name are refused when the second one is made.
fn endpoints_have_names_of_their_own(
    config: &SharedDb,
    (key, consumer): (&str, &SharedConsumer),
    found: &mut Diagnostics,
) {
    if config.is_grouped() || consumer.private_dns_enabled.known() == Some(&false) {
        return;
    }
    let mut seen: BTreeMap<String, &String> = BTreeMap::new();
    for (endpoint, it) in config.endpoints_of(consumer) {
        let Some(name) = private_name(it) else {
            continue;
        };
        let Some(other) = seen.insert(name.clone(), endpoint) else {
            continue;
        };
        let detail = format!(
            "{other:?} and {endpoint:?} both give {key:?} the name {name}, and AWS lets a VPC have a name \
             once. Drop one of them, give consumers different endpoints, or say custom_domain_name = \"\" \
             for one, which has AWS's names alone then. Several ports of one database are port_ranges of \
             one endpoint; with private_dns_enabled = false a consumer has AWS's names for all."
        );
        let path = Path::root().attribute("consumers").key(key);
        found.error_at(path, "Two endpoints of one name", detail);
    }
}

/// What clients call an endpoint, as far as the configuration tells; databases by their ARN, of which AWS
/// knows the names.
fn private_name(endpoint: &SharedEndpoint) -> Option<String> {
    let name = match &endpoint.custom_domain_name {
        Field::Null => endpoint.dns_name.known().or(endpoint.arn.known()),
        name => name.known(),
    };
    let name = name?.trim_end_matches('.').to_lowercase();
    Some(name).filter(|name| !name.is_empty())
}

/// The same key of an account is the same account.
fn is_of_one_key(one: &SharedConsumer, other: &SharedConsumer) -> bool {
    !one.account.is_unknown() && one.account == other.account
}

/// By what a consumer is recognised within its account.
fn place(consumer: &SharedConsumer) -> Option<&str> {
    match consumer.way()? {
        Way::Endpoint => consumer.vpc_id.as_str(),
        Way::Network => consumer.network_id(),
    }
}

fn check_consumer(
    config: &SharedDb,
    consumer: &SharedConsumer,
    path: &Path,
    found: &mut Diagnostics,
) {
    let at = |name: &str| path.clone().attribute(name);
    if let Some(vpc) = consumer.vpc_id.as_str().filter(|vpc| !is_id(vpc, "vpc-")) {
        let detail = format!("{vpc:?} is no id of the form vpc-….");
        found.error_at(at("vpc_id"), "Not an id", detail);
    }
    networks::check(consumer, path, found);
    checks::ids(&consumer.subnet_ids, "subnet-", at("subnet_ids"), found);
    let groups = &consumer.security_group_ids;
    checks::ids(groups, "sg-", at("security_group_ids"), found);
    checks::tags(&consumer.tags, at("tags"), found);
    let preference = &consumer.private_dns_preference;
    checks::one_of(preference, PREFERENCES, at("private_dns_preference"), found);
    check_chosen(config, consumer, path, found);
    check_names(config, consumer, path, found);
    if let Some(allow) = consumer
        .allow_from
        .known()
        .filter(|_| !consumer.is_networked())
    {
        let path = at("allow_from");
        if !groups.is_null() {
            let detail = "With security_group_ids the user's own groups say who may come in, and \
                          nothing in them is changed. Put the rules there, or take one of the two away.";
            found.error_at(path.clone(), "Rules without a group", detail);
        }
        checks::allow_from(allow, &path, found);
    }
}

fn check_chosen(
    config: &SharedDb,
    consumer: &SharedConsumer,
    path: &Path,
    found: &mut Diagnostics,
) {
    let path = path.clone().attribute("endpoints");
    let (Some(chosen), Some(all)) = (consumer.endpoints.known(), config.endpoints.known()) else {
        return;
    };
    if chosen.is_empty() {
        let detail =
            "This consumer would get nothing. Leave the line out to give it all endpoints.";
        found.error_at(path.clone(), "No endpoints", detail);
    }
    for key in chosen.known().filter(|key| !all.contains_key(*key)) {
        let keys: Vec<&str> = all.keys().map(String::as_str).collect();
        let detail = format!("{key:?} is none of endpoints: {}.", keys.join(", "));
        found.error_at(path.clone(), "No such endpoint", detail);
    }
}

fn check_names(config: &SharedDb, consumer: &SharedConsumer, path: &Path, found: &mut Diagnostics) {
    let at = |name: &str| path.clone().attribute(name);
    let domains = consumer.private_dns_specified_domains.known();
    let domains = domains.filter(|_| !consumer.is_networked());
    let preference = consumer.private_dns_preference.as_str();
    if domains.is_some() && preference.is_some_and(|it| !it.contains("SPECIFIED")) {
        let detail = "Only the preferences that say SPECIFIED take names.";
        found.error_at(
            at("private_dns_specified_domains"),
            "Names without effect",
            detail,
        );
    }
    if domains.is_some_and(Set::is_empty) {
        let detail = "The set is empty: name at least one, or leave the line out.";
        found.error_at(at("private_dns_specified_domains"), "Empty set", detail);
    }
    if domains.is_some_and(|domains| domains.len() > DOMAINS_MAX) {
        let detail =
            format!("An endpoint takes at most {DOMAINS_MAX} names; *. stands for all below.");
        found.error_at(
            at("private_dns_specified_domains"),
            "Too many names",
            detail,
        );
    }
    let same = |one: &Field<String>, other: &Field<String>| one.as_str() == other.as_str();
    let at_home = consumer.vpc_id.is_known()
        && same(&consumer.vpc_id, &config.vpc_id)
        && (consumer.account.is_null() || same(&consumer.account, &config.account));
    if at_home && consumer.private_dns_enabled.is_null() {
        let detail = "This is the database's own VPC: private DNS would lead its own name to the endpoint \
                      for everybody there. Say private_dns_enabled = false, or true if that is meant.";
        found.error_at(at("private_dns_enabled"), "In the owner's VPC", detail);
    }
}
