//! What the configuration alone shows to be wrong.

mod access;
mod consumers;
mod listeners;

pub(super) use access::shut_out;

use super::model::AlbBridge;
use super::settle::EVENTS;
use crate::aws::Arn;
use crate::protocol::{Diagnostics, Path, Set};
use crate::resources::checks;

/// Everything that is wrong, each at its attribute.
pub(super) fn validate(config: &AlbBridge) -> Diagnostics {
    let mut found = Diagnostics::new();
    let root = Path::root();
    checks::name(&config.name, &mut found);
    checks::region(&config.region, root.clone().attribute("region"), &mut found);
    check_alb_arn(config, &mut found);
    listeners::check(config, &mut found);
    for (ids, prefix, name) in [
        (&config.subnet_ids, "subnet-", "subnet_ids"),
        (&config.security_group_ids, "sg-", "security_group_ids"),
        (
            &config.alb_security_group_ids,
            "sg-",
            "alb_security_group_ids",
        ),
    ] {
        checks::ids(ids, prefix, root.clone().attribute(name), &mut found);
    }
    let idle = root.clone().attribute("tcp_idle_timeout_seconds");
    checks::range(
        &config.tcp_idle_timeout_seconds,
        60..=6000,
        idle,
        &mut found,
    );
    let family = root.clone().attribute("ip_address_type");
    checks::one_of(
        &config.ip_address_type,
        &["ipv4", "dualstack"],
        family,
        &mut found,
    );
    check_notifications(config, &mut found);
    let replace = root.clone().attribute("replace_nlb");
    checks::one_of(
        &config.replace_nlb,
        &["never", "interrupt"],
        replace,
        &mut found,
    );
    let beyond = root.clone().attribute("on_unreachable");
    checks::one_of(
        &config.on_unreachable,
        &["error", "reject"],
        beyond,
        &mut found,
    );
    check_enforcement(config, &mut found);
    access::check(config, &mut found);
    consumers::check(config, &mut found);
    checks::tags(&config.tags, root.clone().attribute("tags"), &mut found);
    checks::timeouts(&config.timeouts, &root.attribute("timeouts"), &mut found);
    found
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
        Some(("elasticloadbalancing", resource)) if is_alb(resource) => return,
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

/// `loadbalancer/app/NAME/ID`.
fn is_alb(resource: &str) -> bool {
    let name = resource.strip_prefix("loadbalancer/app/");
    let parts = name.and_then(|name| name.split_once('/'));
    parts.is_some_and(|(name, id)| !name.is_empty() && !id.is_empty() && !id.contains('/'))
}

fn check_notifications(config: &AlbBridge, found: &mut Diagnostics) {
    let Some(notifications) = config.notifications.known() else {
        return;
    };
    let at = |name: &str| Path::root().attribute("notifications").attribute(name);
    let topic = notifications.sns_topic_arn.as_str();
    let is_topic = |text: &&str| text.parse::<Arn>().is_ok_and(|arn| arn.service == "sns");
    if let Some(text) = topic.filter(|text| !is_topic(text)) {
        let detail = format!("{text:?} is no topic's ARN: arn:aws:sns:REGION:ACCOUNT:NAME.");
        found.error_at(at("sns_topic_arn"), "Not an SNS topic", detail);
    }
    let events = notifications.events.known();
    if events.is_some_and(Set::is_empty) {
        let detail = "Nothing would be sent: name events, or leave the line out for all of them.";
        found.error_at(at("events"), "No events", detail);
    }
    for event in events.into_iter().flat_map(Set::known) {
        checks::one_of(&event.as_str().into(), EVENTS, at("events"), found);
    }
}

fn check_enforcement(config: &AlbBridge, found: &mut Diagnostics) {
    let name = "enforce_security_group_inbound_rules_on_private_link_traffic";
    let field = &config.enforce_security_group_inbound_rules_on_private_link_traffic;
    let path = Path::root().attribute(name);
    checks::one_of(field, &["on", "off"], path, found);
    let blocks = Path::root().attribute("client_cidr_blocks");
    let Some(cidrs) = config.client_cidr_blocks.known() else {
        return;
    };
    if !field.is_unknown() && field.as_str() != Some("on") {
        let detail = format!("These rules are asked only with {name} = \"on\".");
        found.error_at(blocks.clone(), "Rules without effect", detail);
    }
    if !config.security_group_ids.is_null() {
        let detail = "With security_group_ids the user's own groups say who may come in, and \
                      nothing in them is changed. Put the rules there.";
        found.error_at(blocks.clone(), "Rules without a group", detail);
    }
    checks::cidrs(cidrs, &blocks, found);
}
