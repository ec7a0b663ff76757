//! cty's values: what configurations, plans and states are made of.

mod display;
mod number;
mod order;
mod refinements;
mod walk;

use std::collections::BTreeMap;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

pub(crate) use number::Form;
pub use number::{Number, NumberError};
pub(crate) use order::canonical;
pub(crate) use refinements::Promises;
pub use refinements::Refinements;

use super::types::Type;

/// A value. Its type is never part of it (except under [`Value::Dynamic`]): both sides know the
/// type from the schema.
///
/// Two values are equal as core sees it when it compares plans: numbers by their decimal text,
/// sets without order, unknowns whatever is promised of them.
#[derive(Debug, Clone)]
pub enum Value {
    /// Absent.
    Null,
    /// Not known before apply, perhaps with promises.
    Unknown(Refinements),
    /// Text in normal form C; [`Value::string`] brings it there.
    String(String),
    /// An exact number.
    Number(Number),
    /// True or false.
    Bool(bool),
    /// Elements of a list.
    List(Vec<Value>),
    /// Elements of a set in any order; [`Value::set`] sorts them and drops what is there twice.
    Set(Vec<Value>),
    /// Elements of a map.
    Map(BTreeMap<String, Value>),
    /// Elements of a tuple.
    Tuple(Vec<Value>),
    /// Attributes of an object, all of them.
    Object(BTreeMap<String, Value>),
    /// A value of a type that the schema leaves open.
    Dynamic(Box<(Type, Value)>),
}

impl Value {
    /// Text, brought to normal form C as core does with all text.
    #[must_use]
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(normal_form(text.into()))
    }

    /// An unknown value of which nothing is promised.
    #[must_use]
    pub fn unknown() -> Self {
        Self::Unknown(Refinements::default())
    }

    /// A set of these elements.
    #[must_use]
    pub fn set(mut elements: Vec<Self>) -> Self {
        elements.sort();
        elements.dedup_by(|a, b| a == b && a.is_wholly_known());
        Self::Set(elements)
    }

    /// A map of these elements.
    pub fn map<K: Into<String>>(elements: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(
            elements
                .into_iter()
                .map(|(key, value)| (key.into(), value))
                .collect(),
        )
    }

    /// An object of these attributes.
    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Object(
            attributes
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
        )
    }

    /// Whether the value is absent; an absent dynamic value may still carry a type.
    #[must_use]
    pub fn is_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Dynamic(typed) => typed.1.is_null(),
            _ => false,
        }
    }

    /// Whether the value as a whole is unknown.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Dynamic(typed) => typed.1.is_unknown(),
            _ => false,
        }
    }

    /// The text of a known string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// A known truth value.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// A known number.
    #[must_use]
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// An attribute of a known object.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(attributes) => attributes.get(name),
            _ => None,
        }
    }

    /// The kind of value, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Unknown(_) => "an unknown value",
            Self::String(_) => "string",
            Self::Number(_) => "number",
            Self::Bool(_) => "bool",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::Map(_) => "map",
            Self::Tuple(_) => "tuple",
            Self::Object(_) => "object",
            Self::Dynamic(_) => "a value with its own type",
        }
    }
}

/// Text in normal form C; nearly all text is already.
pub(crate) fn normal_form(text: String) -> String {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text,
        IsNormalized::No | IsNormalized::Maybe => text.nfc().collect(),
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::string(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

#[cfg(test)]
mod tests;
