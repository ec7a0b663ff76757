//! What is wrong about consumers.

use std::collections::BTreeMap;

use super::super::model::{AlbBridge, BridgeConsumer};
use crate::protocol::{Diagnostics, Field, Path};
use crate::resources::checks;
use crate::resources::text::{is_consumer_key, is_id};

/// Account, region and VPC, as far as they are written.
type Place<'a> = (Option<&'a str>, Option<&'a str>, &'a str);

/// Everything about consumers.
pub(super) fn check(config: &AlbBridge, found: &mut Diagnostics) {
    let path = Path::root().attribute("consumers");
    for (key, _) in nulls(config) {
        let detail = "A consumer can't be null: take the entry out, or say where it connects from.";
        found.error_at(path.clone().key(key), "Consumer without values", detail);
    }
    let mut seen: BTreeMap<Place<'_>, &str> = BTreeMap::new();
    for (key, consumer) in config.known_consumers() {
        let path = path.clone().key(key);
        if !is_consumer_key(key) {
            let detail = format!("{key:?}: use 1 to 40 letters, digits, hyphens and underscores.");
            found.error_at(path.clone(), "Invalid key", detail);
        }
        check_consumer(consumer, &path, found);
        check_families(config, consumer, &path, found);
        let (account, vpc) = (&consumer.account, consumer.vpc_id.as_str());
        let told = !account.is_unknown() && !consumer.region.is_unknown();
        let Some(vpc) = vpc.filter(|_| told) else {
            continue;
        };
        let place = (account.as_str(), consumer.region.as_str(), vpc);
        if let Some(other) = seen.insert(place, key) {
            let detail = format!(
                "{other:?} connects {vpc} already. A consumer is recognised by account, region and \
                 VPC; give all subnets in one."
            );
            found.error_at(path.attribute("vpc_id"), "VPC given twice", detail);
        }
    }
}

fn nulls(config: &AlbBridge) -> impl Iterator<Item = (&String, &Field<BridgeConsumer>)> {
    let consumers = config.consumers.known().into_iter().flatten();
    consumers.filter(|(_, consumer)| consumer.is_null())
}

fn check_consumer(consumer: &BridgeConsumer, path: &Path, found: &mut Diagnostics) {
    if let Some(vpc) = consumer.vpc_id.as_str().filter(|vpc| !is_id(vpc, "vpc-")) {
        let detail = format!("{vpc:?} is no id of the form vpc-….");
        found.error_at(path.clone().attribute("vpc_id"), "Not an id", detail);
    }
    checks::region(&consumer.region, path.clone().attribute("region"), found);
    checks::ids(
        &consumer.subnet_ids,
        "subnet-",
        path.clone().attribute("subnet_ids"),
        found,
    );
    checks::tags(&consumer.tags, path.clone().attribute("tags"), found);
    checks::ids(
        &consumer.security_group_ids,
        "sg-",
        path.clone().attribute("security_group_ids"),
        found,
    );
    let Some(allow) = consumer.allow_from.known() else {
        return;
    };
    let path = path.clone().attribute("allow_from");
    if !consumer.security_group_ids.is_null() {
        let detail = "With security_group_ids the user's own groups say who may come in, and \
                      nothing in them is changed. Put the rules there, or take one of the two away.";
        found.error_at(path.clone(), "Rules without a group", detail);
    }
    checks::allow_from(allow, &path, found);
}

fn check_families(
    config: &AlbBridge,
    consumer: &BridgeConsumer,
    path: &Path,
    found: &mut Diagnostics,
) {
    let at = |name: &str| path.clone().attribute(name);
    let (family, record) = (&consumer.ip_address_type, &consumer.dns_record_ip_type);
    let families = ["ipv4", "dualstack", "ipv6"];
    checks::one_of(family, &families, at("ip_address_type"), found);
    let records = ["ipv4", "dualstack", "ipv6", "service-defined"];
    checks::one_of(record, &records, at("dns_record_ip_type"), found);
    let offered = &config.ip_address_type;
    if matches!(family.as_str(), Some("dualstack" | "ipv6"))
        && !offered.is_unknown()
        && offered.as_str() != Some("dualstack")
    {
        let detail = "The service offers IPv4 alone. Set ip_address_type = \"dualstack\" for the \
                      bridge as well.";
        found.error_at(at("ip_address_type"), "No IPv6 to connect to", detail);
    }
    let fits = match (family.as_str(), record.as_str()) {
        (None, Some(record)) if family.is_null() => record == "ipv4",
        (Some("ipv4"), Some(record)) => record == "ipv4",
        (Some("ipv6"), Some(record)) => record == "ipv6",
        _ => true,
    };
    if !fits {
        let detail = "Its names can't have addresses that the endpoint has not.";
        found.error_at(at("dns_record_ip_type"), "No such addresses", detail);
    }
    check_addresses(consumer, path, found);
}

fn check_addresses(consumer: &BridgeConsumer, path: &Path, found: &mut Diagnostics) {
    let path = path.clone().attribute("ipv4_addresses");
    let Some(addresses) = consumer.ipv4_addresses.known() else {
        return;
    };
    if matches!(
        consumer.ip_address_type.as_str(),
        Some("dualstack" | "ipv6")
    ) {
        let detail = "AWS fixes addresses of both families or of none. IPv4 addresses can be fixed \
                      for endpoints of ip_address_type = \"ipv4\".";
        found.error_at(path.clone(), "Addresses of one family", detail);
    }
    let subnets = consumer.subnet_ids.known().filter(|it| !it.has_unknown());
    for (subnet, address) in addresses {
        let path = path.clone().key(subnet);
        if subnets.is_some_and(|subnets| !subnets.contains(subnet)) {
            let detail = format!("{subnet} is none of subnet_ids.");
            found.error_at(path.clone(), "Address without a subnet", detail);
        }
        let address = address.as_str();
        if let Some(text) = address.filter(|text| text.parse::<std::net::Ipv4Addr>().is_err()) {
            let detail = format!("{text:?} is no IPv4 address.");
            found.error_at(path, "Not an address", detail);
        }
    }
}
