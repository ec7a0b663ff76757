//! How Rust types stand for cty types.

use std::collections::BTreeMap;

use super::{Field, Set};
use crate::protocol::codec::index_step;
use crate::protocol::diagnostics::Diagnostic;
use crate::protocol::path::{Path, Step};
use crate::protocol::schema::{Kind, Nesting};
use crate::protocol::types::Type;
use crate::protocol::value::{Number, Value};

/// A list in a typed model.
pub type List<T> = Vec<Field<T>>;
/// A map in a typed model.
pub type Map<T> = BTreeMap<String, Field<T>>;
/// One nested object in a typed model: the model itself.
pub type Nested<T> = T;

/// A Rust type that stands for a cty type.
pub trait Shape: Sized + Clone + PartialEq {
    /// What an attribute of this type holds.
    fn kind() -> Kind;

    /// Reads a value that is neither null nor unknown.
    ///
    /// # Errors
    /// When the value doesn't fit, with the place where it doesn't.
    fn from_known(value: &Value) -> Result<Self, ModelError>;

    /// Writes the value.
    fn to_value(&self) -> Value;
}

/// Why a value doesn't fit a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct ModelError {
    /// Where in the value.
    pub path: Path,
    /// What doesn't fit.
    pub message: String,
}

impl ModelError {
    /// A value that doesn't fit, at the value in hand.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            path: Path::root(),
            message: message.into(),
        }
    }

    fn kind(wanted: &str, found: &Value) -> Self {
        Self::new(format!("{wanted} is required, not {}", found.kind()))
    }

    fn under(self, step: Step) -> Self {
        Self {
            path: self.path.under(step),
            ..self
        }
    }

    pub(crate) fn under_attribute(self, name: &str) -> Self {
        self.under(Step::Attribute(name.to_owned()))
    }

    /// An object was wanted.
    #[must_use]
    pub fn no_object(found: &Value) -> Self {
        Self::kind("object", found)
    }
}

impl From<ModelError> for Diagnostic {
    fn from(error: ModelError) -> Self {
        Self::error("Value of the wrong kind", error.to_string()).at(error.path)
    }
}

impl Shape for String {
    fn kind() -> Kind {
        Kind::Plain(Type::String)
    }

    fn from_known(value: &Value) -> Result<Self, ModelError> {
        value
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| ModelError::kind("string", value))
    }

    fn to_value(&self) -> Value {
        Value::string(self.as_str())
    }
}

impl Shape for bool {
    fn kind() -> Kind {
        Kind::Plain(Type::Bool)
    }

    fn from_known(value: &Value) -> Result<Self, ModelError> {
        value
            .as_bool()
            .ok_or_else(|| ModelError::kind("bool", value))
    }

    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Shape for i64 {
    fn kind() -> Kind {
        Kind::Plain(Type::Number)
    }

    fn from_known(value: &Value) -> Result<Self, ModelError> {
        let number = value
            .as_number()
            .ok_or_else(|| ModelError::kind("number", value))?;
        number.to_i64().ok_or_else(|| {
            ModelError::new(format!(
                "a whole number of at most 18 digits is required, not {number}"
            ))
        })
    }

    fn to_value(&self) -> Value {
        Value::from(*self)
    }
}

impl Shape for Number {
    fn kind() -> Kind {
        Kind::Plain(Type::Number)
    }

    fn from_known(value: &Value) -> Result<Self, ModelError> {
        value
            .as_number()
            .cloned()
            .ok_or_else(|| ModelError::kind("number", value))
    }

    fn to_value(&self) -> Value {
        Value::Number(self.clone())
    }
}

impl<T: Shape> Shape for List<T> {
    fn kind() -> Kind {
        T::kind().collection(Nesting::List)
    }

    fn from_known(value: &Value) -> Result<Self, ModelError> {
        let Value::List(elements) = value else {
            return Err(ModelError::kind("list", value));
        };
        let elements = elements.iter().enumerate();
        elements
            .map(|(index, element)| {
                Field::decode(element).map_err(|error| error.under(index_step(index)))
            })
            .collect()
    }

    fn to_value(&self) -> Value {
        Value::List(self.iter().map(Field::encode).collect())
    }
}

impl<T: Shape> Shape for Set<T> {
    fn kind() -> Kind {
        T::kind().collection(Nesting::Set)
    }

    fn from_known(value: &Value) -> Result<Self, ModelError> {
        let Value::Set(elements) = value else {
            return Err(ModelError::kind("set", value));
        };
        let elements = elements.iter().map(|element| {
            // No path can name an element of a set.
            Field::decode(element).map_err(|error| ModelError::new(error.message))
        });
        elements.collect::<Result<_, _>>().map(Self)
    }

    fn to_value(&self) -> Value {
        Value::set(self.0.iter().map(Field::encode).collect())
    }
}

impl<T: Shape> Shape for Map<T> {
    fn kind() -> Kind {
        T::kind().collection(Nesting::Map)
    }

    fn from_known(value: &Value) -> Result<Self, ModelError> {
        let Value::Map(elements) = value else {
            return Err(ModelError::kind("map", value));
        };
        let elements = elements.iter();
        elements
            .map(|(key, element)| {
                let step = || Step::Key(key.clone());
                let field = Field::decode(element).map_err(|error| error.under(step()))?;
                Ok((key.clone(), field))
            })
            .collect()
    }

    fn to_value(&self) -> Value {
        Value::Map(
            self.iter()
                .map(|(key, field)| (key.clone(), field.encode()))
                .collect(),
        )
    }
}
