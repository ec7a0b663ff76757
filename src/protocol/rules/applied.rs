//! What an applied state may be: everything the plan knew as the plan knew it, and anything where
//! the plan left it open.

use std::collections::BTreeMap;

use super::{Violation, attribute_of, correlate};
use crate::protocol::codec::index_step;
use crate::protocol::path::{Path, Step};
use crate::protocol::schema::{Attribute, Kind, Schema};
use crate::protocol::value::Value;

/// What is wrong with the state after an apply, measured by its plan; or with the second plan of
/// an apply, measured by the first. That a state must be known at all is another rule:
/// [`check_known`](super::check_known).
#[must_use]
pub fn check_applied(schema: &Schema, planned: &Value, applied: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    check_nested(
        &schema.attributes,
        planned,
        applied,
        &Path::root(),
        &mut found,
    );
    found
}

/// Nested objects are compared attribute by attribute and never shown as a whole: some of their
/// attributes may be sensitive.
fn check_nested(
    nested: &[Attribute],
    planned: &Value,
    applied: &Value,
    path: &Path,
    found: &mut Vec<Violation>,
) {
    match (planned, applied) {
        (Value::Unknown(_), _) | (Value::Null, Value::Null) => {}
        (_, Value::Unknown(_)) => {
            found.push(Violation::new(path, "was planned as known, but is not"));
        }
        (Value::Object(_), Value::Object(_)) => {
            check_attributes(nested, planned, applied, path, found);
        }
        (Value::List(p), Value::List(a)) => {
            for (index, (planned, applied)) in p.iter().zip(a).enumerate() {
                let path = path.clone().then(index_step(index));
                check_nested(nested, planned, applied, &path, found);
            }
            check_length(p.len(), a.len(), path, found);
        }
        (Value::Map(p), Value::Map(a)) => {
            for (key, planned) in p {
                if let Some(applied) = a.get(key) {
                    check_nested(nested, planned, applied, &path.clone().key(key), found);
                }
            }
            check_keys(p, a, path, found);
        }
        (Value::Set(p), Value::Set(a)) => check_set(p, a, path, found),
        (Value::Null, _) => found.push(Violation::new(path, "was planned as absent, but is there")),
        (_, Value::Null) => found.push(Violation::new(
            path,
            "was planned as present, but is absent",
        )),
        _ => found.push(Violation::new(path, "is of another kind than planned")),
    }
}

fn check_attributes(
    attributes: &[Attribute],
    planned: &Value,
    applied: &Value,
    path: &Path,
    found: &mut Vec<Violation>,
) {
    for attribute in attributes {
        let path = path.clone().attribute(&attribute.name);
        let planned = attribute_of(planned, &attribute.name);
        let applied = attribute_of(applied, &attribute.name);
        let mut here = Vec::new();
        match &attribute.kind {
            Kind::Nested(_, nested) => check_nested(nested, planned, applied, &path, &mut here),
            Kind::Plain(_) => check_value(planned, applied, &path, &mut here),
        }
        if attribute.sensitive && !here.is_empty() {
            here = vec![Violation::new(
                &path,
                "the sensitive value is not the planned one",
            )];
        }
        found.append(&mut here);
    }
}

fn check_value(planned: &Value, applied: &Value, path: &Path, found: &mut Vec<Violation>) {
    match (planned, applied) {
        (Value::Unknown(_), _) => {}
        (Value::Dynamic(planned), Value::Dynamic(applied)) if planned.0 == applied.0 => {
            check_value(&planned.1, &applied.1, path, found);
        }
        // The plan may know the type of what it doesn't know yet.
        (Value::Dynamic(planned), _) if planned.1.is_unknown() => {}
        (Value::List(p), Value::List(a)) | (Value::Tuple(p), Value::Tuple(a)) => {
            for (index, (planned, applied)) in p.iter().zip(a).enumerate() {
                check_value(
                    planned,
                    applied,
                    &path.clone().then(index_step(index)),
                    found,
                );
            }
            check_length(p.len(), a.len(), path, found);
        }
        (Value::Map(p), Value::Map(a)) => check_elements(p, a, Step::Key, path, found),
        (Value::Object(p), Value::Object(a)) => check_elements(p, a, Step::Attribute, path, found),
        (Value::Set(p), Value::Set(a)) => check_set(p, a, path, found),
        (planned, applied) if planned == applied => {}
        (planned, applied) => {
            found.push(Violation::new(
                path,
                format!("was planned as {planned}, but now is {applied}"),
            ));
        }
    }
}

fn check_elements(
    planned: &BTreeMap<String, Value>,
    applied: &BTreeMap<String, Value>,
    step: fn(String) -> Step,
    path: &Path,
    found: &mut Vec<Violation>,
) {
    for (key, planned) in planned {
        if let Some(applied) = applied.get(key) {
            check_value(
                planned,
                applied,
                &path.clone().then(step(key.clone())),
                found,
            );
        }
    }
    check_keys(planned, applied, path, found);
}

fn check_length(planned: usize, applied: usize, path: &Path, found: &mut Vec<Violation>) {
    for index in applied..planned {
        found.push(Violation::new(
            path,
            format!("the planned element {index} has vanished"),
        ));
    }
    for index in planned..applied {
        found.push(Violation::new(
            path,
            format!("an element {index} appeared that wasn't planned"),
        ));
    }
}

fn check_keys(
    planned: &BTreeMap<String, Value>,
    applied: &BTreeMap<String, Value>,
    path: &Path,
    found: &mut Vec<Violation>,
) {
    for key in planned.keys().filter(|key| !applied.contains_key(*key)) {
        found.push(Violation::new(
            path,
            format!("the planned element {key:?} has vanished"),
        ));
    }
    for key in applied.keys().filter(|key| !planned.contains_key(*key)) {
        found.push(Violation::new(
            path,
            format!("an element {key:?} appeared that wasn't planned"),
        ));
    }
}

/// Each planned element becomes one of the set; unknown ones may become the same.
fn check_set(planned: &[Value], applied: &[Value], path: &Path, found: &mut Vec<Violation>) {
    let fewer_allowed = !planned.iter().all(Value::is_wholly_known);
    if applied.len() > planned.len() || (applied.len() < planned.len() && !fewer_allowed) {
        let (from, to) = (planned.len(), applied.len());
        found.push(Violation::new(
            path,
            format!("{from} elements were planned, {to} are there"),
        ));
        return;
    }
    let (all_planned, all_applied) = correlate(planned, applied, |planned, applied| {
        let mut problems = Vec::new();
        check_value(planned, applied, path, &mut problems);
        problems.is_empty()
    });
    if !all_planned {
        found.push(Violation::new(
            path,
            "a planned element of the set is not there",
        ));
    }
    if !all_applied {
        found.push(Violation::new(
            path,
            "an element of the set was not planned",
        ));
    }
}
