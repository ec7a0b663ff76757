//! Plans.

use super::*;
use crate::protocol::path::Path;
use crate::protocol::proto::plan_resource_change::{Request as PlanRequest, Response as Planned};
use crate::protocol::resource::{self, PlanResponse};
use crate::protocol::rules::proposed_new_state;

/// Plans as core does: with its own merge of configuration and prior state.
async fn plan(toy: Toy, prior: &Value, config: &Value) -> Planned {
    let proposed = proposed_new_state(&Schema::of::<Thing>(1), prior, config);
    let request = PlanRequest {
        type_name: "toy_thing".into(),
        prior_state: sent(prior),
        proposed_new_state: sent(&proposed),
        config: sent(config),
        prior_private: b"prior".to_vec(),
        ..PlanRequest::default()
    };
    service(toy)
        .plan_resource_change(Request::new(request))
        .await
        .unwrap()
        .into_inner()
}

fn does(plan: impl Fn(resource::PlanRequest) -> PlanResponse + Send + Sync + 'static) -> Toy {
    Toy {
        plan: Arc::new(plan),
        ..Toy::default()
    }
}

#[tokio::test]
async fn a_create_is_planned_with_defaults_and_unknowns() {
    let planned = plan(Toy::default(), &Value::Null, &thing("a", Field::Null)).await;
    assert_eq!(planned.diagnostics, []);
    let wanted = Thing {
        name: "a".into(),
        id: Field::Unknown,
        size: 1.into(),
        ..Thing::default()
    };
    assert_eq!(
        received(planned.planned_state),
        Thing::encode(&wanted.into())
    );
    assert_eq!(planned.planned_private, b"prior");
    assert_eq!(planned.requires_replace.len(), 1);
    assert!(!planned.legacy_type_system);
}

#[tokio::test]
async fn a_destroy_is_planned_by_the_resource_too() {
    let toy = does(|request| {
        assert!(request.proposed.is_null() && request.config.is_null());
        PlanResponse {
            private: b"destroy".to_vec(),
            ..PlanResponse::proposed(request)
        }
    });
    let planned = plan(toy, &thing("a", "i-1".into()), &Value::Null).await;
    assert_eq!(planned.diagnostics, []);
    assert!(received(planned.planned_state).is_null());
    assert_eq!(planned.planned_private, b"destroy");
    let toy = does(|request| PlanResponse {
        planned: request.prior.clone(),
        ..PlanResponse::proposed(request)
    });
    let planned = plan(toy, &thing("a", "i-1".into()), &Value::Null).await;
    assert!(errors(&planned.diagnostics).contains("planned a value for what is to be destroyed"));
}

#[tokio::test]
async fn a_plan_that_core_would_refuse_does_not_leave() {
    let toy = does(|request| PlanResponse {
        planned: thing("b", Field::Unknown),
        ..PlanResponse::proposed(request)
    });
    let planned = plan(toy, &Value::Null, &thing("a", Field::Null)).await;
    let [diagnostic] = planned.diagnostics.as_slice() else {
        panic!("{:?}", planned.diagnostics)
    };
    assert!(
        diagnostic
            .detail
            .contains(r#"name: the planned value "b" is not the configured "a""#)
    );
    assert!(diagnostic.detail.contains("bug in the provider"));
    assert!(diagnostic.attribute.is_some());
    assert_eq!(planned.planned_private, b"prior");
}

#[tokio::test]
async fn a_computed_value_that_core_holds_back_is_the_users_to_set_free() {
    let (before, held) = (thing("a", "i-1".into()), thing("a", "i-1".into()));
    assert_eq!(plan(Toy::default(), &before, &held).await.diagnostics, []);
    let toy = does(|request| PlanResponse {
        planned: thing("a", "i-2".into()),
        ..PlanResponse::proposed(request)
    });
    let planned = plan(toy, &before, &held).await;
    let [diagnostic] = planned.diagnostics.as_slice() else {
        panic!("{:?}", planned.diagnostics)
    };
    assert!(diagnostic.detail.contains("Take it out of ignore_changes"));
    assert!(!diagnostic.detail.contains("bug"));
    assert!(diagnostic.attribute.is_some());
}

#[tokio::test]
async fn a_replaced_path_that_does_not_exist_is_a_bug() {
    let toy = does(|request| {
        let requires_replace = vec![Path::root().attribute("nothing")];
        PlanResponse {
            requires_replace,
            ..PlanResponse::proposed(request)
        }
    });
    let prior = thing("a", "i-1".into());
    let planned = plan(toy, &prior, &thing("a", Field::Null)).await;
    assert!(errors(&planned.diagnostics).contains("nothing: said to require replacement"));
}

#[tokio::test]
async fn a_panic_is_told_and_the_private_bytes_go_back() {
    quiet_panics();
    let planned = plan(
        does(|_| panic!("boom")),
        &thing("a", "i-1".into()),
        &thing("a", Field::Null),
    )
    .await;
    assert!(errors(&planned.diagnostics).contains("panicked: boom"));
    assert_eq!(planned.planned_private, b"prior");
}

#[tokio::test]
async fn a_write_only_value_is_seen_but_not_planned() {
    let config = Thing {
        name: "a".into(),
        password: "secret".into(),
        ..Thing::default()
    };
    let planned = plan(Toy::default(), &Value::Null, &Thing::encode(&config.into())).await;
    assert_eq!(planned.diagnostics, []);
    assert_eq!(
        received(planned.planned_state).attribute("password"),
        Some(&Value::Null)
    );
}
