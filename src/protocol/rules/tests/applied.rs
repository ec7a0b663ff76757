//! What may come of a plan.

use super::*;

fn check(planned: &Value, applied: &Value) -> Vec<Violation> {
    check_applied(&schema(), planned, applied)
}

#[test]
fn unknowns_are_filled_and_the_rest_stays() {
    let planned = object([
        ("name", "a".into()),
        ("id", Value::unknown()),
        ("tags", Value::unknown()),
        ("list", Value::List(vec![part("a", Value::unknown())])),
        ("both", Value::unknown()),
    ]);
    let applied = object([
        ("name", "a".into()),
        ("id", "i-1".into()),
        ("tags", Value::Null),
        ("list", Value::List(vec![part("a", "v")])),
        ("both", Value::map([("x", part("a", "v"))])),
    ]);
    assert_eq!(check(&planned, &applied), []);
}

#[test]
fn known_values_do_not_change() {
    let planned = object([("opt", "one".into())]);
    assert_one(
        &check(&planned, &object([("opt", "changed".into())])),
        r#"opt: was planned as "one", but now is "changed""#,
    );
    assert_one(
        &check(&planned, &object([])),
        r#"opt: was planned as "one", but now is null"#,
    );
    let tags = object([("tags", Value::map([("a", "b".into())]))]);
    assert_one(&check(&object([]), &tags), "tags: was planned as null");
}

#[test]
fn what_was_known_is_not_unknown_again() {
    let planned = object([
        ("opt", "one".into()),
        ("map", Value::map([("a", part("a", "v"))])),
    ]);
    let second = object([("opt", Value::unknown()), ("map", Value::unknown())]);
    let found = texts(&check(&planned, &second));
    assert_eq!(
        found[0],
        r#"opt: was planned as "one", but now is (known after apply)"#
    );
    assert_eq!(found[1], "map: was planned as known, but is not");
}

#[test]
fn elements_neither_vanish_nor_appear() {
    let tags = |key: &str| object([("tags", Value::map([(key, "x".into())]))]);
    let found = texts(&check(&tags("a"), &tags("b")));
    assert_eq!(
        found,
        [
            r#"tags: the planned element "a" has vanished"#,
            r#"tags: an element "b" appeared that wasn't planned"#,
        ]
    );
    let list = |count| object([("list", Value::List(vec![part("a", "v"); count]))]);
    assert_one(
        &check(&list(2), &list(1)),
        "list: the planned element 1 has vanished",
    );
    assert_one(&check(&list(1), &list(2)), "list: an element 1 appeared");
    let map = |key: &str| object([("map", Value::map([(key, part("a", "v"))]))]);
    assert_eq!(check(&map("a"), &map("b")).len(), 2);
}

#[test]
fn each_element_of_a_set_has_a_planned_one() {
    let set = |parts: Vec<Value>| object([("set", Value::set(parts))]);
    let planned = set(vec![
        part("a", Value::unknown()),
        part("b", Value::unknown()),
    ]);
    assert_eq!(
        check(&planned, &set(vec![part("b", "1"), part("a", "2")])),
        []
    );
    let found = texts(&check(&planned, &set(vec![part("a", "1"), part("c", "2")])));
    assert_eq!(
        found,
        [
            "set: a planned element of the set is not there",
            "set: an element of the set was not planned",
        ]
    );
    let more = set(vec![part("a", "1"), part("b", "2"), part("a", "3")]);
    assert_one(
        &check(&planned, &more),
        "set: 2 elements were planned, 3 are there",
    );
}

#[test]
fn presence_is_as_planned() {
    let whole = object([("secret", "hunter2".into())]);
    let left = check(&Value::Null, &whole);
    assert_one(&left, "was planned as absent, but is there");
    assert!(!left[0].message.contains("hunter2"));
    assert_one(
        &check(&whole, &Value::Null),
        "was planned as present, but is absent",
    );
    assert_eq!(check(&Value::Null, &Value::Null), []);
}

#[test]
fn sensitive_values_are_not_shown() {
    let found = check(
        &object([("secret", "hunter2".into())]),
        &object([("secret", "hunter3".into())]),
    );
    assert_one(&found, "secret: the sensitive value is not the planned one");
}

#[test]
fn numbers_and_text_are_compared_as_core_does() {
    let planned = object([("opt", Value::String("é".into()))]);
    assert_eq!(
        check(&planned, &object([("opt", Value::string("e\u{301}"))])),
        []
    );
}
