//! Values as JSON, the encoding of state files. Older versions of a provider wrote what is read
//! here, so reading is lenient: what is missing is null, what is too much is ignored.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::codec::{CodecError, Problem, deeper, index_step};
use super::path::Step;
use super::types::Type;
use super::value::{Number, Value, canonical, normal_form};

/// Reads the value of a type. Text, numbers and truth values are taken for each other where
/// their text allows it, as core does.
///
/// # Errors
/// When the bytes are not JSON, or no value of the type.
pub fn decode(bytes: &[u8], kind: &Type) -> Result<Value, CodecError> {
    decode_value(&parse(bytes)?, kind)
}

/// Reads bytes as JSON without a type.
///
/// # Errors
/// When the bytes are not JSON or nest deeper than 127 levels.
pub fn parse(bytes: &[u8]) -> Result<Json, CodecError> {
    serde_json::from_slice(bytes)
        .map_err(|error| CodecError::here(Problem::Json(error.to_string())))
}

/// Reads the value of a type out of parsed JSON, as leniently as [`decode`].
///
/// # Errors
/// When the JSON is no value of the type.
pub fn decode_value(json: &Json, kind: &Type) -> Result<Value, CodecError> {
    read(json, kind, 0)
}

/// Writes a value of a type, compact, attributes sorted by name.
///
/// # Errors
/// When something in it is unknown or infinite, which JSON can't say, or not of the type.
pub fn encode(value: &Value, kind: &Type) -> Result<Vec<u8>, CodecError> {
    write(value, kind, 0).map(|json| json.to_string().into_bytes())
}

fn read(json: &Json, kind: &Type, depth: usize) -> Result<Value, CodecError> {
    let depth = deeper(depth)?;
    match (kind, json) {
        (_, Json::Null) => Ok(Value::Null),
        (Type::String, Json::String(text)) => Ok(Value::string(text.as_str())),
        (Type::String, Json::Number(number)) => Ok(Value::string(number.to_string())),
        (Type::String, Json::Bool(truth)) => Ok(Value::string(truth.to_string())),
        (Type::Number, Json::Number(number)) => read_number(&number.to_string()),
        (Type::Number, Json::String(text)) => read_number(text),
        (Type::Bool, Json::Bool(truth)) => Ok(Value::Bool(*truth)),
        (Type::Bool, Json::String(text)) if text == "true" => Ok(Value::Bool(true)),
        (Type::Bool, Json::String(text)) if text == "false" => Ok(Value::Bool(false)),
        (Type::Dynamic, Json::Object(typed)) => {
            let (Some(kind), Some(value)) = (typed.get("type"), typed.get("value")) else {
                return Err(CodecError::kind("a value with its type", "object"));
            };
            let kind = Type::read(kind).map_err(CodecError::here)?;
            let value = read(value, &kind, depth)?;
            Ok(Value::Dynamic(Box::new((kind, value))))
        }
        (Type::List(of), Json::Array(elements)) => read_all(elements, of, depth).map(Value::List),
        (Type::Set(of), Json::Array(elements)) => read_all(elements, of, depth)
            .map(Value::set)
            .map_err(|error| CodecError::here(error.problem)),
        (Type::Tuple(kinds), Json::Array(elements)) if kinds.len() == elements.len() => {
            let pairs = elements.iter().zip(kinds).enumerate();
            pairs
                .map(|(index, (element, of))| {
                    read(element, of, depth).map_err(|error| error.under(index_step(index)))
                })
                .collect::<Result<_, _>>()
                .map(Value::Tuple)
        }
        (Type::Map(of), Json::Object(elements)) => elements
            .iter()
            .map(|(key, element)| {
                let step = || Step::Key(key.clone());
                let value = read(element, of, depth).map_err(|error| error.under(step()))?;
                Ok((normal_form(key.clone()), value))
            })
            .collect::<Result<_, _>>()
            .map(Value::Map),
        (Type::Object(kinds), Json::Object(attributes)) => {
            read_object(attributes, kinds, depth).map(Value::Object)
        }
        (kind, json) => Err(CodecError::kind(kind.to_string(), name(json))),
    }
}

