//! Endpoints into service networks: from create to delete, by which names they lead where.

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

use std::collections::BTreeMap;

use aws_simulator::AccountSettings;
use serde_json::json;
use support::lattice::*;
use support::stage::{Stage, network as make_vpc};
use support::{CONSUMER, Client, OWNER, Said, calm, doubting, pass};

/// What CreateVpcEndpoint needs for the consumer's VPC.
fn wanted<'a>(stage: &'a Stage, network_arn: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("VpcEndpointType", "ServiceNetwork"),
        ("VpcId", &stage.network.vpc_id),
        ("ServiceNetworkArn", network_arn),
        ("SubnetId.1", &stage.network.subnet_ids[0]),
        ("SubnetId.2", &stage.network.subnet_ids[1]),
    ]
}

/// Private DNS works in the consumer's VPC.
async fn resolve_names(stage: &Stage) {
    let vpc = [
        ("VpcId", stage.network.vpc_id.as_str()),
        ("EnableDnsHostnames.Value", "true"),
    ];
    stage.consumer.ok("ModifyVpcAttribute", &vpc).await;
}

async fn described(client: &Client, endpoint: &str) -> Said {
    client
        .ok("DescribeVpcEndpoints", &[("VpcEndpointId.1", endpoint)])
        .await
}

