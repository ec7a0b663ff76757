//! Applies: nothing that exists is ever forgotten.

use std::sync::atomic::Ordering;

use super::*;
use crate::protocol::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::proto::apply_resource_change::{Request as ApplyRequest, Response as Applied};
use crate::protocol::resource::{self, ApplyResponse};

fn request(prior: &Value, planned: &Value) -> ApplyRequest {
    ApplyRequest {
        type_name: "toy_thing".into(),
        prior_state: sent(prior),
        planned_state: sent(planned),
        config: sent(&Value::Null),
        planned_private: b"planned".to_vec(),
        ..ApplyRequest::default()
    }
}

async fn apply(toy: Toy, prior: &Value, planned: &Value) -> Applied {
    service(toy)
        .apply_resource_change(Request::new(request(prior, planned)))
        .await
        .unwrap()
        .into_inner()
}

fn does(apply: impl Fn(resource::ApplyRequest) -> ApplyResponse + Send + Sync + 'static) -> Toy {
    Toy {
        apply: Arc::new(apply),
        ..Toy::default()
    }
}

fn answers(state: Value) -> Toy {
    does(move |_| ApplyResponse {
        state: state.clone(),
        private: b"new".to_vec(),
        diagnostics: Diagnostics::new(),
    })
}

#[tokio::test]
async fn a_create_returns_what_was_made() {
    let applied = apply(Toy::default(), &Value::Null, &thing("a", Field::Unknown)).await;
    assert_eq!(applied.diagnostics, []);
    assert_eq!(received(applied.new_state), thing("a", "i-1".into()));
    assert_eq!(applied.private, b"applied");
}

#[tokio::test]
async fn a_panic_keeps_the_newest_progress() {
    quiet_panics();
    let toy = does(|request| {
        request
            .progress
            .record(thing("a", Field::Unknown), b"one".to_vec());
        request
            .progress
            .record(thing("a", "i-7".into()), b"two".to_vec());
        panic!("boom")
    });
    let applied = apply(toy, &Value::Null, &thing("a", Field::Unknown)).await;
    assert!(
        errors(&applied.diagnostics).contains("panicked: boom"),
        "{:?}",
        applied.diagnostics
    );
    assert_eq!(received(applied.new_state), thing("a", "i-7".into()));
    assert_eq!(applied.private, b"two");
}

#[tokio::test]
async fn a_panic_before_any_progress_keeps_what_there_was() {
    quiet_panics();
    let prior = thing("a", "i-1".into());
    for planned in [thing("a", "i-1".into()), Value::Null] {
        let applied = apply(does(|_| panic!("boom")), &prior, &planned).await;
        assert_eq!(received(applied.new_state), prior);
        assert_eq!(applied.private, b"planned");
    }
    let applied = apply(does(|_| panic!("boom")), &Value::Null, &prior).await;
    assert!(received(applied.new_state).is_null());
}

