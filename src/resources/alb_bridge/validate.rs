//! What the configuration alone shows to be wrong.

use std::collections::BTreeMap;

use super::model::{AlbBridge, AllowFrom, BridgeConsumer, BridgeHealthCheck, BridgeListener};
use crate::aws::Arn;
use crate::aws::ownership::PREFIX;
use crate::protocol::{Diagnostics, Field, Map, Path, Set};
use crate::resources::common::Timeouts;
use crate::resources::duration;
use crate::resources::text::{is_account_id, is_cidr, is_consumer_key, is_id, is_label};

/// Beginnings that AWS keeps for itself in the names of objects that ours go into.
const RESERVED: &[&str] = &["internal-", "sg-", "rgw-", "rcfg-"];

/// Everything that is wrong, each at its attribute.
pub(super) fn validate(config: &AlbBridge) -> Diagnostics {
    let mut found = Diagnostics::new();
    let root = Path::root();
    check_name(&config.name, &mut found);
    check_alb_arn(config, &mut found);
    check_listeners(config, &mut found);
    check_ids(
        &config.subnet_ids,
        "subnet-",
        root.clone().attribute("subnet_ids"),
        &mut found,
    );
    check_ids(
        &config.alb_security_group_ids,
        "sg-",
        root.clone().attribute("alb_security_group_ids"),
        &mut found,
    );
    check_enforcement(config, &mut found);
    check_accounts(config, &mut found);
    check_consumers(config, &mut found);
    check_tags(&config.tags, root.clone().attribute("tags"), &mut found);
    check_timeouts(&config.timeouts, &root.attribute("timeouts"), &mut found);
    found
}

fn check_name(name: &Field<String>, found: &mut Diagnostics) {
    let Some(name) = name.as_str() else { return };
    let reserved = RESERVED.iter().find(|prefix| name.starts_with(**prefix));
    let wrong = if let Some(prefix) = reserved {
        format!("{name:?} begins with {prefix:?}, which AWS keeps for itself.")
    } else if (3..=24).contains(&name.len()) && is_label(name) {
        return;
    } else {
        format!("{name:?} is no name that all of AWS's services take.")
    };
    let detail = format!(
        "{wrong} Use 3 to 24 lower-case letters, digits and single hyphens, with a letter or digit \
         at both ends."
    );
    found.error_at(Path::root().attribute("name"), "Invalid name", detail);
}

fn check_alb_arn(config: &AlbBridge, found: &mut Diagnostics) {
    let Some(text) = config.alb_arn.as_str() else {
        return;
    };
    let path = Path::root().attribute("alb_arn");
    let arn: Option<Arn> = text.parse().ok();
    let kind = arn
        .as_ref()
        .map(|arn| (arn.service.as_str(), arn.resource.as_str()));
    let detail = match kind {
        Some(("elasticloadbalancing", resource)) if resource.starts_with("loadbalancer/app/") => {
            return;
        }
        Some(("elasticloadbalancing", resource)) if resource.starts_with("loadbalancer/net/") => {
            "This is a network load balancer. Give the ARN of an application load balancer."
        }
        Some(("elasticloadbalancing", resource)) if resource.starts_with("listener/") => {
            "This is a listener. Give its load_balancer_arn."
        }
        _ => {
            "Expected the ARN of an application load balancer: \
             arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/ID."
        }
    };
    found.error_at(
        path,
        "Not an application load balancer",
        format!("{text:?}: {detail}"),
    );
}

fn check_listeners(config: &AlbBridge, found: &mut Diagnostics) {
    let path = Path::root().attribute("listeners");
    if config.listeners.known().is_some_and(Map::is_empty) {
        found.error_at(
            path.clone(),
            "No listener",
            "Nothing could connect: give at least one.",
        );
    }
    let mut by_port: BTreeMap<i64, &str> = BTreeMap::new();
    for (key, listener) in config.known_listeners() {
        let path = path.clone().key(key);
        if key.len() > 16 || !is_label(key) {
            let detail =
                format!("{key:?}: use at most 16 lower-case letters, digits and single hyphens.");
            found.error_at(path.clone(), "Invalid key", detail);
        }
        check_listener(listener, &path, found);
        let Some(port) = listener.port.known() else {
            continue;
        };
        if let Some(other) = by_port.insert(*port, key) {
            let detail = format!(
                "{other:?} listens on port {port} already. A listener is recognised by its port."
            );
            found.error_at(path.attribute("port"), "Port given twice", detail);
        }
    }
}

