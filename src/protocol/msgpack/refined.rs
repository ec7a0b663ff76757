//! Unknown values in msgpack: an extension, which may carry promises about the value to come.

use rmp::Marker;
use rmp::encode as write;

use super::decode::Input;
use super::encode::{Output, written};
use crate::protocol::codec::{CodecError, Problem};
use crate::protocol::types::Type;
use crate::protocol::value::{Number, Promises, Refinements, Value};

/// Extension code of an unknown value with promises.
const REFINED: i8 = 12;
/// The longest body of promises that core reads, in bytes.
const BODY_MAX: usize = 1024;
/// The longest prefix that core writes, in bytes.
const PREFIX_MAX: usize = 256;

/// The unknown value that an extension stands for.
pub(super) fn unknown(code: i8, body: &[u8], kind: &Type) -> Result<Value, CodecError> {
    if body.len() <= 1 || (*kind == Type::Dynamic && code == REFINED) {
        return Ok(Value::unknown());
    }
    if code != REFINED || body.len() > BODY_MAX {
        return Err(CodecError::here(Problem::Refinement));
    }
    let mut input = Input { rest: body };
    let marker = input.marker()?;
    let length = input.map_length(marker)?.ok_or_else(malformed)?;
    let mut promises = Promises::default();
    for _ in 0..length {
        let key = input.whole()?;
        match (key, kind) {
            (1, _) => match input.marker()? {
                Marker::True => return Ok(Value::Null),
                Marker::False => promises.not_null = true,
                _ => return Err(malformed()),
            },
            (2, Type::String) => {
                let marker = input.marker()?;
                promises.prefix = Some(input.text(marker)?);
            }
            (3, Type::Number) => promises.lower = Some(input.bound()?),
            (4, Type::Number) => promises.upper = Some(input.bound()?),
            (5, Type::List(_) | Type::Set(_) | Type::Map(_)) => {
                promises.length_min = Some(input.whole()?);
            }
            (6, Type::List(_) | Type::Set(_) | Type::Map(_)) => {
                promises.length_max = Some(input.whole()?);
            }
            (2..=6, _) => return Err(malformed()),
            // Core doesn't skip the value of a key it doesn't know, so nothing useful can follow.
            _ => break,
        }
    }
    Ok(Value::Unknown(Refinements::of(promises)))
}

/// Writes an unknown value; promises that core couldn't read are left out.
///
/// # Errors
/// When the promises exclude each other, which would crash core.
pub(super) fn write_unknown(
    refinements: &Refinements,
    kind: &Type,
    out: &mut Output,
) -> Result<(), CodecError> {
    let body = match refinements.promises() {
        Some(promises) if *kind != Type::Dynamic => {
            if !promises.can_be_kept() {
                return Err(malformed());
            }
            body(promises)?
        }
        _ => Vec::new(),
    };
    if body.is_empty() || body.len() > BODY_MAX {
        out.extend_from_slice(&[0xd4, 0, 0]);
        return Ok(());
    }
    let length = u32::try_from(body.len()).map_err(|_| malformed())?;
    written(write::write_ext_meta(out, length, REFINED))?;
    out.extend_from_slice(&body);
    Ok(())
}

fn body(promises: &Promises) -> Result<Output, CodecError> {
    let mut entries = Vec::new();
    let mut count = 0;
    let mut entry = |key: u64, content: &dyn Fn(&mut Output) -> Result<(), CodecError>| {
        count += 1;
        written(write::write_uint(&mut entries, key))?;
        content(&mut entries)
    };
    if promises.not_null {
        entry(1, &|out| written(write::write_bool(out, false)))?;
    }
    if let Some(prefix) = &promises.prefix {
        entry(2, &|out| written(write::write_str(out, cut(prefix))))?;
    }
    for (key, bound) in [(3, &promises.lower), (4, &promises.upper)] {
        if let Some((number, inclusive)) = bound {
            entry(key, &|out| {
                written(write::write_array_len(out, 2))?;
                super::encode::write_number(number, out)?;
                written(write::write_bool(out, *inclusive))
            })?;
        }
    }
    for (key, length) in [(5, promises.length_min), (6, promises.length_max)] {
        if let Some(length) = length {
            entry(key, &|out| written(write::write_sint(out, length)))?;
        }
    }
    let mut body = Vec::new();
    written(write::write_map_len(&mut body, count))?;
    body.append(&mut entries);
    Ok(body)
}

/// The longest prefix of the prefix that core reads, in whole characters.
fn cut(prefix: &str) -> &str {
    prefix
        .get(..prefix.floor_char_boundary(PREFIX_MAX))
        .unwrap_or(prefix)
}

impl Input<'_> {
    fn whole(&mut self) -> Result<i64, CodecError> {
        let marker = self.marker()?;
        self.number(marker)?.to_i64().ok_or_else(malformed)
    }

    fn bound(&mut self) -> Result<(Number, bool), CodecError> {
        let marker = self.marker()?;
        if self.array_length(marker)? != Some(2) {
            return Err(malformed());
        }
        let marker = self.marker()?;
        let number = self.number(marker)?;
        match self.marker()? {
            Marker::True => Ok((number, true)),
            Marker::False => Ok((number, false)),
            _ => Err(malformed()),
        }
    }
}

fn malformed() -> CodecError {
    CodecError::here(Problem::Refinement)
}
