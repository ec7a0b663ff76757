//! Typed models: Rust structs that *are* the schema, so that the two can't drift apart.
//!
//! [`model!`](crate::protocol::model::model) makes one; every field is a [`Field`], known, null or
//! unknown, at every level.

mod field;
mod macros;
mod set;
mod shape;

use std::collections::BTreeMap;

pub use field::Field;
pub(crate) use macros::model;
pub use set::Set;
pub use shape::{List, Map, ModelError, Nested, Shape};

use super::schema::Attribute;
use super::value::Value;

/// A struct that describes an object: its schema and its values.
pub trait Model: Shape {
    /// What the object is, in Markdown.
    fn description() -> String;

    /// The schema of the object.
    fn attributes() -> Vec<Attribute>;

    /// Reads the object.
    ///
    /// # Errors
    /// When the value doesn't fit, with the place where it doesn't.
    fn decode(value: &Value) -> Result<Field<Self>, ModelError> {
        Field::decode(value)
    }

    /// Writes the object.
    fn encode(field: &Field<Self>) -> Value {
        field.encode()
    }
}

/// Reads one attribute of an object; used by [`model!`](crate::protocol::model::model).
///
/// # Errors
/// When the attribute is missing or doesn't fit.
pub fn read_attribute<T: Shape>(
    attributes: &BTreeMap<String, Value>,
    name: &str,
) -> Result<Field<T>, ModelError> {
    let value = attributes
        .get(name)
        .ok_or_else(|| ModelError::new("the attribute is missing"));
    value
        .and_then(Field::decode)
        .map_err(|error| error.under_attribute(name))
}

/// The attribute name of a field: raw identifiers lose their mark.
#[must_use]
pub fn attribute_name(field: &'static str) -> &'static str {
    field.strip_prefix("r#").unwrap_or(field)
}

/// Doc comments as one Markdown text.
#[must_use]
pub fn markdown(lines: &[&str]) -> String {
    let lines: Vec<&str> = lines
        .iter()
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests;
