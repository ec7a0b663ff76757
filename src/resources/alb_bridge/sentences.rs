//! What is done and what has drifted, in the words of whoever wrote the bridge.

use super::addresses as at;
use super::model::AlbBridge;
use super::service::{is_on, principals};
use crate::engine::{Forecast, Verdict};
use crate::resources::pipeline::Deed;

/// What a plan says of one deed; `None` where another sentence says it already.
pub(super) fn change(model: &AlbBridge, address: &str, deed: &Deed<'_>) -> Option<String> {
    if let Deed::Changes(["tags"]) = deed {
        return Some("changes tags".to_owned());
    }
    if let Some((key, part)) = at::consumer_of(address) {
        return of_consumer(key.trim_end_matches('~'), part, deed);
    }
    if let Some(rest) = address.strip_prefix("listener.") {
        return of_listener(model, rest, deed);
    }
    if let Some((group, port)) = at::alb_rule_of(address) {
        return match deed {
            Deed::Removes => Some(format!("no longer opens port {port} of {group}")),
            _ => Some(format!("opens port {port} of {group} to the bridge")),
        };
    }
    let what = match address {
        at::NLB => "the network load balancer",
        at::SERVICE => "the endpoint service",
        at::ANCHOR => "the network load balancer's security group",
        at::FAMILY => return changed("takes IPv6 from the network load balancer", deed),
        at::NOTIFICATION => "the notifications",
        // Told name by name.
        at::PRINCIPALS => return None,
        at::ZONES => return changed("offers the service in more zones", deed),
        at::ACCEPTED => return Some("accepts connections that wait".to_owned()),
        _ => return None,
    };
    match deed {
        Deed::Makes if matches!(address, at::ANCHOR) => None,
        Deed::Makes => Some(format!("makes {what}")),
        Deed::Replaces(why) => Some(format!("replaces {what}: {why}")),
        Deed::Changes(fields) => Some(format!("changes {what}: {}", listed(fields))),
        Deed::Removes => Some(format!("removes {what}")),
    }
}

/// Said only where something that is there changes: what is made says nothing of its own.
fn changed(sentence: &str, deed: &Deed<'_>) -> Option<String> {
    matches!(deed, Deed::Changes(_)).then(|| sentence.to_owned())
}

fn of_consumer(key: &str, part: &str, deed: &Deed<'_>) -> Option<String> {
    match (part, deed) {
        ("endpoint", Deed::Makes) => Some(format!("connects {key}")),
        ("endpoint", Deed::Replaces(why)) => Some(format!(
            "replaces the endpoint of {key}, which gets another id and DNS name: {why}"
        )),
        ("endpoint", Deed::Changes(fields)) => {
            Some(format!("changes the endpoint of {key}: {}", listed(fields)))
        }
        ("endpoint", Deed::Removes) => Some(format!("disconnects {key}")),
        ("security_group", Deed::Changes(_)) => {
            Some(format!("changes who may use the endpoint of {key}"))
        }
        _ => None,
    }
}

fn of_listener(model: &AlbBridge, rest: &str, deed: &Deed<'_>) -> Option<String> {
    let (key, part) = rest.split_once('.').unwrap_or((rest, ""));
    let mut named = model.known_listeners().filter(|(name, _)| *name == key);
    let port = named.find_map(|(_, it)| it.known_port());
    let name = port.map_or_else(|| key.to_owned(), |port| port.to_string());
    match (part, deed) {
        ("", Deed::Makes) => Some(format!("adds listener {name}")),
        ("", Deed::Removes) => Some(format!("removes listener {name}")),
        ("", Deed::Changes(["idle_timeout"])) => {
            Some(format!("changes the idle time-out of listener {name}"))
        }
        ("", Deed::Changes(_)) => Some(format!("leads listener {name} to another target")),
        ("target_group", Deed::Changes(_)) => {
            Some(format!("changes the health check of listener {name}"))
        }
        _ => None,
    }
}

fn listed(fields: &[&str]) -> String {
    let words = fields.iter().map(|field| field.replace('_', " "));
    words.collect::<Vec<_>>().join(", ")
}

/// Who may connect from now on, and who may no longer.
pub(super) fn grants(prior: Option<&AlbBridge>, planned: &AlbBridge) -> Vec<String> {
    let Some(prior) = prior else {
        return Vec::new();
    };
    let (before, after) = (principals(prior), principals(planned));
    let cut = match is_on(&planned.reject_on_revoke) {
        true => ", and rejects what is connected by it alone",
        false => "",
    };
    let lost = before.difference(&after);
    let lost = lost.map(|arn| format!("no longer lets {arn} connect{cut}"));
    let gained = after.difference(&before);
    let gained = gained.map(|arn| format!("lets {arn} connect"));
    lost.chain(gained).collect()
}

/// What a refresh says of something that the next apply will mend, where the usual words would not
/// do.
pub(super) fn drift(address: &str, forecast: &Forecast) -> Option<String> {
    if address == at::ACCEPTED {
        return Some("connections wait that are to be accepted".to_owned());
    }
    let (key, "acceptance") = at::consumer_of(address)? else {
        return None;
    };
    // Without an endpoint nothing waits.
    let endpoint = forecast.verdict(&at::consumer_part(key, "endpoint"));
    Some(match endpoint {
        Some(Verdict::Missing | Verdict::Replace(_)) => String::new(),
        _ => format!("the connection of {key} waits for acceptance"),
    })
}
