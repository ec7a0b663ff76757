//! The wire encoding against vectors made with Terraform's own library, against itself, and
//! against garbage.

use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;
use crate::protocol::codec::{CodecError, DEPTH_MAX, Problem};
use crate::protocol::json;
use crate::protocol::types::Type;
use crate::protocol::value::{Number, Promises, Refinements, Value};

const VECTORS: &str = include_str!("../../../acceptance-tests/vectors/cty.json");

/// One vector: what go-cty writes or accepts.
struct Vector {
    name: String,
    kind: Type,
    bytes: Vec<u8>,
    json: Option<Json>,
    known: bool,
    canonical: bool,
}

fn vectors() -> Vec<Vector> {
    let file: Json = serde_json::from_str(VECTORS).unwrap();
    let all = file["vectors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|vector| Vector {
            name: vector["description"].as_str().unwrap().to_owned(),
            kind: Type::read(&vector["type"]).unwrap(),
            bytes: bytes(vector["msgpack_hex"].as_str().unwrap()),
            json: vector.get("value_json").cloned(),
            known: vector["wholly_known"].as_bool().unwrap(),
            canonical: vector["canonical"].as_bool().unwrap(),
        });
    all.collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

fn problem(hex: &str, kind: &Type) -> Problem {
    decode(&bytes(hex), kind).unwrap_err().problem
}

#[test]
fn every_vector_is_read() {
    let vectors = vectors();
    assert!(vectors.len() >= 112);
    for vector in vectors {
        let value = decode(&vector.bytes, &vector.kind)
            .unwrap_or_else(|error| panic!("{}: {error}", vector.name));
        assert_eq!(value.is_wholly_known(), vector.known, "{}", vector.name);
    }
}

#[test]
fn canonical_vectors_are_written_byte_for_byte() {
    for vector in vectors().into_iter().filter(|vector| vector.canonical) {
        let value = decode(&vector.bytes, &vector.kind).unwrap();
        assert_eq!(
            encode(&value, &vector.kind).unwrap(),
            vector.bytes,
            "{}",
            vector.name
        );
    }
}

#[test]
fn vectors_agree_with_their_json() {
    for vector in vectors() {
        let value = decode(&vector.bytes, &vector.kind).unwrap();
        let Some(json) = vector.json else {
            assert!(
                json::encode(&value, &vector.kind).is_err(),
                "{}",
                vector.name
            );
            continue;
        };
        assert_eq!(
            json::decode_value(&json, &vector.kind).unwrap(),
            value,
            "{}",
            vector.name
        );
        let written = json::encode(&value, &vector.kind).unwrap();
        assert_eq!(
            json::decode(&written, &vector.kind).unwrap(),
            value,
            "{}",
            vector.name
        );
    }
}

#[test]
fn an_object_has_exactly_the_attributes_of_its_type() {
    let kind = Type::object([("a", Type::Bool), ("b", Type::Bool)]);
    let count = |found| Problem::Count {
        of: "attributes",
        wanted: 2,
        found,
    };
    assert_eq!(problem("80", &kind), count(0));
    assert_eq!(problem("81a161c3", &kind), count(1));
    assert_eq!(
        problem("82a161c3a163c3", &kind),
        Problem::UnsupportedAttribute("c".into())
    );
    assert_eq!(
        problem("82a161c3a161c3", &kind),
        Problem::MissingAttribute("b".into())
    );
    let less = Value::object([("a", true.into())]);
    assert_eq!(
        encode(&less, &kind).unwrap_err().problem,
        Problem::MissingAttribute("b".into())
    );
    let more = Value::object([("a", true.into()), ("b", true.into()), ("c", true.into())]);
    assert_eq!(
        encode(&more, &kind).unwrap_err().problem,
        Problem::UnsupportedAttribute("c".into())
    );
}

