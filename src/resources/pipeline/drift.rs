//! What refresh found missing or changed that the next apply will mend, in sentences.
//!
//! The same facts give the same sentences: no times, no order, no counts that move.

use serde_json::Value as Json;

use super::report::Terms;
use crate::components::Rule;
use crate::engine::{Forecast, Ledger, Verdict};
use crate::protocol::{Field, Set};

/// What a refresh knows of what it has found.
pub(super) struct Seen<'a> {
    /// A forecast made right after it.
    pub(super) forecast: &'a Forecast,
    /// What was remembered before.
    pub(super) remembered: &'a Ledger,
    /// What is there now.
    pub(super) found: &'a Ledger,
    /// Whether a run has failed, so that what differs may be what it left undone.
    pub(super) unfinished: bool,
}

/// The sentences about what was found. `own` has a resource's own sentences for some addresses,
/// `terms` how it speaks of all others.
pub(super) fn sentences(
    seen: &Seen<'_>,
    own: impl Fn(&str) -> Option<String>,
    terms: Terms,
) -> Set<String> {
    let (forecast, remembered) = (seen.forecast, seen.remembered);
    let leaving = forecast.doomed.iter();
    let leaving = leaving.map(|address| {
        let words = terms.name(address);
        match remembered.get(address).filter(|it| !words.contains(&it.id)) {
            Some(entry) => format!("{words} ({}) is still to be removed", entry.id),
            None => format!("{words} is still to be removed"),
        }
    });
    let mut sentences: Vec<String> = forecast
        .prospects
        .iter()
        .filter(|prospect| !prospect.given)
        .filter_map(|prospect| {
            let address = &prospect.address;
            if is_undone(&prospect.verdict)
                && let Some(own) = own(address)
            {
                return Some(own).filter(|own| !own.is_empty());
            }
            let known = remembered.get(address).map(|entry| entry.id.as_str());
            // What has no id is in no list by its address.
            let address = match prospect.identified {
                true => terms.name(address),
                false => (terms.words)(address),
            };
            let what = match (&prospect.verdict, known) {
                (Verdict::Missing, Some(id)) if prospect.identified => {
                    format!("{address} ({id}) is gone")
                }
                (Verdict::Missing, _) if seen.unfinished => format!("{address} is not made yet"),
                (Verdict::Missing, _) => format!("{address} is missing"),
                (Verdict::Changed(fields), _) if seen.unfinished => {
                    let fields = listed(fields);
                    format!("{address}: {fields} still to be changed, or changed outside Terraform")
                }
                (Verdict::Changed(fields), _) => {
                    let entry = seen.found.get(&prospect.address);
                    let now = entry.map_or_else(String::new, |it| now(&it.seen, fields));
                    format!(
                        "{address}: {} changed outside Terraform{now}",
                        listed(fields)
                    )
                }
                (Verdict::Replace(why), _) => format!("{address} must be made anew: {why}"),
                _ => return None,
            };
            Some(what)
        })
        .chain(leaving)
        .collect();
    sentences.sort_unstable();
    Set(sentences.into_iter().map(Field::Known).collect())
}

/// What a run that failed left undone: without it a plan that reads nothing would see no difference.
pub(super) fn undone(forecast: &Forecast, terms: Terms) -> Set<String> {
    let unmade = forecast.prospects.iter().filter_map(|prospect| {
        let undone = !prospect.given && is_undone(&prospect.verdict);
        let name = match prospect.identified {
            true => terms.name(&prospect.address),
            false => (terms.words)(&prospect.address),
        };
        undone.then(|| format!("{name} is still to be done"))
    });
    let leaving = forecast.doomed.iter();
    let leaving = leaving.map(|address| format!("{} is still to be removed", terms.name(address)));
    let mut sentences: Vec<String> = unmade.chain(leaving).collect();
    sentences.sort_unstable();
    Set(sentences.into_iter().map(Field::Known).collect())
}

/// How long the present values may be that are still told.
const NOW_MAX: usize = 120;

/// ` (now false)`; empty where it can't be said shortly.
fn now(seen: &Json, fields: &[&str]) -> String {
    let [field] = fields else {
        return String::new();
    };
    let value = seen.get(field).and_then(|fact| fact.get(0));
    match value
        .and_then(told)
        .filter(|it| it.chars().count() <= NOW_MAX)
    {
        Some(value) => format!(" (now {value})"),
        None => String::new(),
    }
}

/// A value in words: a word, a number, a list of those, states by name, rules of a security group.
fn told(value: &Json) -> Option<String> {
    match value {
        Json::Bool(_) | Json::Number(_) => Some(value.to_string()),
        Json::String(text) => Some(text.clone()),
        Json::Array(items) if items.is_empty() => Some("none".to_owned()),
        Json::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(told).collect();
            Some(items?.join(", "))
        }
        Json::Object(states) if states.values().all(Json::is_string) => {
            let states = states.iter();
            let states =
                states.map(|(key, it)| format!("{key} {}", it.as_str().unwrap_or_default()));
            Some(states.collect::<Vec<_>>().join(", "))
        }
        rule => {
            let rule: Rule = serde_json::from_value(rule.clone()).ok()?;
            Some(rule.to_string())
        }
    }
}

fn listed(fields: &[&str]) -> String {
    let words = fields.iter().map(|field| field.replace('_', " "));
    words.collect::<Vec<_>>().join(", ")
}

fn is_undone(verdict: &Verdict) -> bool {
    matches!(
        verdict,
        Verdict::Missing | Verdict::Changed(_) | Verdict::Replace(_)
    )
}
