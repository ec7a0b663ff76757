//! RAM: shares, invitations and what they allow, from both sides.

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

use aws_simulator::AccountSettings;
use serde_json::{Value, json};
use support::rest::Json;
use support::stage::Stage;
use support::{CONSUMER, Client, OWNER, calm, pass};

/// An owner with a resource configuration, and a consumer.
struct Shared {
    stage: Stage,
    configuration: String,
}

impl Shared {
    async fn new() -> Self {
        Self::of(Stage::new(&calm()).await).await
    }

    async fn of(stage: Stage) -> Self {
        let gateway = json!({
            "name": "orders",
            "vpcIdentifier": stage.owner_network.vpc_id,
            "subnetIds": stage.owner_network.subnet_ids,
        });
        let lattice = |uri: &'static str, body: Value| {
            let owner = stage.owner.clone();
            async move { owner.rest("vpc-lattice", "POST", uri, body).await }
        };
        let gateway = lattice("/resourcegateways", gateway).await.text("id");
        pass(60).await;
        let configuration = json!({
            "name": "orders-db", "type": "SINGLE", "resourceGatewayIdentifier": gateway,
            "resourceConfigurationDefinition": { "dnsResource": { "domainName": "db.example.com" } },
        });
        let made = lattice("/resourceconfigurations", configuration).await;
        let configuration = made.text("arn");
        pass(60).await;
        Self {
            stage,
            configuration,
        }
    }

    /// A share of the configuration with a principal.
    async fn share(&self, principal: &str) -> Json {
        let body = json!({
            "name": "orders", "principals": [principal], "resourceArns": [self.configuration],
            "tags": [{ "key": "team", "value": "network" }],
        });
        ram(&self.stage.owner, "createresourceshare", body).await
    }

    /// Whether the consumer may read the configuration.
    async fn is_open(&self) -> bool {
        let uri = self.configuration.replace(':', "%3A").replace('/', "%2F");
        let uri = format!("/resourceconfigurations/{uri}");
        let said = self
            .stage
            .consumer
            .rest("vpc-lattice", "GET", &uri, Value::Null)
            .await;
        said.status == 200
    }

    async fn invitations(&self) -> Vec<Value> {
        let said = ram(
            &self.stage.consumer,
            "getresourceshareinvitations",
            json!({}),
        )
        .await;
        said.body["resourceShareInvitations"]
            .as_array()
            .unwrap()
            .clone()
    }
}

async fn ram(client: &Client, operation: &str, body: Value) -> Json {
    client
        .rest("ram", "POST", &format!("/{operation}"), body)
        .await
}

