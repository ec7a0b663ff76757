//! How core merges a configuration with the prior state before it asks for a plan.

use super::attribute_of;
use crate::protocol::schema::{Attribute, Kind, Nesting, Schema};
use crate::protocol::value::Value;

/// The proposed new state: what is configured, and the prior value of what is computed and not
/// configured. Null for a destroy; nothing becomes unknown here.
#[must_use]
pub fn proposed_new_state(schema: &Schema, prior: &Value, config: &Value) -> Value {
    merge_object(&schema.attributes, prior, config)
}

fn merge_object(attributes: &[Attribute], prior: &Value, config: &Value) -> Value {
    let Value::Object(_) = config else {
        return config.clone();
    };
    Value::object(attributes.iter().map(|attribute| {
        let name = attribute.name.as_str();
        (
            name,
            merge(
                attribute,
                attribute_of(prior, name),
                attribute_of(config, name),
            ),
        )
    }))
}

fn merge(attribute: &Attribute, prior: &Value, config: &Value) -> Value {
    if attribute.computed && config.is_null() {
        return if was_configured(attribute, prior) {
            config.clone()
        } else {
            prior.clone()
        };
    }
    match &attribute.kind {
        Kind::Nested(nesting, nested) => merge_nested((*nesting, nested), prior, config),
        Kind::Plain(_) => config.clone(),
    }
}

fn merge_nested(
    (nesting, nested): (Nesting, &[Attribute]),
    prior: &Value,
    config: &Value,
) -> Value {
    match (nesting, config) {
        (Nesting::Single, Value::Object(_)) => merge_object(nested, prior, config),
        (Nesting::List, Value::List(of)) => {
            let before: &[Value] = if let Value::List(before) = prior {
                before
            } else {
                &[]
            };
            let elements = of.iter().enumerate();
            let merged = elements.map(|(index, config)| {
                merge_object(nested, before.get(index).unwrap_or(&Value::Null), config)
            });
            Value::List(merged.collect())
        }
        (Nesting::Map, Value::Map(of)) => Value::map(of.iter().map(|(key, config)| {
            let before = if let Value::Map(before) = prior {
                before.get(key)
            } else {
                None
            };
            (
                key,
                merge_object(nested, before.unwrap_or(&Value::Null), config),
            )
        })),
        (Nesting::Set, Value::Set(of)) => {
            let mut before: Vec<&Value> = if let Value::Set(before) = prior {
                before.iter().collect()
            } else {
                Vec::new()
            };
            let merged = of.iter().map(|config| {
                // Each prior element stands for one configured element at most.
                let found = before
                    .iter()
                    .position(|prior| may_come_from(nested, config, prior));
                let prior = found.map_or(&Value::Null, |position| before.remove(position));
                merge_object(nested, prior, config)
            });
            Value::set(merged.collect())
        }
        _ => config.clone(),
    }
}

/// Whether `state`, an element of a set, may be what became of `config`: they agree in all that
/// is configured, and differ only in what is computed.
pub(crate) fn may_come_from(attributes: &[Attribute], config: &Value, state: &Value) -> bool {
    let (Value::Object(_), Value::Object(_)) = (config, state) else {
        return config == state;
    };
    attributes.iter().all(|attribute| {
        let config = attribute_of(config, &attribute.name);
        let state = attribute_of(state, &attribute.name);
        if config == state {
            return true;
        }
        if attribute.computed && config.is_null() {
            return !was_configured(attribute, state);
        }
        match &attribute.kind {
            Kind::Nested(_, nested) => collection_may_come_from(nested, config, state),
            Kind::Plain(_) => false,
        }
    })
}

fn collection_may_come_from(nested: &[Attribute], config: &Value, state: &Value) -> bool {
    let fits = |config: &Value, state: &Value| may_come_from(nested, config, state);
    match (config, state) {
        (Value::Object(_), Value::Object(_)) => fits(config, state),
        (Value::List(c), Value::List(s)) => {
            c.len() == s.len() && c.iter().zip(s).all(|(config, state)| fits(config, state))
        }
        (Value::Map(c), Value::Map(s)) => {
            c.keys().eq(s.keys())
                && c.values()
                    .zip(s.values())
                    .all(|(config, state)| fits(config, state))
        }
        (Value::Set(c), Value::Set(s)) => super::correlate(c, s, fits) == (true, true),
        _ => false,
    }
}

/// Whether a prior value of an optional and computed nested attribute holds something that only
/// users can have written: then taking it out of the configuration takes it away.
fn was_configured(attribute: &Attribute, prior: &Value) -> bool {
    match &attribute.kind {
        Kind::Nested(_, nested) if attribute.optional => holds_configured(nested, prior),
        _ => false,
    }
}

fn holds_configured(attributes: &[Attribute], value: &Value) -> bool {
    match value {
        Value::List(of) | Value::Set(of) => of
            .iter()
            .any(|element| holds_configured(attributes, element)),
        Value::Map(of) => of
            .values()
            .any(|element| holds_configured(attributes, element)),
        Value::Object(_) => attributes.iter().any(|attribute| {
            let value = attribute_of(value, &attribute.name);
            let nested = match &attribute.kind {
                Kind::Nested(_, nested) => holds_configured(nested, value),
                Kind::Plain(_) => false,
            };
            nested || (!attribute.computed && !value.is_null())
        }),
        _ => false,
    }
}
