//! Reading msgpack. The bytes are not trusted: lengths are believed only as elements arrive,
//! depth is limited, and every way to be wrong is an error with a path.

use std::collections::BTreeMap;

use rmp::Marker;

use super::refined;
use crate::protocol::codec::{CodecError, Problem, deeper, index_step};
use crate::protocol::path::Step;
use crate::protocol::types::Type;
use crate::protocol::value::{Number, Value, normal_form};

/// Reads the value of a type. Bytes after the value are ignored, as core ignores them.
///
/// # Errors
/// When the bytes are no value of the type, with the place where they stop being one.
pub fn decode(bytes: &[u8], kind: &Type) -> Result<Value, CodecError> {
    Input { rest: bytes }.value(kind, 0)
}

/// What is left to read.
pub(super) struct Input<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Input<'a> {
    fn value(&mut self, kind: &Type, depth: usize) -> Result<Value, CodecError> {
        let depth = deeper(depth)?;
        let marker = self.marker()?;
        if let Marker::Null = marker {
            return Ok(Value::Null);
        }
        if let Some((code, body)) = self.extension(marker)? {
            return refined::unknown(code, body, kind);
        }
        match kind {
            Type::String => self.text(marker).map(Value::String),
            Type::Number => self.number(marker).map(Value::Number),
            Type::Bool => match marker {
                Marker::True => Ok(Value::Bool(true)),
                Marker::False => Ok(Value::Bool(false)),
                _ => Err(wrong(kind, marker)),
            },
            Type::Dynamic => self.dynamic(marker, depth),
            Type::List(of) => self.elements(of, marker, depth, kind).map(Value::List),
            Type::Set(of) => self
                .elements(of, marker, depth, kind)
                .map(Value::set)
                // No path can name an element of a set.
                .map_err(|error| CodecError::here(error.problem)),
            Type::Tuple(types) => self.tuple(types, marker, depth).map(Value::Tuple),
            Type::Map(of) => self.map(of, marker, depth).map(Value::Map),
            Type::Object(types) => self.object(types, marker, depth).map(Value::Object),
        }
    }

    fn elements(
        &mut self,
        of: &Type,
        marker: Marker,
        depth: usize,
        kind: &Type,
    ) -> Result<Vec<Value>, CodecError> {
        let length = self
            .array_length(marker)?
            .ok_or_else(|| wrong(kind, marker))?;
        let mut elements = Vec::new();
        for index in 0..length {
            let element = self
                .value(of, depth)
                .map_err(|error| error.under(index_step(index)))?;
            elements.push(element);
        }
        Ok(elements)
    }

    fn tuple(
        &mut self,
        types: &[Type],
        marker: Marker,
        depth: usize,
    ) -> Result<Vec<Value>, CodecError> {
        let length = self
            .array_length(marker)?
            .ok_or_else(|| CodecError::kind("tuple", name(marker)))?;
        if length != types.len() {
            return Err(count("elements", types.len(), length));
        }
        let elements = types.iter().enumerate();
        elements
            .map(|(index, of)| {
                self.value(of, depth)
                    .map_err(|error| error.under(index_step(index)))
            })
            .collect()
    }

    fn map(
        &mut self,
        of: &Type,
        marker: Marker,
        depth: usize,
    ) -> Result<BTreeMap<String, Value>, CodecError> {
        let length = self
            .map_length(marker)?
            .ok_or_else(|| CodecError::kind("map", name(marker)))?;
        let mut elements = BTreeMap::new();
        for _ in 0..length {
            let key = self.key()?;
            let element = self
                .value(of, depth)
                .map_err(|error| error.under(Step::Key(key.clone())))?;
            elements.insert(key, element);
        }
        Ok(elements)
    }

    fn object(
        &mut self,
        types: &BTreeMap<String, Type>,
        marker: Marker,
        depth: usize,
    ) -> Result<BTreeMap<String, Value>, CodecError> {
        let length = self
            .map_length(marker)?
            .ok_or_else(|| CodecError::kind("object", name(marker)))?;
        if length != types.len() {
            return Err(count("attributes", types.len(), length));
        }
        let mut attributes = BTreeMap::new();
        for _ in 0..length {
            let attribute = self.key()?;
            let kind = types.get(&attribute).ok_or_else(|| {
                CodecError::here(Problem::UnsupportedAttribute(attribute.clone()))
            })?;
            let value = self
                .value(kind, depth)
                .map_err(|error| error.under(Step::Attribute(attribute.clone())))?;
            attributes.insert(attribute, value);
        }
        // An attribute given twice leaves another one out.
        match types
            .keys()
            .find(|attribute| !attributes.contains_key(*attribute))
        {
            Some(missing) => Err(CodecError::here(Problem::MissingAttribute(missing.clone()))),
            None => Ok(attributes),
        }
    }

    fn dynamic(&mut self, marker: Marker, depth: usize) -> Result<Value, CodecError> {
        let length = self
            .array_length(marker)?
            .ok_or_else(|| wrong(&Type::Dynamic, marker))?;
        if length != 2 {
            return Err(count("elements", 2, length));
        }
        let marker = self.marker()?;
        let bytes = self
            .bytes(marker)?
            .ok_or_else(|| CodecError::kind("a type", name(marker)))?;
        let kind = Type::from_json(bytes).map_err(CodecError::here)?;
        let value = self.value(&kind, depth)?;
        Ok(match kind {
            Type::Dynamic => value,
            kind => Value::Dynamic(Box::new((kind, value))),
        })
    }

    pub(super) fn number(&mut self, marker: Marker) -> Result<Number, CodecError> {
        let whole = match marker {
            Marker::FixPos(small) => i64::from(small),
            Marker::FixNeg(small) => i64::from(small),
            Marker::U8 => i64::from(u8::from_be_bytes(self.array()?)),
            Marker::U16 => i64::from(u16::from_be_bytes(self.array()?)),
            Marker::U32 => i64::from(u32::from_be_bytes(self.array()?)),
            Marker::U64 => return Ok(u64::from_be_bytes(self.array()?).into()),
            Marker::I8 => i64::from(i8::from_be_bytes(self.array()?)),
            Marker::I16 => i64::from(i16::from_be_bytes(self.array()?)),
            Marker::I32 => i64::from(i32::from_be_bytes(self.array()?)),
            Marker::I64 => i64::from_be_bytes(self.array()?),
            Marker::F32 => return binary(f64::from(f32::from_be_bytes(self.array()?))),
            Marker::F64 => return binary(f64::from_be_bytes(self.array()?)),
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
                return self.text(marker)?.parse().map_err(CodecError::here);
            }
            _ => return Err(wrong(&Type::Number, marker)),
        };
        Ok(whole.into())
    }

    fn key(&mut self) -> Result<String, CodecError> {
        let marker = self.marker()?;
        self.text(marker)
    }

    /// Text, which may also come as bytes.
    pub(super) fn text(&mut self, marker: Marker) -> Result<String, CodecError> {
        let bytes = self
            .bytes(marker)?
            .ok_or_else(|| wrong(&Type::String, marker))?;
        let text = std::str::from_utf8(bytes).map_err(|_| CodecError::here(Problem::NotUtf8))?;
        Ok(normal_form(text.to_owned()))
    }

    pub(super) fn marker(&mut self) -> Result<Marker, CodecError> {
        let [byte] = self.array()?;
        Ok(Marker::from_u8(byte))
    }

    /// The content of a string or of bytes; none for anything else.
    fn bytes(&mut self, marker: Marker) -> Result<Option<&'a [u8]>, CodecError> {
        let length = match marker {
            Marker::FixStr(length) => usize::from(length),
            Marker::Str8 | Marker::Bin8 => self.length_8()?,
            Marker::Str16 | Marker::Bin16 => self.length_16()?,
            Marker::Str32 | Marker::Bin32 => self.length_32()?,
            _ => return Ok(None),
        };
        self.take(length).map(Some)
    }

    /// Code and body of an extension; none for anything else.
    fn extension(&mut self, marker: Marker) -> Result<Option<(i8, &'a [u8])>, CodecError> {
        let length = match marker {
            Marker::FixExt1 => 1,
            Marker::FixExt2 => 2,
            Marker::FixExt4 => 4,
            Marker::FixExt8 => 8,
            Marker::FixExt16 => 16,
            Marker::Ext8 => self.length_8()?,
            Marker::Ext16 => self.length_16()?,
            Marker::Ext32 => self.length_32()?,
            _ => return Ok(None),
        };
        let code = i8::from_be_bytes(self.array()?);
        Ok(Some((code, self.take(length)?)))
    }

    pub(super) fn array_length(&mut self, marker: Marker) -> Result<Option<usize>, CodecError> {
        Ok(Some(match marker {
            Marker::FixArray(length) => usize::from(length),
            Marker::Array16 => self.length_16()?,
            Marker::Array32 => self.length_32()?,
            _ => return Ok(None),
        }))
    }

    pub(super) fn map_length(&mut self, marker: Marker) -> Result<Option<usize>, CodecError> {
        Ok(Some(match marker {
            Marker::FixMap(length) => usize::from(length),
            Marker::Map16 => self.length_16()?,
            Marker::Map32 => self.length_32()?,
            _ => return Ok(None),
        }))
    }

    fn length_8(&mut self) -> Result<usize, CodecError> {
        self.array()
            .map(|bytes| usize::from(u8::from_be_bytes(bytes)))
    }

    fn length_16(&mut self) -> Result<usize, CodecError> {
        self.array()
            .map(|bytes| usize::from(u16::from_be_bytes(bytes)))
    }

    fn length_32(&mut self) -> Result<usize, CodecError> {
        let length = u32::from_be_bytes(self.array()?);
        usize::try_from(length).map_err(|_| CodecError::here(Problem::Truncated))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], CodecError> {
        let (head, rest) = self.rest.split_first_chunk().ok_or_else(truncated)?;
        self.rest = rest;
        Ok(*head)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], CodecError> {
        let (head, rest) = self.rest.split_at_checked(length).ok_or_else(truncated)?;
        self.rest = rest;
        Ok(head)
    }
}

fn binary(number: f64) -> Result<Number, CodecError> {
    Number::from_f64(number).map_err(CodecError::here)
}

fn truncated() -> CodecError {
    CodecError::here(Problem::Truncated)
}

fn count(of: &'static str, wanted: usize, found: usize) -> CodecError {
    CodecError::here(Problem::Count { of, wanted, found })
}

fn wrong(kind: &Type, marker: Marker) -> CodecError {
    CodecError::kind(kind.to_string(), name(marker))
}

/// What a marker begins, for messages.
fn name(marker: Marker) -> &'static str {
    match marker {
        Marker::Null => "null",
        Marker::True | Marker::False => "bool",
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => "string",
        Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => "bytes",
        Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => "array",
        Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => "map",
        Marker::Reserved => "a reserved code",
        Marker::FixExt1
        | Marker::FixExt2
        | Marker::FixExt4
        | Marker::FixExt8
        | Marker::FixExt16
        | Marker::Ext8
        | Marker::Ext16
        | Marker::Ext32 => "an extension",
        _ => "number",
    }
}