fn read_number(text: &str) -> Result<Value, CodecError> {
    text.parse().map(Value::Number).map_err(CodecError::here)
}

fn read_all(elements: &[Json], of: &Type, depth: usize) -> Result<Vec<Value>, CodecError> {
    let elements = elements.iter().enumerate();
    elements
        .map(|(index, element)| {
            read(element, of, depth).map_err(|error| error.under(index_step(index)))
        })
        .collect()
}

fn read_object(
    attributes: &serde_json::Map<String, Json>,
    kinds: &BTreeMap<String, Type>,
    depth: usize,
) -> Result<BTreeMap<String, Value>, CodecError> {
    kinds
        .iter()
        .map(|(name, kind)| {
            let value = match attributes.get(name) {
                Some(json) => read(json, kind, depth)
                    .map_err(|error| error.under(Step::Attribute(name.clone())))?,
                None => Value::Null,
            };
            Ok((name.clone(), value))
        })
        .collect()
}

fn write(value: &Value, kind: &Type, depth: usize) -> Result<Json, CodecError> {
    let depth = deeper(depth)?;
    match (value, kind) {
        (Value::Null, _) => Ok(Json::Null),
        (Value::String(text), Type::String) => Ok(Json::String(text.clone())),
        (Value::Number(number), Type::Number) => write_number(number),
        (Value::Bool(truth), Type::Bool) => Ok(Json::Bool(*truth)),
        (Value::List(of), Type::List(kind)) => of
            .iter()
            .enumerate()
            .map(|(index, element)| {
                write(element, kind, depth).map_err(|error| error.under(index_step(index)))
            })
            .collect(),
        (Value::Set(of), Type::Set(kind)) => canonical(of)
            .into_iter()
            .map(|element| {
                write(element, kind, depth).map_err(|error| CodecError::here(error.problem))
            })
            .collect(),
        (Value::Tuple(of), Type::Tuple(kinds)) if of.len() == kinds.len() => of
            .iter()
            .zip(kinds)
            .map(|(element, kind)| write(element, kind, depth))
            .collect(),
        (Value::Map(of), Type::Map(kind)) => of
            .iter()
            .map(|(key, element)| {
                let json = write(element, kind, depth)
                    .map_err(|error| error.under(Step::Key(key.clone())))?;
                Ok((key.clone(), json))
            })
            .collect(),
        (Value::Object(of), Type::Object(kinds)) => kinds
            .iter()
            .map(|(name, kind)| {
                let value = of
                    .get(name)
                    .ok_or_else(|| CodecError::here(Problem::MissingAttribute(name.clone())))?;
                let json = write(value, kind, depth)
                    .map_err(|error| error.under(Step::Attribute(name.clone())))?;
                Ok((name.clone(), json))
            })
            .collect(),
        (Value::Dynamic(typed), Type::Dynamic) => {
            let value = write(&typed.1, &typed.0, depth)?;
            Ok(serde_json::json!({ "value": value, "type": typed.0.json() }))
        }
        (Value::Unknown(_), _) => Err(CodecError::here(Problem::NoForm(
            "JSON has no form for an unknown value",
        ))),
        (value, kind) => Err(CodecError::kind(kind.to_string(), value.kind())),
    }
}

fn write_number(number: &Number) -> Result<Json, CodecError> {
    let infinite = || CodecError::here(Problem::NoForm("JSON has no form for infinity"));
    let text = number.plain().ok_or_else(infinite)?;
    text.parse()
        .map(Json::Number)
        .map_err(|error: serde_json::Error| CodecError::here(Problem::Json(error.to_string())))
}

fn name(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "bool",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests;
