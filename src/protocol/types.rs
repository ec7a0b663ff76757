//! cty's types and their JSON form, as schemas and dynamic values carry them.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value as Json;

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// Unicode text in normal form C.
    String,
    /// A decimal number of any size, or an infinity.
    Number,
    /// True or false.
    Bool,
    /// Any type; the value says which.
    Dynamic,
    /// Elements of one type in order.
    List(Box<Type>),
    /// Different elements of one type, without order.
    Set(Box<Type>),
    /// Elements of one type under text keys.
    Map(Box<Type>),
    /// Elements of a type each, in order.
    Tuple(Vec<Type>),
    /// Attributes of a type each.
    Object(BTreeMap<String, Type>),
}

/// Why a type constraint can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TypeError {
    /// Not JSON, or nested too deep for a JSON reader.
    #[error("a type constraint is not JSON: {0}")]
    Json(String),
    /// JSON, but no type constraint.
    #[error("{0} is no type constraint")]
    Unknown(String),
}

impl Type {
    /// A list of this type.
    #[must_use]
    pub fn list(self) -> Self {
        Self::List(Box::new(self))
    }

    /// A set of this type.
    #[must_use]
    pub fn set(self) -> Self {
        Self::Set(Box::new(self))
    }

    /// A map of this type.
    #[must_use]
    pub fn map(self) -> Self {
        Self::Map(Box::new(self))
    }

    /// An object of these attributes.
    pub fn object<N: Into<String>>(attributes: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::Object(
            attributes
                .into_iter()
                .map(|(name, kind)| (name.into(), kind))
                .collect(),
        )
    }

    /// The JSON form, compact, attributes sorted by name.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        self.json().to_string().into_bytes()
    }

    /// Reads the JSON form. Markers of optional attributes are dropped: no value carries them.
    ///
    /// # Errors
    /// When the bytes are no type constraint.
    pub fn from_json(bytes: &[u8]) -> Result<Self, TypeError> {
        let json =
            serde_json::from_slice(bytes).map_err(|error| TypeError::Json(error.to_string()))?;
        Self::read(&json)
    }

    /// Reads a type constraint out of parsed JSON.
    pub(crate) fn read(json: &Json) -> Result<Self, TypeError> {
        let unknown = || TypeError::Unknown(json.to_string());
        match json {
            Json::String(name) => match name.as_str() {
                "string" => Ok(Self::String),
                "number" => Ok(Self::Number),
                "bool" => Ok(Self::Bool),
                "dynamic" => Ok(Self::Dynamic),
                _ => Err(unknown()),
            },
            Json::Array(parts) => match parts.as_slice() {
                [Json::String(kind), of] => {
                    Self::read_compound(kind, of).unwrap_or_else(|| Err(unknown()))
                }
                [Json::String(kind), of, Json::Array(_)] if kind == "object" => {
                    Self::read_compound(kind, of).unwrap_or_else(|| Err(unknown()))
                }
                _ => Err(unknown()),
            },
            _ => Err(unknown()),
        }
    }

    fn read_compound(kind: &str, of: &Json) -> Option<Result<Self, TypeError>> {
        match (kind, of) {
            ("list", of) => Some(Self::read(of).map(Self::list)),
            ("set", of) => Some(Self::read(of).map(Self::set)),
            ("map", of) => Some(Self::read(of).map(Self::map)),
            ("tuple", Json::Array(types)) => Some(
                types
                    .iter()
                    .map(Self::read)
                    .collect::<Result<_, _>>()
                    .map(Self::Tuple),
            ),
            ("object", Json::Object(attributes)) => Some(
                attributes
                    .iter()
                    .map(|(name, kind)| Ok((name.clone(), Self::read(kind)?)))
                    .collect::<Result<_, _>>()
                    .map(Self::Object),
            ),
            _ => None,
        }
    }

    pub(crate) fn json(&self) -> Json {
        match self {
            Self::String => "string".into(),
            Self::Number => "number".into(),
            Self::Bool => "bool".into(),
            Self::Dynamic => "dynamic".into(),
            Self::List(of) => Json::Array(vec!["list".into(), of.json()]),
            Self::Set(of) => Json::Array(vec!["set".into(), of.json()]),
            Self::Map(of) => Json::Array(vec!["map".into(), of.json()]),
            Self::Tuple(types) => {
                Json::Array(vec!["tuple".into(), types.iter().map(Self::json).collect()])
            }
            Self::Object(attributes) => {
                let attributes = attributes
                    .iter()
                    .map(|(name, kind)| (name.clone(), kind.json()))
                    .collect();
                Json::Array(vec!["object".into(), Json::Object(attributes)])
            }
        }
    }
}

/// As users know it: `list of string`, `object`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String => f.write_str("string"),
            Self::Number => f.write_str("number"),
            Self::Bool => f.write_str("bool"),
            Self::Dynamic => f.write_str("any type"),
            Self::List(of) => write!(f, "list of {of}"),
            Self::Set(of) => write!(f, "set of {of}"),
            Self::Map(of) => write!(f, "map of {of}"),
            Self::Tuple(_) => f.write_str("tuple"),
            Self::Object(_) => f.write_str("object"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_type_survives_its_json_form() {
        let text = r#"["object",{"a":["list","string"],"b":["set","number"],"c":["map","bool"],"d":["tuple",["dynamic",["object",{}]]]}]"#;
        let kind = Type::from_json(text.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(kind.to_json()).unwrap(), text);
    }

    #[test]
    fn optional_markers_are_dropped() {
        let kind = Type::from_json(br#"["object",{"a":"string"},["a"]]"#).unwrap();
        assert_eq!(kind, Type::object([("a", Type::String)]));
    }

    #[test]
    fn what_is_no_type_is_an_error() {
        for text in [
            "string",
            "\"text\"",
            "[\"list\"]",
            "[\"tuple\",{}]",
            "7",
            "",
            "[\"list\",\"string\",[]]",
        ] {
            assert!(Type::from_json(text.as_bytes()).is_err(), "{text}");
        }
        let deep = "[\"list\",".repeat(100_000);
        assert!(matches!(
            Type::from_json(deep.as_bytes()),
            Err(TypeError::Json(_))
        ));
    }
}
