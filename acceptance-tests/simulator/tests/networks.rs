//! Service networks and the VPCs in them: from create to delete, and what is refused.

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

use std::collections::{BTreeMap, BTreeSet};

use aws_simulator::{AccountSettings, Simulator};
use serde_json::{Value, json};
use support::lattice::*;
use support::stage::Stage;
use support::{CONSUMER, Client, built, calm, doubting, pass};

fn vpc_in(stage: &Stage, network: &str) -> Value {
    json!({ "serviceNetworkIdentifier": network, "vpcIdentifier": stage.network.vpc_id })
}

#[tokio::test(start_paused = true)]
async fn a_network_lives_from_create_to_delete() {
    let client = Client::new(&calm(), CONSUMER);
    let wanted = json!({
        "name": "consumer-net", "clientToken": "one", "tags": { "team": "network" },
        "sharingConfig": { "enabled": false },
    });
    let made = post(&client, NETWORKS, wanted.clone()).await;
    assert_eq!((made.status, made.text("authType").as_str()), (201, "NONE"));
    assert_eq!(made.body["sharingConfig"], json!({ "enabled": false }));
    let id = made.text("id");
    assert!(id.starts_with("sn-0") && id.len() == 20, "{id}");
    let again = post(&client, NETWORKS, wanted.clone()).await;
    assert_eq!(again.text("id"), id, "the token was spent on it");
    let mut other = wanted.clone();
    other["name"] = json!("another");
    assert_eq!(said(&post(&client, NETWORKS, other).await), CONFLICT);
    let by_arn = format!("{NETWORKS}/{}", escaped(&made.text("arn")));
    let seen = get(&client, &by_arn).await;
    assert_eq!(seen.body["numberOfAssociatedVPCs"], 0);
    assert_eq!(seen.body["sharingConfig"], json!({ "enabled": false }));
    let tags = get(&client, &format!("/tags/{}", escaped(&made.text("arn")))).await;
    assert_eq!(tags.body, json!({ "tags": { "team": "network" } }));
    let uri = format!("{NETWORKS}/{id}");
    let changed = patch(&client, &uri, json!({ "authType": "AWS_IAM" })).await;
    assert_eq!(changed.text("authType"), "AWS_IAM");
    assert_eq!(
        said(&patch(&client, &uri, json!({ "authType": "ROLE" })).await),
        INVALID
    );
    let listed = get(&client, &format!("{NETWORKS}?maxResults=1")).await;
    let row = &listed.body["items"][0];
    assert_eq!(row["numberOfAssociatedResourceConfigurations"], 0);
    let gone = delete(&client, &uri).await;
    assert_eq!((gone.status, gone.body), (204, Value::Null));
    let missing = get(&client, &uri).await;
    assert_eq!(said(&missing), NOT_FOUND);
    assert_eq!(
        missing.text("message"),
        format!("ServiceNetwork {id} not found")
    );
}

#[tokio::test(start_paused = true)]
async fn a_network_that_can_not_be_is_refused() {
    let simulator = calm();
    let client = Client::new(&simulator, CONSUMER);
    network(&client, "one", json!({})).await;
    let long = "a".repeat(64);
    for (name, expected) in [
        ("a", INVALID),
        ("two--hyphens", INVALID),
        ("-a-b", INVALID),
        ("Upper", INVALID),
        (long.as_str(), INVALID),
        ("one", CONFLICT),
    ] {
        let refused = post(&client, NETWORKS, json!({ "name": name })).await;
        assert_eq!(said(&refused), expected, "{name}");
    }
    let settings = AccountSettings {
        account: CONSUMER.to_owned(),
        opt_in_regions: Some(BTreeSet::new()),
        quotas: BTreeMap::from([("service-networks-per-region".to_owned(), 1)]),
        ..AccountSettings::default()
    };
    simulator.set_account(settings).unwrap();
    let refused = post(&client, NETWORKS, json!({ "name": "two" })).await;
    assert_eq!(said(&refused), OVER);
    assert_eq!(refused.text("serviceCode"), "vpc-lattice");
}

