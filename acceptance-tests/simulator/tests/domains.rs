//! Domain verifications: from the start to VERIFIED or the end of patience, and the configurations that
//! name them.

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
use support::lattice::*;
use support::rest::Json;
use support::{Client, OWNER, built, calm, doubting, pass};

use aws_simulator::Simulator;

const HOUR: u64 = 60 * 60;

async fn start(client: &Client, domain: &str) -> Json {
    post(client, DOMAINS, json!({ "domainName": domain })).await
}

/// Puts the TXT record that a verification asks for.
fn prove(client: &Client, started: &Json) {
    let method = &started.body["txtMethodConfig"];
    let (name, value) = (
        method["name"].as_str().unwrap(),
        method["value"].as_str().unwrap(),
    );
    let name = format!("{name}.{}", started.text("domainName"));
    client
        .simulator
        .set_txt_records(&name, vec![value.to_owned()]);
}

fn withdraw(client: &Client, started: &Json) {
    let name = started.body["txtMethodConfig"]["name"].as_str().unwrap();
    let name = format!("{name}.{}", started.text("domainName"));
    client.simulator.set_txt_records(&name, Vec::new());
}

async fn status(client: &Client, started: &Json) -> String {
    let uri = format!("{DOMAINS}/{}", started.text("id"));
    get(client, &uri).await.text("status")
}

