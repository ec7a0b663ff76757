//! Writing msgpack, each value in the form core itself would choose, and nothing that core
//! could stumble over: exact attribute sets, no other kinds of value than the type's.

use std::collections::BTreeMap;

use rmp::encode as write;

use super::refined;
use crate::protocol::codec::{CodecError, Problem, deeper, index_step};
use crate::protocol::path::Step;
use crate::protocol::types::Type;
use crate::protocol::value::{Form, Number, Value, canonical, normal_form};

/// Bytes written so far.
pub(super) type Output = Vec<u8>;

/// Writes a value of a type.
///
/// # Errors
/// When the value is not of the type, with the place where it differs.
pub fn encode(value: &Value, kind: &Type) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::new();
    write_value(value, kind, &mut out, 0)?;
    Ok(out)
}

fn write_value(
    value: &Value,
    kind: &Type,
    out: &mut Output,
    depth: usize,
) -> Result<(), CodecError> {
    let depth = deeper(depth)?;
    match (value, kind) {
        (Value::Null, _) => written(write::write_nil(out)),
        (Value::Unknown(refinements), kind) => refined::write_unknown(refinements, kind, out),
        (Value::String(text), Type::String) => write_text(text, out),
        (Value::Number(number), Type::Number) => write_number(number, out),
        (Value::Bool(truth), Type::Bool) => written(write::write_bool(out, *truth)),
        (Value::List(of), Type::List(kind)) => {
            same_types(of, kind)?;
            written(write::write_array_len(out, length(of.len())?))?;
            for (index, element) in of.iter().enumerate() {
                write_value(element, kind, out, depth)
                    .map_err(|error| error.under(index_step(index)))?;
            }
            Ok(())
        }
        (Value::Set(of), Type::Set(kind)) => {
            same_types(of, kind)?;
            let of = canonical(of);
            written(write::write_array_len(out, length(of.len())?))?;
            for element in of {
                // No path can name an element of a set.
                write_value(element, kind, out, depth)
                    .map_err(|error| CodecError::here(error.problem))?;
            }
            Ok(())
        }
        (Value::Tuple(of), Type::Tuple(kinds)) => write_tuple(of, kinds, out, depth),
        (Value::Map(of), Type::Map(kind)) => {
            same_types(of.values(), kind)?;
            written(write::write_map_len(out, length(of.len())?))?;
            for (key, element) in of {
                write_text(key, out)?;
                write_value(element, kind, out, depth)
                    .map_err(|error| error.under(Step::Key(key.clone())))?;
            }
            Ok(())
        }
        (Value::Object(of), Type::Object(kinds)) => write_object(of, kinds, out, depth),
        (Value::Dynamic(typed), Type::Dynamic) => {
            written(write::write_array_len(out, 2))?;
            written(write::write_bin(out, &typed.0.to_json()))?;
            write_value(&typed.1, &typed.0, out, depth)
        }
        (value, kind) => Err(CodecError::kind(kind.to_string(), value.kind())),
    }
}

fn write_tuple(
    of: &[Value],
    kinds: &[Type],
    out: &mut Output,
    depth: usize,
) -> Result<(), CodecError> {
    if of.len() != kinds.len() {
        let (wanted, found) = (kinds.len(), of.len());
        return Err(CodecError::here(Problem::Count {
            of: "elements",
            wanted,
            found,
        }));
    }
    written(write::write_array_len(out, length(of.len())?))?;
    for (index, (element, kind)) in of.iter().zip(kinds).enumerate() {
        write_value(element, kind, out, depth).map_err(|error| error.under(index_step(index)))?;
    }
    Ok(())
}

fn write_object(
    of: &BTreeMap<String, Value>,
    kinds: &BTreeMap<String, Type>,
    out: &mut Output,
    depth: usize,
) -> Result<(), CodecError> {
    if let Some(extra) = of.keys().find(|name| !kinds.contains_key(*name)) {
        return Err(CodecError::here(Problem::UnsupportedAttribute(
            extra.clone(),
        )));
    }
    written(write::write_map_len(out, length(kinds.len())?))?;
    for (name, kind) in kinds {
        let value = of
            .get(name)
            .ok_or_else(|| CodecError::here(Problem::MissingAttribute(name.clone())))?;
        write_text(name, out)?;
        write_value(value, kind, out, depth)
            .map_err(|error| error.under(Step::Attribute(name.clone())))?;
    }
    Ok(())
}

fn write_text(text: &str, out: &mut Output) -> Result<(), CodecError> {
    written(write::write_str(out, &normal_form(text.to_owned())))
}

pub(super) fn write_number(number: &Number, out: &mut Output) -> Result<(), CodecError> {
    match number.form() {
        Form::Whole(whole) => written(write::write_sint(out, *whole)),
        Form::Binary(binary) => written(write::write_f64(out, *binary)),
        Form::Decimal(decimal) => written(write::write_str(out, &decimal.to_plain_string())),
    }
}

/// Core crashes on a collection of dynamic values that differ in type.
fn same_types<'a>(of: impl IntoIterator<Item = &'a Value>, kind: &Type) -> Result<(), CodecError> {
    if *kind != Type::Dynamic {
        return Ok(());
    }
    let mut types = of.into_iter().filter_map(|value| match value {
        Value::Dynamic(typed) => Some(&typed.0),
        _ => None,
    });
    match types.next() {
        Some(first) if types.any(|other| other != first) => {
            Err(CodecError::here(Problem::MixedTypes))
        }
        _ => Ok(()),
    }
}

fn length(length: usize) -> Result<u32, CodecError> {
    u32::try_from(length).map_err(|_| CodecError::here(Problem::NoForm("a collection is too long")))
}

/// Writing into memory can't fail; its error type doesn't say so.
pub(super) fn written<T, E>(result: Result<T, E>) -> Result<(), CodecError> {
    result
        .map(drop)
        .map_err(|_| CodecError::here(Problem::NoForm("the value can't be written")))
}
