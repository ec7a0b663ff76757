//! Resource configurations in service networks: who may put which into which, and what is seen of it.

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

use serde_json::json;
use support::lattice::*;
use support::{CONSUMER, OWNER, calm, doubting, pass};

#[tokio::test(start_paused = true)]
async fn a_configuration_goes_into_a_network_and_out_of_it() {
    let world = Lattice::new(&calm()).await;
    let owner = &world.stage.owner;
    let named = json!({ "customDomainName": "db.example.com" });
    let configuration = world.configuration("orders-db", named).await;
    let (rcfg, rcfg_arn) = (configuration.text("id"), configuration.text("arn"));
    let net = network(owner, "net", json!({})).await.text("id");
    let made = join(owner, &net, &rcfg_arn, true).await;
    assert_eq!(
        (made.status, made.text("status").as_str()),
        (201, "CREATE_IN_PROGRESS")
    );
    assert_eq!(made.body["privateDnsEnabled"], json!(true));
    let id = made.text("id");
    assert!(id.starts_with("snra-0") && id.len() == 22, "{id}");
    let again = join(owner, &net, &rcfg, true).await;
    assert_eq!(said(&again), CONFLICT);
    assert_eq!(again.text("message"), "Association already exists");
    let uri = format!("{RESOURCES}/{id}");
    assert_eq!(
        said(&delete(owner, &uri).await),
        CONFLICT,
        "it is being made"
    );
    pass(60).await;
    let seen = get(owner, &uri).await;
    assert_eq!(seen.text("status"), "ACTIVE");
    assert_eq!(seen.text("resourceConfigurationId"), rcfg);
    assert_eq!(seen.text("resourceConfigurationArn"), rcfg_arn);
    assert_eq!(seen.text("serviceNetworkName"), "net");
    assert_eq!(seen.body["isManagedAssociation"], json!(false));
    let name = format!("{id}.{rcfg}.4232ccc.vpc-lattice-rsc.us-east-1.on.aws");
    assert_eq!(seen.body["dnsEntry"]["domainName"], json!(name));
    assert_eq!(
        seen.body["privateDnsEntry"],
        json!({ "domainName": "db.example.com" })
    );
    for (held, message) in [
        (
            format!("{NETWORKS}/{net}"),
            format!("ServiceNetwork {net} has resource(s) associated."),
        ),
        (
            format!("{CONFIGURATIONS}/{rcfg}"),
            format!(
                "There are still Service Network Associations attached to the Resource \
                     Configuration {rcfg}"
            ),
        ),
    ] {
        let refused = delete(owner, &held).await;
        assert_eq!(said(&refused), CONFLICT, "{held}");
        assert_eq!(refused.text("message"), message);
    }
    let gone = delete(owner, &uri).await;
    assert_eq!(gone.text("status"), "DELETE_IN_PROGRESS");
    pass(60).await;
    assert_eq!(said(&get(owner, &uri).await), NOT_FOUND);
    assert_eq!(
        delete(owner, &format!("{NETWORKS}/{net}")).await.status,
        204
    );
    assert_eq!(
        delete(owner, &format!("{CONFIGURATIONS}/{rcfg}"))
            .await
            .status,
        204
    );
}

#[tokio::test(start_paused = true)]
async fn a_configuration_that_allows_it_not_stays_out_of_networks_that_can_be_shared() {
    let world = Lattice::new(&calm()).await;
    let owner = &world.stage.owner;
    let kept = json!({ "allowAssociationToShareableServiceNetwork": false });
    let rcfg = world.configuration("orders-db", kept).await.text("id");
    let open = network(owner, "open", json!({})).await.text("id");
    assert_eq!(said(&join(owner, &open, &rcfg, false).await), DENIED);
    let closed = json!({ "sharingConfig": { "enabled": false } });
    let closed = network(owner, "closed", closed).await.text("id");
    assert_eq!(join(owner, &closed, &rcfg, false).await.status, 201);
    let allow = json!({ "allowAssociationToShareableServiceNetwork": true });
    patch(owner, &format!("{CONFIGURATIONS}/{rcfg}"), allow).await;
    assert_eq!(
        said(&join(owner, &open, &rcfg, false).await),
        CONFLICT,
        "it is changing"
    );
    pass(30).await;
    assert_eq!(join(owner, &open, &rcfg, false).await.status, 201);
}