#[tokio::test(start_paused = true)]
async fn a_vpc_goes_into_a_network_and_out_of_it() {
    let stage = Stage::new(&calm()).await;
    let client = &stage.consumer;
    let net = network(client, "net", json!({})).await.text("id");
    let mut wanted = vpc_in(&stage, &net);
    put(
        &mut wanted,
        json!({ "privateDnsEnabled": true, "clientToken": "one" }),
    );
    let made = post(client, VPCS, wanted.clone()).await;
    assert_eq!(
        (made.status, made.text("status").as_str()),
        (200, "CREATE_IN_PROGRESS")
    );
    assert_eq!(made.text("createdBy"), CONSUMER);
    let preference = json!({ "privateDnsPreference": "VERIFIED_DOMAINS_ONLY" });
    assert_eq!(made.body["dnsOptions"], preference);
    let id = made.text("id");
    assert_eq!(post(client, VPCS, wanted).await.text("id"), id);
    let uri = format!("{VPCS}/{id}");
    assert_eq!(
        said(&delete(client, &uri).await),
        CONFLICT,
        "it is being made"
    );
    pass(60).await;
    let seen = get(client, &uri).await;
    assert_eq!(seen.text("status"), "ACTIVE");
    assert_eq!(seen.text("serviceNetworkName"), "net");
    assert_eq!(seen.text("vpcId"), stage.network.vpc_id);
    let network_uri = format!("{NETWORKS}/{net}");
    let seen = get(client, &network_uri).await;
    assert_eq!(seen.body["numberOfAssociatedVPCs"], 1);
    let held = delete(client, &network_uri).await;
    assert_eq!(said(&held), CONFLICT);
    let message = format!("ServiceNetwork {net} has VPC(s) associated");
    assert_eq!(held.text("message"), message);
    let by_vpc = format!("{VPCS}?vpcIdentifier={}", stage.network.vpc_id);
    let listed = get(client, &by_vpc).await;
    assert_eq!(listed.body["items"][0]["id"], json!(id));
    assert_eq!(
        said(&get(client, VPCS).await),
        INVALID,
        "a network or a VPC"
    );
    let gone = delete(client, &uri).await;
    assert_eq!(
        (gone.status, gone.text("status").as_str()),
        (200, "DELETE_IN_PROGRESS")
    );
    let again = delete(client, &uri).await;
    assert_eq!(again.text("status"), "DELETE_IN_PROGRESS");
    pass(90).await;
    assert_eq!(said(&get(client, &uri).await), NOT_FOUND);
    assert_eq!(delete(client, &network_uri).await.status, 204);
}

#[tokio::test(start_paused = true)]
async fn a_vpc_that_can_not_go_into_a_network_is_refused() {
    let stage = Stage::new(&calm()).await;
    let client = &stage.consumer;
    let net = network(client, "net", json!({})).await.text("id");
    let wanted = vpc_in(&stage, &net);
    let theirs = json!(stage.owner_network.vpc_id);
    let dns = |preference: &str| json!({ "privateDnsPreference": preference });
    for (more, expected) in [
        (
            json!({ "securityGroupIds": ["sg-00000000000000000"] }),
            NOT_FOUND,
        ),
        (json!({ "vpcIdentifier": theirs }), NOT_FOUND),
        (
            json!({ "serviceNetworkIdentifier": "sn-00000000000000000" }),
            NOT_FOUND,
        ),
        (json!({ "dnsOptions": dns("ALL_DOMAINS") }), INVALID),
        (
            json!({ "privateDnsEnabled": true, "dnsOptions": dns("SPECIFIED_DOMAINS_ONLY") }),
            INVALID,
        ),
    ] {
        let mut unfit = wanted.clone();
        put(&mut unfit, more.clone());
        assert_eq!(said(&post(client, VPCS, unfit).await), expected, "{more}");
    }
    assert_eq!(post(client, VPCS, wanted).await.status, 200);
    let second = network(client, "second", json!({})).await.text("id");
    let refused = post(client, VPCS, vpc_in(&stage, &second)).await;
    assert_eq!(said(&refused), CONFLICT, "it is in a network");
}

#[tokio::test(start_paused = true)]
async fn groups_of_a_vpc_in_a_network_are_exchanged_and_never_taken_away() {
    let stage = Stage::new(&calm()).await;
    let client = &stage.consumer;
    let net = network(client, "net", json!({})).await.text("id");
    let group = [
        ("GroupName", "net"),
        ("GroupDescription", "net"),
        ("VpcId", stage.network.vpc_id.as_str()),
    ];
    let group = client
        .ok("CreateSecurityGroup", &group)
        .await
        .text("groupId");
    let mut wanted = vpc_in(&stage, &net);
    put(
        &mut wanted,
        json!({ "securityGroupIds": [group], "privateDnsEnabled": true }),
    );
    let id = post(client, VPCS, wanted).await.text("id");
    pass(60).await;
    let uri = format!("{VPCS}/{id}");
    let refused = patch(client, &uri, json!({ "securityGroupIds": [] })).await;
    assert_eq!(said(&refused), INVALID);
    let dns = json!({
        "privateDnsPreference": "SPECIFIED_DOMAINS_ONLY",
        "privateDnsSpecifiedDomains": ["db.example.com"],
    });
    let change = json!({ "securityGroupIds": [group], "dnsOptions": dns });
    let changed = patch(client, &uri, change).await;
    assert_eq!(changed.text("status"), "UPDATE_IN_PROGRESS");
    assert_eq!(changed.body["dnsOptions"], dns);
    pass(60).await;
    let seen = get(client, &uri).await;
    assert_eq!(seen.text("status"), "ACTIVE");
    assert_eq!(seen.body["securityGroupIds"], json!([group]));
}

