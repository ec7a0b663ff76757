//! Stated defaults. Where the configuration says nothing the planned value is the default,
//! whatever the prior state says: otherwise taking a line out of a configuration would do nothing.

use std::collections::BTreeMap;

use super::{Attribute, Kind, Nesting, Schema};
use crate::protocol::rules::may_come_from;
use crate::protocol::value::Value;

impl Schema {
    /// Core's proposal with every stated default in place of what it took from the prior state.
    #[must_use]
    pub fn with_defaults(&self, config: &Value, proposed: &Value) -> Value {
        fill_object(&self.attributes, config, proposed)
    }
}

impl Schema {
    /// A proposal with everything that is computed and not configured as it was before.
    #[must_use]
    pub fn computed_kept(&self, config: &Value, proposed: &Value, prior: &Value) -> Value {
        kept_object(&self.attributes, config, proposed, prior)
    }

    /// A proposal with everything unknown that is computed and not configured, for when nothing
    /// can be said yet. What would replace the resource keeps its value.
    #[must_use]
    pub fn computed_unknown(&self, config: &Value, proposed: &Value) -> Value {
        unknown_object(&self.attributes, config, proposed)
    }
}

fn kept_object(attributes: &[Attribute], config: &Value, proposed: &Value, prior: &Value) -> Value {
    let (Value::Object(config), Value::Object(proposed), Value::Object(prior)) =
        (config, proposed, prior)
    else {
        return proposed.clone();
    };
    let mut filled = proposed.clone();
    for attribute in attributes.iter().filter(|it| it.default.is_none()) {
        let null = &Value::Null;
        let config = config.get(&attribute.name).unwrap_or(null);
        let prior = prior.get(&attribute.name).unwrap_or(null);
        let Some(value) = filled.get_mut(&attribute.name) else {
            continue;
        };
        *value = match (&attribute.kind, config, &*value) {
            (_, Value::Null, _) if attribute.computed => prior.clone(),
            (Kind::Nested(Nesting::Single, nested), Value::Object(_), proposed) => {
                kept_object(nested, config, proposed, prior)
            }
            (Kind::Nested(Nesting::Map, nested), Value::Map(config), Value::Map(proposed)) => {
                let before = |key: &String| match prior {
                    Value::Map(prior) => prior.get(key).unwrap_or(null),
                    _ => null,
                };
                let filled = |(key, proposed): (&String, &Value)| {
                    let config = config.get(key).unwrap_or(null);
                    let kept = kept_object(nested, config, proposed, before(key));
                    (key.clone(), kept)
                };
                Value::Map(proposed.iter().map(filled).collect())
            }
            (_, _, value) => value.clone(),
        };
    }
    Value::Object(filled)
}

fn unknown_object(attributes: &[Attribute], config: &Value, proposed: &Value) -> Value {
    let (Value::Object(config), Value::Object(proposed)) = (config, proposed) else {
        return proposed.clone();
    };
    let mut filled = proposed.clone();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.default.is_none())
    {
        let config = config.get(&attribute.name).unwrap_or(&Value::Null);
        let Some(value) = filled.get_mut(&attribute.name) else {
            continue;
        };
        *value = match (&attribute.kind, config, &*value) {
            (_, Value::Null, value)
                if attribute.computed && (!attribute.replaces || value.is_null()) =>
            {
                Value::unknown()
            }
            (Kind::Nested(Nesting::Single, nested), Value::Object(_), proposed) => {
                unknown_object(nested, config, proposed)
            }
            (Kind::Nested(Nesting::Map, nested), Value::Map(config), Value::Map(proposed)) => {
                let filled = |(key, proposed): (&String, &Value)| {
                    let config = config.get(key).unwrap_or(&Value::Null);
                    (key.clone(), unknown_object(nested, config, proposed))
                };
                Value::Map(proposed.iter().map(filled).collect())
            }
            (_, _, value) => value.clone(),
        };
    }
    Value::Object(filled)
}

fn fill_object(attributes: &[Attribute], config: &Value, proposed: &Value) -> Value {
    let (Value::Object(config), Value::Object(proposed)) = (config, proposed) else {
        return proposed.clone();
    };
    let mut filled = proposed.clone();
    for attribute in attributes {
        let config = config.get(&attribute.name).unwrap_or(&Value::Null);
        if let Some(value) = filled.get_mut(&attribute.name) {
            *value = fill(attribute, config, value);
        }
    }
    Value::Object(filled)
}

