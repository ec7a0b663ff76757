//! Refreshes: a failure never looks like an absence.

use super::*;
use crate::protocol::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::proto::read_resource::{Request as ReadRequest, Response as Read};
use crate::protocol::resource::{self, ReadResponse};

async fn read(toy: Toy, state: &Value) -> Read {
    let request = ReadRequest {
        type_name: "toy_thing".into(),
        current_state: sent(state),
        private: b"stored".to_vec(),
        ..ReadRequest::default()
    };
    service(toy)
        .read_resource(Request::new(request))
        .await
        .unwrap()
        .into_inner()
}

fn does(read: impl Fn(resource::ReadRequest) -> ReadResponse + Send + Sync + 'static) -> Toy {
    Toy {
        read: Arc::new(read),
        ..Toy::default()
    }
}

fn answers(state: Value, diagnostics: Diagnostics) -> Toy {
    does(move |_| ReadResponse {
        state: state.clone(),
        private: b"seen".to_vec(),
        diagnostics: diagnostics.clone(),
    })
}

#[tokio::test]
async fn drift_and_absence_are_passed_on() {
    let now = thing("changed", "i-1".into());
    let seen = read(
        answers(now.clone(), Diagnostics::new()),
        &thing("a", "i-1".into()),
    )
    .await;
    assert_eq!(
        (received(seen.new_state), seen.private),
        (now, b"seen".to_vec())
    );
    let seen = read(
        answers(Value::Null, Diagnostics::new()),
        &thing("a", "i-1".into()),
    )
    .await;
    assert_eq!(seen.diagnostics, []);
    assert!(received(seen.new_state).is_null());
}

#[tokio::test]
async fn whatever_fails_the_state_stays() {
    quiet_panics();
    let state = thing("a", "i-1".into());
    let denied = Diagnostic::error("denied", "…").into();
    let cases = [
        (does(|_| panic!("boom")), "panicked: boom"),
        (answers(Value::Null, denied), "denied"),
        (
            answers(thing("a", Field::Unknown), Diagnostics::new()),
            "id: the value is still unknown",
        ),
        (
            answers(Value::Bool(true), Diagnostics::new()),
            "object is required, not bool",
        ),
    ];
    for (toy, expected) in cases {
        let seen = read(toy, &state).await;
        let told = errors(&seen.diagnostics);
        assert!(told.contains(expected), "{expected}: {told}");
        assert_eq!(
            (received(seen.new_state), seen.private),
            (state.clone(), b"stored".to_vec())
        );
    }
}

#[tokio::test]
async fn an_unknown_type_is_a_diagnostic() {
    let request = ReadRequest {
        type_name: "toy_other".into(),
        current_state: sent(&thing("a", "i-1".into())),
        private: b"stored".to_vec(),
        ..ReadRequest::default()
    };
    let seen = service(Toy::default())
        .read_resource(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert!(errors(&seen.diagnostics).contains("no resource \"toy_other\""));
    assert!(seen.new_state.is_some());
}
