//! The rules against the violations that core is known to report, on one schema that has an
//! attribute of every kind.

mod applied;
mod planned;
mod proposed;

use super::*;
use crate::protocol::schema::{Attribute, Kind, Nesting, Schema};
use crate::protocol::types::Type;

fn text(name: &str) -> Attribute {
    Attribute::new(name, Kind::Plain(Type::String))
}

/// `id` computed, `name` required, `opt` optional, `oc` optional and computed, `secret` sensitive,
/// `wo` write-only, `tags`, and nested attributes of all four nestings.
fn schema() -> Schema {
    let part = || {
        vec![
            text("k").required(),
            text("v").computed(),
            text("o").optional().computed(),
        ]
    };
    let nested = |name, nesting| Attribute::new(name, Kind::Nested(nesting, part())).optional();
    let attributes = vec![
        text("id").computed(),
        text("name").required(),
        text("opt").optional(),
        text("oc").optional().computed(),
        text("secret").optional().sensitive(),
        text("wo").optional().write_only(),
        Attribute::new("tags", Kind::Plain(Type::String.map())).optional(),
        nested("one", Nesting::Single),
        nested("list", Nesting::List),
        nested("set", Nesting::Set),
        nested("map", Nesting::Map),
        nested("both", Nesting::Map).computed(),
    ];
    Schema {
        version: 0,
        description: String::new(),
        attributes,
    }
}

/// An object of the schema; what is not given is null.
fn object<const N: usize>(given: [(&str, Value); N]) -> Value {
    let mut all: std::collections::BTreeMap<String, Value> = schema()
        .attributes
        .into_iter()
        .map(|attribute| (attribute.name, Value::Null))
        .collect();
    for (name, value) in given {
        assert!(all.insert(name.to_owned(), value).is_some(), "{name}");
    }
    Value::Object(all)
}

/// A nested object.
fn part(k: impl Into<Value>, v: impl Into<Value>) -> Value {
    Value::object([("k", k.into()), ("v", v.into()), ("o", Value::Null)])
}

fn texts(violations: &[Violation]) -> Vec<String> {
    violations.iter().map(Violation::to_string).collect()
}

/// Exactly one violation, and it says this.
fn assert_one(violations: &[Violation], expected: &str) {
    let found = texts(violations);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains(expected), "{expected:?} not in {found:?}");
}

#[test]
fn a_refreshed_state_is_known_and_holds_nothing_write_only() {
    assert_eq!(check_read(&schema(), &object([("id", "i".into())])), []);
    assert_eq!(check_read(&schema(), &Value::Null), []);
    let unknown = object([("map", Value::map([("a", part("a", Value::unknown()))]))]);
    assert_one(
        &check_read(&schema(), &unknown),
        r#"map["a"].v: the value is still unknown"#,
    );
    let leaking = object([("wo", "x".into())]);
    assert_one(
        &check_read(&schema(), &leaking),
        "wo: a write-only attribute holds a value",
    );
    assert_eq!(without_write_only(&schema(), leaking), object([]));
}

#[test]
fn a_replaced_path_must_lead_somewhere_on_update() {
    let lost = [Path::root().attribute("map").key("gone")];
    let prior = object([("map", Value::map([("there", part("a", "b"))]))]);
    assert_one(&check_replaced(&lost, &prior, &prior), "does not exist");
    assert_eq!(
        check_replaced(&lost, &Value::Null, &prior),
        [],
        "core doesn't look on create"
    );
    let there = [Path::root().attribute("map").key("there").attribute("k")];
    assert_eq!(check_replaced(&there, &prior, &object([])), []);
}
