//! VPC Lattice: gateways and configurations from create to delete, and what is refused.

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

use serde_json::{Value, json};
use support::rest::Json;
use support::stage::Stage;
use support::{calm, doubting, pass};

const GATEWAYS: &str = "/resourcegateways";
const CONFIGURATIONS: &str = "/resourceconfigurations";

async fn call(stage: &Stage, method: &str, uri: &str, body: Value) -> Json {
    stage.owner.rest("vpc-lattice", method, uri, body).await
}

fn wanted(stage: &Stage) -> Value {
    json!({
        "name": "orders",
        "vpcIdentifier": stage.owner_network.vpc_id,
        "subnetIds": stage.owner_network.subnet_ids,
        "tags": { "team.of": "network" },
        "clientToken": "one",
    })
}

async fn gateway(stage: &Stage) -> String {
    let made = call(stage, "POST", GATEWAYS, wanted(stage)).await;
    assert_eq!(made.status, 201, "{made:?}");
    pass(60).await;
    made.text("id")
}

fn single(gateway: &str) -> Value {
    json!({
        "name": "orders-db",
        "type": "SINGLE",
        "resourceGatewayIdentifier": gateway,
        "portRanges": ["5432"],
        "resourceConfigurationDefinition": { "dnsResource": { "domainName": "db.example.com" } },
    })
}