#[tokio::test(start_paused = true)]
async fn a_consumer_puts_what_is_shared_with_it_into_its_own_network() {
    let world = Lattice::new(&calm()).await;
    let (owner, consumer) = (&world.stage.owner, &world.stage.consumer);
    let configuration = world.configuration("orders-db", json!({})).await;
    let (rcfg, arn) = (configuration.text("id"), configuration.text("arn"));
    let net = network(consumer, "net", json!({})).await.text("id");
    assert_eq!(said(&join(consumer, &net, &arn, true).await), NOT_FOUND);
    share(owner, consumer, &arn).await;
    let made = join(consumer, &net, &arn, true).await;
    assert_eq!(
        (made.status, made.text("createdBy").as_str()),
        (201, CONSUMER)
    );
    pass(60).await;
    let by_configuration = format!("{RESOURCES}?resourceConfigurationIdentifier={rcfg}");
    let seen = get(owner, &by_configuration).await;
    assert_eq!(seen.body["items"][0]["createdBy"], CONSUMER);
    assert_eq!(seen.body["items"][0]["serviceNetworkName"], "net");
    let cut = delete(owner, &format!("{RESOURCES}/{}", made.text("id"))).await;
    assert_eq!(
        cut.text("status"),
        "DELETE_IN_PROGRESS",
        "the owner takes it out"
    );
    pass(60).await;
    let by_network = format!("{RESOURCES}?serviceNetworkIdentifier={net}");
    assert_eq!(get(consumer, &by_network).await.body["items"], json!([]));
    assert_eq!(
        said(&get(owner, RESOURCES).await),
        INVALID,
        "one side is named"
    );
}

#[tokio::test(start_paused = true)]
async fn whether_what_is_shared_goes_into_a_shareable_network_is_a_doubt() {
    for (reading, status) in [("allowed", 201), ("refused", 403)] {
        let world = Lattice::new(&doubting("shared-into-shareable", reading)).await;
        let consumer = &world.stage.consumer;
        let arn = world
            .configuration("orders-db", json!({}))
            .await
            .text("arn");
        share(&world.stage.owner, consumer, &arn).await;
        let open = network(consumer, "open", json!({})).await.text("id");
        assert_eq!(join(consumer, &open, &arn, false).await.status, status);
        let closed = json!({ "sharingConfig": { "enabled": false } });
        let closed = network(consumer, "closed", closed).await.text("id");
        assert_eq!(join(consumer, &closed, &arn, false).await.status, 201);
    }
}

#[tokio::test(start_paused = true)]
async fn an_owner_puts_its_own_into_a_network_of_others_and_nobody_joins_two_things_of_others() {
    let world = Lattice::new(&calm()).await;
    let (owner, consumer) = (&world.stage.owner, &world.stage.consumer);
    let rcfg = world
        .configuration("orders-db", json!({}))
        .await
        .text("arn");
    let theirs = network(consumer, "theirs", json!({})).await.text("arn");
    share(consumer, owner, &theirs).await;
    let made = join(owner, &theirs, &rcfg, false).await;
    assert_eq!((made.status, made.text("createdBy").as_str()), (201, OWNER));
    pass(60).await;
    let listed = format!("{RESOURCES}?serviceNetworkIdentifier={}", escaped(&theirs));
    assert_eq!(
        get(consumer, &listed).await.body["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let third = network(owner, "third", json!({})).await.text("arn");
    share(owner, consumer, &rcfg).await;
    share(owner, consumer, &third).await;
    assert_eq!(said(&join(consumer, &third, &rcfg, false).await), DENIED);
}

#[tokio::test(start_paused = true)]
async fn whether_a_list_needs_one_side_is_a_doubt() {
    for (reading, status) in [("refused", 400), ("all", 200)] {
        let world = Lattice::new(&doubting("unnamed-network-resources", reading)).await;
        assert_eq!(get(&world.stage.owner, RESOURCES).await.status, status);
    }
}

#[tokio::test(start_paused = true)]
async fn a_group_brings_its_children_along() {
    let world = Lattice::new(&calm()).await;
    let owner = &world.stage.owner;
    let group = json!({
        "type": "GROUP", "groupDomain": "example.com", "resourceConfigurationDefinition": null,
    });
    let group = world.configuration("orders-group", group).await.text("id");
    let child = json!({
        "type": "CHILD", "resourceGatewayIdentifier": null, "portRanges": ["5432"],
        "resourceConfigurationGroupIdentifier": group, "customDomainName": "db.example.com",
        "allowAssociationToShareableServiceNetwork": null,
    });
    let child = world.configuration("orders-child", child).await.text("id");
    let net = network(owner, "net", json!({})).await.text("id");
    let made = join(owner, &net, &group, true).await.text("id");
    pass(60).await;
    let listed = format!("{RESOURCES}?serviceNetworkIdentifier={net}");
    let alone = get(owner, &listed).await;
    let rows = alone.body["items"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["id"]), (1, &json!(made)));
    assert!(
        rows[0].get("dnsEntry").is_none(),
        "a group is no place to connect to"
    );
    let all = get(owner, &format!("{listed}&includeChildren=true")).await;
    let rows = all.body["items"].as_array().unwrap();
    let of_child = rows
        .iter()
        .find(|it| it["resourceConfigurationId"] == json!(child))
        .unwrap();
    assert_eq!(of_child["isManagedAssociation"], json!(true));
    assert_eq!(of_child["privateDnsEntry"]["domainName"], "db.example.com");
    let uri = format!("{RESOURCES}/{}", of_child["id"].as_str().unwrap());
    assert_eq!(get(owner, &uri).await.text("status"), "ACTIVE");
    assert_eq!(
        said(&delete(owner, &uri).await),
        DENIED,
        "it goes with its group"
    );
}
