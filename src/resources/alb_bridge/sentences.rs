//! What is done and what has drifted, in the words of whoever wrote the bridge.

use super::addresses as at;
use super::identity::is_same;
use super::model::{AlbBridge, BridgeConsumer, BridgeListener};
use super::service::{is_exclusive, is_on, principals};
use super::values;
use crate::components::{SeenConnections, SeenPrincipals};
use crate::engine::{Entry, Forecast, Ledger, Verdict};
use crate::resources::facts::known_strings;
use crate::resources::pipeline::{Deed, Past, renamed};
use crate::resources::strays::{is_stray, leaving};

/// What stood before, if anything did, and what is planned.
type Models<'a> = (Option<&'a AlbBridge>, &'a AlbBridge);

/// What a plan says of one deed; `None` where another sentence says it already.
pub(super) fn change(models: Models<'_>, address: &str, deed: &Deed<'_>) -> Option<String> {
    // What had to make room for another of its name is the former one.
    let former = address.contains('~');
    let plain = address.replace('~', "");
    let address = plain.as_str();
    if let Some((key, part)) = at::consumer_of(address) {
        return of_consumer(models, (key, part), deed);
    }
    if let Some(rest) = address.strip_prefix("listener.") {
        return of_listener(models, (rest, former), deed);
    }
    if is_stray(address) && *deed == Deed::Removes {
        return leaving(address);
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
        // Told name by name, unless it is others who changed it.
        at::PRINCIPALS => {
            let told = models
                .0
                .is_some_and(|prior| principals(prior) != principals(models.1));
            let sentence = "puts the list of who may connect as it is written";
            return changed(sentence, deed).filter(|_| !told);
        }
        at::ZONES => {
            let sentence = match values::loses_subnets(models.0, models.1) {
                true => "offers the service in other zones",
                false => "offers the service in more zones",
            };
            return changed(sentence, deed);
        }
        at::ACCEPTED => return of_accepted(models, deed),
        _ => return None,
    };
    match deed {
        Deed::Makes if address == at::ANCHOR && models.0.is_none() => None,
        Deed::Makes => Some(format!("makes {what}")),
        Deed::Replaces(why) => Some(format!("replaces {what}: {why}")),
        Deed::Changes(fields) => {
            let fields = listed(models, address, fields);
            Some(format!("changes {what}: {fields}"))
        }
        Deed::Removes if former => Some(format!(
            "removes the former {}",
            what.trim_start_matches("the ")
        )),
        Deed::Removes => Some(format!("removes {what}")),
    }
}

/// Whose connections are accepted, if they wait. A service that is new has none.
fn of_accepted((prior, planned): Models<'_>, deed: &Deed<'_>) -> Option<String> {
    let whose = known_strings(&planned.accepted_accounts);
    let whose = whose.into_iter().map(|it| format!("account {it}"));
    let whose: Vec<String> = whose
        .chain(known_strings(&planned.accepted_endpoint_ids))
        .collect();
    let sentence = format!("accepts what waits of {}", whose.join(", "));
    let is_said = match deed {
        Deed::Makes => prior.is_some(),
        deed => matches!(deed, Deed::Changes(_)),
    };
    is_said.then_some(sentence)
}

/// Said only where something that is there changes: what is made says nothing of its own.
fn changed(sentence: &str, deed: &Deed<'_>) -> Option<String> {
    matches!(deed, Deed::Changes(_)).then(|| sentence.to_owned())
}

fn of_consumer(models: Models<'_>, (key, part): (&str, &str), deed: &Deed<'_>) -> Option<String> {
    match (part, deed) {
        ("endpoint", Deed::Makes) => Some(match models.0.and_then(|prior| vpc_of(prior, key)) {
            Some(vpc) if Some(vpc) != vpc_of(models.1, key) => format!(
                "connects {key} anew, out of {vpc}: its endpoint gets another id and DNS name"
            ),
            _ => format!("connects {key}"),
        }),
        ("endpoint", Deed::Replaces(why)) => Some(format!(
            "replaces the endpoint of {key}, which gets another id and DNS name: {why}"
        )),
        ("endpoint", Deed::Changes(fields)) => {
            let fields = listed(models, &at::consumer_part(key, part), fields);
            Some(format!("changes the endpoint of {key}: {fields}"))
        }
        ("endpoint", Deed::Removes) => Some(match vpc_of(models.1, key) {
            Some(_) => format!("removes the former endpoint of {key}"),
            None => format!("disconnects {key}"),
        }),
        // A consumer that was never connected.
        ("security_group", Deed::Removes) => {
            let consumer = models.0.and_then(|prior| named_consumer(prior, key));
            let unmade = consumer.is_some_and(|it| !it.endpoint_id.is_known());
            let gone = vpc_of(models.1, key).is_none();
            (unmade && gone).then(|| format!("gives up connecting {key}"))
        }
        ("security_group", Deed::Changes(_)) => {
            let who = values::admitted(models, key);
            let ports = models.0.and_then(|prior| values::ports(prior, models.1));
            Some(match (who, ports) {
                (None, Some(ports)) => {
                    format!("changes the ports of the endpoint of {key}: {ports}")
                }
                (who, _) => with(format!("changes who may use the endpoint of {key}"), who),
            })
        }
        _ => None,
    }
}

fn named_consumer<'a>(model: &'a AlbBridge, key: &str) -> Option<&'a BridgeConsumer> {
    let mut consumers = model.known_consumers();
    consumers.find_map(|(name, it)| (name == key).then_some(it))
}

fn vpc_of<'a>(model: &'a AlbBridge, key: &str) -> Option<&'a str> {
    named_consumer(model, key)?.vpc_id.as_str()
}

