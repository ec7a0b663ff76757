//! What every state must be, however it came about: known, and without write-only values.

use super::{Violation, attribute_of};
use crate::protocol::codec::index_step;
use crate::protocol::path::Path;
use crate::protocol::schema::{Attribute, Kind, Schema};
use crate::protocol::value::Value;

/// What is wrong with the answer of a refresh.
#[must_use]
pub fn check_read(schema: &Schema, state: &Value) -> Vec<Violation> {
    let mut found = check_known(state);
    found.extend(check_write_only(schema, state));
    found
}

/// Where a value is unknown that has to be known.
#[must_use]
pub fn check_known(value: &Value) -> Vec<Violation> {
    let paths = value.unknown_paths();
    paths
        .iter()
        .map(|path| Violation::new(path, "the value is still unknown"))
        .collect()
}

/// Which paths of a plan's replacements lead nowhere: core refuses those on updates.
#[must_use]
pub fn check_replaced(paths: &[Path], prior: &Value, planned: &Value) -> Vec<Violation> {
    if prior.is_null() {
        return Vec::new();
    }
    let nowhere = paths
        .iter()
        .filter(|path| prior.at(path).is_none() && planned.at(path).is_none());
    nowhere
        .map(|path| Violation::new(path, "said to require replacement, but does not exist"))
        .collect()
}

/// Write-only attributes that hold a value which would be stored.
#[must_use]
pub fn check_write_only(schema: &Schema, value: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    collect_write_only(&schema.attributes, value, &Path::root(), &mut found);
    found
}

fn collect_write_only(
    attributes: &[Attribute],
    value: &Value,
    path: &Path,
    found: &mut Vec<Violation>,
) {
    for attribute in attributes {
        let path = path.clone().attribute(&attribute.name);
        let value = attribute_of(value, &attribute.name);
        if attribute.write_only && !value.is_null() {
            found.push(Violation::new(
                &path,
                "a write-only attribute holds a value",
            ));
        }
        let Kind::Nested(_, nested) = &attribute.kind else {
            continue;
        };
        match value {
            Value::Object(_) => collect_write_only(nested, value, &path, found),
            Value::List(of) => {
                for (index, element) in of.iter().enumerate() {
                    collect_write_only(
                        nested,
                        element,
                        &path.clone().then(index_step(index)),
                        found,
                    );
                }
            }
            Value::Map(of) => {
                for (key, element) in of {
                    collect_write_only(nested, element, &path.clone().key(key), found);
                }
            }
            // Sets can't hold write-only attributes.
            _ => {}
        }
    }
}

/// The same value with every write-only attribute null: Terraform would throw the whole state of
/// a new object away for one of them.
#[must_use]
pub fn without_write_only(schema: &Schema, value: Value) -> Value {
    strip(&schema.attributes, value)
}

fn strip(attributes: &[Attribute], value: Value) -> Value {
    let Value::Object(mut object) = value else {
        return value;
    };
    for attribute in attributes {
        let Some(slot) = object.get_mut(&attribute.name) else {
            continue;
        };
        if attribute.write_only {
            *slot = Value::Null;
        } else if let Kind::Nested(_, nested) = &attribute.kind {
            *slot = match std::mem::replace(slot, Value::Null) {
                Value::List(of) => Value::List(
                    of.into_iter()
                        .map(|element| strip(nested, element))
                        .collect(),
                ),
                Value::Map(of) => Value::map(
                    of.into_iter()
                        .map(|(key, element)| (key, strip(nested, element))),
                ),
                other => strip(nested, other),
            };
        }
    }
    Value::Object(object)
}