#[tokio::test(start_paused = true)]
async fn a_gateway_lives_from_create_to_delete() {
    let stage = Stage::new(&calm()).await;
    let made = call(&stage, "POST", GATEWAYS, wanted(&stage)).await;
    assert_eq!(made.text("status"), "CREATE_IN_PROGRESS");
    assert_eq!(made.body["ipv4AddressesPerEni"], 16);
    let id = made.text("id");
    assert!(id.starts_with("rgw-0"), "{id}");
    let again = call(&stage, "POST", GATEWAYS, wanted(&stage)).await;
    assert_eq!(again.text("id"), id, "the token was spent on it");
    pass(60).await;
    let uri = format!("{GATEWAYS}/{id}");
    let seen = call(&stage, "GET", &uri, Value::Null).await;
    assert_eq!(seen.text("status"), "ACTIVE");
    assert_eq!(seen.text("vpcId"), stage.owner_network.vpc_id);
    let by_arn = seen.text("arn").replace(':', "%3A").replace('/', "%2F");
    let tags = call(&stage, "GET", &format!("/tags/{by_arn}"), Value::Null).await;
    assert_eq!(tags.body, json!({ "tags": { "team.of": "network" } }));
    let listed = call(
        &stage,
        "GET",
        &format!("{GATEWAYS}?maxResults=1"),
        Value::Null,
    )
    .await;
    assert_eq!(listed.body["items"][0]["id"], json!(id));
    let gone = call(&stage, "DELETE", &uri, Value::Null).await;
    assert_eq!(gone.text("status"), "DELETE_IN_PROGRESS");
    pass(60).await;
    let missing = call(&stage, "GET", &uri, Value::Null).await;
    assert_eq!(
        (missing.status, missing.error.as_deref()),
        (404, Some("ResourceNotFoundException"))
    );
    assert_eq!(missing.text("resourceType"), "RESOURCE_GATEWAY");
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_can_not_be_is_refused() {
    let stage = Stage::new(&calm()).await;
    gateway(&stage).await;
    for (member, value, status, code) in [
        ("name", json!("rgw-x"), 400, "ValidationException"),
        ("name", json!("orders"), 409, "ConflictException"),
        ("subnetIds", json!([]), 400, "ValidationException"),
        (
            "subnetIds",
            json!(stage.network.subnet_ids),
            404,
            "ResourceNotFoundException",
        ),
        (
            "ipAddressType",
            json!("DUALSTACK"),
            400,
            "ValidationException",
        ),
        ("ipv4AddressesPerEni", json!(63), 400, "ValidationException"),
        (
            "securityGroupIds",
            json!(["sg-00000000000000000"]),
            404,
            "ResourceNotFoundException",
        ),
        ("colour", json!("red"), 400, "ValidationException"),
    ] {
        let mut body = wanted(&stage);
        body["name"] = json!("another");
        body["clientToken"] = json!(format!("{member}{value}").len().to_string());
        body[member] = value;
        let said = call(&stage, "POST", GATEWAYS, body).await;
        assert_eq!(
            (said.status, said.error.as_deref()),
            (status, Some(code)),
            "{member}: {said:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_gateway_takes_other_groups_and_keeps_its_configurations() {
    let stage = Stage::new(&calm()).await;
    let id = gateway(&stage).await;
    let group = [
        ("GroupName", "gateway"),
        ("GroupDescription", "gateway"),
        ("VpcId", stage.owner_network.vpc_id.as_str()),
    ];
    let group = stage
        .owner
        .ok("CreateSecurityGroup", &group)
        .await
        .text("groupId");
    let uri = format!("{GATEWAYS}/{id}");
    let said = call(
        &stage,
        "PATCH",
        &uri,
        json!({ "securityGroupIds": [group] }),
    )
    .await;
    assert_eq!(said.text("status"), "UPDATE_IN_PROGRESS");
    assert_eq!(said.body["securityGroupIds"], json!([group]));
    pass(30).await;
    let filter = [
        ("Filter.1.Name", "group-id"),
        ("Filter.1.Value.1", group.as_str()),
    ];
    let interfaces = stage.owner.ok("DescribeNetworkInterfaces", &filter).await;
    assert_eq!(interfaces.texts("networkInterfaceId").len(), 2);
    let made = call(&stage, "POST", CONFIGURATIONS, single(&id)).await;
    assert_eq!(made.status, 201, "{made:?}");
    let refused = call(&stage, "DELETE", &uri, Value::Null).await;
    assert_eq!(
        (refused.status, refused.error.as_deref()),
        (409, Some("ConflictException"))
    );
    assert_eq!(refused.text("resourceId"), id);
}

#[tokio::test(start_paused = true)]
async fn a_configuration_lives_from_create_to_delete() {
    let stage = Stage::new(&calm()).await;
    let gateway = gateway(&stage).await;
    let made = call(&stage, "POST", CONFIGURATIONS, single(&gateway)).await;
    let uri = format!("{CONFIGURATIONS}/{}", made.text("id"));
    pass(60).await;
    let seen = call(&stage, "GET", &uri, Value::Null).await;
    assert_eq!(seen.text("status"), "ACTIVE");
    assert_eq!(seen.text("protocol"), "TCP");
    let change = json!({
        "portRanges": ["5432-5433"],
        "allowAssociationToShareableServiceNetwork": false,
    });
    let name = json!({ "dnsResource": { "domainName": "other.example.com" } });
    let unfit = json!({ "resourceConfigurationDefinition": name });
    let refused = call(&stage, "PATCH", &uri, unfit).await;
    assert_eq!(
        refused.text("message"),
        "cannot modify resource configuration DNS or ARN"
    );
    let said = call(&stage, "PATCH", &uri, change).await;
    assert_eq!(said.text("status"), "UPDATE_IN_PROGRESS");
    pass(60).await;
    let seen = call(&stage, "GET", &uri, Value::Null).await;
    assert_eq!(seen.body["portRanges"], json!(["5432-5433"]));
    assert_eq!(
        seen.body["allowAssociationToShareableServiceNetwork"],
        json!(false)
    );
    let by_gateway = format!("{CONFIGURATIONS}?resourceGatewayIdentifier={gateway}");
    let listed = call(&stage, "GET", &by_gateway, Value::Null).await;
    assert_eq!(listed.body["items"].as_array().unwrap().len(), 1);
    let gone = call(&stage, "DELETE", &uri, Value::Null).await;
    assert_eq!((gone.status, gone.body), (204, Value::Null));
    pass(60).await;
    assert_eq!(call(&stage, "GET", &uri, Value::Null).await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn each_type_of_configuration_takes_its_own_members() {
    let stage = Stage::new(&calm()).await;
    let gateway = gateway(&stage).await;
    let group = json!({
        "name": "orders-group", "type": "GROUP", "resourceGatewayIdentifier": gateway,
        "groupDomain": "example.com",
    });
    let mut unfit = group.clone();
    unfit["customDomainName"] = json!("db.example.com");
    let said = call(&stage, "POST", CONFIGURATIONS, unfit).await;
    assert_eq!(
        said.text("message"),
        "Unexpected attribute customDomainName for type GROUP"
    );
    let group = call(&stage, "POST", CONFIGURATIONS, group).await.text("id");
    let child = |domain: &str| {
        json!({
            "name": "orders-child", "type": "CHILD", "portRanges": ["5432"],
            "resourceConfigurationGroupIdentifier": group, "customDomainName": domain,
            "resourceConfigurationDefinition": { "ipResource": { "ipAddress": "10.1.0.9" } },
        })
    };
    let said = call(&stage, "POST", CONFIGURATIONS, child("db.example.org")).await;
    assert_eq!(said.error.as_deref(), Some("ValidationException"));
    let said = call(&stage, "POST", CONFIGURATIONS, child("db.example.com")).await;
    assert_eq!(said.text("resourceConfigurationGroupId"), group);
    assert_eq!(said.text("resourceGatewayId"), gateway);
    let uri = format!("{CONFIGURATIONS}/{group}");
    let refused = call(&stage, "DELETE", &uri, Value::Null).await;
    assert_eq!(
        refused.error.as_deref(),
        Some("ConflictException"),
        "it has a child"
    );
    for (address, status) in [("8.8.8.8", 400), ("100.64.0.1", 201)] {
        let mut body = single(&gateway);
        body["name"] = json!(format!("at-{status}"));
        body["resourceConfigurationDefinition"] = json!({ "ipResource": { "ipAddress": address } });
        let said = call(&stage, "POST", CONFIGURATIONS, body).await;
        assert_eq!(said.status, status, "{address}: {said:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_default_of_sharing_is_a_doubt() {
    for reading in ["true", "false"] {
        let stage = Stage::new(&doubting("lattice-shareable-default", reading)).await;
        let gateway = gateway(&stage).await;
        let made = call(&stage, "POST", CONFIGURATIONS, single(&gateway)).await;
        let shareable = &made.body["allowAssociationToShareableServiceNetwork"];
        assert_eq!(shareable.to_string(), reading);
    }
}

#[tokio::test(start_paused = true)]
async fn tags_are_put_and_taken_away() {
    let stage = Stage::new(&calm()).await;
    let id = gateway(&stage).await;
    let seen = call(&stage, "GET", &format!("{GATEWAYS}/{id}"), Value::Null).await;
    let by_arn = seen.text("arn").replace(':', "%3A").replace('/', "%2F");
    let uri = format!("/tags/{by_arn}");
    call(
        &stage,
        "POST",
        &uri,
        json!({ "tags": { "a": "1", "b": "" } }),
    )
    .await;
    call(
        &stage,
        "DELETE",
        &format!("{uri}?tagKeys=a&tagKeys=team.of"),
        Value::Null,
    )
    .await;
    let tags = call(&stage, "GET", &uri, Value::Null).await;
    assert_eq!(tags.body, json!({ "tags": { "b": "" } }));
    let reserved = call(&stage, "POST", &uri, json!({ "tags": { "aws:x": "1" } })).await;
    assert_eq!(reserved.error.as_deref(), Some("ValidationException"));
}

#[tokio::test(start_paused = true)]
async fn others_know_nothing_of_a_gateway_and_what_is_not_simulated_is_said() {
    let stage = Stage::new(&calm()).await;
    let id = gateway(&stage).await;
    let uri = format!("{GATEWAYS}/{id}");
    let stranger = stage
        .consumer
        .rest("vpc-lattice", "GET", &uri, Value::Null)
        .await;
    assert_eq!(stranger.status, 404);
    let unknown = call(&stage, "GET", "/services", Value::Null).await;
    assert_eq!(unknown.error.as_deref(), Some("UnsupportedOperation"));
}
