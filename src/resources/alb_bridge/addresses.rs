//! The addresses of a bridge's components, and which attribute each is about.

use crate::protocol::Path;

/// The anchor: the network load balancer's security group.
pub(super) const ANCHOR: &str = "nlb.security_group";
/// The network load balancer.
pub(super) const NLB: &str = "nlb";
/// The endpoint service.
pub(super) const SERVICE: &str = "service";
/// The service's allowed principals.
pub(super) const PRINCIPALS: &str = "service.principals";
/// The zones that the service offers.
pub(super) const ZONES: &str = "service.zones";
/// The address families of the network load balancer, once the service has changed.
pub(super) const FAMILY: &str = "service.nlb_address_type";
/// Where AWS sends what happens.
pub(super) const NOTIFICATION: &str = "service.notification";
/// The connections of others that are accepted.
pub(super) const ACCEPTED: &str = "service.connections";
/// The user's ALB.
pub(super) const ALB: &str = "alb";
/// The owner's VPC.
pub(super) const VPC: &str = "vpc";

/// How the addresses begin of endpoints that nobody remembered: they are called by their ids.
pub(super) const STRAY_ENDPOINT: &str = "left_behind.vpce-";

/// The parts of one listener.
pub(super) fn listener(key: &str) -> String {
    format!("listener.{key}")
}

pub(super) fn alb_listener(key: &str) -> String {
    format!("listener.{key}.alb_listener")
}

pub(super) fn target_group(key: &str) -> String {
    format!("listener.{key}.target_group")
}

pub(super) fn target(key: &str) -> String {
    format!("listener.{key}.target")
}

/// The rule that lets the network load balancer into one of the ALB's groups on one port: by the
/// anchor, or by a group that the user gave.
pub(super) fn alb_rule(group: &str, port: u16, given: Option<&str>) -> String {
    match given {
        Some(given) => format!("alb_rule.{group}.{port}.{given}"),
        None => format!("alb_rule.{group}.{port}"),
    }
}

/// The group and the port in the address of such a rule.
pub(super) fn alb_rule_of(address: &str) -> Option<(&str, u16)> {
    let mut parts = address.strip_prefix("alb_rule.")?.split('.');
    let (group, port) = (parts.next()?, parts.next()?);
    Some((group, port.parse().ok()?))
}

/// Everything of one consumer.
pub(super) fn consumer(key: &str) -> String {
    format!("consumer.{key}")
}

pub(super) fn consumer_part(key: &str, part: &str) -> String {
    format!("consumer.{key}.{part}")
}

/// The consumer's key and the part in an address.
pub(super) fn consumer_of(address: &str) -> Option<(&str, &str)> {
    address.strip_prefix("consumer.")?.rsplit_once('.')
}

/// The attribute that an address is about.
pub(super) fn path(address: &str) -> Path {
    let root = Path::root();
    if let Some((key, part)) = consumer_of(address) {
        // One that had to make room for another of its key is on its way out.
        let key = key.trim_end_matches('~');
        let consumer = root.attribute("consumers").key(key);
        return match part {
            "vpc" => consumer.attribute("vpc_id"),
            _ => consumer,
        };
    }
    if let Some(rest) = address.strip_prefix("listener.") {
        let (key, part) = rest.split_once('.').unwrap_or((rest, ""));
        let listener = root.attribute("listeners").key(key.trim_end_matches('~'));
        return match part {
            "alb_listener" => listener.attribute("alb_port"),
            _ => listener,
        };
    }
    match address {
        NOTIFICATION => root.attribute("notifications"),
        ALB | VPC => root.attribute("alb_arn"),
        ZONES => root.attribute("subnet_ids"),
        FAMILY => root.attribute("ip_address_type"),
        _ if address.starts_with("alb_rule.") => root.attribute("alb_security_group_ids"),
        _ => root,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_what_the_user_wrote() {
        assert_eq!(path("consumer.a.endpoint").to_string(), r#"consumers["a"]"#);
        assert_eq!(
            path("consumer.a.vpc").to_string(),
            r#"consumers["a"].vpc_id"#
        );
        assert_eq!(
            path("listener.https.target").to_string(),
            r#"listeners["https"]"#
        );
        assert_eq!(
            path("listener.https.alb_listener").to_string(),
            r#"listeners["https"].alb_port"#
        );
        assert_eq!(path("alb").to_string(), "alb_arn");
        assert_eq!(path(FAMILY).to_string(), "ip_address_type");
        assert!(path("service").is_root());
        for given in [None, Some("sg-2")] {
            assert_eq!(
                alb_rule_of(&alb_rule("sg-1", 80, given)),
                Some(("sg-1", 80))
            );
        }
    }
}
