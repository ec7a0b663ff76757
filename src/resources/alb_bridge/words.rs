//! What users call the parts of a bridge.

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
            "endpoint" => "endpoint",
            "security_group" => "security group",
            "acceptance" => "acceptance",
            "vpc" => "VPC",
            other => other,
        };
        return format!("the {of} of consumer {key:?}");
    }
    if let Some(rest) = address.strip_prefix("listener.") {
        let (key, part) = rest.split_once('.').unwrap_or((rest, ""));
        return match part {
            "target_group" => format!("the target group of listener {key:?}"),
            "target" => format!("the ALB as the target of listener {key:?}"),
            "alb_listener" => format!("the ALB's own listener behind listener {key:?}"),
            _ => format!("listener {key:?}"),
        };
    }
    if let Some((group, port)) = at::alb_rule_of(address) {
        return format!("the rule for port {port} in {group}");
    }
    if let Some(words) = strays::words(address) {
        return words;
    }
    let words = match address {
        at::ANCHOR => "the network load balancer's security group",
        at::NLB => "the network load balancer",
        at::SERVICE => "the endpoint service",
        at::PRINCIPALS => "the list of who may connect",
        at::ZONES => "the zones of the endpoint service",
        at::FAMILY => "the network load balancer's address type",
        at::NOTIFICATION => "the notifications",
        at::ACCEPTED => "the acceptance of others' connections",
        at::ALB => "the ALB",
        at::VPC => "the ALB's VPC",
        other => other,
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_reads_addresses_that_only_the_ledger_has() {
        for (address, expected) in [
            ("nlb~", "the former network load balancer"),
            ("listener.https~", "the former listener \"https\""),
            (
                "listener.https.target_group~",
                "the former target group of listener \"https\"",
            ),
            ("consumer.a.endpoint", "the endpoint of consumer \"a\""),
            ("alb_rule.sg-1.80", "the rule for port 80 in sg-1"),
        ] {
            assert_eq!(words(address), expected);
        }
        assert!(is_shown("nlb") && !is_shown("nlb~"));
        assert!(!is_shown(&strays::address("pl-orders")));
    }
}
