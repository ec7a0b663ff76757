//! What values say of themselves.

use super::*;
use crate::protocol::path::Path;

#[test]
fn text_is_brought_to_normal_form_c() {
    assert_eq!(Value::string("e\u{301}"), Value::String("é".into()));
}

#[test]
fn sets_are_equal_in_any_order_and_forget_duplicates() {
    let a = Value::Set(vec!["b".into(), "a".into(), "a".into()]);
    let b = Value::Set(vec!["a".into(), "b".into()]);
    assert_eq!(a, b);
    assert_ne!(a, Value::Set(vec!["a".into()]));
    assert_ne!(
        Value::List(vec!["b".into(), "a".into()]),
        Value::List(vec!["a".into(), "b".into()])
    );
}

#[test]
fn two_unknown_elements_of_a_set_may_be_different_values() {
    let one = Value::set(vec![Value::unknown()]);
    let two = Value::set(vec![Value::unknown(), Value::unknown()]);
    assert_ne!(one, two);
}

#[test]
fn promises_do_not_make_unknowns_different() {
    let promised = Value::Unknown(Refinements::not_null());
    assert_eq!(promised, Value::unknown());
    assert_ne!(promised, Value::Null);
}

#[test]
fn null_and_empty_are_different() {
    assert_ne!(Value::Null, Value::from(""));
    assert_ne!(Value::Null, Value::List(Vec::new()));
    assert_ne!(Value::List(Vec::new()), Value::Set(Vec::new()));
}

#[test]
fn unknowns_are_found_at_every_level_and_can_become_null() {
    let value = Value::object([
        ("id", Value::unknown()),
        ("list", Value::List(vec![Value::Null, Value::unknown()])),
        ("set", Value::set(vec![Value::unknown()])),
        (
            "tags",
            Value::map([("a", Value::unknown()), ("b", Value::from(1))]),
        ),
    ]);
    let found: Vec<String> = value.unknown_paths().iter().map(Path::to_string).collect();
    assert_eq!(found, ["id", "list[1]", "set", r#"tags["a"]"#]);
    assert!(!value.is_wholly_known());
    let known = value.unknown_as_null();
    assert!(known.is_wholly_known());
    assert_eq!(
        known.attribute("tags").unwrap().to_string(),
        r#"{"a" = null, "b" = 1}"#
    );
}

#[test]
fn a_path_leads_to_its_value() {
    let value = Value::object([(
        "a",
        Value::map([("k", Value::List(vec![Value::from("x")]))]),
    )]);
    let path = Path::root().attribute("a").key("k").index(0);
    assert_eq!(value.at(&path), Some(&Value::from("x")));
    assert_eq!(value.at(&Path::root().attribute("b")), None);
    assert_eq!(
        value.at(&Path::root().attribute("a").key("k").index(-1)),
        None
    );
}

#[test]
fn long_values_are_cut_in_messages() {
    let text = Value::string("x".repeat(10_000)).to_string();
    assert!(text.len() < 400, "{}", text.len());
    assert!(text.ends_with('…'));
}
