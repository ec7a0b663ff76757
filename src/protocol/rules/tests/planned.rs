//! What may be planned.

use super::*;

fn create(config: &Value, planned: &Value) -> Vec<Violation> {
    check_planned(&schema(), config, &Value::Null, planned)
}

#[test]
fn computed_values_may_be_anything_where_the_configuration_is_silent() {
    let config = object([("name", "a".into())]);
    let planned = object([
        ("name", "a".into()),
        ("id", Value::unknown()),
        ("oc", "chosen".into()),
        (
            "both",
            Value::map([("k", part("made up", Value::unknown()))]),
        ),
    ]);
    assert_eq!(create(&config, &planned), []);
}

#[test]
fn configured_values_stay_as_configured() {
    let config = object([("name", "a".into()), ("oc", "set".into())]);
    let changed = object([("name", "b".into()), ("oc", "set".into())]);
    assert_one(
        &create(&config, &changed),
        r#"name: the planned value "b" is not the configured "a""#,
    );
    let unknown = object([("name", Value::unknown()), ("oc", "set".into())]);
    assert_one(
        &create(&config, &unknown),
        "name: the planned value (known after apply)",
    );
    let overridden = object([("name", "a".into()), ("oc", "other".into())]);
    assert_one(&create(&config, &overridden), "oc: ");
}

#[test]
fn the_prior_value_may_stand_for_a_configured_one_that_means_the_same() {
    let prior = object([("name", "a.".into())]);
    let config = object([("name", "a".into())]);
    assert_eq!(check_planned(&schema(), &config, &prior, &prior), []);
    let neither = object([("name", "b".into())]);
    let found = check_planned(&schema(), &config, &prior, &neither);
    assert_one(&found, r#"neither the configured "a" nor the prior "a.""#);
}

#[test]
fn only_computed_attributes_have_defaults() {
    for default in [Value::from("default"), Value::unknown()] {
        let found = create(&object([]), &object([("opt", default)]));
        assert_one(&found, "opt: planned");
    }
}

#[test]
fn sensitive_values_are_not_shown() {
    let config = object([("secret", "hunter2".into())]);
    let planned = object([("secret", "hunter3".into())]);
    let found = create(&config, &planned);
    assert_one(&found, "secret: ");
    assert!(!found[0].message.contains("hunter"), "{found:?}");
}

#[test]
fn write_only_values_are_planned_as_null() {
    let config = object([("wo", "x".into())]);
    assert_eq!(create(&config, &object([])), []);
    assert_one(
        &create(&config, &config),
        "wo: a write-only attribute holds a value",
    );
}

#[test]
fn presence_follows_the_configuration() {
    let config = object([]);
    assert_one(&create(&config, &Value::Null), "planned for absence");
    assert_one(
        &create(&config, &Value::unknown()),
        "planned as unknown as a whole",
    );
    assert_one(
        &check_planned(&schema(), &Value::Null, &config, &config),
        "to be destroyed",
    );
    assert_eq!(
        check_planned(&schema(), &Value::Null, &config, &Value::Null),
        []
    );
    let one = object([("one", part("a", Value::Null))]);
    assert_one(&create(&one, &config), "one: planned for absence");
    assert_one(&create(&config, &one), "one: planned for existence");
    assert_one(
        &create(&one, &object([("one", Value::unknown())])),
        "one: planned as unknown",
    );
}

#[test]
fn nested_objects_are_checked_leaf_by_leaf() {
    type Wrap = fn(Value) -> Value;
    let wraps: [(&str, Wrap, &str); 3] = [
        ("one", |part| part, "one.k: "),
        ("list", |part| Value::List(vec![part]), "list[0].k: "),
        ("map", |part| Value::map([("x", part)]), r#"map["x"].k: "#),
    ];
    for (name, wrap, place) in wraps {
        let config = object([(name, wrap(part("a", Value::Null)))]);
        let filled = object([(name, wrap(part("a", Value::unknown())))]);
        assert_eq!(create(&config, &filled), [], "{name}");
        let changed = object([(name, wrap(part("b", Value::unknown())))]);
        assert_one(&create(&config, &changed), place);
    }
}

#[test]
fn elements_are_those_of_the_configuration() {
    let one = Value::List(vec![part("a", Value::Null)]);
    let found = create(
        &object([("list", one)]),
        &object([("list", Value::List(Vec::new()))]),
    );
    assert_one(&found, "list: 0 elements planned, 1 configured");
    let config = object([("map", Value::map([("a", part("a", Value::Null))]))]);
    let planned = object([("map", Value::map([("b", part("a", Value::Null))]))]);
    let found = texts(&create(&config, &planned)).join("; ");
    assert!(
        found.contains(r#"the configured key "a" is not in the plan"#),
        "{found}"
    );
    assert!(
        found.contains(r#"the planned key "b" is not configured"#),
        "{found}"
    );
}

#[test]
fn elements_of_a_set_are_matched_by_what_is_configured() {
    let set = |parts: [Value; 2]| object([("set", Value::set(parts.to_vec()))]);
    let config = set([part("a", Value::Null), part("b", Value::Null)]);
    assert_eq!(
        create(&config, &set([part("b", Value::unknown()), part("a", "v")])),
        []
    );
    let found = texts(&create(&config, &set([part("a", "v"), part("c", "v")]))).join("; ");
    assert!(
        found.contains("a planned element agrees with no configured one"),
        "{found}"
    );
    let fewer = object([("set", Value::set(vec![part("a", "v")]))]);
    assert_one(
        &create(&config, &fewer),
        "set: 1 elements planned, 2 configured",
    );
}

#[test]
fn what_is_unknown_in_the_configuration_stays_unknown() {
    let config = object([("name", Value::unknown()), ("list", Value::unknown())]);
    assert_eq!(create(&config, &config), []);
    let early = object([
        ("name", Value::unknown()),
        ("list", Value::List(Vec::new())),
    ]);
    assert_one(&create(&config, &early), "list: planned as known");
}