async fn associations(client: &Client, endpoint: &str) -> Said {
    let which = [("VpcEndpointId.1", endpoint)];
    client.ok("DescribeVpcEndpointAssociations", &which).await
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_leads_to_what_is_in_the_network() {
    let world = Lattice::new(&calm()).await;
    resolve_names(&world.stage).await;
    let (owner, consumer) = (&world.stage.owner, &world.stage.consumer);
    let named = json!({ "customDomainName": "db.example.com" });
    let configuration = world.configuration("orders-db", named).await;
    share(owner, consumer, &configuration.text("arn")).await;
    let made = network(consumer, "net", json!({})).await;
    let (net, arn) = (made.text("id"), made.text("arn"));
    let first = join(consumer, &net, &configuration.text("arn"), true)
        .await
        .text("id");
    pass(60).await;
    let mut parameters = wanted(&world.stage, &arn);
    let dns = [
        ("PrivateDnsEnabled", "true"),
        ("DnsOptions.PrivateDnsPreference", "ALL_DOMAINS"),
        ("ClientToken", "one"),
    ];
    parameters.extend(dns);
    let said = consumer.ok("CreateVpcEndpoint", &parameters).await;
    assert_eq!(
        (
            said.text("state").as_str(),
            said.text("ipAddressType").as_str()
        ),
        ("Pending", "IPV4")
    );
    assert!(!said.says("eni-") && !said.says("dnsEntrySet") && !said.says("serviceName"));
    let endpoint = said.text("vpcEndpointId");
    let again = consumer.ok("CreateVpcEndpoint", &parameters).await;
    assert_eq!(
        again.text("vpcEndpointId"),
        endpoint,
        "the token was spent on it"
    );
    assert_eq!(
        associations(consumer, &endpoint).await.texts("item").len(),
        0
    );
    pass(180).await;
    let shown = described(consumer, &endpoint).await;
    assert_eq!(shown.text("state"), "Available");
    assert_eq!(shown.text("vpcEndpointType"), "ServiceNetwork");
    assert_eq!(shown.text("serviceNetworkArn"), arn);
    assert_eq!(shown.text("privateDnsPreference"), "ALL_DOMAINS");
    let blocks = shown.body.matches("/28</item>").count();
    assert_eq!(blocks, 2, "a block in each subnet: {}", shown.body);
    pass(60).await;
    let rows = associations(consumer, &endpoint).await;
    let rcfg = configuration.text("id");
    let name = format!("{endpoint}-{first}.{rcfg}.4232ccc.vpc-lattice-rsc.us-east-1.on.aws");
    assert_eq!(rows.texts("dnsName"), [name.as_str(), "db.example.com"]);
    assert_eq!(rows.text("serviceNetworkName"), "net");
    assert_eq!(
        rows.text("associatedResourceArn"),
        configuration.text("arn")
    );
    assert!(rows.text("id").starts_with("vpce-rsc-asc-0"));
}

#[tokio::test(start_paused = true)]
async fn rows_of_an_endpoint_come_and_go_with_what_is_in_the_network() {
    let world = Lattice::new(&calm()).await;
    let (owner, consumer) = (&world.stage.owner, &world.stage.consumer);
    let first = world.configuration("orders-db", json!({})).await;
    share(owner, consumer, &first.text("arn")).await;
    let made = network(consumer, "net", json!({})).await;
    let (net, arn) = (made.text("id"), made.text("arn"));
    join(consumer, &net, &first.text("arn"), false).await;
    let parameters = wanted(&world.stage, &arn);
    let endpoint = consumer
        .ok("CreateVpcEndpoint", &parameters)
        .await
        .text("vpcEndpointId");
    pass(300).await;
    let more = world
        .configuration("orders-more", json!({}))
        .await
        .text("arn");
    share(owner, consumer, &more).await;
    let second = join(consumer, &net, &more, false).await.text("id");
    assert_eq!(associations(consumer, &endpoint).await.texts("id").len(), 1);
    pass(90).await;
    assert_eq!(
        associations(consumer, &endpoint).await.texts("id").len(),
        2,
        "it came later"
    );
    let rcfg = first.text("id");
    let filter = [
        ("Filter.1.Name", "service-network-arn"),
        ("Filter.1.Value.1", arn.as_str()),
        ("Filter.2.Name", "associated-resource-id"),
        ("Filter.2.Value.1", rcfg.as_str()),
    ];
    let only = consumer
        .ok("DescribeVpcEndpointAssociations", &filter)
        .await;
    assert_eq!(only.texts("associatedResourceArn"), [first.text("arn")]);
    delete(consumer, &format!("{RESOURCES}/{second}")).await;
    assert_eq!(associations(consumer, &endpoint).await.texts("id").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_holds_its_network_until_it_is_deleted() {
    let stage = Stage::new(&calm()).await;
    let made = network(&stage.consumer, "net", json!({})).await;
    let uri = format!("{NETWORKS}/{}", made.text("id"));
    let parameters = wanted(&stage, "");
    let arn = made.text("arn");
    let mut parameters: Vec<_> = parameters
        .into_iter()
        .filter(|(name, _)| *name != "ServiceNetworkArn")
        .collect();
    parameters.push(("ServiceNetworkArn", &arn));
    let endpoint = stage
        .consumer
        .ok("CreateVpcEndpoint", &parameters)
        .await
        .text("vpcEndpointId");
    pass(180).await;
    let listed = format!(
        "/servicenetworkvpcendpointassociations?serviceNetworkIdentifier={}",
        made.text("id")
    );
    let rows = get(&stage.consumer, &listed).await;
    let row = &rows.body["items"][0];
    assert_eq!(row["vpcEndpointId"], json!(endpoint));
    assert_eq!(row["vpcId"], json!(stage.network.vpc_id));
    assert_eq!(
        (&row["state"], &row["vpcEndpointOwnerId"]),
        (&json!("ACTIVE"), &json!(CONSUMER))
    );
    assert_eq!(said(&delete(&stage.consumer, &uri).await), CONFLICT);
    let subnet = [("SubnetId.1", stage.network.subnet_ids[0].as_str())];
    let free = stage
        .consumer
        .ok("DescribeSubnets", &subnet)
        .await
        .text("availableIpAddressCount");
    assert_eq!(
        free,
        (256 - 5 - 1 - 16).to_string(),
        "an address and a block"
    );
    for change in [
        ("AddSubnetId.1", "subnet-1"),
        ("IpAddressType", "dualstack"),
    ] {
        let change = [("VpcEndpointId", endpoint.as_str()), change];
        let code = stage.consumer.refused("ModifyVpcEndpoint", &change).await;
        assert_eq!(code, "InvalidParameter");
    }
    let which = [("VpcEndpointId.1", endpoint.as_str())];
    stage.consumer.ok("DeleteVpcEndpoints", &which).await;
    assert_eq!(
        described(&stage.consumer, &endpoint).await.text("state"),
        "Deleting"
    );
    pass(600).await;
    assert_eq!(get(&stage.consumer, &listed).await.body["items"], json!([]));
    assert_eq!(delete(&stage.consumer, &uri).await.status, 204);
    let free = stage
        .consumer
        .ok("DescribeSubnets", &subnet)
        .await
        .text("availableIpAddressCount");
    assert_eq!(free, "251");
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_can_not_be_is_refused() {
    let simulator = calm();
    let stage = Stage::new(&simulator).await;
    let theirs = network(&stage.owner, "theirs", json!({})).await.text("arn");
    let code = "InvalidServiceNetworkArn.NotFound";
    let refused = stage
        .consumer
        .refused("CreateVpcEndpoint", &wanted(&stage, &theirs))
        .await;
    assert_eq!(refused, code, "it is not shared");
    share(&stage.owner, &stage.consumer, &theirs).await;
    let made = stage
        .consumer
        .ok("CreateVpcEndpoint", &wanted(&stage, &theirs))
        .await;
    let listed = format!(
        "/servicenetworkvpcendpointassociations?serviceNetworkIdentifier={}",
        escaped(&theirs)
    );
    let rows = get(&stage.owner, &listed).await;
    assert_eq!(
        rows.body["items"][0]["vpcEndpointId"],
        json!(made.text("vpcEndpointId"))
    );
    let own = network(&stage.consumer, "own", json!({})).await.text("arn");
    let mut unfit = wanted(&stage, &own);
    unfit.truncate(3);
    assert_eq!(
        stage.consumer.refused("CreateVpcEndpoint", &unfit).await,
        "InvalidParameter"
    );
    unfit.extend([("SubnetId.1", stage.network.subnet_ids[2].as_str())]);
    let zone = stage.consumer.refused("CreateVpcEndpoint", &unfit).await;
    assert_eq!(
        zone, "InvalidParameter",
        "use1-az3 has none of Lattice's endpoints"
    );
    let narrow = narrow_subnet(&stage.consumer).await;
    let parameters = [
        ("VpcEndpointType", "ServiceNetwork"),
        ("VpcId", narrow.0.as_str()),
        ("ServiceNetworkArn", own.as_str()),
        ("SubnetId.1", narrow.1.as_str()),
    ];
    let refused = stage
        .consumer
        .refused("CreateVpcEndpoint", &parameters)
        .await;
    assert_eq!(
        refused, "InsufficientFreeAddressesInSubnet",
        "a /28 has no whole block free"
    );
}

#[tokio::test(start_paused = true)]
async fn a_vpc_and_a_network_have_room_for_so_many_endpoints() {
    for (account, name) in [
        (CONSUMER, "service-network-endpoints-per-vpc"),
        (OWNER, "endpoints-per-service-network"),
    ] {
        let simulator = calm();
        let stage = Stage::new(&simulator).await;
        let theirs = network(&stage.owner, "theirs", json!({})).await.text("arn");
        share(&stage.owner, &stage.consumer, &theirs).await;
        let settings = AccountSettings {
            account: account.to_owned(),
            quotas: BTreeMap::from([(name.to_owned(), 1)]),
            ..AccountSettings::default()
        };
        simulator.set_account(settings).unwrap();
        let parameters = wanted(&stage, &theirs);
        stage.consumer.ok("CreateVpcEndpoint", &parameters).await;
        let refused = stage
            .consumer
            .refused("CreateVpcEndpoint", &parameters)
            .await;
        assert_eq!(refused, "VpcEndpointLimitExceeded", "{name}");
    }
}

/// A VPC with a subnet of 16 addresses: both ids.
async fn narrow_subnet(client: &Client) -> (String, String) {
    let vpc = make_vpc(client, "10.9", &[]).await.vpc_id;
    let parameters = [
        ("VpcId", vpc.as_str()),
        ("CidrBlock", "10.9.0.0/28"),
        ("AvailabilityZoneId", "use1-az1"),
    ];
    let subnet = client
        .ok("CreateSubnet", &parameters)
        .await
        .text("subnetId");
    (vpc, subnet)
}

#[tokio::test(start_paused = true)]
async fn with_private_dns_a_vpc_has_one_way_to_a_configuration() {
    let world = Lattice::new(&calm()).await;
    resolve_names(&world.stage).await;
    let (stage, consumer) = (&world.stage, &world.stage.consumer);
    let named = json!({ "customDomainName": "db.example.com" });
    let rcfg = world.configuration("orders-db", named).await.text("arn");
    share(&stage.owner, consumer, &rcfg).await;
    let made = network(consumer, "net", json!({})).await;
    join(consumer, &made.text("id"), &rcfg, true).await;
    pass(60).await;
    let arn = made.text("arn");
    let mut by_network = wanted(stage, &arn);
    by_network.push(("PrivateDnsEnabled", "true"));
    let direct = [
        ("VpcEndpointType", "Resource"),
        ("VpcId", stage.network.vpc_id.as_str()),
        ("ResourceConfigurationArn", rcfg.as_str()),
        ("SubnetId.1", stage.network.subnet_ids[0].as_str()),
        ("PrivateDnsEnabled", "true"),
    ];
    for (first, second) in [
        (&by_network[..], &direct[..]),
        (&direct[..], &by_network[..]),
    ] {
        let endpoint = consumer
            .ok("CreateVpcEndpoint", first)
            .await
            .text("vpcEndpointId");
        let refused = consumer.ec2("CreateVpcEndpoint", second).await;
        assert!(
            refused.says("conflicting DNS domain for db.example.com"),
            "{}",
            refused.body
        );
        consumer
            .ok("DeleteVpcEndpoints", &[("VpcEndpointId.1", &endpoint)])
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_private_name_is_there_where_the_endpoint_wants_it() {
    let world = Lattice::new(&calm()).await;
    resolve_names(&world.stage).await;
    let (stage, consumer) = (&world.stage, &world.stage.consumer);
    let named = json!({ "customDomainName": "db.example.com" });
    let rcfg = world.configuration("orders-db", named).await.text("arn");
    share(&stage.owner, consumer, &rcfg).await;
    let made = network(consumer, "net", json!({})).await;
    join(consumer, &made.text("id"), &rcfg, true).await;
    let arn = made.text("arn");
    for (preference, domain, names) in [
        ("VERIFIED_DOMAINS_ONLY", "", 1),
        ("ALL_DOMAINS", "", 2),
        ("SPECIFIED_DOMAINS_ONLY", "db.example.com", 2),
        ("SPECIFIED_DOMAINS_ONLY", "*.example.com", 2),
        ("SPECIFIED_DOMAINS_ONLY", "*.example.org", 1),
    ] {
        let mut parameters = wanted(stage, &arn);
        parameters.push(("PrivateDnsEnabled", "true"));
        parameters.push(("DnsOptions.PrivateDnsPreference", preference));
        if !domain.is_empty() {
            parameters.push(("DnsOptions.PrivateDnsSpecifiedDomain.1", domain));
        }
        let endpoint = consumer
            .ok("CreateVpcEndpoint", &parameters)
            .await
            .text("vpcEndpointId");
        pass(300).await;
        let shown = associations(consumer, &endpoint).await.texts("dnsName");
        assert_eq!(
            shown.len(),
            names,
            "{preference} {domain}: the domain is not verified"
        );
        // The next one wants the same name for the same VPC.
        let which = [("VpcEndpointId.1", endpoint.as_str())];
        consumer.ok("DeleteVpcEndpoints", &which).await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_code_for_an_unknown_network_is_a_doubt() {
    for code in ["InvalidServiceNetworkArn.NotFound", "InvalidParameter"] {
        let stage = Stage::new(&doubting("network-not-found-code", code)).await;
        let arn =
            format!("arn:aws:vpc-lattice:us-east-1:{CONSUMER}:servicenetwork/sn-00000000000000000");
        let refused = stage
            .consumer
            .refused("CreateVpcEndpoint", &wanted(&stage, &arn))
            .await;
        assert_eq!(refused, code);
    }
}