fn check_listener(listener: &BridgeListener, path: &Path, found: &mut Diagnostics) {
    for (port, name) in [(&listener.port, "port"), (&listener.alb_port, "alb_port")] {
        check_range(port, 1..=65535, path.clone().attribute(name), found);
    }
    if let Some(check) = listener.health_check.known() {
        check_health(check, &path.clone().attribute("health_check"), found);
    }
}

fn check_health(check: &BridgeHealthCheck, path: &Path, found: &mut Diagnostics) {
    let at = |name: &str| path.clone().attribute(name);
    if let Some(protocol) = check.protocol.as_str()
        && !matches!(protocol, "HTTP" | "HTTPS")
    {
        let detail = format!("{protocol:?}: an ALB is checked by \"HTTP\" or \"HTTPS\".");
        found.error_at(at("protocol"), "Invalid protocol", detail);
    }
    if check
        .path
        .as_str()
        .is_some_and(|path| !path.starts_with('/'))
    {
        found.error_at(at("path"), "Invalid path", "A path begins with \"/\".");
    }
    check_range(&check.port, 1..=65535, at("port"), found);
    check_range(&check.interval, 5..=300, at("interval"), found);
    check_range(&check.timeout, 2..=120, at("timeout"), found);
    check_range(
        &check.healthy_threshold,
        2..=10,
        at("healthy_threshold"),
        found,
    );
    check_range(
        &check.unhealthy_threshold,
        2..=10,
        at("unhealthy_threshold"),
        found,
    );
    let interval = check.interval.known().copied().unwrap_or(10);
    let timeout = check.timeout.known().copied().unwrap_or(6);
    if timeout >= interval && !check.interval.is_unknown() && !check.timeout.is_unknown() {
        let detail = format!("{timeout} s is not below the interval of {interval} s.");
        found.error_at(at("timeout"), "Time-out too long", detail);
    }
}

fn check_range(
    number: &Field<i64>,
    range: std::ops::RangeInclusive<i64>,
    path: Path,
    found: &mut Diagnostics,
) {
    if let Some(number) = number.known()
        && !range.contains(number)
    {
        let detail = format!(
            "{number} is not between {} and {}.",
            range.start(),
            range.end()
        );
        found.error_at(path, "Out of range", detail);
    }
}

fn check_ids(ids: &Field<Set<String>>, prefix: &str, path: Path, found: &mut Diagnostics) {
    let Some(ids) = ids.known() else { return };
    if ids.is_empty() {
        let detail = "The set is empty: give at least one id, or leave an optional line out.";
        found.error_at(path.clone(), "Empty set", detail);
    }
    for id in ids.known().filter(|id| !is_id(id, prefix)) {
        let detail = format!("{id:?} is no id of the form {prefix}….");
        found.error_at(path.clone(), "Not an id", detail);
    }
}

fn check_enforcement(config: &AlbBridge, found: &mut Diagnostics) {
    let name = "enforce_security_group_inbound_rules_on_private_link_traffic";
    let field = &config.enforce_security_group_inbound_rules_on_private_link_traffic;
    let path = Path::root().attribute(name);
    if let Some(value) = field
        .as_str()
        .filter(|value| !matches!(*value, "on" | "off"))
    {
        let detail = format!("{value:?} is neither \"on\" nor \"off\".");
        found.error_at(path, "Invalid value", detail);
    }
    let blocks = Path::root().attribute("client_cidr_blocks");
    let Some(cidrs) = config.client_cidr_blocks.known() else {
        return;
    };
    if !field.is_unknown() && field.as_str() != Some("on") {
        let detail = format!("These rules are asked only with {name} = \"on\".");
        found.error_at(blocks.clone(), "Rules without effect", detail);
    }
    check_cidrs(cidrs, &blocks, found);
}

fn check_cidrs(cidrs: &Set<String>, path: &Path, found: &mut Diagnostics) {
    for cidr in cidrs.known().filter(|cidr| !is_cidr(cidr)) {
        let detail = format!(
            "{cidr:?} is no CIDR block whose address is that of the network, such as 10.0.0.0/16."
        );
        found.error_at(path.clone(), "Not a CIDR block", detail);
    }
}

fn check_accounts(config: &AlbBridge, found: &mut Diagnostics) {
    let path = Path::root().attribute("allowed_accounts");
    let accounts = config
        .allowed_accounts
        .known()
        .into_iter()
        .flat_map(Set::known);
    for account in accounts.filter(|account| !is_account_id(account)) {
        let detail = format!("{account:?} is no account id: twelve digits, in quotation marks.");
        found.error_at(path.clone(), "Not an account id", detail);
    }
}