#[tokio::test(start_paused = true)]
async fn a_domain_is_verified_by_its_record_in_public_dns() {
    let client = Client::new(&calm(), OWNER);
    let wanted = json!({ "domainName": "Example.com", "tags": { "a": "1" }, "clientToken": "one" });
    let started = post(&client, DOMAINS, wanted.clone()).await;
    assert_eq!(
        (started.status, started.text("status").as_str()),
        (201, "PENDING")
    );
    let id = started.text("id");
    assert!(id.starts_with("dv-0") && id.len() == 20, "{id}");
    let method = &started.body["txtMethodConfig"];
    assert!(method["name"].as_str().unwrap().starts_with('_'));
    assert!(
        method["value"]
            .as_str()
            .unwrap()
            .starts_with("vpc-lattice:")
    );
    assert_eq!(post(&client, DOMAINS, wanted).await.text("id"), id);
    assert_eq!(said(&start(&client, "example.com").await), CONFLICT);
    assert_eq!(said(&start(&client, "no domain").await), INVALID);
    pass(HOUR).await;
    assert_eq!(status(&client, &started).await, "PENDING");
    prove(&client, &started);
    pass(600).await;
    let uri = format!("{DOMAINS}/{id}");
    let seen = get(&client, &uri).await;
    assert_eq!(seen.text("status"), "VERIFIED");
    assert!(seen.text("lastVerifiedTime") > seen.text("createdAt"));
    assert_eq!(seen.body["tags"], json!({ "a": "1" }));
    let listed = get(&client, DOMAINS).await;
    assert_eq!(listed.body["items"][0]["status"], "VERIFIED");
    assert_eq!(delete(&client, &uri).await.status, 200);
    assert_eq!(said(&get(&client, &uri).await), NOT_FOUND);
    assert_eq!(said(&delete(&client, &uri).await), NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_domain_has_its_record_within_days_and_an_account_five_domains() {
    for (reading, hours) in [("72-hours", 72), ("24-hours", 24)] {
        let client = Client::new(&doubting("domain-verification-patience", reading), OWNER);
        let started = start(&client, "example.com").await;
        pass((hours - 1) * HOUR).await;
        assert_eq!(status(&client, &started).await, "PENDING");
        pass(2 * HOUR).await;
        assert_eq!(status(&client, &started).await, "VERIFICATION_TIMED_OUT");
        prove(&client, &started);
        pass(HOUR).await;
        assert_eq!(
            status(&client, &started).await,
            "VERIFICATION_TIMED_OUT",
            "it is over"
        );
    }
    let client = Client::new(&calm(), OWNER);
    for number in 0..5 {
        assert_eq!(
            start(&client, &format!("d{number}.example.com"))
                .await
                .status,
            201
        );
    }
    assert_eq!(said(&start(&client, "d5.example.com").await), OVER);
}

#[tokio::test(start_paused = true)]
async fn a_domain_is_lost_with_its_record() {
    for lost in ["PENDING", "VERIFICATION_TIMED_OUT"] {
        let client = Client::new(&doubting("lost-domain-status", lost), OWNER);
        let started = start(&client, "example.com").await;
        prove(&client, &started);
        pass(600).await;
        assert_eq!(status(&client, &started).await, "VERIFIED");
        withdraw(&client, &started);
        pass(600).await;
        assert_eq!(status(&client, &started).await, lost);
    }
}

#[tokio::test(start_paused = true)]
async fn without_waits_a_record_counts_at_once() {
    let client = Client::new(&built(Simulator::builder().seed(1).zero_waits(true)), OWNER);
    let started = start(&client, "example.com").await;
    assert_eq!(status(&client, &started).await, "PENDING");
    prove(&client, &started);
    assert_eq!(status(&client, &started).await, "VERIFIED");
}

/// A configuration with a name and a verification, however that ends.
async fn named(world: &Lattice, domain: Value, proof: &str) -> Json {
    let body = json!({
        "name": "orders-db", "type": "SINGLE", "resourceGatewayIdentifier": world.gateway,
        "resourceConfigurationDefinition": { "dnsResource": { "domainName": "db.internal.org" } },
        "customDomainName": domain, "domainVerificationIdentifier": proof,
    });
    let mut body = body;
    if domain.is_null() {
        put(&mut body, json!({ "customDomainName": null }));
    }
    post(&world.stage.owner, CONFIGURATIONS, body).await
}

#[tokio::test(start_paused = true)]
async fn a_configuration_shows_the_verification_of_its_domain() {
    let world = Lattice::new(&calm()).await;
    let owner = &world.stage.owner;
    let started = start(owner, "example.com").await;
    let (id, arn) = (started.text("id"), started.text("arn"));
    for (domain, proof, expected) in [
        (json!("db.example.org"), id.as_str(), INVALID),
        (json!("badexample.com"), &id, INVALID),
        (Value::Null, &id, INVALID),
        (json!("db.example.com"), "dv-00000000000000000", NOT_FOUND),
    ] {
        assert_eq!(
            said(&named(&world, domain.clone(), proof).await),
            expected,
            "{domain}"
        );
    }
    let made = named(&world, json!("db.example.com"), &arn).await;
    assert_eq!(
        (made.status, made.text("domainVerificationId")),
        (201, id.clone())
    );
    assert_eq!(made.text("domainVerificationArn"), arn);
    let uri = format!("{CONFIGURATIONS}/{}", made.text("id"));
    assert_eq!(
        get(owner, &uri).await.text("domainVerificationStatus"),
        "PENDING"
    );
    prove(owner, &started);
    pass(600).await;
    assert_eq!(
        get(owner, &uri).await.text("domainVerificationStatus"),
        "VERIFIED"
    );
    let listed = format!("{CONFIGURATIONS}?domainVerificationIdentifier={id}");
    let row = &get(owner, &listed).await.body["items"][0];
    assert_eq!(
        (&row["domainVerificationId"], &row["customDomainName"]),
        (&json!(id), &json!("db.example.com"))
    );
    let net = network(owner, "net", json!({})).await.text("id");
    let joined = join(owner, &net, &made.text("id"), true).await.text("id");
    let seen = get(owner, &format!("{RESOURCES}/{joined}")).await;
    assert_eq!(seen.text("domainVerificationStatus"), "VERIFIED");
}

#[tokio::test(start_paused = true)]
async fn a_child_has_the_proof_of_its_group() {
    let world = Lattice::new(&calm()).await;
    let owner = &world.stage.owner;
    let started = start(owner, "example.com").await;
    prove(owner, &started);
    pass(600).await;
    let group = json!({
        "type": "GROUP", "resourceConfigurationDefinition": null,
        "groupDomain": "db.example.com", "domainVerificationIdentifier": started.text("id"),
    });
    let group = world.configuration("orders-group", group).await.text("id");
    let child = json!({
        "type": "CHILD", "resourceGatewayIdentifier": null, "portRanges": ["5432"],
        "resourceConfigurationGroupIdentifier": group, "customDomainName": "one.db.example.com",
        "allowAssociationToShareableServiceNetwork": null,
    });
    let child = world.configuration("orders-child", child).await.text("id");
    let seen = get(owner, &format!("{CONFIGURATIONS}/{child}")).await;
    assert_eq!(seen.text("domainVerificationStatus"), "VERIFIED");
}

/// Readings of two doubts: whether a pending domain can be named, and a named one be deleted.
#[tokio::test(start_paused = true)]
async fn what_a_pending_and_a_used_verification_are_good_for_are_doubts() {
    for (reading, expected) in [("accepted", (201, "")), ("refused", CONFLICT)] {
        let world = Lattice::new(&doubting("unverified-domain", reading)).await;
        let started = start(&world.stage.owner, "example.com").await;
        let made = named(&world, json!("example.com"), &started.text("id")).await;
        assert_eq!(said(&made), expected);
    }
    for (reading, expected) in [("allowed", (200, "")), ("refused", INVALID)] {
        let world = Lattice::new(&doubting("used-verification-delete", reading)).await;
        let owner = &world.stage.owner;
        let started = start(owner, "example.com").await;
        let made = named(&world, json!("example.com"), &started.text("id")).await;
        let gone = delete(owner, &format!("{DOMAINS}/{}", started.text("id"))).await;
        assert_eq!(said(&gone), expected);
        let seen = get(owner, &format!("{CONFIGURATIONS}/{}", made.text("id"))).await;
        assert_eq!(
            seen.body.get("domainVerificationStatus").is_some(),
            reading == "refused"
        );
    }
}