fn fill(attribute: &Attribute, config: &Value, proposed: &Value) -> Value {
    if config.is_null() {
        return attribute
            .default
            .clone()
            .unwrap_or_else(|| proposed.clone());
    }
    let Kind::Nested(_, nested) = &attribute.kind else {
        return proposed.clone();
    };
    match (config, proposed) {
        (Value::Object(_), Value::Object(_)) => fill_object(nested, config, proposed),
        (Value::List(config), Value::List(proposed)) => {
            let pairs = proposed.iter().zip(config);
            Value::List(
                pairs
                    .map(|(proposed, config)| fill_object(nested, config, proposed))
                    .collect(),
            )
        }
        (Value::Map(config), Value::Map(proposed)) => {
            Value::Map(fill_map(nested, config, proposed))
        }
        (Value::Set(config), Value::Set(proposed)) => Value::set(
            proposed
                .iter()
                .map(|element| fill_element(nested, config, element))
                .collect(),
        ),
        _ => proposed.clone(),
    }
}

fn fill_map(
    nested: &[Attribute],
    config: &BTreeMap<String, Value>,
    proposed: &BTreeMap<String, Value>,
) -> BTreeMap<String, Value> {
    let filled = |(key, proposed): (&String, &Value)| {
        let config = config.get(key).unwrap_or(&Value::Null);
        (key.clone(), fill_object(nested, config, proposed))
    };
    proposed.iter().map(filled).collect()
}

/// An element of a set has no name by which to find it in the configuration: it is the one that
/// core could have made it of.
fn fill_element(nested: &[Attribute], config: &[Value], proposed: &Value) -> Value {
    let origin = config
        .iter()
        .find(|config| may_come_from(nested, config, proposed));
    origin.map_or_else(
        || proposed.clone(),
        |config| fill_object(nested, config, proposed),
    )
}

#[cfg(test)]
mod tests {
    use super::super::Nesting;
    use super::*;
    use crate::protocol::rules::proposed_new_state;
    use crate::protocol::types::Type;

    fn schema(nesting: Nesting) -> Schema {
        let text = |name| Attribute::new(name, Kind::Plain(Type::String));
        let heal = Attribute::new("heal", Kind::Plain(Type::Bool))
            .optional()
            .computed()
            .default(true);
        let nested = vec![text("name").required(), text("id").computed(), heal.clone()];
        let attributes = vec![
            heal,
            Attribute::new("parts", Kind::Nested(nesting, nested)).optional(),
        ];
        Schema {
            version: 0,
            description: String::new(),
            attributes,
        }
    }

    fn part(heal: Value, id: Value) -> Value {
        Value::object([("name", "a".into()), ("id", id), ("heal", heal)])
    }

    fn state(heal: Value, parts: Value) -> Value {
        Value::object([("heal", heal), ("parts", parts)])
    }

    #[test]
    fn a_removed_line_goes_back_to_the_default_at_every_level() {
        type Wrap = fn(Value) -> Value;
        let wraps: [(Nesting, Wrap); 4] = [
            (Nesting::Single, |part| part),
            (Nesting::List, |part| Value::List(vec![part])),
            (Nesting::Set, |part| Value::set(vec![part])),
            (Nesting::Map, |part| Value::map([("k", part)])),
        ];
        for (nesting, wrap) in wraps {
            let schema = schema(nesting);
            let prior = state(false.into(), wrap(part(false.into(), "i-1".into())));
            let config = state(Value::Null, wrap(part(Value::Null, Value::Null)));
            let proposed = proposed_new_state(&schema, &prior, &config);
            let planned = schema.with_defaults(&config, &proposed);
            let wanted = state(true.into(), wrap(part(true.into(), "i-1".into())));
            assert_eq!(planned, wanted, "{nesting:?}");
        }
    }

    #[test]
    fn what_users_say_wins_also_when_it_is_unknown() {
        let schema = schema(Nesting::List);
        for said in [Value::Bool(false), Value::unknown()] {
            let config = state(said.clone(), Value::Null);
            let planned = schema.with_defaults(&config, &config);
            assert_eq!(planned, state(said, Value::Null));
        }
    }

    #[test]
    fn a_destroy_has_no_defaults() {
        assert!(
            schema(Nesting::List)
                .with_defaults(&Value::Null, &Value::Null)
                .is_null()
        );
    }
}
