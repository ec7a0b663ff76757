//! The data plane through endpoints of type Resource: every hop from a consumer to a database, whole and
//! broken.

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
use support::shared_db::{CONFIGURATIONS, SharedDb};
use support::{calm, pass};

const DOMAIN: &str = "db.example.com";
const ALL: [(&str, &str); 2] = [
    ("PrivateDnsEnabled", "true"),
    ("DnsOptions.PrivateDnsPreference", "ALL_DOMAINS"),
];

/// A database that is reached under its name and another one.
struct Span {
    shared: SharedDb,
    configuration: String,
    endpoint: String,
    name: String,
}

impl Span {
    async fn new() -> Self {
        let shared = SharedDb::new(&calm()).await;
        let writer = shared.names().await.remove(0);
        let configuration = shared.configure(shared.by_name(&writer, DOMAIN)).await;
        shared.share(&configuration).await;
        let endpoint = shared.connect(&configuration, &ALL).await;
        let id = configuration.rsplit('/').next().unwrap();
        let name = format!("{endpoint}.{id}.4232ccc.vpc-lattice-rsc.us-east-1.on.aws");
        Self {
            shared,
            configuration,
            endpoint,
            name,
        }
    }

    fn hop(&self) -> String {
        self.shared.hop(&self.name)
    }
}

const OUT: &str = "AuthorizeSecurityGroupEgress";
const IN: &str = "RevokeSecurityGroupIngress";

