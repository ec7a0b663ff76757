//! What was planned as known is returned as planned.

use std::collections::BTreeMap;

use crate::protocol::{Refinements, Value};

/// The applied values, with every known planned one in place of what apply found: the world's
/// newer truth comes with the next refresh.
pub(super) fn kept(planned: &Value, applied: &Value) -> Value {
    match (planned, applied) {
        (Value::Unknown(_), applied) => applied.clone(),
        (Value::Object(planned), Value::Object(applied)) => Value::Object(merged(planned, applied)),
        (Value::Map(planned), Value::Map(applied)) => Value::Map(merged(planned, applied)),
        (planned, applied) if planned.is_wholly_known() => {
            let _ = applied;
            planned.clone()
        }
        (_, applied) => applied.clone(),
    }
}

fn merged(
    planned: &BTreeMap<String, Value>,
    applied: &BTreeMap<String, Value>,
) -> BTreeMap<String, Value> {
    let value = |(key, planned): (&String, &Value)| {
        let applied = applied.get(key).unwrap_or(&Value::Null);
        (key.clone(), kept(planned, applied))
    };
    planned.iter().map(value).collect()
}

/// What configuration says is still to come is planned so, whatever is found in its place: if it
/// turns out to be null, a default may be what comes, of which nothing was said.
pub(super) fn awaited(config: &Value, planned: Value) -> Value {
    match (config, planned) {
        (Value::Unknown(_), _) => Value::Unknown(Refinements::default()),
        (Value::Object(config), Value::Object(planned)) => Value::Object(each(config, planned)),
        (Value::Map(config), Value::Map(planned)) => Value::Map(each(config, planned)),
        (_, planned) => planned,
    }
}

fn each(
    config: &BTreeMap<String, Value>,
    planned: BTreeMap<String, Value>,
) -> BTreeMap<String, Value> {
    let value = |(key, planned): (String, Value)| match config.get(&key) {
        Some(config) => (key, awaited(config, planned)),
        None => (key, planned),
    };
    planned.into_iter().map(value).collect()
}

/// Unknown values filled from an earlier state, where it has the same path.
pub(super) fn filled(planned: &Value, prior: &Value) -> Value {
    match (planned, prior) {
        (Value::Unknown(_), prior) => prior.clone(),
        (Value::Object(planned), Value::Object(prior)) => {
            let value = |(key, planned): (&String, &Value)| {
                let filled = prior
                    .get(key)
                    .map_or_else(|| planned.clone(), |it| filled(planned, it));
                (key.clone(), filled)
            };
            Value::Object(planned.iter().map(value).collect())
        }
        (Value::Map(planned), Value::Map(prior)) => {
            let value = |(key, planned): (&String, &Value)| {
                let filled = prior
                    .get(key)
                    .map_or_else(|| planned.clone(), |it| filled(planned, it));
                (key.clone(), filled)
            };
            Value::Map(planned.iter().map(value).collect())
        }
        (planned, _) => planned.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(pairs: &[(&str, Value)]) -> Value {
        Value::object(pairs.iter().cloned())
    }

    #[test]
    fn known_promises_are_kept_and_unknown_ones_are_filled() {
        let unknown = || Value::Unknown(Refinements::default());
        let planned = object(&[("a", Value::from("old")), ("b", unknown())]);
        let applied = object(&[("a", Value::from("new")), ("b", Value::from("new"))]);
        let expected = object(&[("a", Value::from("old")), ("b", Value::from("new"))]);
        assert_eq!(kept(&planned, &applied), expected);
    }
}
