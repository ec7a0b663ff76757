//! What earlier runs wanted and left behind, and what everything is called now.
//!
//! A run that fails half-way leaves parts that its configuration no longer wants. Their values are
//! kept beside the state until they are gone, so that the next run can take them down.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::blueprint::{Blueprint, Past};
use super::managed::Managed;
use crate::engine::Ledger;
use crate::protocol::{Field, Schema, json};

/// How many earlier configurations are remembered: more failures in a row, each with another
/// configuration, are no longer a user's work.
const REMEMBERED_MAX: usize = 16;

/// By the first part of an address, such as `consumer.analytics`: the first part it has now.
pub(super) type Homes = BTreeMap<String, String>;

/// Values that an earlier run wanted.
#[derive(Clone)]
pub(super) struct Former<M> {
    pub(super) model: M,
    /// Where its parts are in the ledger, if not where its values say.
    pub(super) homes: Homes,
}

/// A [`Former`] as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredFormer {
    model: serde_json::Value,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    homes: Homes,
}

/// What is to be stored of these; equal ones once.
pub(super) fn stored<B: Blueprint>(formers: &[Former<B::Model>]) -> Vec<StoredFormer> {
    let mut stored: Vec<StoredFormer> = Vec::new();
    for former in formers {
        let mut model = former.model.clone();
        let mut common = B::common(&model);
        // They say what was there at some moment, and not what was wanted.
        (common.components, common.drift) = (Field::Null, Field::Null);
        B::set_common(&mut model, common);
        let value = Managed::<B>::encode(&model).unknown_as_null();
        let kind = Schema::of::<B::Model>(B::VERSION).to_type();
        let text = json::encode(&value, &kind).ok();
        let Some(model) = text.and_then(|text| serde_json::from_slice(&text).ok()) else {
            continue;
        };
        let homes = former.homes.clone();
        let one = StoredFormer { model, homes };
        if !stored.contains(&one) {
            stored.push(one);
        }
    }
    stored.truncate(REMEMBERED_MAX);
    stored
}

/// Reads them back; what can't be read is left out.
pub(super) fn restored<B: Blueprint>(stored: &[StoredFormer]) -> Vec<Former<B::Model>> {
    let kind = Schema::of::<B::Model>(B::VERSION).to_type();
    let read = |one: &StoredFormer| {
        let value = json::decode_value(&one.model, &kind).ok()?;
        let model = Managed::<B>::decode(&value).ok()??;
        let homes = one.homes.clone();
        Some(Former { model, homes })
    };
    stored.iter().filter_map(read).collect()
}

/// Where everything goes.
pub(super) struct Moves {
    /// For each of the earlier values: where its parts are from now on.
    pub(super) homes: Vec<Homes>,
    /// From the present first parts of addresses to the new ones.
    pub(super) ledger: Homes,
}

/// Finds a place for each part of the earlier values: that of the same thing in the planned ones,
/// else its own, out of the way of what is wanted there.
pub(super) fn moves<B: Blueprint>(
    (planned, past): (&B::Model, &Past<'_, B::Model>),
    earlier: &[Former<B::Model>],
    wanted: &[String],
) -> Moves {
    let mut moves = Moves {
        homes: vec![Homes::new(); earlier.len()],
        ledger: Homes::new(),
    };
    let mut unwanted = Vec::new();
    for (index, former) in earlier.iter().enumerate() {
        let place = |part: &str| moved(&former.homes, part).unwrap_or_else(|| part.to_owned());
        let matched = B::matched(&former.model, planned, past, &place);
        // A part of a part may have moved before, and is not told apart any more.
        let others = former
            .homes
            .keys()
            .filter(|part| !matched.contains_key(*part));
        let others: Vec<_> = others.map(|part| (part.clone(), None)).collect();
        for (part, now) in matched.into_iter().chain(others) {
            let present = place(&part);
            match now.filter(|now| moves.is_free(&present, now)) {
                Some(now) => moves.put(index, part, present, now),
                None => unwanted.push((index, part, present)),
            }
        }
    }
    let is_wanted = |place: &str| wanted.iter().any(|address| is_below(address, place));
    for (index, part, present) in unwanted {
        let mut place = present.clone();
        if let Some(moved) = moves.ledger.get(&present) {
            place.clone_from(moved);
        } else {
            while is_wanted(&place) || !moves.is_free(&present, &place) {
                place.push('~');
            }
        }
        moves.put(index, part, present, place);
    }
    for homes in &mut moves.homes {
        *homes = telling(homes);
    }
    moves
}

/// The present addresses of what has no id of its own, had made room for another and is wanted again: the
/// other may have taken it away meanwhile, so it is looked for.
pub(super) fn come_back(moves: &Homes, ledger: &Ledger) -> BTreeSet<String> {
    let comes = |address: &str| {
        let now = moved(moves, address);
        address.contains('~') && now.is_some_and(|now| !now.contains('~'))
    };
    let parts = ledger.iter().filter(|(_, entry)| !entry.identified);
    let parts = parts.filter(|(address, _)| comes(address));
    parts.map(|(address, _)| address.to_owned()).collect()
}

/// Without those that say nothing: what has stayed, and is part of nothing that has moved.
fn telling(homes: &Homes) -> Homes {
    let says = |(part, place): &(&String, &String)| {
        let mut others = homes.iter().filter(|(other, _)| other != part);
        part != place || others.any(|(other, to)| other != to && is_below(part, other))
    };
    let telling = homes.iter().filter(says);
    telling
        .map(|(part, place)| (part.clone(), place.clone()))
        .collect()
}

impl Moves {
    fn is_free(&self, present: &str, place: &str) -> bool {
        let taken = |(from, to): (&String, &String)| to == place && from != present;
        !self.ledger.iter().any(taken)
    }

    fn put(&mut self, index: usize, part: String, present: String, place: String) {
        if let Some(homes) = self.homes.get_mut(index) {
            homes.insert(part, place.clone());
        }
        self.ledger.insert(present, place);
    }
}

/// What an address is called now; `None` if nothing has moved.
pub(super) fn moved(homes: &Homes, address: &str) -> Option<String> {
    let longest = homes
        .iter()
        .filter(|(from, _)| is_below(address, from))
        .max_by_key(|(from, _)| from.len());
    let (from, to) = longest.filter(|(from, to)| from != to)?;
    Some(address.replacen(from.as_str(), to, 1))
}

fn is_below(address: &str, part: &str) -> bool {
    address
        .strip_prefix(part)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moved_is_found_by_the_longest_part_of_its_address() {
        let homes = Homes::from([
            ("consumer.a".to_owned(), "consumer.b".to_owned()),
            ("listener.a".to_owned(), "listener.a".to_owned()),
        ]);
        let moved = |address| moved(&homes, address);
        assert_eq!(
            moved("consumer.a.endpoint").as_deref(),
            Some("consumer.b.endpoint")
        );
        assert_eq!(moved("consumer.ab.endpoint"), None);
        assert_eq!(moved("listener.a"), None);
    }
}
