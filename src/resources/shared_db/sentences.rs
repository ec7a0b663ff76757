//! What is done and what has drifted, in the words of whoever wrote the shared database.

use std::collections::BTreeSet;

use super::addresses as at;
use super::identity::is_same;
use super::model::SharedDb;
use super::shares::principals;
use crate::aws::Aws;
use crate::components::{ResourceShare, SeenShare};
use crate::engine::{Component, Forecast, Ledger, Verdict};
use crate::resources::pipeline::{Deed, Past, renamed};
use crate::resources::strays::{is_stray, leaving};

/// What stood before, if anything did, and what is planned.
type Models<'a> = (Option<&'a SharedDb>, &'a SharedDb);

/// What a plan says of one deed; `None` where another sentence says it already.
pub(super) fn change(models: Models<'_>, address: &str, deed: &Deed<'_>) -> Option<String> {
    let former = address.contains('~');
    let plain = address.replace('~', "");
    let address = plain.as_str();
    if let Some((key, part)) = at::consumer_of(address) {
        let stays = models.1.known_consumers().any(|(it, _)| it == key);
        return of_consumer((key, part, former), stays, deed);
    }
    if let Some((key, "configuration")) = at::endpoint_of(address) {
        return of_endpoint((key, former), deed);
    }
    if is_stray(address) && *deed == Deed::Removes {
        return leaving(address);
    }
    if let Some(group) = at::database_rules_of(address) {
        return Some(match deed {
            Deed::Makes => format!("opens {group} to the gateway"),
            Deed::Removes => format!("no longer opens {group} to the gateway"),
            _ => format!("changes by which ports the gateway may enter {group}"),
        });
    }
    if address == at::MEMBERSHIP {
        return Some(match deed {
            Deed::Makes => "puts what is shared into resource_share_arn".to_owned(),
            Deed::Removes => "takes what is shared out of the share that was given".to_owned(),
            _ => "changes what is in resource_share_arn".to_owned(),
        });
    }
    if at::is_share(address) {
        // Told by name.
        return match deed {
            Deed::Changes(fields) if fields == &["principals"] => {
                let told = models
                    .0
                    .is_some_and(|prior| principals(prior) != principals(models.1));
                (!told).then(|| "invites again who is out of the share".to_owned())
            }
            _ => None,
        };
    }
    let what = match address {
        at::GROUP => "the group of all endpoints",
        at::GATEWAY => "the resource gateway",
        at::ANCHOR if models.0.is_some() => "the gateway's security group",
        _ => return None,
    };
    Some(match deed {
        Deed::Makes => format!("makes {what}"),
        Deed::Replaces(why) => format!("replaces {what}: {why}"),
        Deed::Changes(fields) => format!("changes {what}: {}", listed(fields)),
        Deed::Removes if former => {
            format!("removes the former {}", what.trim_start_matches("the "))
        }
        Deed::Removes => format!("removes {what}"),
    })
}

fn of_consumer(
    (key, part, former): (&str, &str, bool),
    stays: bool,
    deed: &Deed<'_>,
) -> Option<String> {
    let Some((way, to)) = at::led_to(part) else {
        return match (part, deed) {
            ("security_group", Deed::Changes(_)) => {
                Some(format!("changes who may use the endpoints of {key}"))
            }
            ("acceptance", Deed::Makes) => Some(format!("takes the share up for {key}")),
            _ => None,
        };
    };
    let to = match to {
        "" => "the group",
        to => to,
    };
    if let (at::Way::Network, Deed::Changes(fields)) = (way, deed)
        && fields.contains(&"vpc")
    {
        return Some(format!("leads {key} to {to} from another VPC"));
    }
    let (what, through) = match way {
        at::Way::Endpoint => ("endpoint", ""),
        at::Way::Network => ("association", " through its service network"),
    };
    Some(match deed {
        Deed::Makes => format!("connects {key} to {to}{through}"),
        Deed::Replaces(why) => {
            format!("interrupts {key} while its {what} to {to} is made anew: {why}")
        }
        Deed::Changes(fields) => {
            format!("changes the {what} of {key} to {to}: {}", listed(fields))
        }
        Deed::Removes if former => format!("removes the former {what} of {key} to {to}"),
        Deed::Removes if stays => {
            format!("interrupts {key} if what replaces its {what} to {to} has the same names")
        }
        Deed::Removes => format!("disconnects {key} from {to}"),
    })
}

fn of_endpoint((key, former): (&str, bool), deed: &Deed<'_>) -> Option<String> {
    Some(match deed {
        Deed::Makes => format!("shares {key}"),
        Deed::Replaces(why) => format!("shares {key} anew: {why}"),
        Deed::Changes(fields) => format!("changes how {key} is shared: {}", listed(fields)),
        Deed::Removes if former => format!("removes the former configuration of {key}"),
        Deed::Removes => format!("no longer shares {key}"),
    })
}

fn listed(fields: &[&str]) -> String {
    let words = fields.iter().map(|field| field.replace('_', " "));
    words.collect::<Vec<_>>().join(", ")
}

/// Who is given something from now on, and who no longer is.
pub(super) fn grants((prior, planned): Models<'_>, past: &Past<'_, SharedDb>) -> Vec<String> {
    let Some(prior) = prior else {
        return Vec::new();
    };
    let (before, after) = (principals(prior), principals(planned));
    let cut = match planned.reject_on_revoke.known() {
        Some(false) => "",
        _ => ", and cuts its endpoints off",
    };
    let given = match planned.has_given_share() {
        true => ", unless it is in resource_share_arn",
        false => "",
    };
    let lost = before.difference(&after);
    let lost = lost.map(|it| match past.imported {
        true => format!("leaves {it} in the share: others may have let it in before the import"),
        false => format!("no longer shares with {it}{cut}{given}"),
    });
    let unknown = asked(past.ledger).into_iter();
    let unknown =
        unknown.filter(|it| !past.imported && !before.contains(it) && !after.contains(it));
    let unknown =
        unknown.map(|it| format!("no longer shares with {it}, which a lost run let in{cut}"));
    let gained = after.difference(&before);
    let gained = gained.map(|it| format!("shares with {it}"));
    let renamed = renamed(prior.known_consumers(), planned.known_consumers(), is_same);
    let all = lost.chain(unknown).chain(gained);
    all.chain(renamed).collect()
}

/// Whom this resource is remembered to have asked in.
fn asked(ledger: &Ledger) -> BTreeSet<String> {
    let kind = <ResourceShare as Component<Aws>>::KIND;
    let shares = ledger.iter().filter(|(_, it)| it.kind == kind);
    let shares = shares.filter_map(|(_, it)| serde_json::from_value(it.seen.clone()).ok());
    shares.flat_map(|it: SeenShare| it.asked).collect()
}

/// What a refresh says of something that the next apply will mend, where the usual words would not
/// do.
pub(super) fn drift(address: &str, forecast: &Forecast) -> Option<String> {
    if address == at::AUDIENCE {
        return Some("somebody who is no longer given something is still to be cut off".to_owned());
    }
    let (key, "acceptance") = at::consumer_of(address)? else {
        return None;
    };
    let mut shares = forecast.prospects.iter();
    // A share that has to invite again says so itself.
    let invites = shares.any(|it| {
        at::is_share(&it.address) && !matches!(it.verdict, Verdict::InPlace | Verdict::Pending(_))
    });
    Some(match invites {
        true => String::new(),
        false => format!("the share waits to be taken up for {key}"),
    })
}
