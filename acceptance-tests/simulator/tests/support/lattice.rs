//! An owner with a resource gateway, two accounts that speak Lattice, and shares between them.

use aws_simulator::Simulator;
use serde_json::{Value, json};

use super::rest::Json;
use super::stage::Stage;
use super::{Client, pass};

pub const CONFIGURATIONS: &str = "/resourceconfigurations";
pub const NETWORKS: &str = "/servicenetworks";
pub const RESOURCES: &str = "/servicenetworkresourceassociations";
pub const VPCS: &str = "/servicenetworkvpcassociations";
pub const DOMAINS: &str = "/domainverifications";

/// A stage whose owner has a gateway.
pub struct Lattice {
    pub stage: Stage,
    pub gateway: String,
}

impl Lattice {
    pub async fn new(simulator: &Simulator) -> Self {
        let stage = Stage::new(simulator).await;
        let gateway = json!({
            "name": "orders",
            "vpcIdentifier": stage.owner_network.vpc_id,
            "subnetIds": stage.owner_network.subnet_ids,
        });
        let made = post(&stage.owner, "/resourcegateways", gateway).await;
        let gateway = made.text("id");
        pass(60).await;
        Self { stage, gateway }
    }

    /// A configuration of the owner's with further members, active by now.
    pub async fn configuration(&self, name: &str, more: Value) -> Json {
        let mut body = json!({
            "name": name, "type": "SINGLE", "resourceGatewayIdentifier": self.gateway,
            "resourceConfigurationDefinition": { "dnsResource": { "domainName": "db.example.com" } },
            "allowAssociationToShareableServiceNetwork": true,
        });
        put(&mut body, more);
        let made = post(&self.stage.owner, CONFIGURATIONS, body).await;
        assert_eq!(made.status, 201, "{made:?}");
        pass(60).await;
        made
    }
}

/// Members of the second go into the first; null takes one away.
pub fn put(body: &mut Value, more: Value) {
    let body = body.as_object_mut().unwrap();
    for (name, value) in more.as_object().unwrap().clone() {
        match value {
            Value::Null => body.remove(&name),
            value => body.insert(name, value),
        };
    }
}

pub async fn post(client: &Client, uri: &str, body: Value) -> Json {
    client.rest("vpc-lattice", "POST", uri, body).await
}

pub async fn get(client: &Client, uri: &str) -> Json {
    client.rest("vpc-lattice", "GET", uri, Value::Null).await
}

pub async fn patch(client: &Client, uri: &str, body: Value) -> Json {
    client.rest("vpc-lattice", "PATCH", uri, body).await
}

pub async fn delete(client: &Client, uri: &str) -> Json {
    client.rest("vpc-lattice", "DELETE", uri, Value::Null).await
}

/// An ARN as a label of a path or a value of a query.
pub fn escaped(arn: &str) -> String {
    arn.replace(':', "%3A").replace('/', "%2F")
}

/// A service network with further members.
pub async fn network(client: &Client, name: &str, more: Value) -> Json {
    let mut body = json!({ "name": name });
    put(&mut body, more);
    let made = post(client, NETWORKS, body).await;
    assert_eq!(made.status, 201, "{made:?}");
    made
}

/// Puts a configuration into a network, however that ends.
pub async fn join(client: &Client, network: &str, configuration: &str, private: bool) -> Json {
    let body = json!({
        "serviceNetworkIdentifier": network, "resourceConfigurationIdentifier": configuration,
        "privateDnsEnabled": private,
    });
    post(client, RESOURCES, body).await
}

/// Shares something with another account, which accepts at once; it works by then.
pub async fn share(from: &Client, to: &Client, resource: &str) {
    let body = json!({ "name": "s", "principals": [to.account], "resourceArns": [resource] });
    let made = from.rest("ram", "POST", "/createresourceshare", body).await;
    assert_eq!(made.status, 200, "{made:?}");
    pass(30).await;
    let uri = "/getresourceshareinvitations";
    let found = to.rest("ram", "POST", uri, json!({})).await;
    let all = found.body["resourceShareInvitations"].as_array().unwrap();
    let pending = all.iter().find(|it| it["status"] == "PENDING").unwrap();
    let which = json!({ "resourceShareInvitationArn": pending["resourceShareInvitationArn"] });
    let uri = "/acceptresourceshareinvitation";
    to.rest("ram", "POST", uri, which).await;
    pass(120).await;
}

/// The status and the code of an answer.
pub fn said(answer: &Json) -> (u16, &str) {
    (answer.status, answer.error.as_deref().unwrap_or_default())
}

pub const NOT_FOUND: (u16, &str) = (404, "ResourceNotFoundException");
pub const CONFLICT: (u16, &str) = (409, "ConflictException");
pub const DENIED: (u16, &str) = (403, "AccessDeniedException");
pub const INVALID: (u16, &str) = (400, "ValidationException");
pub const OVER: (u16, &str) = (402, "ServiceQuotaExceededException");
