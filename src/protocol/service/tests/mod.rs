//! The service in process, against a provider made of closures.

mod apply;
mod log;
mod others;
mod plan;
mod read;
mod toys;

use super::*;
use crate::protocol::model::{Field, Model};
use crate::protocol::msgpack;
use crate::protocol::proto::provider_server::Provider as Rpc;
use crate::protocol::schema::Schema;
use crate::protocol::types::Type;
use crate::protocol::value::Value;
use toys::{Thing, Toy};

fn service(toy: Toy) -> Service {
    Service::new(Arc::new(toy))
}

fn kind() -> Type {
    Schema::of::<Thing>(1).to_type()
}

/// A value as core would send it.
fn sent(value: &Value) -> Option<proto::DynamicValue> {
    let msgpack = msgpack::encode(value, &kind()).unwrap();
    Some(proto::DynamicValue {
        msgpack,
        json: Vec::new(),
    })
}

/// A value as core would read it: absent means null.
fn received(value: Option<proto::DynamicValue>) -> Value {
    match value {
        Some(value) if !value.msgpack.is_empty() => {
            msgpack::decode(&value.msgpack, &kind()).unwrap()
        }
        _ => Value::Null,
    }
}

fn thing(name: &str, id: Field<String>) -> Value {
    Thing::encode(&Field::Known(Thing {
        name: name.into(),
        id,
        ..Thing::default()
    }))
}

/// Summaries and details of all errors.
fn errors(diagnostics: &[proto::Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|d| d.severity == 1);
    errors
        .map(|d| format!("{}: {}", d.summary, d.detail))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Says no word about the panics these tests are about.
fn quiet_panics() {
    use std::sync::Once;
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !info.to_string().contains("boom") {
                usual(info);
            }
        }));
    });
}
