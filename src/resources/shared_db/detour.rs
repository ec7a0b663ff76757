//! Connections that lead to the same by another way.
//!
//! Two of them can't give a VPC the same names, so where a consumer changes from endpoints of its own to
//! one for a group or to a service network, or back, the old ones go before the new ones come; also those
//! that a run made of which nobody was told.

use std::collections::BTreeSet;

use super::addresses as at;
use super::model::SharedDb;
use crate::engine::{Graph, Ledger};
use crate::resources::pipeline::{Detour, Step};
use crate::resources::strays::part_of;

/// The step before the last one, if one is needed.
pub(super) fn detour(model: &SharedDb, ledger: &Ledger) -> Detour {
    let wanted: BTreeSet<String> = connections(model);
    let makes_new = |key: &str| {
        let of_it = |address: &&String| at::consumer_of(address).is_some_and(|(it, _)| it == key);
        wanted
            .iter()
            .filter(of_it)
            .any(|it| ledger.get(it).is_none())
    };
    let standing = ledger.iter().map(|(address, _)| address.to_owned());
    let goes: BTreeSet<String> = standing
        .filter(|address| {
            let address = part_of(address).unwrap_or(address);
            // Those that were moved aside have made room, or need not make any.
            let connection = at::consumer_of(address).filter(|_| !address.contains('~'));
            let connection = connection.filter(|(_, part)| at::led_to(part).is_some());
            let key = connection.map(|(key, _)| key);
            !wanted.contains(address) && key.is_some_and(makes_new)
        })
        .collect();
    if goes.is_empty() {
        return Detour::default();
    }
    let step = Step {
        graph: Graph::new(),
        retires: Box::new(move |address| goes.contains(address)),
    };
    Detour {
        steps: vec![step],
        goes: None,
    }
}

/// The addresses of all connections that are wanted.
fn connections(model: &SharedDb) -> BTreeSet<String> {
    let all = model.known_consumers().flat_map(|(key, consumer)| {
        let way = consumer.way().unwrap_or(at::Way::Endpoint);
        let singles = model.endpoints_of(consumer);
        let singles = singles.map(|(it, _)| at::connection(key, way, Some(it)));
        match model.is_grouped() {
            true => vec![at::connection(key, way, None)],
            false => singles.collect::<Vec<_>>(),
        }
    });
    all.collect()
}