/// Takes away a group's allowance of everything.
async fn close(client: &support::Client, group: &str) {
    let all = [
        ("GroupId", group),
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    client.ok("RevokeSecurityGroupEgress", &all).await;
}

#[tokio::test(start_paused = true)]
async fn every_name_and_the_address_lead_to_the_database_which_sees_the_gateway() {
    let span = Span::new().await;
    let shared = &span.shared;
    let reached = shared.ask(&span.name, 5432);
    assert!(reached.reachable, "{reached:?}");
    let saw = reached.target_saw.unwrap().to_string();
    assert!(saw.starts_with("10.1."), "{saw} is not the gateway");
    assert_eq!(shared.hop(DOMAIN), "none");
    let filter = [
        ("Filter.1.Name", "vpc-id"),
        ("Filter.1.Value.1", shared.network.vpc_id.as_str()),
    ];
    let interfaces = shared
        .consumer
        .ok("DescribeNetworkInterfaces", &filter)
        .await;
    assert_eq!(shared.hop(&interfaces.text("privateIpAddress")), "none");
    // The owner's own clients need no endpoint.
    let writer = shared.names().await.remove(0);
    let from = format!(
        "{},{}",
        shared.owner_network.subnet_ids[0], shared.gateway_group
    );
    let near = shared.owner.simulator.reach(&from, &writer, 5432).unwrap();
    assert!(near.reachable, "{near:?}");
    assert_eq!(
        shared.hop(&writer),
        "route",
        "its own name leads to the owner's VPC"
    );
    assert_eq!(shared.hop("other.example.com"), "name");
}

#[tokio::test(start_paused = true)]
async fn a_broken_group_is_the_hop_where_it_ends() {
    let span = Span::new().await;
    let shared = &span.shared;
    let (owner, consumer) = (&shared.owner, &shared.consumer);
    close(owner, &shared.gateway_group).await;
    assert_eq!(span.hop(), "gateway_group");
    owner
        .rule(OUT, &shared.gateway_group, "5432", &shared.database_group)
        .await;
    assert_eq!(span.hop(), "none");
    owner
        .rule(IN, &shared.database_group, "5432", &shared.gateway_group)
        .await;
    assert_eq!(span.hop(), "database_group");
    consumer
        .rule(IN, &shared.endpoint_group, "5432", &shared.client_group)
        .await;
    assert_eq!(span.hop(), "endpoint_group");
    close(consumer, &shared.client_group).await;
    assert_eq!(span.hop(), "client_group");
    consumer
        .rule(OUT, &shared.client_group, "5432", &shared.endpoint_group)
        .await;
    assert_eq!(span.hop(), "endpoint_group");
}

#[tokio::test(start_paused = true)]
async fn a_consumer_who_is_cut_off_gets_nowhere() {
    let span = Span::new().await;
    let shared = &span.shared;
    let id = span.configuration.rsplit('/').next().unwrap();
    let uri = format!("/resourceendpointassociations?resourceConfigurationIdentifier={id}");
    let listed = shared.lattice("GET", &uri, Value::Null).await;
    let association = listed.body["items"][0]["id"].as_str().unwrap();
    let uri = format!("/resourceendpointassociations/{association}");
    assert_eq!(
        shared.lattice("DELETE", &uri, Value::Null).await.status,
        200
    );
    assert_eq!(span.hop(), "association");
    assert_eq!(shared.hop(DOMAIN), "name", "the zone is gone");
}

#[tokio::test(start_paused = true)]
async fn ports_states_and_databases_are_hops_of_their_own() {
    let span = Span::new().await;
    let shared = &span.shared;
    for (client, group) in [
        (&shared.consumer, &shared.endpoint_group),
        (&shared.owner, &shared.database_group),
    ] {
        let action = "AuthorizeSecurityGroupIngress";
        client.rule(action, group, "5433", "10.0.0.0/8").await;
    }
    let hop = |port: u16| shared.ask(&span.name, port).hop.unwrap();
    assert_eq!(hop(5433), "configuration_port");
    let uri = format!(
        "{CONFIGURATIONS}/{}",
        span.configuration.rsplit('/').next().unwrap()
    );
    let wider = json!({ "portRanges": ["5432-5433"] });
    shared.lattice("PATCH", &uri, wider).await;
    assert_eq!(hop(5433), "database", "it listens on another port");
    for name in ["orders-1", "orders-2"] {
        let gone = [("DBInstanceIdentifier", name)];
        shared.owner.rds_ok("DeleteDBInstance", &gone).await;
    }
    assert_eq!(span.hop(), "database", "nobody is left");
    let endpoint = [("VpcEndpointId.1", span.endpoint.as_str())];
    shared.consumer.ok("DeleteVpcEndpoints", &endpoint).await;
    assert_eq!(span.hop(), "endpoint");
}

#[tokio::test(start_paused = true)]
async fn a_reader_s_name_leads_to_a_reader_and_every_child_has_its_own() {
    let shared = SharedDb::new(&calm()).await;
    let configuration = shared.configure(shared.by_arn()).await;
    shared.share(&configuration).await;
    let endpoint = shared.connect(&configuration, &ALL[..1]).await;
    for name in shared.names().await {
        assert_eq!(shared.hop(&name), "none", "{name}");
    }
    for child in shared.children(&configuration).await {
        let id = child["id"].as_str().unwrap();
        let name = format!("{endpoint}.{id}.4232ccc.vpc-lattice-rsc.us-east-1.on.aws");
        assert_eq!(shared.hop(&name), "none");
    }
    let gone = [("DBInstanceIdentifier", "orders-1")];
    shared.owner.rds_ok("DeleteDBInstance", &gone).await;
    let names = shared.names().await;
    assert_eq!(
        shared.hop(&names[0]),
        "none",
        "the other instance writes now"
    );
    assert_eq!(
        shared.hop(&names[1]),
        "none",
        "without readers the writer is read from"
    );
    assert_eq!(
        shared.hop(&names[2]),
        "database",
        "the instance is on its way out"
    );
    for _ in 0..2 {
        pass(400).await;
        shared.owner.ok("DescribeVpcs", &[]).await;
    }
    assert_eq!(
        shared.hop(&names[2]),
        "name",
        "its child is gone, and so is its zone"
    );
}

#[tokio::test(start_paused = true)]
async fn a_configuration_leads_where_its_gateway_can_find_it() {
    let shared = SharedDb::new(&calm()).await;
    let filter = [
        ("Filter.1.Name", "description"),
        ("Filter.1.Value.1", "RDSNetworkInterface"),
    ];
    let interfaces = shared.owner.ok("DescribeNetworkInterfaces", &filter).await;
    let address = interfaces.text("privateIpAddress");
    let by_address = json!({
        "name": "by-address", "type": "SINGLE", "resourceGatewayIdentifier": shared.gateway,
        "resourceConfigurationDefinition": { "ipResource": { "ipAddress": address } },
    });
    let unknown = json!({
        "name": "by-name", "type": "SINGLE", "resourceGatewayIdentifier": shared.gateway,
        "resourceConfigurationDefinition": { "dnsResource": { "domainName": "db.corp.internal" } },
    });
    for (asked, hop) in [(by_address, "none"), (unknown, "gateway_dns")] {
        let configuration = shared.configure(asked).await;
        let endpoint = connect_owner(&shared, &configuration).await;
        let id = configuration.rsplit('/').next().unwrap();
        let name = format!("{endpoint}.{id}.4232ccc.vpc-lattice-rsc.us-east-1.on.aws");
        let from = format!(
            "{},{}",
            shared.owner_network.subnet_ids[0], shared.gateway_group
        );
        let reached = shared.owner.simulator.reach(&from, &name, 5432).unwrap();
        assert_eq!(
            reached.hop.unwrap_or_else(|| "none".to_owned()),
            hop,
            "{:?}",
            reached.why
        );
    }
}

/// An endpoint in the owner's own VPC, which needs no share.
async fn connect_owner(shared: &SharedDb, configuration: &str) -> String {
    let asked = [
        ("VpcEndpointType", "Resource"),
        ("ResourceConfigurationArn", configuration),
        ("VpcId", &shared.owner_network.vpc_id),
        ("SubnetId.1", &shared.owner_network.subnet_ids[0]),
        ("SecurityGroupId.1", &shared.database_group),
    ];
    let made = shared.owner.ok("CreateVpcEndpoint", &asked).await;
    pass(300).await;
    shared.owner.ok("DescribeVpcs", &[]).await;
    pass(60).await;
    made.text("vpcEndpointId")
}

#[tokio::test(start_paused = true)]
async fn a_proxy_is_reached_under_its_own_name() {
    let shared = SharedDb::new(&calm()).await;
    let asked = [
        ("DBProxyName", "orders"),
        ("EngineFamily", "POSTGRESQL"),
        ("RoleArn", "arn:aws:iam::111111111111:role/proxy"),
        ("VpcSubnetIds.member.1", &shared.owner_network.subnet_ids[0]),
        ("VpcSubnetIds.member.2", &shared.owner_network.subnet_ids[1]),
        ("VpcSecurityGroupIds.member.1", &shared.database_group),
    ];
    let made = shared.owner.rds_ok("CreateDBProxy", &asked).await;
    let name = made.text("Endpoint");
    let configuration = shared.configure(shared.by_name(&name, &name)).await;
    shared.share(&configuration).await;
    shared.connect(&configuration, &ALL).await;
    let reached = shared.ask(&name, 5432);
    assert!(reached.reachable, "{reached:?}");
    assert!(reached.note.unwrap().contains("behind the proxy"));
    shared
        .owner
        .rule(IN, &shared.database_group, "5432", &shared.gateway_group)
        .await;
    assert_eq!(shared.hop(&name), "database_group");
}
