//! Connection notifications: made, found, changed, deleted, and what becomes of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    unreachable_pub,
    reason = "a test that panics fails, and each test binary uses its own part of the client"
)]

mod support;

use support::ipv6::items;
use support::stage::Stage;
use support::{OWNER, Said, calm, doubting, pass};

const CREATE: &str = "CreateVpcEndpointConnectionNotification";
const DESCRIBE: &str = "DescribeVpcEndpointConnectionNotifications";
const MODIFY: &str = "ModifyVpcEndpointConnectionNotification";
const DELETE: &str = "DeleteVpcEndpointConnectionNotifications";

fn topic(name: &str) -> String {
    format!("arn:aws:sns:us-east-1:{OWNER}:{name}")
}

async fn notify(stage: &Stage, service: &str, topic: &str) -> Said {
    let parameters = [
        ("ServiceId", service),
        ("ConnectionNotificationArn", topic),
        ("ConnectionEvents.1", "Connect"),
        ("ConnectionEvents.2", "Accept"),
    ];
    stage.owner.ec2(CREATE, &parameters).await
}

#[tokio::test(start_paused = true)]
async fn a_notification_lives_from_create_to_delete() {
    let stage = Stage::new(&calm()).await;
    let service = stage.service(true).await;
    let said = notify(&stage, &service.id, &topic("calls")).await;
    let id = said.text("connectionNotificationId");
    assert!(id.starts_with("vpce-nfn-0"), "{id}");
    assert_eq!(said.text("serviceId"), service.id);
    assert_eq!(said.text("connectionNotificationState"), "Enabled");
    assert_eq!(said.text("connectionNotificationType"), "Topic");
    assert_eq!(items(&said, "connectionEvents"), ["Connect", "Accept"]);
    let change = [
        ("ConnectionNotificationId", id.as_str()),
        ("ConnectionNotificationArn", &topic("others.fifo")),
        ("ConnectionEvents.1", "Delete"),
    ];
    stage.owner.ok(MODIFY, &change).await;
    let said = stage.owner.ok(DESCRIBE, &change[..1]).await;
    assert_eq!(said.text("connectionNotificationArn"), topic("others.fifo"));
    assert_eq!(items(&said, "connectionEvents"), ["Delete"]);
    for (filter, value, count) in [
        ("service-id", service.id.as_str(), 1),
        ("connection-notification-state", "Disabled", 0),
        ("vpc-endpoint-id", "vpce-0", 0),
        ("connection-notification-id", &id, 1),
    ] {
        let filter = [("Filter.1.Name", filter), ("Filter.1.Value.1", value)];
        let said = stage.owner.ok(DESCRIBE, &filter).await;
        assert_eq!(said.texts("connectionNotificationId").len(), count);
    }
    let said = stage.consumer.ok(DESCRIBE, &[]).await;
    assert!(said.texts("connectionNotificationId").is_empty());
    let gone = [("ConnectionNotificationId.1", id.as_str())];
    stage.owner.ok(DELETE, &gone).await;
    let code = stage.owner.refused(DESCRIBE, &change[..1]).await;
    assert_eq!(code, "InvalidConnectionNotification");
    let code = stage.owner.refused(MODIFY, &change).await;
    assert_eq!(code, "InvalidConnectionNotification");
}

#[tokio::test(start_paused = true)]
async fn topics_events_and_subjects_are_judged() {
    let stage = Stage::new(&calm()).await;
    let service = stage.service(true).await;
    for bad in [
        "calls",
        "arn:aws:sqs:us-east-1:111111111111:calls",
        "arn:aws:sns:us-east-1:1:calls",
        "arn:aws:sns:us-east-1:111111111111:",
        "arn:aws:sns:nowhere-1:111111111111:calls",
        "arn:aws:sns:eu-west-1:111111111111:calls",
    ] {
        let said = notify(&stage, &service.id, bad).await;
        assert_eq!(said.text("Code"), "InvalidParameter", "{bad}");
    }
    let said = notify(&stage, "vpce-svc-00000000000000000", &topic("calls")).await;
    assert_eq!(said.text("Code"), "InvalidVpcEndpointServiceId.NotFound");
    let arn = topic("calls");
    let base = [("ConnectionNotificationArn", arn.as_str())];
    let service_id = ("ServiceId", service.id.as_str());
    for (more, code) in [
        (vec![service_id], "MissingParameter"),
        (
            vec![("ConnectionEvents.1", "Connect")],
            "InvalidParameterCombination",
        ),
        (
            vec![service_id, ("ConnectionEvents.1", "connect")],
            "InvalidParameter",
        ),
    ] {
        let parameters = [base.as_slice(), &more].concat();
        assert_eq!(stage.owner.refused(CREATE, &parameters).await, code);
    }
}

