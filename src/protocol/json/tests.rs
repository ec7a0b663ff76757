//! State files: lenient where core is lenient, clean errors elsewhere.

use super::*;
use crate::protocol::types::Type;

fn object() -> Type {
    Type::object([
        ("name", Type::String),
        ("count", Type::Number),
        ("on", Type::Bool),
        ("tags", Type::String.map()),
        ("any", Type::Dynamic),
    ])
}

#[test]
fn old_states_are_read_leniently() {
    let text = br#"
      {
        "name" : 7,
        "count": "8.50",
        "on": "true",
        "gone": {"x": [1]}
      }
    "#;
    let value = decode(text, &object()).unwrap();
    assert_eq!(value.attribute("name"), Some(&Value::from("7")));
    assert_eq!(value.attribute("count").unwrap().to_string(), "8.5");
    assert_eq!(value.attribute("on"), Some(&Value::Bool(true)));
    assert_eq!(
        value.attribute("tags"),
        Some(&Value::Null),
        "missing means null"
    );
    assert!(
        value.attribute("gone").is_none(),
        "what is too much is ignored"
    );
}

#[test]
fn numbers_keep_every_digit() {
    let digits = "123456789012345678901234567890.123456789012345678901234567890";
    let text = format!(r#"{{"count":{digits}}}"#);
    let value = decode(text.as_bytes(), &object()).unwrap();
    let written = String::from_utf8(encode(&value, &object()).unwrap()).unwrap();
    assert!(written.contains(digits.trim_end_matches('0')), "{written}");
}

#[test]
fn errors_say_where() {
    let cases = [
        (
            r#"{"tags":{"a":[]}}"#,
            r#"tags["a"]: string is required, not array"#,
        ),
        (r#"{"on":"yes"}"#, "on: bool is required, not string"),
        (r#"{"count":"many"}"#, r#"count: "many" is no number"#),
        (
            r#"{"any":{"value":1}}"#,
            "any: a value with its type is required, not object",
        ),
        ("[]", "object is required, not array"),
    ];
    for (text, expected) in cases {
        assert_eq!(
            decode(text.as_bytes(), &object()).unwrap_err().to_string(),
            expected
        );
    }
    assert!(matches!(
        decode(b"{", &object()).unwrap_err().problem,
        Problem::Json(_)
    ));
}

#[test]
fn depth_is_an_error_and_no_crash() {
    let deep = "[".repeat(100_000);
    assert!(matches!(
        decode(deep.as_bytes(), &Type::Dynamic).unwrap_err().problem,
        Problem::Json(_)
    ));
}

#[test]
fn what_json_cannot_say_is_not_written() {
    let unknown = Value::List(vec![Value::unknown()]);
    let error = encode(&unknown, &Type::String.list()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "[0]: JSON has no form for an unknown value"
    );
    let infinite = Value::Number(Number::from_f64(f64::INFINITY).unwrap());
    assert!(encode(&infinite, &Type::Number).is_err());
}
