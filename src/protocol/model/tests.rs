//! Models made by the macro: their schema, and values with holes at every level.

use super::*;
use crate::protocol::msgpack;
use crate::protocol::path::Path;
use crate::protocol::schema::{Kind, Nesting, Schema};
use crate::protocol::types::Type;

model! {
    /// A name of one's own.
    struct CustomDomain {
        /// The name.
        name: String => required(),
        /// Whether it is there.
        r#type: String => computed(),
    }

    /// One team that connects.
    struct Consumer {
        /// Key of `accounts`.
        account: String => optional().computed(),
        /// Subnets.
        subnet_ids: Set<String> => required(),
        /// Ports.
        ports: List<i64> => optional(),
        /// The name.
        custom_domain: Nested<CustomDomain> => optional(),
    }

    /// A bridge.
    ///
    /// Second paragraph.
    struct Bridge {
        /// Its name.
        name: String => required().replaces(),
        /// Mend it.
        heal: bool => optional().computed().default(true),
        /// A secret.
        token: String => optional().sensitive().deprecated("use `name`"),
        /// Tags.
        tags: Map<String> => optional(),
        /// Who connects.
        consumers: Map<Consumer> => optional(),
        /// In order.
        stages: List<CustomDomain> => optional(),
        /// Without order.
        domains: Set<CustomDomain> => optional(),
    }
}

fn round_trip(bridge: &Field<Bridge>) -> Field<Bridge> {
    let kind = Schema::of::<Bridge>(0).to_type();
    let bytes = msgpack::encode(&Bridge::encode(bridge), &kind).unwrap();
    Bridge::decode(&msgpack::decode(&bytes, &kind).unwrap()).unwrap()
}

#[test]
fn the_schema_says_what_the_struct_says() {
    let schema = Schema::of::<Bridge>(3);
    assert_eq!(schema.problems(), Vec::<String>::new());
    assert_eq!(schema.version, 3);
    assert_eq!(schema.description, "A bridge.\n\nSecond paragraph.");
    let [name, heal, token, _, consumers, stages, domains] = schema.attributes.as_slice() else {
        panic!("{:?}", schema.attributes);
    };
    assert!(name.required && name.replaces && name.description == "Its name.");
    assert!(heal.optional && heal.computed && heal.default == Some(Value::Bool(true)));
    assert!(token.sensitive && token.deprecated.as_deref() == Some("use `name`"));
    assert!(matches!(consumers.kind, Kind::Nested(Nesting::Map, _)));
    assert!(matches!(stages.kind, Kind::Nested(Nesting::List, _)));
    assert!(matches!(domains.kind, Kind::Nested(Nesting::Set, _)));
}

#[test]
fn raw_identifiers_and_nested_objects_have_their_plain_type() {
    let wanted = Type::object([
        ("account", Type::String),
        ("subnet_ids", Type::String.set()),
        ("ports", Type::Number.list()),
        (
            "custom_domain",
            Type::object([("name", Type::String), ("type", Type::String)]),
        ),
    ]);
    assert_eq!(Consumer::kind().to_type(), wanted);
}

#[test]
fn unknown_and_null_are_kept_at_every_level() {
    let consumer = Consumer {
        account: Field::Null,
        subnet_ids: Set(vec![Field::Unknown, "subnet-1".into()]).into(),
        ports: vec![Field::Unknown, Field::Null, Field::Known(80)].into(),
        custom_domain: CustomDomain {
            name: Field::Unknown,
            r#type: Field::Null,
        }
        .into(),
    };
    let consumers = [
        ("a".to_owned(), Field::Known(consumer)),
        ("b".to_owned(), Field::Unknown),
        (
            "c".to_owned(),
            Field::Known(Consumer {
                custom_domain: Field::Unknown,
                ..Consumer::default()
            }),
        ),
    ];
    let bridge = Bridge {
        name: Field::Unknown,
        heal: true.into(),
        token: Field::Null,
        tags: Field::Unknown,
        consumers: Field::Known(consumers.into()),
        stages: vec![Field::Unknown].into(),
        domains: Field::Known(Set(vec![Field::Unknown])),
    };
    let bridge = Field::Known(bridge);
    assert_eq!(round_trip(&bridge), bridge);
    assert_eq!(round_trip(&Field::Null), Field::Null);
    assert_eq!(round_trip(&Field::Unknown), Field::Unknown);
}

#[test]
fn errors_say_where() {
    let broken = |change: fn(&mut BTreeMap<String, Value>)| {
        let Value::Object(mut consumer) = Consumer::default().to_value() else {
            panic!()
        };
        change(&mut consumer);
        let consumers = Value::map([("a", Value::Object(consumer))]);
        let Value::Object(mut bridge) = Bridge::default().to_value() else {
            panic!()
        };
        bridge.insert("consumers".into(), consumers);
        Bridge::decode(&Value::Object(bridge)).unwrap_err()
    };
    let at = Path::root().attribute("consumers").key("a");
    let error = broken(|consumer| drop(consumer.insert("account".into(), true.into())));
    assert_eq!(error.path, at.clone().attribute("account"));
    assert_eq!(
        error.to_string(),
        r#"consumers["a"].account: string is required, not bool"#
    );
    let error = broken(|consumer| {
        let ports = vec![Value::Number("1.5".parse().unwrap())];
        consumer.insert("ports".into(), Value::List(ports));
    });
    assert_eq!(error.path, at.clone().attribute("ports").index(0));
    let error =
        broken(|consumer| drop(consumer.insert("subnet_ids".into(), Value::set(vec![1.into()]))));
    assert_eq!(
        error.path,
        at.clone().attribute("subnet_ids"),
        "a set's elements have no path"
    );
    let error = broken(|consumer| drop(consumer.remove("custom_domain")));
    assert_eq!(error.path, at.attribute("custom_domain"));
}

#[test]
fn sets_compare_without_order_but_count_unknowns() {
    let set = |elements: &[Field<String>]| Set(elements.to_vec());
    let (a, b) = (Field::from("a"), Field::from("b"));
    assert_eq!(
        set(&[a.clone(), b.clone()]),
        set(&[b.clone(), a.clone(), a.clone()])
    );
    assert_ne!(set(std::slice::from_ref(&a)), set(&[a.clone(), b]));
    assert_ne!(
        set(&[Field::Unknown]),
        set(&[Field::Unknown, Field::Unknown])
    );
    assert!(set(&[a, Field::Unknown]).has_unknown());
}

#[test]
fn a_field_falls_back_only_where_it_is_null() {
    assert_eq!(Field::Null.or(Field::Known(1)), Field::Known(1));
    assert_eq!(Field::Unknown.or(Field::Known(1)), Field::Unknown);
    assert_eq!(
        Field::Known(2).or(Field::Known(1)).map(|n| n + 1),
        Field::Known(3)
    );
    assert_eq!(Field::<i64>::from(None), Field::Null);
}
