//! Everything but read, plan and apply.

use std::sync::atomic::Ordering;

use super::*;
use crate::protocol::data_source::ReadDataResponse;
use crate::protocol::diagnostics::Diagnostics;
use crate::protocol::proto::{
    call_function, configure_provider, get_functions, get_metadata, get_provider_schema,
    get_resource_identity_schemas, import_resource_state, move_resource_state, read_data_source,
    stop_provider, upgrade_resource_state, validate_data_resource_config, validate_provider_config,
    validate_resource_config,
};

/// The inner answer to a call that must not fail.
macro_rules! ask {
    ($service:expr, $rpc:ident, $($field:ident: $value:expr),* $(,)?) => {{
        #[allow(clippy::needless_update, reason = "some requests have no other fields")]
        let request = $rpc::Request { $($field: $value,)* ..$rpc::Request::default() };
        $service.$rpc(Request::new(request)).await.unwrap().into_inner()
    }};
}

fn name() -> String {
    "toy_thing".into()
}

#[tokio::test]
async fn the_schema_tells_all_and_is_made_once() {
    let toy = Toy::default();
    let asked = Arc::clone(&toy.schemas);
    let service = service(toy);
    let schemas = ask!(service, get_provider_schema,);
    assert_eq!(schemas, ask!(service, get_provider_schema,));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let capabilities = schemas.server_capabilities.unwrap();
    assert!(capabilities.plan_destroy);
    assert!(capabilities.get_provider_schema_optional);
    assert!(capabilities.move_resource_state);
    assert!(!capabilities.generate_resource_config);
    assert!(schemas.provider.unwrap().block.is_some());
    assert!(schemas.data_source_schemas.contains_key("toy_data"));
    assert_eq!(
        schemas.functions["repeat"]
            .r#return
            .as_ref()
            .unwrap()
            .r#type,
        b"\"string\""
    );
    let thing = schemas.resource_schemas["toy_thing"].block.clone().unwrap();
    assert_eq!(thing.description, "A thing.");
    let id = &thing.attributes[0];
    assert_eq!(
        (id.name.as_str(), id.r#type.as_slice(), id.computed),
        ("id", &b"\"string\""[..], true)
    );
    assert_eq!(id.description_kind, 1);
    assert!(thing.attributes[3].write_only && thing.attributes[3].sensitive);
}

#[tokio::test]
async fn names_signatures_and_the_lack_of_identities_can_be_asked_for() {
    let service = service(Toy::default());
    let names = ask!(service, get_metadata,);
    assert_eq!(names.resources[0].type_name, "toy_thing");
    assert_eq!(names.data_sources[0].type_name, "toy_data");
    assert_eq!(names.functions[0].name, "repeat");
    assert!(
        ask!(service, get_functions,)
            .functions
            .contains_key("repeat")
    );
    let identities = ask!(service, get_resource_identity_schemas,);
    assert!(identities.identity_schemas.is_empty() && identities.diagnostics.is_empty());
}

#[tokio::test]
async fn a_process_builds_only_the_schema_it_needs_and_only_once() {
    let toy = Toy::default();
    let asked = Arc::clone(&toy.schemas);
    let service = service(toy);
    ask!(service, get_metadata,);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    for _ in 0..3 {
        ask!(service, validate_resource_config, type_name: name());
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn configurations_arrive_and_diagnostics_come_back_with_their_place() {
    let service = service(Toy::default());
    let unknown = Thing {
        name: "a".into(),
        size: Field::Unknown,
        ..Thing::default()
    };
    let unknown = Thing::encode(&unknown.into());
    let answer = ask!(service, validate_provider_config, config: sent(&unknown));
    assert_eq!(answer.diagnostics[0].severity, 2);
    assert!(
        answer.diagnostics[0]
            .detail
            .contains("size = (known after apply)")
    );
    let steps = &answer.diagnostics[0].attribute.as_ref().unwrap().steps;
    let selector = proto::attribute_path::step::Selector::AttributeName("name".into());
    assert_eq!(steps[0].selector, Some(selector));
    let answer = ask!(service, configure_provider,
        config: sent(&unknown), terraform_version: "1.11.4".into());
    assert_eq!(answer.diagnostics[0].summary, "configure by 1.11.4");
    let answer = ask!(service, validate_data_resource_config,
        type_name: "toy_data".into(), config: sent(&unknown));
    assert_eq!(answer.diagnostics[0].summary, "validate");
}

#[tokio::test]
async fn absent_and_empty_values_are_null_and_json_is_read_too() {
    let service = service(Toy::default());
    let json = br#"{"name":"a","id":null}"#.to_vec();
    let cases = [
        (None, "null"),
        (Some(proto::DynamicValue::default()), "null"),
        (
            Some(proto::DynamicValue {
                msgpack: Vec::new(),
                json,
            }),
            r#"name = "a""#,
        ),
    ];
    for (config, expected) in cases {
        let answer = ask!(service, validate_resource_config, type_name: name(), config: config);
        assert!(
            answer.diagnostics[0].detail.contains(expected),
            "{:?}",
            answer.diagnostics
        );
    }
}

#[tokio::test]
async fn a_client_that_would_store_write_only_values_is_refused() {
    let service = service(Toy::default());
    let config = Thing {
        name: "a".into(),
        password: "secret".into(),
        ..Thing::default()
    };
    let config = sent(&Thing::encode(&config.into()));
    let answer = ask!(service, validate_resource_config, type_name: name(), config: config.clone());
    assert!(errors(&answer.diagnostics).contains("Write-only attribute not supported"));
    let capabilities = proto::ClientCapabilities {
        write_only_attributes_allowed: true,
        ..proto::ClientCapabilities::default()
    };
    let answer = ask!(service, validate_resource_config,
        type_name: name(), config: config, client_capabilities: Some(capabilities));
    assert_eq!(errors(&answer.diagnostics), "");
}

#[tokio::test]
async fn states_of_this_version_are_read_leniently_and_others_refused() {
    let service = service(Toy::default());
    let raw = |text: &str| {
        Some(proto::RawState {
            json: text.into(),
            ..proto::RawState::default()
        })
    };
    let state = raw("{\n  \"name\": \"a\", \"id\": \"i-1\", \"gone\": 1\n}");
    let answer = ask!(service, upgrade_resource_state, type_name: name(), version: 1, raw_state: state.clone());
    assert_eq!(answer.diagnostics, []);
    assert_eq!(received(answer.upgraded_state), thing("a", "i-1".into()));
    let answer =
        ask!(service, upgrade_resource_state, type_name: name(), version: 0, raw_state: state);
    assert!(errors(&answer.diagnostics).contains("has version 0"));
    let answer =
        ask!(service, upgrade_resource_state, type_name: name(), version: 1, raw_state: raw("{"));
    assert!(errors(&answer.diagnostics).contains("not JSON"));
    let answer = ask!(service, upgrade_resource_state, type_name: name(), version: 1, raw_state: raw("null"));
    assert!(errors(&answer.diagnostics).contains("no state is left"));
    let flat = proto::RawState {
        flatmap: [("id".into(), "i".into())].into(),
        json: Vec::new(),
    };
    let answer =
        ask!(service, upgrade_resource_state, type_name: name(), version: 1, raw_state: Some(flat));
    assert!(errors(&answer.diagnostics).contains("Terraform 0.11"));
}

#[tokio::test]
async fn a_move_is_refused_politely_unless_implemented() {
    let answer = ask!(service(Toy::default()), move_resource_state,
        target_type_name: name(), source_type_name: "aws_lb".into());
    assert!(errors(&answer.diagnostics).contains("can't take over the state of a aws_lb"));
    assert!(answer.target_state.is_none());
}

#[tokio::test]
async fn an_import_gives_one_state_or_an_error() {
    let service = service(Toy::default());
    let answer = ask!(service, import_resource_state, type_name: name(), id: "i-9".into());
    let [imported] = answer.imported_resources.as_slice() else {
        panic!("{answer:?}")
    };
    assert_eq!(
        (imported.type_name.as_str(), imported.private.as_slice()),
        ("toy_thing", &b"stub"[..])
    );
    assert_eq!(
        received(imported.state.clone()),
        thing("imported", "i-9".into())
    );
    let answer = ask!(service, import_resource_state, type_name: name(), id: "gone".into());
    assert!(answer.imported_resources.is_empty());
    assert!(errors(&answer.diagnostics).contains("nothing was imported"));
}

#[tokio::test]
async fn a_data_source_is_read_and_held_to_the_rules() {
    let config = thing("a", "i".into());
    let read = async |toy| ask!(service(toy), read_data_source, type_name: "toy_data".into(), config: sent(&config));
    let answer = read(Toy::default()).await;
    assert_eq!(
        (received(answer.state), answer.diagnostics.len()),
        (config.clone(), 0)
    );
    for (state, expected) in [
        (Value::Null, "nothing was read"),
        (thing("a", Field::Unknown), "still unknown"),
    ] {
        let data = Arc::new(move |_| ReadDataResponse {
            state: state.clone(),
            diagnostics: Diagnostics::new(),
        });
        let answer = read(Toy {
            data,
            ..Toy::default()
        })
        .await;
        assert!(errors(&answer.diagnostics).contains(expected), "{answer:?}");
    }
}

#[tokio::test]
async fn functions_take_their_arguments_by_the_signature() {
    quiet_panics();
    let service = service(Toy::default());
    let call = async |arguments: &[&[u8]]| {
        let arguments = arguments
            .iter()
            .map(|bytes| proto::DynamicValue {
                msgpack: bytes.to_vec(),
                json: Vec::new(),
            })
            .collect();
        let answer = ask!(service, call_function, name: "repeat".into(), arguments: arguments);
        match answer.error {
            Some(error) => Err((error.function_argument, error.text)),
            None => Ok(answer.result.unwrap().msgpack),
        }
    };
    assert_eq!(call(&[b"\xa2ab", b"\x02"]).await, Ok(b"\xa4abab".to_vec()));
    assert_eq!(
        call(&[b""]).await,
        Ok(b"\xa0".to_vec()),
        "an empty value is null, and allowed"
    );
    assert_eq!(
        call(&[b"\xa1a", b"\xd4\0\0"]).await,
        Ok(b"\xd4\0\0".to_vec())
    );
    assert_eq!(
        call(&[b"\xa1a", b"\xff"]).await,
        Err((Some(1), "is no count".into()))
    );
    assert_eq!(
        call(&[b"\xa1a", b"\xc0"]).await,
        Err((Some(1), "must not be null".into()))
    );
    assert_eq!(call(&[b"\xc3"]).await.unwrap_err().0, Some(0));
    assert!(
        call(&[])
            .await
            .unwrap_err()
            .1
            .contains("1 arguments are required")
    );
    assert!(
        call(&[b"\xa1a", b"\x0d"])
            .await
            .unwrap_err()
            .1
            .contains("panicked: boom")
    );
    let answer = ask!(service, call_function, name: "nothing".into());
    assert!(
        answer
            .error
            .unwrap()
            .text
            .contains("no function \"nothing\"")
    );
}

#[tokio::test]
async fn a_stop_reaches_the_provider() {
    let toy = Toy::default();
    let stops = Arc::clone(&toy.stops);
    assert_eq!(ask!(service(toy), stop_provider,).error, "");
    assert_eq!(stops.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_is_not_offered_is_unimplemented() {
    let request = Request::new(proto::open_ephemeral_resource::Request::default());
    let status = service(Toy::default())
        .open_ephemeral_resource(request)
        .await
        .unwrap_err();
    assert_eq!(status.code(), tonic::Code::Unimplemented);
}
