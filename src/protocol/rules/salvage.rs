//! Saving what can be saved of a state that does not fit its schema: core would throw it away
//! whole, and with it the only record of what was created.

use crate::protocol::types::Type;
use crate::protocol::value::Value;

/// The nearest value of the type: what fits stays, everything else becomes null.
pub(crate) fn nearest(value: &Value, kind: &Type) -> Value {
    match (value, kind) {
        (Value::String(_), Type::String)
        | (Value::Number(_), Type::Number)
        | (Value::Bool(_), Type::Bool)
        | (Value::Unknown(_), _) => value.clone(),
        (Value::List(of) | Value::Set(of) | Value::Tuple(of), Type::List(kind)) => {
            Value::List(of.iter().map(|element| nearest(element, kind)).collect())
        }
        (Value::List(of) | Value::Set(of) | Value::Tuple(of), Type::Set(kind)) => {
            Value::set(of.iter().map(|element| nearest(element, kind)).collect())
        }
        (Value::Map(of) | Value::Object(of), Type::Map(kind)) => Value::map(
            of.iter()
                .map(|(key, element)| (key, nearest(element, kind))),
        ),
        (Value::Map(of) | Value::Object(of), Type::Object(kinds)) => {
            Value::object(kinds.iter().map(|(name, kind)| {
                (
                    name,
                    of.get(name)
                        .map_or(Value::Null, |value| nearest(value, kind)),
                )
            }))
        }
        (Value::Dynamic(typed), Type::Dynamic) => {
            let inner = nearest(&typed.1, &typed.0);
            Value::Dynamic(Box::new((typed.0.clone(), inner)))
        }
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::msgpack;

    #[test]
    fn what_fits_is_kept_and_the_rest_becomes_null() {
        let kind = Type::object([
            ("id", Type::String),
            ("ids", Type::String.set()),
            ("port", Type::Number),
            ("parts", Type::object([("id", Type::String)]).map()),
        ]);
        let part = Value::object([("id", "p-1".into()), ("extra", true.into())]);
        let broken = Value::object([
            ("id", "i-1".into()),
            ("ids", Value::List(vec!["a".into(), true.into()])),
            ("port", "80".into()),
            ("parts", Value::object([("k", part)])),
            ("more", 1.into()),
        ]);
        let saved = nearest(&broken, &kind);
        assert!(msgpack::encode(&saved, &kind).is_ok());
        let wanted = Value::object([
            ("id", "i-1".into()),
            ("ids", Value::set(vec!["a".into(), Value::Null])),
            ("port", Value::Null),
            (
                "parts",
                Value::map([("k", Value::object([("id", "p-1".into())]))]),
            ),
        ]);
        assert_eq!(saved, wanted);
    }
}