#[tokio::test(start_paused = true)]
async fn a_consumer_is_told_of_its_own_endpoint() {
    let stage = Stage::new(&calm()).await;
    let service = stage.service(false).await;
    let endpoint = stage.connect(&service).await;
    let arn = topic("calls");
    let parameters = [
        ("VpcEndpointId", endpoint.as_str()),
        ("ConnectionNotificationArn", &arn),
        ("ConnectionEvents.1", "Reject"),
    ];
    let said = stage.consumer.ok(CREATE, &parameters).await;
    assert_eq!(said.text("vpcEndpointId"), endpoint);
    assert_eq!(
        stage.owner.refused(CREATE, &parameters).await,
        "InvalidVpcEndpointId.NotFound"
    );
    let gone = [("VpcEndpointId.1", endpoint.as_str())];
    stage.consumer.ok("DeleteVpcEndpoints", &gone).await;
    pass(400).await;
    let said = stage.consumer.ok(DESCRIBE, &[]).await;
    assert!(said.texts("connectionNotificationId").is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_same_token_answers_the_same_notification() {
    let stage = Stage::new(&calm()).await;
    let service = stage.service(true).await;
    let arn = topic("calls");
    let mut parameters = vec![
        ("ServiceId", service.id.as_str()),
        ("ConnectionNotificationArn", &arn),
        ("ConnectionEvents.1", "Connect"),
        ("ClientToken", "once"),
    ];
    let first = stage.owner.ok(CREATE, &parameters).await;
    assert_eq!(first.text("clientToken"), "once");
    let second = stage.owner.ok(CREATE, &parameters).await;
    let id = "connectionNotificationId";
    assert_eq!(first.text(id), second.text(id));
    parameters[2].1 = "Reject";
    let code = stage.owner.refused(CREATE, &parameters).await;
    assert_eq!(code, "IdempotentParameterMismatch");
}

#[tokio::test(start_paused = true)]
async fn a_topic_is_told_twice_or_not() {
    for (reading, status) in [("allowed", 200), ("refused", 400)] {
        let stage = Stage::new(&doubting("notification-again", reading)).await;
        let service = stage.service(true).await;
        notify(&stage, &service.id, &topic("calls")).await;
        let said = notify(&stage, &service.id, &topic("calls")).await;
        assert_eq!(said.status, status);
        let said = notify(&stage, &service.id, &topic("others")).await;
        assert_eq!(said.status, 200);
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_notification_fails_its_item_or_the_whole_delete() {
    for (reading, status) in [("item", 200), ("call", 400)] {
        let stage = Stage::new(&doubting("unknown-notification-on-delete", reading)).await;
        let service = stage.service(true).await;
        let said = notify(&stage, &service.id, &topic("calls")).await;
        let id = said.text("connectionNotificationId");
        let both = [
            ("ConnectionNotificationId.1", "vpce-nfn-00000000000000000"),
            ("ConnectionNotificationId.2", &id),
        ];
        let said = stage.owner.ec2(DELETE, &both).await;
        assert_eq!(said.status, status);
        assert!(said.says("InvalidConnectionNotification"));
        let left = stage.owner.ok(DESCRIBE, &[]).await;
        let left = left.texts("connectionNotificationId").len();
        assert_eq!(left, usize::from(reading == "call"));
    }
}

#[tokio::test(start_paused = true)]
async fn notifications_go_with_their_service_or_stay_behind() {
    for (reading, left) in [("gone-too", 0), ("left-behind", 1)] {
        let stage = Stage::new(&doubting("notifications-of-the-gone", reading)).await;
        let service = stage.service(true).await;
        let said = notify(&stage, &service.id, &topic("calls")).await;
        let id = said.text("connectionNotificationId");
        let gone = [("ServiceId.1", service.id.as_str())];
        stage
            .owner
            .ok("DeleteVpcEndpointServiceConfigurations", &gone)
            .await;
        pass(60).await;
        let said = stage.owner.ok(DESCRIBE, &[]).await;
        assert_eq!(said.texts("connectionNotificationId").len(), left);
        let gone = [("ConnectionNotificationId.1", id.as_str())];
        stage.owner.ok(DELETE, &gone).await;
        let said = stage.owner.ok(DESCRIBE, &[]).await;
        assert!(said.texts("connectionNotificationId").is_empty());
    }
}
