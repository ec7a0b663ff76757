//! What a planned value may be: what the configuration says, or the prior value where core calls
//! that no change, or anything where the provider computes and the user is silent.

use super::{Violation, attribute_of, check_write_only, correlate};
use crate::protocol::codec::index_step;
use crate::protocol::path::{Path, Step};
use crate::protocol::schema::{Attribute, Kind, Nesting, Schema};
use crate::protocol::value::Value;

/// What is wrong with a planned state. A null `config` is the plan of a destroy, a null `prior`
/// that of a create.
#[must_use]
pub fn check_planned(
    schema: &Schema,
    config: &Value,
    prior: &Value,
    planned: &Value,
) -> Vec<Violation> {
    let mut found = Vec::new();
    if config.is_null() {
        if !planned.is_null() {
            found.push(Violation::new(
                &Path::root(),
                "planned a value for what is to be destroyed",
            ));
        }
        return found;
    }
    let values = Trio {
        config,
        prior,
        planned,
    };
    check_object(&schema.attributes, values, &Path::root(), &mut found);
    found.extend(check_write_only(schema, planned));
    found
}

/// What a rule looks at, at one place.
#[derive(Clone, Copy)]
struct Trio<'a> {
    config: &'a Value,
    prior: &'a Value,
    planned: &'a Value,
}

fn check_object(
    attributes: &[Attribute],
    values: Trio<'_>,
    path: &Path,
    found: &mut Vec<Violation>,
) {
    if let Some(message) = presence(values) {
        found.push(Violation::new(path, message));
        return;
    }
    if !matches!(values.planned, Value::Object(_)) {
        return;
    }
    for attribute in attributes {
        let part = |value| attribute_of(value, &attribute.name);
        let values = Trio {
            config: part(values.config),
            prior: part(values.prior),
            planned: part(values.planned),
        };
        check_attribute(
            attribute,
            values,
            &path.clone().attribute(&attribute.name),
            found,
        );
    }
}

/// Null, unknown and known must be so in both, whatever is inside.
fn presence(values: Trio<'_>) -> Option<&'static str> {
    let Trio {
        config, planned, ..
    } = values;
    if planned.is_null() && !config.is_null() {
        Some("planned for absence but the configuration wants existence")
    } else if config.is_null() && !planned.is_null() {
        Some("planned for existence but the configuration wants absence")
    } else if planned.is_unknown() && !config.is_unknown() {
        Some("planned as unknown as a whole; only what it holds may be unknown")
    } else if config.is_unknown() && !planned.is_unknown() {
        Some("planned as known while the configuration is still unknown")
    } else {
        None
    }
}

fn check_attribute(
    attribute: &Attribute,
    values: Trio<'_>,
    path: &Path,
    found: &mut Vec<Violation>,
) {
    let Trio {
        config,
        prior,
        planned,
    } = values;
    let as_before = planned == prior && !prior.is_null() && !config.is_null();
    let ours = attribute.computed && config.is_null();
    if planned == config || as_before || ours || attribute.write_only {
        return;
    }
    match &attribute.kind {
        Kind::Nested(nesting, nested) => check_nested((*nesting, nested), values, path, found),
        Kind::Plain(_) => found.push(Violation::new(path, unequal(attribute, values))),
    }
}

fn unequal(attribute: &Attribute, values: Trio<'_>) -> String {
    let Trio {
        config,
        prior,
        planned,
    } = values;
    match (attribute.sensitive, config.is_null()) {
        (true, true) => "planned a sensitive value for a non-computed attribute".to_owned(),
        (true, false) => {
            "the planned sensitive value is neither the configured nor the prior one".to_owned()
        }
        (false, true) => format!("planned {planned} for a non-computed attribute"),
        (false, false) if prior.is_null() => {
            format!("the planned value {planned} is not the configured {config}")
        }
        (false, false) => format!(
            "the planned value {planned} is neither the configured {config} nor the prior {prior}"
        ),
    }
}

fn check_nested(
    (nesting, nested): (Nesting, &[Attribute]),
    values: Trio<'_>,
    path: &Path,
    found: &mut Vec<Violation>,
) {
    if let Some(message) = presence(values) {
        found.push(Violation::new(path, message));
        return;
    }
    match (nesting, values.config, values.planned) {
        (Nesting::Single, ..) => check_object(nested, values, path, found),
        (Nesting::List, Value::List(config), Value::List(planned)) => {
            if config.len() != planned.len() {
                found.push(disagree(path, planned.len(), config.len()));
                return;
            }
            for (index, (config, planned)) in config.iter().zip(planned).enumerate() {
                let step = index_step(index);
                let prior = values
                    .prior
                    .at(&Path::root().then(step.clone()))
                    .unwrap_or(&Value::Null);
                let values = Trio {
                    config,
                    prior,
                    planned,
                };
                check_object(nested, values, &path.clone().then(step), found);
            }
        }
        (Nesting::Map, Value::Map(_), Value::Map(_)) => check_map(nested, values, path, found),
        (Nesting::Set, Value::Set(config), Value::Set(planned)) => {
            check_set(nested, (config, planned), path, found);
        }
        _ => found.push(Violation::new(
            path,
            "planned another kind of value than configured",
        )),
    }
}

fn check_map(nested: &[Attribute], values: Trio<'_>, path: &Path, found: &mut Vec<Violation>) {
    let (Value::Map(config), Value::Map(planned)) = (values.config, values.planned) else {
        return;
    };
    for key in config.keys().filter(|key| !planned.contains_key(*key)) {
        found.push(Violation::new(
            path,
            format!("the configured key {key:?} is not in the plan"),
        ));
    }
    for (key, planned) in planned {
        let Some(config) = config.get(key) else {
            found.push(Violation::new(
                path,
                format!("the planned key {key:?} is not configured"),
            ));
            continue;
        };
        let step = Step::Key(key.clone());
        let prior = values
            .prior
            .at(&Path::root().then(step.clone()))
            .unwrap_or(&Value::Null);
        let values = Trio {
            config,
            prior,
            planned,
        };
        check_object(nested, values, &path.clone().then(step), found);
    }
}

fn check_set(
    nested: &[Attribute],
    (config, planned): (&[Value], &[Value]),
    path: &Path,
    found: &mut Vec<Violation>,
) {
    if config.len() != planned.len() {
        found.push(disagree(path, planned.len(), config.len()));
        return;
    }
    let (all_planned, all_configured) = correlate(planned, config, |planned, config| {
        let mut problems = Vec::new();
        let values = Trio {
            config,
            prior: &Value::Null,
            planned,
        };
        check_object(nested, values, path, &mut problems);
        problems.is_empty()
    });
    if !all_planned {
        found.push(Violation::new(
            path,
            "a planned element agrees with no configured one",
        ));
    }
    if !all_configured {
        found.push(Violation::new(
            path,
            "a configured element agrees with no planned one",
        ));
    }
}

fn disagree(path: &Path, planned: usize, config: usize) -> Violation {
    Violation::new(
        path,
        format!("{planned} elements planned, {config} configured"),
    )
}
