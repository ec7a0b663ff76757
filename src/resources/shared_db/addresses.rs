//! The addresses of a shared database's components, and which attribute each is about.

use std::collections::BTreeSet;

use crate::protocol::Path;

/// The anchor: the gateway's security group.
pub(super) const ANCHOR: &str = "gateway.security_group";
/// The resource gateway.
pub(super) const GATEWAY: &str = "gateway";
/// The user's gateway, where one was given.
pub(super) const GIVEN_GATEWAY: &str = "given_gateway";
/// The group of all endpoints.
pub(super) const GROUP: &str = "group";
/// The owner's VPC.
pub(super) const VPC: &str = "vpc";
/// The share of all endpoints.
pub(super) const SHARE: &str = "share";
/// Who is given what.
pub(super) const AUDIENCE: &str = "audience";
/// What is shared, in the user's share.
pub(super) const MEMBERSHIP: &str = "share_membership";

/// Our rules in one of the database's groups.
pub(super) fn database_rules(group: &str) -> String {
    format!("database_rules.{group}")
}

/// The group in such an address.
pub(super) fn database_rules_of(address: &str) -> Option<&str> {
    address.strip_prefix("database_rules.")
}

pub(super) fn database(key: &str) -> String {
    format!("endpoint.{key}.database")
}

pub(super) fn configuration(key: &str) -> String {
    format!("endpoint.{key}.configuration")
}

/// The key and the part in the address of something of an endpoint.
pub(super) fn endpoint_of(address: &str) -> Option<(&str, &str)> {
    address.strip_prefix("endpoint.")?.split_once('.')
}

/// The share of these endpoints; of all of them where none are named.
pub(super) fn share(keys: Option<&BTreeSet<String>>) -> String {
    match keys {
        None => SHARE.to_owned(),
        Some(keys) => {
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            format!("{SHARE}.{}", keys.join("+"))
        }
    }
}

/// Whether it is the address of a share.
pub(super) fn is_share(address: &str) -> bool {
    address == SHARE || address.starts_with("share.")
}

/// Everything of one consumer.
pub(super) fn consumer(key: &str) -> String {
    format!("consumer.{key}")
}

pub(super) fn consumer_part(key: &str, part: &str) -> String {
    format!("consumer.{key}.{part}")
}

/// How a consumer is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By endpoints of its own.
    Endpoint,
    /// Through a service network.
    Network,
}

/// A consumer's connection to one of what is shared, or to the group of all of it.
pub(super) fn connection(key: &str, way: Way, to: Option<&str>) -> String {
    let word = match way {
        Way::Endpoint => "endpoint",
        Way::Network => "association",
    };
    match to {
        Some(to) => format!("consumer.{key}.{word}.{to}"),
        None => format!("consumer.{key}.group_{word}"),
    }
}

/// Whether a consumer's part is a connection; gives how, and what it leads to, which is empty for the group.
pub(super) fn led_to(part: &str) -> Option<(Way, &str)> {
    match part {
        "group_endpoint" => Some((Way::Endpoint, "")),
        "group_association" => Some((Way::Network, "")),
        part => match part.split_once('.')? {
            ("endpoint", to) => Some((Way::Endpoint, to)),
            ("association", to) => Some((Way::Network, to)),
            _ => None,
        },
    }
}

/// The consumer's key and the part in an address.
pub(super) fn consumer_of(address: &str) -> Option<(&str, &str)> {
    address.strip_prefix("consumer.")?.split_once('.')
}

/// The attribute that an address is about.
pub(super) fn path(address: &str) -> Path {
    let root = Path::root();
    if let Some((key, part)) = consumer_of(address) {
        let consumer = root.attribute("consumers").key(key.trim_end_matches('~'));
        return match part {
            "vpc" => consumer.attribute("vpc_id"),
            "network" => consumer.attribute("service_network_id"),
            _ => consumer,
        };
    }
    if let Some((key, part)) = endpoint_of(address) {
        let endpoint = root.attribute("endpoints").key(key.trim_end_matches('~'));
        return match part {
            "database" => endpoint.attribute("arn"),
            _ => endpoint,
        };
    }
    match address {
        VPC => root.attribute("vpc_id"),
        GIVEN_GATEWAY => root.attribute("resource_gateway_id"),
        GROUP => root.attribute("group"),
        MEMBERSHIP => root.attribute("resource_share_arn"),
        _ if address.starts_with("database_rules.") => {
            root.attribute("database_security_group_ids")
        }
        _ => root,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_what_the_user_wrote() {
        let of = |address: &str| path(address).to_string();
        let endpoint = connection("a", Way::Endpoint, Some("orders"));
        assert_eq!(of(&endpoint), r#"consumers["a"]"#);
        assert_eq!(of(&consumer_part("a", "vpc")), r#"consumers["a"].vpc_id"#);
        let network = consumer_part("a", "network");
        assert_eq!(of(&network), r#"consumers["a"].service_network_id"#);
        assert_eq!(of(&configuration("orders")), r#"endpoints["orders"]"#);
        assert_eq!(of(&database("orders")), r#"endpoints["orders"].arn"#);
        assert_eq!(of(VPC), "vpc_id");
        assert!(path(GATEWAY).is_root());
        assert_eq!(consumer_of(&endpoint), Some(("a", "endpoint.orders")));
        assert_eq!(database_rules_of(&database_rules("sg-1")), Some("sg-1"));
        for way in [Way::Endpoint, Way::Network] {
            for to in [None, Some("orders")] {
                let address = connection("a", way, to);
                let (_, part) = consumer_of(&address).unwrap();
                assert_eq!(led_to(part), Some((way, to.unwrap_or_default())));
            }
        }
        assert_eq!(led_to("vpc"), None);
        let some = BTreeSet::from(["a".to_owned(), "b".to_owned()]);
        assert_eq!(share(Some(&some)), "share.a+b");
        assert!(is_share(&share(None)) && !is_share("shared"));
    }
}
