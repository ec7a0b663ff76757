//! How core merges configuration and prior state.

use super::*;

fn merged(prior: &Value, config: &Value) -> Value {
    proposed_new_state(&schema(), prior, config)
}

#[test]
fn a_create_proposes_the_configuration_and_a_destroy_nothing() {
    let config = object([
        ("name", "a".into()),
        ("map", Value::map([("x", part("a", Value::Null))])),
    ]);
    assert_eq!(merged(&Value::Null, &config), config);
    assert_eq!(merged(&config, &Value::Null), Value::Null);
}

#[test]
fn computed_values_come_from_the_prior_state_and_others_do_not() {
    let prior = object([
        ("id", "i-1".into()),
        ("name", "old".into()),
        ("opt", "old".into()),
        ("oc", "old".into()),
    ]);
    let wanted = object([
        ("id", "i-1".into()),
        ("name", "new".into()),
        ("oc", "old".into()),
    ]);
    assert_eq!(merged(&prior, &object([("name", "new".into())])), wanted);
    let config = object([("name", "new".into()), ("oc", "new".into())]);
    assert_eq!(merged(&prior, &config).attribute("oc"), Some(&"new".into()));
}

#[test]
fn lists_are_merged_by_position_and_maps_by_key() {
    let prior = object([
        ("list", Value::List(vec![part("a", "1"), part("b", "2")])),
        (
            "map",
            Value::map([("x", part("a", "1")), ("y", part("b", "2"))]),
        ),
    ]);
    let config = object([
        ("list", Value::List(vec![part("b", Value::Null)])),
        (
            "map",
            Value::map([("y", part("c", Value::Null)), ("z", part("d", Value::Null))]),
        ),
    ]);
    let wanted = object([
        ("list", Value::List(vec![part("b", "1")])),
        (
            "map",
            Value::map([("y", part("c", "2")), ("z", part("d", Value::Null))]),
        ),
    ]);
    assert_eq!(merged(&prior, &config), wanted);
}

#[test]
fn sets_are_merged_by_what_is_configured_each_prior_element_once() {
    let prior = object([("set", Value::set(vec![part("a", "1"), part("b", "2")]))]);
    let config = object([(
        "set",
        Value::set(vec![part("b", Value::Null), part("c", Value::Null)]),
    )]);
    let wanted = object([(
        "set",
        Value::set(vec![part("b", "2"), part("c", Value::Null)]),
    )]);
    assert_eq!(merged(&prior, &config), wanted);
}

#[test]
fn a_single_object_is_merged_attribute_by_attribute() {
    let prior = object([("one", part("a", "1"))]);
    let config = object([("one", part("b", Value::Null))]);
    assert_eq!(merged(&prior, &config), object([("one", part("b", "1"))]));
}

#[test]
fn a_computed_nested_attribute_is_dropped_only_if_users_had_written_in_it() {
    let written = object([("both", Value::map([("x", part("a", "1"))]))]);
    assert_eq!(merged(&written, &object([])), object([]));
    let made = object([("both", Value::map([("x", part(Value::Null, "1"))]))]);
    assert_eq!(merged(&made, &object([])), made);
}

#[test]
fn what_is_unknown_in_the_configuration_is_not_merged() {
    let prior = object([("map", Value::map([("x", part("a", "1"))]))]);
    let config = object([("map", Value::unknown())]);
    assert_eq!(merged(&prior, &config), config);
}
