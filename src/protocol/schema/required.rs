//! Required attributes that were written as null: core only sees that the line is there.

use super::{Attribute, Kind, Schema};
use crate::protocol::path::Path;
use crate::protocol::value::Value;

impl Schema {
    /// The required attributes that are null in this configuration.
    #[must_use]
    pub fn missing(&self, config: &Value) -> Vec<Path> {
        let is_missing =
            |attribute: &Attribute, value: &Value| attribute.required && value.is_null();
        self.places(config, is_missing)
    }

    /// Where a configuration gives values that only the provider can know. Core refuses those of a
    /// resource itself, and not those of nested objects.
    pub fn unconfigurable(&self, config: &Value) -> Vec<Path> {
        self.places(config, |attribute, value| {
            attribute.computed && !attribute.optional && !value.is_null()
        })
    }

    fn places(&self, config: &Value, is_wrong: fn(&Attribute, &Value) -> bool) -> Vec<Path> {
        let mut found = Vec::new();
        look_into(
            (&self.attributes, config),
            &Path::root(),
            is_wrong,
            &mut found,
        );
        found
    }
}

fn look_into(
    (attributes, config): (&[Attribute], &Value),
    at: &Path,
    is_wrong: fn(&Attribute, &Value) -> bool,
    found: &mut Vec<Path>,
) {
    let Value::Object(config) = config else {
        return;
    };
    for attribute in attributes {
        let value = config.get(&attribute.name).unwrap_or(&Value::Null);
        let path = at.clone().attribute(&attribute.name);
        if is_wrong(attribute, value) {
            found.push(path);
            continue;
        }
        let Kind::Nested(_, nested) = &attribute.kind else {
            continue;
        };
        match value {
            Value::Object(_) => look_into((nested, value), &path, is_wrong, found),
            Value::Map(entries) => {
                for (key, entry) in entries {
                    look_into((nested, entry), &path.clone().key(key), is_wrong, found);
                }
            }
            Value::List(elements) => {
                for (index, element) in (0_i64..).zip(elements) {
                    look_into(
                        (nested, element),
                        &path.clone().index(index),
                        is_wrong,
                        found,
                    );
                }
            }
            // There is no way to point at an element of a set.
            Value::Set(elements) => {
                for element in elements {
                    look_into((nested, element), &path, is_wrong, found);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::schema::Nesting;
    use crate::protocol::types::Type;

    #[test]
    fn a_required_null_is_found_at_every_level() {
        let leaf = || Attribute::new("id", Kind::Plain(Type::String)).required();
        let entries = Kind::Nested(Nesting::Map, vec![leaf()]);
        let schema = Schema {
            version: 0,
            description: String::new(),
            attributes: vec![leaf(), Attribute::new("all", entries).optional()],
        };
        let entry = Value::object([("id", Value::Null)]);
        let config = Value::object([("id", Value::Null), ("all", Value::map([("a", entry)]))]);
        let found: Vec<String> = schema
            .missing(&config)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(found, ["id", r#"all["a"].id"#]);
        let unknown = Value::object([("id", Value::unknown()), ("all", Value::Null)]);
        assert_eq!(schema.missing(&unknown), Vec::<Path>::new());
    }
}
