//! Which changes replace the resource.

use super::{Attribute, Kind, Schema};
use crate::protocol::codec::index_step;
use crate::protocol::path::{Path, Step};
use crate::protocol::value::Value;

impl Schema {
    /// The attributes that replace the resource when changed, and whose planned value is not the
    /// prior one; unknown counts as changed. None for creates and destroys, nor for elements that
    /// come or go; a set counts as a whole.
    #[must_use]
    pub fn replaced(&self, prior: &Value, planned: &Value) -> Vec<Path> {
        let mut found = Vec::new();
        collect(&self.attributes, prior, planned, &Path::root(), &mut found);
        found
    }
}

fn collect(
    attributes: &[Attribute],
    prior: &Value,
    planned: &Value,
    path: &Path,
    found: &mut Vec<Path>,
) {
    let (Value::Object(prior), Value::Object(planned)) = (prior, planned) else {
        return;
    };
    for attribute in attributes {
        let name = &attribute.name;
        let (Some(prior), Some(planned)) = (prior.get(name), planned.get(name)) else {
            continue;
        };
        let path = path.clone().attribute(name);
        if prior == planned && planned.is_wholly_known() {
            continue;
        }
        if attribute.replaces {
            found.push(path);
        } else if let Kind::Nested(_, nested) = &attribute.kind {
            for (step, prior, planned) in pairs(prior, planned) {
                let path = step.map_or_else(|| path.clone(), |step| path.clone().then(step));
                collect(nested, prior, planned, &path, found);
            }
        }
    }
}

/// The nested objects that both values have, with the step that leads to each.
fn pairs<'a>(prior: &'a Value, planned: &'a Value) -> Vec<(Option<Step>, &'a Value, &'a Value)> {
    match (prior, planned) {
        (Value::Object(_), Value::Object(_)) => vec![(None, prior, planned)],
        (Value::List(prior), Value::List(planned)) => {
            let pairs = prior.iter().zip(planned).enumerate();
            pairs
                .map(|(index, (prior, planned))| (Some(index_step(index)), prior, planned))
                .collect()
        }
        (Value::Map(prior), Value::Map(planned)) => {
            let pairs = prior.iter().filter_map(|(key, prior)| {
                planned
                    .get(key)
                    .map(|planned| (Some(Step::Key(key.clone())), prior, planned))
            });
            pairs.collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Nesting;
    use super::*;
    use crate::protocol::types::Type;

    fn schema() -> Schema {
        let text = |name| Attribute::new(name, Kind::Plain(Type::String)).optional();
        let part = vec![text("vpc").replaces(), text("note")];
        let parts = Attribute::new("parts", Kind::Nested(Nesting::Map, part)).optional();
        let attributes = vec![text("name").replaces(), text("note"), parts];
        Schema {
            version: 0,
            description: String::new(),
            attributes,
        }
    }

    fn state(name: Value, note: &str, parts: &[(&str, &str)]) -> Value {
        let part = |vpc: &str| Value::object([("vpc", vpc.into()), ("note", note.into())]);
        let parts = Value::map(parts.iter().map(|(key, vpc)| (*key, part(vpc))));
        Value::object([("name", name), ("note", note.into()), ("parts", parts)])
    }

    fn found(prior: &Value, planned: &Value) -> Vec<String> {
        schema()
            .replaced(prior, planned)
            .iter()
            .map(Path::to_string)
            .collect()
    }

    #[test]
    fn only_changed_attributes_that_say_so_replace() {
        let prior = state("a".into(), "x", &[("k", "v1"), ("gone", "v1")]);
        assert_eq!(
            found(
                &prior,
                &state("a".into(), "y", &[("k", "v1"), ("new", "v2")])
            ),
            [""; 0]
        );
        let moved = state("b".into(), "x", &[("k", "v2")]);
        assert_eq!(found(&prior, &moved), ["name", r#"parts["k"].vpc"#]);
        assert_eq!(found(&prior, &state(Value::unknown(), "x", &[])), ["name"]);
    }

    #[test]
    fn creates_and_destroys_replace_nothing() {
        let whole = state("a".into(), "x", &[]);
        assert_eq!(found(&Value::Null, &whole), [""; 0]);
        assert_eq!(found(&whole, &Value::Null), [""; 0]);
    }
}