#[tokio::test]
async fn a_broken_promise_is_told_and_the_state_kept() {
    let applied = apply(
        answers(thing("b", "i-1".into())),
        &Value::Null,
        &thing("a", Field::Unknown),
    )
    .await;
    let told = errors(&applied.diagnostics);
    assert!(
        told.contains(r#"name: was planned as "a", but now is "b""#),
        "{told}"
    );
    assert!(told.contains("bug in the provider"), "{told}");
    assert_eq!(received(applied.new_state), thing("b", "i-1".into()));
    assert_eq!(applied.private, b"new");
}

#[tokio::test]
async fn what_is_still_unknown_is_told_and_saved_as_null() {
    let planned = thing("a", Field::Unknown);
    let applied = apply(answers(planned.clone()), &Value::Null, &planned).await;
    assert!(errors(&applied.diagnostics).contains("id: the value is still unknown"));
    assert_eq!(received(applied.new_state), thing("a", Field::Null));
}

#[tokio::test]
async fn a_state_of_the_wrong_shape_is_saved_as_far_as_it_fits() {
    let Value::Object(mut wrong) = thing("a", "i-1".into()) else {
        panic!()
    };
    wrong.insert("size".into(), "large".into());
    wrong.insert("extra".into(), true.into());
    let applied = apply(
        answers(Value::Object(wrong)),
        &Value::Null,
        &thing("a", Field::Unknown),
    )
    .await;
    assert!(errors(&applied.diagnostics).contains("unsupported attribute \"extra\""));
    assert_eq!(received(applied.new_state), thing("a", "i-1".into()));
}

#[tokio::test]
async fn a_write_only_value_never_leaves() {
    let leaking = Thing {
        password: "secret".into(),
        id: "i-1".into(),
        name: "a".into(),
        ..Thing::default()
    };
    let leaking = Thing::encode(&leaking.into());
    let applied = apply(answers(leaking), &Value::Null, &thing("a", Field::Unknown)).await;
    assert!(errors(&applied.diagnostics).contains("password: a write-only attribute"));
    assert_eq!(received(applied.new_state), thing("a", "i-1".into()));
}

#[tokio::test]
async fn a_failed_create_keeps_its_part_and_the_private_bytes() {
    let toy = does(|_| ApplyResponse {
        state: thing("a", Field::Unknown),
        private: Vec::new(),
        diagnostics: Diagnostic::error("out of luck", "…").into(),
    });
    let applied = apply(toy, &Value::Null, &thing("a", Field::Unknown)).await;
    assert_eq!(applied.diagnostics.len(), 1, "{:?}", applied.diagnostics);
    assert_eq!(received(applied.new_state), thing("a", Field::Null));
    assert_eq!(applied.private, b"planned");
}

#[tokio::test]
async fn a_delete_leaves_nothing() {
    let prior = thing("a", "i-1".into());
    let applied = apply(answers(Value::Null), &prior, &Value::Null).await;
    assert_eq!(applied.diagnostics, []);
    assert!(received(applied.new_state).is_null());
    let applied = apply(answers(prior.clone()), &prior, &Value::Null).await;
    assert!(errors(&applied.diagnostics).contains("was planned as absent, but is there"));
    assert_eq!(received(applied.new_state), prior);
}

#[tokio::test]
async fn what_can_not_be_read_changes_nothing() {
    let mut broken = request(&thing("a", "i-1".into()), &Value::Null);
    broken.planned_state = Some(proto::DynamicValue {
        msgpack: vec![0x81],
        json: Vec::new(),
    });
    let prior = broken.prior_state.clone();
    let toy = Toy::default();
    let count = Arc::clone(&toy.applied);
    let answer = service(toy)
        .apply_resource_change(Request::new(broken))
        .await
        .unwrap()
        .into_inner();
    assert!(errors(&answer.diagnostics).contains("planned state that Terraform sent does not fit"));
    assert_eq!(
        (answer.new_state, answer.private),
        (prior, b"planned".to_vec())
    );
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn calls_run_side_by_side() {
    let toy = Toy {
        together: Arc::new(tokio::sync::Barrier::new(10)),
        ..Toy::default()
    };
    let service = service(toy);
    let planned = thing("a", Field::Unknown);
    let calls = (0..10)
        .map(|_| service.apply_resource_change(Request::new(request(&Value::Null, &planned))));
    for answer in futures::future::join_all(calls).await {
        assert_eq!(answer.unwrap().into_inner().diagnostics, []);
    }
}

#[tokio::test]
async fn an_apply_goes_on_when_the_client_is_gone() {
    let toy = Toy {
        together: Arc::new(tokio::sync::Barrier::new(2)),
        ..Toy::default()
    };
    let (count, gate) = (Arc::clone(&toy.applied), Arc::clone(&toy.together));
    let service = service(toy);
    let planned = thing("a", Field::Unknown);
    let mut call = service.apply_resource_change(Request::new(request(&Value::Null, &planned)));
    assert!(futures::poll!(&mut call).is_pending());
    drop(call);
    gate.wait().await;
    while count.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
}