#[tokio::test(start_paused = true)]
async fn another_account_puts_its_vpc_into_a_network_that_is_shared_with_it() {
    let stage = Stage::new(&calm()).await;
    let made = network(&stage.owner, "net", json!({})).await;
    let (id, arn) = (made.text("id"), made.text("arn"));
    let refused = post(&stage.consumer, VPCS, vpc_in(&stage, &arn)).await;
    assert_eq!(said(&refused), NOT_FOUND, "nothing is shared yet");
    share(&stage.owner, &stage.consumer, &arn).await;
    let by_id = post(&stage.consumer, VPCS, vpc_in(&stage, &id)).await;
    assert_eq!(said(&by_id), NOT_FOUND, "an id is one of the own account");
    let joined = post(&stage.consumer, VPCS, vpc_in(&stage, &arn)).await;
    assert_eq!(joined.status, 200, "{joined:?}");
    pass(60).await;
    let listed = get(&stage.consumer, NETWORKS).await;
    assert_eq!(listed.body["items"][0]["arn"], json!(arn));
    let uri = format!("{NETWORKS}/{}", escaped(&arn));
    assert_eq!(get(&stage.consumer, &uri).await.text("name"), "net");
    assert_eq!(said(&delete(&stage.consumer, &uri).await), DENIED);
    let by_network = format!("{VPCS}?serviceNetworkIdentifier={id}");
    let listed = get(&stage.owner, &by_network).await;
    assert_eq!(listed.body["items"][0]["createdBy"], CONSUMER);
    let gone = delete(&stage.owner, &format!("{VPCS}/{}", joined.text("id"))).await;
    assert_eq!(gone.status, 200, "the network's owner takes a VPC out");
}

#[tokio::test(start_paused = true)]
async fn only_networks_that_are_enabled_for_it_are_shared() {
    let stage = Stage::new(&calm()).await;
    let made = network(
        &stage.owner,
        "own",
        json!({ "sharingConfig": { "enabled": false } }),
    )
    .await;
    let body = json!({ "name": "s", "resourceArns": [made.text("arn")] });
    let uri = "/createresourceshare";
    let refused = stage.owner.rest("ram", "POST", uri, body).await;
    assert_eq!(said(&refused), (400, "OperationNotPermittedException"));
    let open = network(&stage.owner, "open", json!({})).await.text("arn");
    share(&stage.owner, &stage.consumer, &open).await;
    let theirs = json!({ "resourceOwner": "OTHER-ACCOUNTS" });
    let listed = stage
        .consumer
        .rest("ram", "POST", "/listresources", theirs.clone())
        .await;
    assert_eq!(
        listed.body["resources"][0]["type"],
        "vpc-lattice:ServiceNetwork"
    );
    let mut typed = theirs;
    typed["resourceType"] = json!("vpc-lattice:ResourceConfiguration");
    let listed = stage
        .consumer
        .rest("ram", "POST", "/listresources", typed)
        .await;
    assert_eq!(listed.body["resources"], json!([]));
    let kinds = stage
        .owner
        .rest("ram", "POST", "/listpermissions", json!({}))
        .await;
    assert_eq!(kinds.body["permissions"].as_array().unwrap().len(), 2);
    let own = json!({ "resourceOwner": "SELF" });
    let shares = stage
        .owner
        .rest("ram", "POST", "/getresourceshares", own)
        .await;
    let arn = &shares.body["resourceShares"][0]["resourceShareArn"];
    let of = json!({ "resourceShareArn": arn });
    let uri = "/listresourcesharepermissions";
    let given = stage.owner.rest("ram", "POST", uri, of).await;
    let name = "AWSRAMPermissionVpcLatticeServiceNetworkReadWrite";
    assert_eq!(given.body["permissions"][0]["name"], name);
}

#[tokio::test(start_paused = true)]
async fn whether_a_network_is_shareable_by_itself_is_a_doubt() {
    for (reading, shareable) in [("true", true), ("false", false)] {
        let client = Client::new(&doubting("network-shareable-default", reading), CONSUMER);
        let made = network(&client, "net", json!({})).await;
        assert_eq!(made.body["sharingConfig"], json!({ "enabled": shareable }));
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_just_made_is_seen_some_seconds_later() {
    let simulator = built(Simulator::builder().seed(3).lag(true));
    let client = Client::new(&simulator, CONSUMER);
    let id = network(&client, "net", json!({})).await.text("id");
    let uri = format!("{NETWORKS}/{id}");
    let mut missed = false;
    for _ in 0..20 {
        missed |= get(&client, &uri).await.status == 404;
    }
    assert!(missed, "some read comes too early");
    pass(10).await;
    assert_eq!(get(&client, &uri).await.status, 200);
}
