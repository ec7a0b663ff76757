//! What users call the parts of a shared database.

use super::addresses as at;
use crate::resources::strays;

/// A part by its address, in words.
pub(super) fn words(address: &str) -> String {
    // One that had to make room for another of its name is on its way out.
    let plain = address.replace('~', "");
    let words = present(&plain);
    match (plain == address, words.strip_prefix("the ")) {
        (true, _) => words,
        (false, Some(rest)) => format!("the former {rest}"),
        (false, None) => format!("the former {words}"),
    }
}

/// Whether it is called so for good: it has made no room for another, and was not merely found.
pub(super) fn is_shown(address: &str) -> bool {
    !address.contains('~') && !strays::is_stray(address)
}

fn present(address: &str) -> String {
    if let Some((key, part)) = at::consumer_of(address) {
        let of = match part {
            "security_group" => "security group",
            "acceptance" => "acceptance of the share",
            "vpc" => "VPC",
            "network" => "service network",
            other => return connection(key, other),
        };
        return format!("the {of} of consumer {key:?}");
    }
    if let Some((key, part)) = at::endpoint_of(address) {
        return match part {
            "database" => format!("the database of endpoint {key:?}"),
            _ => format!("the resource configuration of endpoint {key:?}"),
        };
    }
    if let Some(group) = at::database_rules_of(address) {
        return format!("the rules for the gateway in {group}");
    }
    if let Some(words) = strays::words(address) {
        return words;
    }
    match address {
        at::ANCHOR => "the gateway's security group".to_owned(),
        at::GATEWAY => "the resource gateway".to_owned(),
        at::VPC => "the owner's VPC".to_owned(),
        at::GIVEN_GATEWAY => "the resource gateway that was given".to_owned(),
        at::GROUP => "the group of all endpoints".to_owned(),
        at::AUDIENCE => "the cutting off of those who are no longer given something".to_owned(),
        at::MEMBERSHIP => "what is shared, in resource_share_arn".to_owned(),
        _ if at::is_share(address) => match address.split_once('.') {
            Some((_, keys)) => format!("the share of {}", keys.replace('+', ", ")),
            None => "the share".to_owned(),
        },
        other => other.to_owned(),
    }
}

fn connection(key: &str, part: &str) -> String {
    let (way, to) = at::led_to(part).unwrap_or((at::Way::Endpoint, part));
    let what = match way {
        at::Way::Endpoint => "endpoint",
        at::Way::Network => "association",
    };
    match to {
        "" => format!("the {what} of consumer {key:?} to the group"),
        to => format!("the {what} of consumer {key:?} to {to:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_a_name() {
        for (address, expected) in [
            ("gateway~", "the former resource gateway"),
            (
                "consumer.a.endpoint.db",
                "the endpoint of consumer \"a\" to \"db\"",
            ),
            (
                "consumer.a.group_association",
                "the association of consumer \"a\" to the group",
            ),
            (
                "endpoint.db.configuration",
                "the resource configuration of endpoint \"db\"",
            ),
            ("share.a+b", "the share of a, b"),
            ("database_rules.sg-1", "the rules for the gateway in sg-1"),
        ] {
            assert_eq!(words(address), expected);
        }
        assert!(is_shown("gateway") && !is_shown("gateway~"));
    }
}
