//! The data plane of a VPC that is in a service network itself: by which names it reaches what is in there,
//! and what stands in the way.

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
use support::lattice::{VPCS, delete, join, network, post, put};
use support::shared_db::SharedDb;
use support::{calm, pass};

const DOMAIN: &str = "db.example.com";

/// A database in a network of the consumer's, and AWS's name for it there.
struct Span {
    shared: SharedDb,
    network: String,
    association: String,
    name: String,
}

impl Span {
    async fn new() -> Self {
        let shared = SharedDb::new(&calm()).await;
        let writer = shared.names().await.remove(0);
        let configuration = shared.configure(shared.by_name(&writer, DOMAIN)).await;
        shared.share(&configuration).await;
        let closed = json!({ "sharingConfig": { "enabled": false } });
        let made = network(&shared.consumer, "net", closed).await;
        let network = made.text("id");
        let joined = join(&shared.consumer, &network, &configuration, true).await;
        assert_eq!(joined.status, 201, "{joined:?}");
        let (association, id) = (joined.text("id"), configuration.rsplit('/').next().unwrap());
        let name = format!("{association}.{id}.4232ccc.vpc-lattice-rsc.us-east-1.on.aws");
        Self {
            shared,
            network,
            association,
            name,
        }
    }

    /// The consumer's VPC comes into the network.
    async fn enter(&self, more: Value) {
        let mut wanted = json!({
            "serviceNetworkIdentifier": self.network,
            "vpcIdentifier": self.shared.network.vpc_id,
        });
        put(&mut wanted, more);
        let made = post(&self.shared.consumer, VPCS, wanted).await;
        assert_eq!(made.status, 200, "{made:?}");
        self.wait().await;
    }

    /// Until everything that was asked for has come about.
    async fn wait(&self) {
        for _ in 0..2 {
            pass(120).await;
            self.shared.consumer.ok("DescribeVpcs", &[]).await;
        }
    }
}

fn all_names() -> Value {
    json!({
        "privateDnsEnabled": true,
        "dnsOptions": { "privateDnsPreference": "ALL_DOMAINS" },
    })
}

#[tokio::test(start_paused = true)]
async fn who_is_in_the_network_reaches_what_is_in_it_by_both_names() {
    let span = Span::new().await;
    span.wait().await;
    assert_eq!(span.shared.hop(&span.name), "name", "nobody is in it yet");
    span.enter(all_names()).await;
    for name in [span.name.as_str(), DOMAIN] {
        let reached = span.shared.ask(name, 5432);
        assert!(reached.reachable, "{reached:?}");
        let saw = reached.target_saw.unwrap().to_string();
        assert!(saw.starts_with("10.1."), "{saw} is not the gateway");
    }
    assert_eq!(span.shared.zones().await, ["db.example.com."]);
    let uri = format!("/servicenetworkresourceassociations/{}", span.association);
    assert_eq!(delete(&span.shared.consumer, &uri).await.status, 200);
    span.wait().await;
    assert_eq!(span.shared.hop(&span.name), "name");
    assert!(span.shared.zones().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn names_are_taken_only_where_the_vpc_wants_them() {
    let span = Span::new().await;
    span.enter(json!({ "privateDnsEnabled": true })).await;
    assert!(span.shared.zones().await.is_empty(), "verified ones alone");
    assert_eq!(span.shared.hop(&span.name), "none");
}

#[tokio::test(start_paused = true)]
async fn the_groups_of_the_association_let_clients_in_and_their_own_let_them_out() {
    let span = Span::new().await;
    let shared = &span.shared;
    let mut wanted = all_names();
    put(
        &mut wanted,
        json!({ "securityGroupIds": [shared.endpoint_group] }),
    );
    span.enter(wanted).await;
    assert_eq!(shared.hop(DOMAIN), "none", "the group lets the client in");
    let open = [
        ("GroupId", shared.endpoint_group.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "5432"),
        ("IpPermissions.1.ToPort", "5432"),
        (
            "IpPermissions.1.Groups.1.GroupId",
            shared.client_group.as_str(),
        ),
    ];
    shared
        .consumer
        .ok("RevokeSecurityGroupIngress", &open)
        .await;
    assert_eq!(shared.hop(DOMAIN), "endpoint_group");
    let everywhere = [
        ("GroupId", shared.client_group.as_str()),
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    let client = &shared.consumer;
    client.ok("RevokeSecurityGroupEgress", &everywhere).await;
    assert_eq!(shared.hop(DOMAIN), "client_group");
}