fn check_consumers(config: &AlbBridge, found: &mut Diagnostics) {
    let path = Path::root().attribute("consumers");
    let mut seen: BTreeMap<(Option<&str>, &str), &str> = BTreeMap::new();
    for (key, consumer) in config.known_consumers() {
        let path = path.clone().key(key);
        if !is_consumer_key(key) {
            let detail = format!("{key:?}: use 1 to 40 letters, digits, hyphens and underscores.");
            found.error_at(path.clone(), "Invalid key", detail);
        }
        check_consumer(consumer, &path, found);
        let (account, vpc) = (&consumer.account, consumer.vpc_id.as_str());
        let Some(vpc) = vpc.filter(|_| !account.is_unknown()) else {
            continue;
        };
        if let Some(other) = seen.insert((account.as_str(), vpc), key) {
            let detail = format!(
                "{other:?} connects {vpc} already. A consumer is recognised by account, region and \
                 VPC; give all subnets in one."
            );
            found.error_at(path.attribute("vpc_id"), "VPC given twice", detail);
        }
    }
}

fn check_consumer(consumer: &BridgeConsumer, path: &Path, found: &mut Diagnostics) {
    if let Some(vpc) = consumer.vpc_id.as_str().filter(|vpc| !is_id(vpc, "vpc-")) {
        let detail = format!("{vpc:?} is no id of the form vpc-….");
        found.error_at(path.clone().attribute("vpc_id"), "Not an id", detail);
    }
    check_ids(
        &consumer.subnet_ids,
        "subnet-",
        path.clone().attribute("subnet_ids"),
        found,
    );
    check_tags(&consumer.tags, path.clone().attribute("tags"), found);
    if let Some(allow) = consumer.allow_from.known() {
        check_allow_from(allow, &path.clone().attribute("allow_from"), found);
    }
}

fn check_allow_from(allow: &AllowFrom, path: &Path, found: &mut Diagnostics) {
    let lists = [
        &allow.cidr_blocks,
        &allow.security_group_ids,
        &allow.prefix_list_ids,
    ];
    let is_empty =
        |list: &&Field<Set<String>>| list.is_null() || list.known().is_some_and(Set::is_empty);
    if lists.iter().all(is_empty) {
        let detail = "Nobody could use the endpoint. Give addresses, security groups or prefix \
                      lists, or leave allow_from out to admit the whole VPC.";
        found.error_at(path.clone(), "Nobody is allowed", detail);
    }
    if let Some(cidrs) = allow.cidr_blocks.known() {
        check_cidrs(cidrs, &path.clone().attribute("cidr_blocks"), found);
    }
    for (list, prefix, name) in [
        (&allow.security_group_ids, "sg-", "security_group_ids"),
        (&allow.prefix_list_ids, "pl-", "prefix_list_ids"),
    ] {
        let ids = list.known().into_iter().flat_map(Set::known);
        for id in ids.filter(|id| !is_id(id, prefix)) {
            let detail = format!("{id:?} is no id of the form {prefix}….");
            found.error_at(path.clone().attribute(name), "Not an id", detail);
        }
    }
}

fn check_tags(tags: &Field<Map<String>>, path: Path, found: &mut Diagnostics) {
    for key in tags.known().into_iter().flat_map(Map::keys) {
        let why = if key.starts_with(PREFIX) {
            format!("keys that begin with {PREFIX:?} say whose an object is and are the provider's")
        } else if key.to_lowercase().starts_with("aws:") {
            "AWS keeps keys that begin with \"aws:\" for itself".to_owned()
        } else {
            continue;
        };
        found.error_at(
            path.clone().key(key),
            "Reserved tag key",
            format!("{key:?}: {why}."),
        );
    }
}

fn check_timeouts(timeouts: &Field<Timeouts>, path: &Path, found: &mut Diagnostics) {
    let Some(timeouts) = timeouts.known() else {
        return;
    };
    for (field, name) in [
        (&timeouts.create, "create"),
        (&timeouts.read, "read"),
        (&timeouts.update, "update"),
        (&timeouts.delete, "delete"),
    ] {
        let Some(text) = field.as_str() else { continue };
        if duration::parse(text).is_none_or(|duration| duration.is_zero()) {
            let detail = format!("{text:?} is no duration such as \"30m\" or \"1h30m\".");
            found.error_at(path.clone().attribute(name), "Not a duration", detail);
        }
    }
}