fn of_listener(
    (prior, planned): Models<'_>,
    (rest, former): (&str, bool),
    deed: &Deed<'_>,
) -> Option<String> {
    let (key, part) = rest.split_once('.').unwrap_or((rest, ""));
    let now = named(planned, key).filter(|_| !former);
    let before = prior.and_then(|prior| match now {
        Some(now) => at_port(prior, now.known_port()?),
        None => named(prior, key),
    });
    let port = now.or(before).and_then(BridgeListener::known_port);
    let name = port.map_or_else(|| key.to_owned(), |port| port.to_string());
    let both = before.zip(now);
    match (part, deed) {
        ("", Deed::Makes) => Some(format!("adds listener {name}")),
        ("", Deed::Removes) => Some(format!("removes listener {name}")),
        ("", Deed::Changes(["idle_timeout"])) => {
            let sentence = format!("changes the idle time-out of listener {name}");
            let values = prior.and_then(|prior| values::idle_timeout(prior, planned));
            Some(with(sentence, values))
        }
        ("", Deed::Changes(_)) => {
            let sentence = format!("leads listener {name} to another target");
            let models = prior.map(|prior| (prior, planned));
            let values = models.zip(both);
            Some(with(
                sentence,
                values.and_then(|(models, both)| values::target(models, both)),
            ))
        }
        ("target_group", Deed::Changes(_)) => {
            let sentence = format!("changes the health check of listener {name}");
            let values = both.and_then(|(before, now)| values::health_check(before, now));
            Some(with(sentence, values))
        }
        _ => None,
    }
}

fn named<'a>(model: &'a AlbBridge, key: &str) -> Option<&'a BridgeListener> {
    let mut listeners = model.known_listeners();
    listeners.find_map(|(name, it)| (name == key).then_some(it))
}

fn at_port(model: &AlbBridge, port: u16) -> Option<&BridgeListener> {
    let mut listeners = model.known_listeners();
    listeners.find_map(|(_, it)| (it.known_port() == Some(port)).then_some(it))
}

fn with(sentence: String, values: Option<String>) -> String {
    match values {
        Some(values) => format!("{sentence}: {values}"),
        None => sentence,
    }
}

fn listed(models: Models<'_>, address: &str, fields: &[&str]) -> String {
    let words = fields
        .iter()
        .map(|field| values::told(models, address, field));
    words.collect::<Vec<_>>().join(", ")
}

/// Who may connect from now on, and who may no longer.
pub(super) fn grants((prior, planned): Models<'_>, past: &Past<'_, AlbBridge>) -> Vec<String> {
    let Some(prior) = prior else {
        return Vec::new();
    };
    let (before, after) = (principals(prior), principals(planned));
    let listed = past.ledger.get(at::PRINCIPALS);
    let listed = listed.and_then(|it| serde_json::from_value(it.seen.clone()).ok());
    let listed: SeenPrincipals = listed.unwrap_or_default();
    let exclusive = is_exclusive(planned);
    let cut = match is_on(&planned.reject_on_revoke) {
        true => ", and rejects what is connected by it alone",
        false => "",
    };
    let lost = before.difference(&after);
    let lost = lost.map(|arn| match (listed.others.contains(arn), past.imported) {
        (false, false) => format!("no longer lets {arn} connect{cut}"),
        _ if exclusive => taken_off(arn),
        (true, _) => format!("leaves {arn} on the list, where others had put it before"),
        (false, true) => {
            format!("leaves {arn} on the list: others may have let it in before the import")
        }
    });
    let present = listed.principals.known().cloned().unwrap_or_default();
    let strange = present
        .iter()
        .filter(|arn| exclusive && !before.contains(*arn) && !after.contains(*arn));
    let gained = after.difference(&before);
    let gained = gained.map(|arn| format!("lets {arn} connect"));
    let renamed = renamed(prior.known_consumers(), planned.known_consumers(), is_same);
    let strange = strange.map(|arn| taken_off(arn));
    lost.chain(strange).chain(gained).chain(renamed).collect()
}

/// What becomes of somebody whom others have let in, where nobody else may.
fn taken_off(arn: &str) -> String {
    format!("takes {arn} off the list, where others had put it; what is connected stays connected")
}

/// Who waits to be accepted, by endpoint.
fn waiting(accepted: &Entry) -> String {
    let seen: SeenConnections = serde_json::from_value(accepted.seen.clone()).unwrap_or_default();
    let account = |endpoint: &String| {
        let all = seen.waiting.known().into_iter().flatten();
        let mut own = all.filter(|(it, _)| *it == endpoint);
        let account = own.next().map(|(_, account)| account.as_str());
        format!("{endpoint} (account {})", account.unwrap_or("unknown"))
    };
    let all: Vec<String> = seen.expected.iter().map(account).collect();
    format!("waits to be accepted: {}", all.join(", "))
}

/// What a refresh says of something that the next apply will mend, where the usual words would not
/// do.
pub(super) fn drift(address: &str, forecast: &Forecast, found: &Ledger) -> Option<String> {
    if address == at::ACCEPTED {
        return Some(waiting(found.get(address)?));
    }
    if let Some(key) = address
        .strip_prefix("listener.")
        .filter(|key| !key.contains('.'))
    {
        return match forecast.verdict(address) {
            // How it hands over to another target group is no field of AWS's.
            Some(Verdict::Changed(fields)) if fields.contains(&"warming") => Some(format!(
                "the listener {key:?} no longer leads to the ALB, or is on the way to it"
            )),
            _ => None,
        };
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