#[test]
fn errors_say_where() {
    let kind = Type::object([("tags", Type::object([("n", Type::Number.list())]).map())]);
    let error = decode(&bytes("81a47461677381a16b81a16e9201a178"), &kind).unwrap_err();
    assert_eq!(error.to_string(), r#"tags["k"].n[1]: "x" is no number"#);
    let tags = Value::map([("k", Value::object([("n", Value::List(vec![true.into()]))]))]);
    let error = encode(&Value::object([("tags", tags)]), &kind).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"tags["k"].n[0]: number is required, not bool"#
    );
}

#[test]
fn what_would_crash_core_is_never_written() {
    let mixed = |of| {
        let text = Value::Dynamic(Box::new((Type::String, "a".into())));
        let truth = Value::Dynamic(Box::new((Type::Bool, true.into())));
        encode(&Value::List(vec![text, truth]), &of)
            .unwrap_err()
            .problem
    };
    assert_eq!(mixed(Type::Dynamic.list()), Problem::MixedTypes);
    let bounds = Promises {
        lower: Some((2_i64.into(), true)),
        upper: Some((1_i64.into(), true)),
        ..Promises::default()
    };
    let impossible = Value::Unknown(Refinements::of(bounds));
    assert_eq!(
        encode(&impossible, &Type::Number).unwrap_err().problem,
        Problem::Refinement
    );
    // NaN can't even become a number.
    assert_eq!(
        problem("cb7ff8000000000000", &Type::Number),
        Problem::Number(crate::protocol::value::NumberError::Nan)
    );
}

#[test]
fn claimed_lengths_are_not_believed() {
    for hex in [
        "ddffffffff",
        "dfffffffff",
        "dbffffffff",
        "c6ffffffff",
        "c9ffffffff0c",
    ] {
        for kind in [
            Type::String.list(),
            Type::Bool.set(),
            Type::Bool.map(),
            Type::String,
            Type::Dynamic,
        ] {
            assert!(decode(&bytes(hex), &kind).is_err(), "{hex} as {kind}");
        }
    }
}

#[test]
fn a_dynamic_value_goes_only_so_deep() {
    let level = [&[0x92, 0xc4, 18][..], br#"["list","dynamic"]"#, &[0x91]].concat();
    let error = decode(&level.repeat(1000), &Type::Dynamic).unwrap_err();
    assert_eq!(error.problem, Problem::Depth);
    assert!(error.path.steps().len() <= DEPTH_MAX);
}

#[test]
fn promises_must_fit_the_type() {
    assert_eq!(problem("c7030c8102c2", &Type::Bool), Problem::Refinement);
    assert_eq!(
        problem("c7040c810392c3", &Type::Number).to_string(),
        "number is required, not bool"
    );
    assert_eq!(problem("c7030c810501", &Type::String), Problem::Refinement);
    assert_eq!(problem("d50d0000", &Type::String), Problem::Refinement);
    assert_eq!(decode(&bytes("c7030c8101c3"), &Type::Bool), Ok(Value::Null));
}

#[test]
fn bad_text_is_an_error() {
    assert_eq!(problem("a1ff", &Type::String), Problem::NotUtf8);
    assert_eq!(problem("a261", &Type::String), Problem::Truncated);
    assert_eq!(problem("", &Type::String), Problem::Truncated);
}

fn any_type() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![
        Just(Type::String),
        Just(Type::Number),
        Just(Type::Bool),
        Just(Type::Dynamic)
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        // What holds dynamic values must hold equal types, which random values rarely do.
        let element = inner
            .clone()
            .prop_filter("no open elements", |kind| *kind != Type::Dynamic);
        prop_oneof![
            element.clone().prop_map(Type::list),
            element.clone().prop_map(Type::set),
            element.prop_map(Type::map),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Type::Tuple),
            prop::collection::btree_map("[a-d]", inner, 0..4).prop_map(Type::Object),
        ]
    })
}

fn any_number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        prop::num::f64::NORMAL.prop_map(|number| Number::from_f64(number).unwrap()),
        "-?[0-9]{1,40}(\\.[0-9]{1,40})?(e-?[0-9]{1,2})?".prop_map(|text| text.parse().unwrap()),
    ]
}