fn arn(made: &Json) -> String {
    made.body["resourceShare"]["resourceShareArn"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test(start_paused = true)]
async fn an_invitation_opens_what_is_shared_some_seconds_after_it_was_accepted() {
    let shared = Shared::new().await;
    let made = shared.share(CONSUMER).await;
    assert_eq!(made.body["resourceShare"]["status"], "ACTIVE", "{made:?}");
    pass(30).await;
    let [invitation] = shared.invitations().await.try_into().unwrap();
    assert_eq!(invitation["status"], "PENDING");
    assert_eq!(invitation["senderAccountId"], OWNER);
    assert!(!shared.is_open().await, "nobody has accepted yet");
    let of = json!({ "resourceShareInvitationArn": invitation["resourceShareInvitationArn"] });
    let offered = ram(
        &shared.stage.consumer,
        "listpendinginvitationresources",
        of.clone(),
    )
    .await;
    assert_eq!(
        offered.body["resources"][0]["arn"],
        json!(shared.configuration)
    );
    let accepted = ram(
        &shared.stage.consumer,
        "acceptresourceshareinvitation",
        of.clone(),
    )
    .await;
    assert_eq!(
        accepted.body["resourceShareInvitation"]["status"],
        "ACCEPTED"
    );
    pass(120).await;
    assert!(shared.is_open().await);
    let again = ram(&shared.stage.consumer, "acceptresourceshareinvitation", of).await;
    let code = "ResourceShareInvitationAlreadyAcceptedException";
    assert_eq!((again.status, again.error.as_deref()), (400, Some(code)));
    let others = json!({ "resourceOwner": "OTHER-ACCOUNTS" });
    let seen = ram(&shared.stage.consumer, "getresourceshares", others.clone()).await;
    assert_eq!(seen.body["resourceShares"][0]["name"], "orders");
    let seen = ram(&shared.stage.consumer, "listresources", others).await;
    assert_eq!(seen.body["resources"][0]["status"], "AVAILABLE");
    let asked = json!({ "associationType": "PRINCIPAL", "resourceShareArns": [arn(&made)] });
    let listed = ram(&shared.stage.owner, "getresourceshareassociations", asked).await;
    let row = &listed.body["resourceShareAssociations"][0];
    assert_eq!(
        (&row["status"], &row["external"]),
        (&json!("ASSOCIATED"), &json!(true))
    );
}

#[tokio::test(start_paused = true)]
async fn an_invitation_that_expired_is_sent_anew_to_a_principal_that_is_added_again() {
    let shared = Shared::new().await;
    let share = arn(&shared.share(CONSUMER).await);
    pass(13 * 3600).await;
    let [invitation] = shared.invitations().await.try_into().unwrap();
    assert_eq!(invitation["status"], "EXPIRED");
    let of = json!({ "resourceShareInvitationArn": invitation["resourceShareInvitationArn"] });
    let late = ram(&shared.stage.consumer, "acceptresourceshareinvitation", of).await;
    assert_eq!(
        late.error.as_deref(),
        Some("ResourceShareInvitationExpiredException")
    );
    let asked = json!({ "associationType": "PRINCIPAL" });
    let listed = ram(&shared.stage.owner, "getresourceshareassociations", asked).await;
    assert_eq!(
        listed.body["resourceShareAssociations"][0]["status"],
        "DISASSOCIATED"
    );
    let again = json!({ "resourceShareArn": share, "principals": [CONSUMER] });
    let said = ram(&shared.stage.owner, "associateresourceshare", again).await;
    assert_eq!(
        said.body["resourceShareAssociations"][0]["status"],
        "ASSOCIATING"
    );
    pass(30).await;
    let pending = shared.invitations().await;
    let pending = pending.iter().filter(|it| it["status"] == "PENDING");
    assert_eq!(pending.count(), 1);
    pass(8 * 24 * 3600).await;
    assert_eq!(
        shared.invitations().await,
        Vec::<Value>::new(),
        "old ones are purged"
    );
}

#[tokio::test(start_paused = true)]
async fn inside_an_organization_with_sharing_nobody_is_invited() {
    let stage = Stage::new(&calm()).await;
    for account in [OWNER, CONSUMER] {
        let settings = AccountSettings {
            account: account.to_owned(),
            organization: Some("o-1".to_owned()),
            organization_sharing: Some(true),
            ..AccountSettings::default()
        };
        stage.owner.simulator.set_account(settings).unwrap();
    }
    let shared = Shared::of(stage).await;
    let made = shared
        .share("arn:aws:organizations::111111111111:organization/o-1")
        .await;
    assert_eq!(made.status, 200, "{made:?}");
    pass(60).await;
    assert!(shared.is_open().await);
    assert_eq!(shared.invitations().await, Vec::<Value>::new());
    let outside = shared
        .share("arn:aws:organizations::111111111111:organization/o-2")
        .await;
    assert_eq!(outside.error.as_deref(), Some("UnknownResourceException"));
}

#[tokio::test(start_paused = true)]
async fn what_a_share_can_not_have_is_refused() {
    let shared = Shared::new().await;
    let body = |changes: Value| {
        let mut body = json!({ "name": "orders", "resourceArns": [shared.configuration] });
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let elsewhere = shared.configuration.replace("us-east-1", "us-west-2");
    for (changes, code) in [
        (
            json!({ "principals": ["orders"] }),
            "InvalidParameterException",
        ),
        (
            json!({ "resourceArns": [elsewhere] }),
            "MalformedArnException",
        ),
        (
            json!({ "principals": [CONSUMER], "allowExternalPrincipals": false }),
            "OperationNotPermittedException",
        ),
        (
            json!({ "principals": ["arn:aws:organizations::111111111111:ou/o-1/ou-2"] }),
            "UnknownResourceException",
        ),
        (
            json!({ "permissionArns": ["arn:aws:ram::aws:permission/X"] }),
            "UnknownResourceException",
        ),
    ] {
        let said = ram(&shared.stage.owner, "createresourceshare", body(changes)).await;
        assert_eq!(
            (said.status, said.error.as_deref()),
            (400, Some(code)),
            "{said:?}"
        );
    }
    let asked = ram(&shared.stage.owner, "getresourceshares", json!({})).await;
    assert_eq!(asked.error.as_deref(), Some("InvalidParameterException"));
    let token = |name: &str| json!({ "name": name, "clientToken": "one" });
    let one = ram(&shared.stage.owner, "createresourceshare", token("orders")).await;
    let two = ram(&shared.stage.owner, "createresourceshare", token("orders")).await;
    assert_eq!(arn(&one), arn(&two));
    let other = ram(&shared.stage.owner, "createresourceshare", token("other")).await;
    assert_eq!(
        other.error.as_deref(),
        Some("IdempotentParameterMismatchException")
    );
}

#[tokio::test(start_paused = true)]
async fn a_share_that_loses_its_principal_or_is_deleted_opens_nothing_any_more() {
    let shared = Shared::new().await;
    let share = arn(&shared.share(CONSUMER).await);
    pass(30).await;
    let [invitation] = shared.invitations().await.try_into().unwrap();
    let of = json!({ "resourceShareInvitationArn": invitation["resourceShareInvitationArn"] });
    ram(&shared.stage.consumer, "acceptresourceshareinvitation", of).await;
    pass(120).await;
    assert!(shared.is_open().await);
    let less = json!({ "resourceShareArn": share, "principals": [CONSUMER] });
    let said = ram(
        &shared.stage.owner,
        "disassociateresourceshare",
        less.clone(),
    )
    .await;
    assert_eq!(
        said.body["resourceShareAssociations"][0]["status"],
        "DISASSOCIATING"
    );
    assert!(!shared.is_open().await);
    pass(60).await;
    let again = ram(&shared.stage.owner, "disassociateresourceshare", less).await;
    assert_eq!(again.error.as_deref(), Some("UnknownResourceException"));
    let uri = share.replace(':', "%3A").replace('/', "%2F");
    let uri = format!("/deleteresourceshare?resourceShareArn={uri}");
    let gone = shared
        .stage
        .owner
        .rest("ram", "DELETE", &uri, Value::Null)
        .await;
    assert_eq!(gone.body["returnValue"], json!(true));
    pass(60).await;
    let own = json!({ "resourceOwner": "SELF" });
    let shown = ram(&shared.stage.owner, "getresourceshares", own).await;
    assert_eq!(
        shown.body["resourceShares"][0]["status"], "DELETED",
        "it is shown for a while"
    );
}

#[tokio::test(start_paused = true)]
async fn the_permission_that_a_share_gives_is_told() {
    let shared = Shared::new().await;
    let share = arn(&shared.share(CONSUMER).await);
    let of = json!({ "resourceShareArn": share });
    let said = ram(&shared.stage.owner, "listresourcesharepermissions", of).await;
    assert_eq!(said.body["permissions"][0]["version"], "2");
    let arn = said.body["permissions"][0]["arn"].clone();
    let said = ram(
        &shared.stage.owner,
        "getpermission",
        json!({ "permissionArn": arn }),
    )
    .await;
    let policy = said.body["permission"]["permission"].as_str().unwrap();
    assert!(
        policy.contains("vpc-lattice:AssociateViaAWSService"),
        "{policy}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_resource_endpoint_lives_from_the_invitation_to_the_cut() {
    let shared = Shared::new().await;
    shared.share(CONSUMER).await;
    let consumer = &shared.stage.consumer;
    let endpoint = [
        ("VpcEndpointType", "Resource"),
        ("ResourceConfigurationArn", shared.configuration.as_str()),
        ("VpcId", &shared.stage.network.vpc_id),
        ("SubnetId.1", &shared.stage.network.subnet_ids[0]),
    ];
    pass(30).await;
    let early = consumer.refused("CreateVpcEndpoint", &endpoint).await;
    assert_eq!(early, "InvalidResourceConfigurationArn.NotFound");
    let [invitation] = shared.invitations().await.try_into().unwrap();
    let of = json!({ "resourceShareInvitationArn": invitation["resourceShareInvitationArn"] });
    ram(consumer, "acceptresourceshareinvitation", of).await;
    pass(120).await;
    let made = consumer.ok("CreateVpcEndpoint", &endpoint).await;
    assert_eq!(made.text("state"), "Pending");
    assert_eq!(made.text("ipAddressType"), "IPV4");
    assert!(made.texts("serviceName").is_empty() && made.texts("dnsName").is_empty());
    let id = made.text("vpcEndpointId");
    pass(300).await;
    let of = [("VpcEndpointId.1", id.as_str())];
    let seen = consumer.ok("DescribeVpcEndpoints", &of).await;
    assert_eq!(seen.text("state"), "Available");
    let row = consumer.ok("DescribeVpcEndpointAssociations", &of).await;
    let configuration = shared.configuration.rsplit('/').next().unwrap();
    let name = format!("{id}.{configuration}.4232ccc.vpc-lattice-rsc.us-east-1.on.aws");
    assert_eq!(row.text("dnsName"), name);
    assert_eq!(row.text("associatedResourceAccessibility"), "Accessible");
    let change = [
        ("VpcEndpointId", id.as_str()),
        ("IpAddressType", "dualstack"),
    ];
    assert_eq!(
        consumer.refused("ModifyVpcEndpoint", &change).await,
        "InvalidParameter"
    );

    let owner = &shared.stage.owner;
    let uri =
        format!("/resourceendpointassociations?resourceConfigurationIdentifier={configuration}");
    let listed = owner.rest("vpc-lattice", "GET", &uri, Value::Null).await;
    let association = &listed.body["items"][0];
    assert_eq!(association["vpcEndpointOwner"], CONSUMER);
    let configuration = format!("/resourceconfigurations/{configuration}");
    let held = owner
        .rest("vpc-lattice", "DELETE", &configuration, Value::Null)
        .await;
    assert_eq!(held.error.as_deref(), Some("ConflictException"));
    let association = association["id"].as_str().unwrap();
    let uri = format!("/resourceendpointassociations/{association}");
    let cut = owner.rest("vpc-lattice", "DELETE", &uri, Value::Null).await;
    assert_eq!(cut.text("vpcEndpointId"), id);
    let row = consumer.ok("DescribeVpcEndpointAssociations", &of).await;
    assert_eq!(row.text("associatedResourceAccessibility"), "Inaccessible");
    let gone = owner
        .rest("vpc-lattice", "DELETE", &configuration, Value::Null)
        .await;
    assert_eq!(gone.status, 204);
}
