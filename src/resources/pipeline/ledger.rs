//! Between the engine's ledger and the attribute `components`.

use std::collections::BTreeMap;

use super::super::common::ComponentRow;
use super::blueprint::Id;
use crate::aws::Site;
use crate::engine::{Entry, Fact, Forecast, Ledger, Verdict};
use crate::protocol::{Field, Map};

/// The attribute as the ledger has it: what has an id of its own and is ours.
pub(super) fn rows(ledger: &Ledger) -> Map<ComponentRow> {
    let own = ledger
        .iter()
        .filter(|(_, entry)| entry.identified && !entry.given);
    own.map(|(address, entry)| {
        let id = Field::Known(entry.id.clone());
        (
            address.to_owned(),
            Field::Known(row(id, &entry.kind, &entry.home)),
        )
    })
    .collect()
}

/// The attribute as it will be after a run.
pub(super) fn planned_rows(forecast: &Forecast, ledger: &Ledger) -> Map<ComponentRow> {
    let mut rows = Map::new();
    for prospect in forecast
        .prospects
        .iter()
        .filter(|it| it.identified && !it.given)
    {
        let id = match (&prospect.verdict, ledger.get(&prospect.address)) {
            (Verdict::Missing | Verdict::Replace(_), _) | (_, None) => Field::Unknown,
            (_, Some(entry)) => Field::Known(entry.id.clone()),
        };
        let row = row(id, prospect.kind, &prospect.home);
        rows.insert(prospect.address.clone(), Field::Known(row));
    }
    rows
}

fn row(id: Field<String>, kind: &str, home: &str) -> ComponentRow {
    let site: Option<Site> = home.parse().ok();
    let part = |part: Option<String>| match part.filter(|part| !part.is_empty()) {
        Some(part) => Field::Known(part),
        None => Field::Unknown,
    };
    ComponentRow {
        id,
        r#type: kind.into(),
        account_id: part(site.as_ref().map(|site| site.account_id.clone())),
        region: part(site.map(|site| site.region)),
    }
}

/// A ledger of ids alone, from the attribute: for when what was stored beside the state is lost.
pub(super) fn from_rows(rows: &Field<Map<ComponentRow>>) -> Ledger {
    let mut ledger = Ledger::new();
    for (address, row) in rows.known().into_iter().flatten() {
        let Some(row) = row.known() else { continue };
        let text = |field: &Field<String>| field.known().cloned().unwrap_or_default();
        let id = text(&row.id);
        if id.is_empty() {
            continue;
        }
        let entry = Entry {
            kind: text(&row.r#type),
            id,
            home: Site::new(text(&row.account_id), text(&row.region)).to_string(),
            generation: 1,
            identified: true,
            given: false,
            seen: serde_json::Value::Null,
        };
        ledger.put(address.clone(), entry);
    }
    ledger
}

/// A ledger of ids alone, found in AWS.
pub(super) fn planted(ids: BTreeMap<String, Id>) -> Ledger {
    let mut ledger = Ledger::new();
    for (address, id) in ids {
        let entry = Entry {
            kind: id.kind.to_owned(),
            id: id.id,
            home: id.site.to_string(),
            generation: 1,
            identified: true,
            given: false,
            seen: id.seen,
        };
        ledger.put(address, entry);
    }
    ledger
}

/// Whether something is not there any more, or has become something else.
pub(super) fn has_lost(before: &Ledger, now: &Ledger) -> bool {
    let mut own = before.iter().filter(|(_, it)| it.identified && !it.given);
    own.any(|(address, entry)| now.get(address).is_none_or(|it| it.id != entry.id))
}

/// Remembers what was found and has no place yet, and more of what has one where more was found.
pub(super) fn plant_unknown(ledger: &mut Ledger, ids: BTreeMap<String, Id>) {
    for (address, entry) in planted(ids).iter() {
        let place = ledger.get(address);
        if let Some(known) = place.filter(|it| it.id == entry.id && !entry.seen.is_null()) {
            let seen = entry.seen.clone();
            let known = Entry {
                seen,
                ..known.clone()
            };
            ledger.put(address, known);
            continue;
        }
        let same = |(_, other): (&str, &Entry)| other.id == entry.id && other.kind == entry.kind;
        let known = ledger.iter().any(same);
        if !known {
            ledger.put(address, entry.clone());
        }
    }
}

/// A value that is known now, or will be.
pub fn field<T>(fact: Fact<T>) -> Field<T> {
    match fact {
        Fact::Known(value) => Field::Known(value),
        Fact::Later => Field::Unknown,
    }
}