fn any_refinements(kind: &Type) -> BoxedStrategy<Refinements> {
    let specific = match kind {
        Type::String => ".{1,20}"
            .prop_map(|prefix| Promises {
                prefix: Some(prefix),
                ..Promises::default()
            })
            .boxed(),
        Type::Number => any_number()
            .prop_map(|bound| Promises {
                lower: Some((bound, true)),
                ..Promises::default()
            })
            .boxed(),
        Type::List(_) | Type::Set(_) | Type::Map(_) => (0..9_i64)
            .prop_map(|least| Promises {
                length_min: Some(least),
                ..Promises::default()
            })
            .boxed(),
        _ => Just(Promises::default()).boxed(),
    };
    (specific, any::<bool>())
        .prop_map(|(promises, not_null)| {
            Refinements::of(Promises {
                not_null,
                ..promises
            })
        })
        .boxed()
}

fn any_value(kind: Type) -> BoxedStrategy<Value> {
    let unknown = any_refinements(&kind).prop_map(Value::Unknown);
    let known = match kind {
        Type::String => ".{0,40}".prop_map(Value::string).boxed(),
        Type::Number => any_number().prop_map(Value::Number).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Dynamic => prop_oneof![Just(Type::String), Just(Type::Bool.list())]
            .prop_flat_map(|kind| {
                any_value(kind.clone())
                    .prop_map(move |value| Value::Dynamic(Box::new((kind.clone(), value))))
            })
            .boxed(),
        Type::List(of) => prop::collection::vec(any_value(*of), 0..4)
            .prop_map(Value::List)
            .boxed(),
        Type::Set(of) => prop::collection::vec(any_value(*of), 0..4)
            .prop_map(Value::set)
            .boxed(),
        Type::Map(of) => prop::collection::btree_map("[a-zé]{0,3}", any_value(*of), 0..4)
            .prop_map(Value::Map)
            .boxed(),
        Type::Tuple(of) => of
            .into_iter()
            .map(any_value)
            .collect::<Vec<_>>()
            .prop_map(Value::Tuple)
            .boxed(),
        Type::Object(of) => {
            let (names, values): (Vec<_>, Vec<_>) = of
                .into_iter()
                .map(|(name, kind)| (name, any_value(kind)))
                .unzip();
            values
                .prop_map(move |values| Value::object(names.clone().into_iter().zip(values)))
                .boxed()
        }
    };
    prop_oneof![8 => known, 1 => Just(Value::Null), 1 => unknown].boxed()
}

fn typed() -> impl Strategy<Value = (Type, Value)> {
    any_type()
        .prop_flat_map(|kind| any_value(kind.clone()).prop_map(move |value| (kind.clone(), value)))
}

/// Whether a failure is one that any input may have, rather than a surprise.
fn is_clean(error: &CodecError) -> bool {
    !matches!(
        error.problem,
        Problem::NoForm(_) | Problem::Json(_) | Problem::Flatmap
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again((kind, value) in typed()) {
        let written = encode(&value, &kind).unwrap();
        let read = decode(&written, &kind).unwrap();
        prop_assert_eq!(&read, &value);
        // Equality overlooks promises; bytes don't.
        prop_assert_eq!(encode(&read, &kind).unwrap(), written);
    }

    #[test]
    fn known_values_survive_json((kind, value) in typed()) {
        let value = value.unknown_as_null();
        let written = json::encode(&value, &kind).unwrap();
        let read = json::decode(&written, &kind).unwrap();
        prop_assert_eq!(read, value);
    }

    #[test]
    fn garbage_is_an_error_or_a_value(kind in any_type(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Err(error) = decode(&bytes, &kind) {
            prop_assert!(is_clean(&error), "{}", error);
        }
        let _ = json::decode(&bytes, &kind);
    }

    #[test]
    fn damaged_values_are_errors_or_values((kind, value) in typed(), at in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = encode(&value, &kind).unwrap();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        if let Ok(read) = decode(&bytes, &kind) {
            // What was read can be written, unless its promises exclude each other or types mix.
            if let Err(error) = encode(&read, &kind) {
                prop_assert!(matches!(error.problem, Problem::Refinement | Problem::MixedTypes), "{}", error);
            }
        }
    }
}
