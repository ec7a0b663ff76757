//! Hosted zones that Lattice makes in a consumer's VPC: when they are made, what they are named, what they
//! conflict with (rule 17).

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
use support::lattice::{self, DOMAINS, get, join, post};
use support::shared_db::SharedDb;
use support::{calm, doubting, pass};

const DOMAIN: &str = "db.example.com";
const PREFERENCE: &str = "DnsOptions.PrivateDnsPreference";
const SPECIFIED: &str = "DnsOptions.PrivateDnsSpecifiedDomain.1";
const ENABLED: (&str, &str) = ("PrivateDnsEnabled", "true");

/// A database that is shared by its name, under another one.
async fn named(shared: &SharedDb) -> String {
    let writer = shared.names().await.remove(0);
    let configuration = shared.configure(shared.by_name(&writer, DOMAIN)).await;
    shared.share(&configuration).await;
    configuration
}

#[tokio::test(start_paused = true)]
async fn an_unverified_domain_gets_a_zone_only_where_the_consumer_wants_it() {
    let cases: [(&[(&str, &str)], bool); 7] = [
        (&[], false),
        (&[ENABLED], false),
        (&[ENABLED, (PREFERENCE, "VERIFIED_DOMAINS_ONLY")], false),
        (&[ENABLED, (PREFERENCE, "ALL_DOMAINS")], true),
        (
            &[
                ENABLED,
                (PREFERENCE, "SPECIFIED_DOMAINS_ONLY"),
                (SPECIFIED, "*.example.com"),
            ],
            true,
        ),
        (
            &[
                ENABLED,
                (PREFERENCE, "SPECIFIED_DOMAINS_ONLY"),
                (SPECIFIED, "example.com"),
            ],
            false,
        ),
        (
            &[
                ENABLED,
                (PREFERENCE, "VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS"),
                (SPECIFIED, DOMAIN),
            ],
            true,
        ),
    ];
    for (options, made) in cases {
        let shared = SharedDb::new(&calm()).await;
        let configuration = named(&shared).await;
        let endpoint = shared.connect(&configuration, options).await;
        let expected: &[&str] = if made { &["db.example.com."] } else { &[] };
        assert_eq!(shared.zones().await, expected, "{options:?}");
        let by_id = [("VpcEndpointId.1", endpoint.as_str())];
        let said = shared
            .consumer
            .ok("DescribeVpcEndpointAssociations", &by_id)
            .await;
        assert_eq!(
            said.texts("privateDnsEntry").len(),
            usize::from(made),
            "{options:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_zone_is_aws_own_and_goes_with_the_endpoint() {
    let shared = SharedDb::new(&calm()).await;
    let configuration = named(&shared).await;
    let endpoint = shared
        .connect(&configuration, &[ENABLED, (PREFERENCE, "ALL_DOMAINS")])
        .await;
    let vpc = &shared.network.vpc_id;
    let list = "/2013-04-01/hostedzonesbyvpc";
    let uri = format!("{list}?vpcid={vpc}&vpcregion=us-east-1");
    let said = shared.consumer.rest_xml("route53", &uri).await;
    assert_eq!(said.text("OwningService"), "vpc-lattice.amazonaws.com");
    assert_eq!(said.text("MaxItems"), "100");
    let by_id = [("VpcEndpointId.1", endpoint.as_str())];
    let row = shared
        .consumer
        .ok("DescribeVpcEndpointAssociations", &by_id)
        .await;
    assert!(
        row.texts("hostedZoneId")
            .contains(&said.text("HostedZoneId"))
    );
    for (uri, code) in [
        (format!("{list}?vpcid={vpc}"), "InvalidInput"),
        (
            format!("{list}?vpcid={vpc}&vpcregion=eu-west-1"),
            "InvalidInput",
        ),
        (
            format!("{list}?vpcid=vpc-0&vpcregion=us-east-1"),
            "InvalidInput",
        ),
        (format!("{uri}&maxitems=0"), "InvalidInput"),
        (format!("{uri}&nexttoken=Z1"), "InvalidPaginationToken"),
        ("/2013-04-01/hostedzone".to_owned(), "UnsupportedOperation"),
    ] {
        let said = shared.consumer.rest_xml("route53", &uri).await;
        assert_eq!(
            (said.status, said.text("Code")),
            (400, code.to_owned()),
            "{uri}"
        );
    }
    let stranger = shared.owner.rest_xml("route53", &uri).await;
    assert_eq!(
        stranger.text("Code"),
        "InvalidInput",
        "the VPC is not the owner's"
    );
    shared.consumer.ok("DeleteVpcEndpoints", &by_id).await;
    assert!(shared.zones().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_database_s_own_names_work_by_its_arn() {
    let shared = SharedDb::new(&calm()).await;
    let configuration = shared.configure(shared.by_arn()).await;
    shared.share(&configuration).await;
    shared.connect(&configuration, &[ENABLED]).await;
    let mut names: Vec<_> = shared
        .names()
        .await
        .iter()
        .map(|it| format!("{it}."))
        .collect();
    names.sort();
    assert_eq!(shared.zones().await, names);
    let pages = format!(
        "/2013-04-01/hostedzonesbyvpc?vpcid={}&vpcregion=us-east-1&maxitems=3",
        shared.network.vpc_id
    );
    let first = shared.consumer.rest_xml("route53", &pages).await;
    let next = format!("{pages}&nexttoken={}", first.text("NextToken"));
    let second = shared.consumer.rest_xml("route53", &next).await;
    assert_eq!(
        (first.texts("Name").len(), second.texts("Name").len()),
        (3, 1)
    );
    assert!(second.texts("NextToken").is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_the_names_of_databases_are_is_a_doubt() {
    for (doubt, reading, options, zones) in [
        ("arn-names-verified", "no", &[ENABLED][..], 0),
        (
            "arn-names-verified",
            "no",
            &[ENABLED, (PREFERENCE, "ALL_DOMAINS")][..],
            4,
        ),
        ("arn-private-dns", "implied", &[][..], 4),
        ("arn-private-dns", "asked-for", &[][..], 0),
    ] {
        let shared = SharedDb::new(&doubting(doubt, reading)).await;
        let configuration = shared.configure(shared.by_arn()).await;
        shared.share(&configuration).await;
        shared.connect(&configuration, options).await;
        assert_eq!(
            shared.zones().await.len(),
            zones,
            "{doubt}={reading} {options:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_can_be_had_once_in_a_vpc_and_only_where_names_resolve() {
    let shared = SharedDb::new(&calm()).await;
    let configuration = named(&shared).await;
    let all = [ENABLED, (PREFERENCE, "ALL_DOMAINS")];
    shared.connect(&configuration, &all).await;
    let mut again = shared.endpoint(&configuration);
    again.extend(all);
    let said = shared.consumer.ec2("CreateVpcEndpoint", &again).await;
    assert_eq!(said.text("Code"), "InvalidParameter");
    let text = "there is already a conflicting DNS domain for db.example.com in the VPC";
    assert!(said.says(text), "{}", said.body);
    // A name that gets no zone conflicts with nothing.
    let mut quiet = shared.endpoint(&configuration);
    quiet.push(ENABLED);
    shared.consumer.ok("CreateVpcEndpoint", &quiet).await;
    let off = [
        ("VpcId", shared.network.vpc_id.as_str()),
        ("EnableDnsHostnames.Value", "false"),
    ];
    shared.consumer.ok("ModifyVpcAttribute", &off).await;
    let said = shared.consumer.ec2("CreateVpcEndpoint", &quiet).await;
    assert!(
        said.says("requires both enableDnsSupport and enableDnsHostnames"),
        "{}",
        said.body
    );
}

#[tokio::test(start_paused = true)]
async fn children_of_a_group_without_a_domain_get_no_zones() {
    for (domain, zones) in [(json!(null), 0), (json!("example.com"), 1)] {
        let shared = SharedDb::new(&calm()).await;
        let group = json!({
            "name": "orders-group", "type": "GROUP", "groupDomain": domain,
            "resourceGatewayIdentifier": shared.gateway,
        });
        let group = shared.configure(group).await;
        let writer = shared.names().await.remove(0);
        let child = json!({
            "name": "orders-child", "type": "CHILD", "portRanges": ["5432"],
            "resourceConfigurationGroupIdentifier": group, "customDomainName": DOMAIN,
            "resourceConfigurationDefinition": { "dnsResource": { "domainName": writer } },
        });
        shared.configure(child).await;
        shared.share(&group).await;
        let endpoint = shared
            .connect(&group, &[ENABLED, (PREFERENCE, "ALL_DOMAINS")])
            .await;
        assert_eq!(shared.zones().await.len(), zones);
        let by_id = [("VpcEndpointId.1", endpoint.as_str())];
        let said = shared
            .consumer
            .ok("DescribeVpcEndpointAssociations", &by_id)
            .await;
        assert_eq!(said.text("resourceConfigurationGroupArn"), group);
    }
}

#[tokio::test(start_paused = true)]
async fn private_names_of_services_are_listed_too() {
    let shared = SharedDb::new(&calm()).await;
    let nlb =
        support::stage::balancer(&shared.owner, "edge", &shared.owner_network.subnet_ids).await;
    let service = [
        ("NetworkLoadBalancerArn.1", nlb.as_str()),
        ("AcceptanceRequired", "false"),
        ("PrivateDnsName", "api.example.com"),
    ];
    let service = shared
        .owner
        .ok("CreateVpcEndpointServiceConfiguration", &service)
        .await;
    let (id, name) = (service.text("serviceId"), service.text("serviceName"));
    let (record, value) = (service.text("name"), service.text("value"));
    shared
        .owner
        .simulator
        .set_txt_records(&format!("{record}.api.example.com"), vec![value]);
    let verify = [("ServiceId", id.as_str())];
    shared
        .owner
        .ok("StartVpcEndpointServicePrivateDnsVerification", &verify)
        .await;
    let root = format!("arn:aws:iam::{}:root", support::CONSUMER);
    let allow = [
        ("ServiceId", id.as_str()),
        ("AddAllowedPrincipals.1", &root),
    ];
    shared
        .owner
        .ok("ModifyVpcEndpointServicePermissions", &allow)
        .await;
    pass(60).await;
    let endpoint = [
        ("VpcEndpointType", "Interface"),
        ("ServiceName", name.as_str()),
        ("VpcId", &shared.network.vpc_id),
        ("SubnetId.1", &shared.network.subnet_ids[0]),
        ENABLED,
    ];
    shared.consumer.ok("CreateVpcEndpoint", &endpoint).await;
    pass(300).await;
    assert_eq!(shared.zones().await, ["api.example.com."]);
    let writer = shared.names().await.remove(0);
    let configuration = shared
        .configure(shared.by_name(&writer, "api.example.com"))
        .await;
    shared.share(&configuration).await;
    let mut asked = shared.endpoint(&configuration);
    asked.extend([ENABLED, (PREFERENCE, "ALL_DOMAINS")]);
    let said = shared.consumer.ec2("CreateVpcEndpoint", &asked).await;
    assert!(
        said.says("a conflicting DNS domain for api.example.com"),
        "{}",
        said.body
    );
}

/// The consumer's endpoint into a network of his that holds a configuration, with private DNS or without.
async fn connect_network(shared: &SharedDb, configuration: &str, private: bool) -> String {
    let consumer = &shared.consumer;
    let network = lattice::network(consumer, "net", json!({})).await;
    let joined = join(consumer, &network.text("id"), configuration, private).await;
    assert_eq!(joined.status, 201, "{joined:?}");
    pass(60).await;
    let arn = network.text("arn");
    let mut asked = shared.endpoint(configuration);
    asked.drain(..2);
    let kind = [
        ("VpcEndpointType", "ServiceNetwork"),
        ("ServiceNetworkArn", &arn),
    ];
    asked.extend(kind);
    asked.extend(private.then_some(ENABLED));
    let made = consumer.ok("CreateVpcEndpoint", &asked).await;
    pass(300).await;
    consumer.ok("DescribeVpcs", &[]).await;
    pass(60).await;
    made.text("vpcEndpointId")
}

/// Starts the verification of example.com, and publishes its record or not; its id.
async fn verification(shared: &SharedDb, proven: bool) -> String {
    let owner = &shared.owner;
    let started = post(owner, DOMAINS, json!({ "domainName": "example.com" })).await;
    let method = &started.body["txtMethodConfig"];
    let name = format!("{}.example.com", method["name"].as_str().unwrap());
    let value = method["value"].as_str().unwrap().to_owned();
    if proven {
        owner.simulator.set_txt_records(&name, vec![value]);
    }
    pass(600).await;
    let seen = get(owner, &format!("{DOMAINS}/{}", started.text("id"))).await;
    assert_eq!(seen.text("status") == "VERIFIED", proven);
    started.text("id")
}

#[tokio::test(start_paused = true)]
async fn by_default_a_domain_gets_its_zone_once_it_is_verified() {
    for (proven, by_network) in [(false, false), (true, false), (false, true), (true, true)] {
        let shared = SharedDb::new(&calm()).await;
        let proof = verification(&shared, proven).await;
        let writer = shared.names().await.remove(0);
        let mut asked = shared.by_name(&writer, DOMAIN);
        lattice::put(&mut asked, json!({ "domainVerificationIdentifier": proof }));
        let configuration = shared.configure(asked).await;
        shared.share(&configuration).await;
        let endpoint = match by_network {
            true => connect_network(&shared, &configuration, true).await,
            false => shared.connect(&configuration, &[ENABLED]).await,
        };
        let case = format!("proven: {proven}, by a network: {by_network}");
        let expected: &[&str] = if proven { &["db.example.com."] } else { &[] };
        assert_eq!(shared.zones().await, expected, "{case}");
        let by_id = [("VpcEndpointId.1", endpoint.as_str())];
        let rows = shared
            .consumer
            .ok("DescribeVpcEndpointAssociations", &by_id)
            .await;
        let private = rows.texts("privateDnsEntry").len();
        assert_eq!(private, usize::from(proven), "{case}");
        assert_eq!(
            shared.hop(DOMAIN),
            if proven { "none" } else { "name" },
            "{case}"
        );
        assert_eq!(shared.hop(&rows.text("dnsName")), "none", "{case}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_network_leads_to_a_database_s_children() {
    for (doubt, reading, private, zones) in [
        ("arn-names-verified", "yes", true, 4),
        ("arn-names-verified", "no", true, 0),
        ("arn-private-dns", "implied", false, 4),
        ("arn-private-dns", "asked-for", false, 0),
    ] {
        let shared = SharedDb::new(&doubting(doubt, reading)).await;
        let configuration = shared.configure(shared.by_arn()).await;
        shared.share(&configuration).await;
        let endpoint = connect_network(&shared, &configuration, private).await;
        assert_eq!(shared.zones().await.len(), zones, "{reading}");
        let by_id = [("VpcEndpointId.1", endpoint.as_str())];
        let rows = shared
            .consumer
            .ok("DescribeVpcEndpointAssociations", &by_id)
            .await;
        assert_eq!(rows.texts("resourceConfigurationGroupArn").len(), 4);
        assert_eq!(rows.texts("privateDnsEntry").len(), zones, "{reading}");
        assert_eq!(shared.hop(&rows.text("dnsName")), "none", "{reading}");
        if zones > 0 {
            assert_eq!(shared.hop(&shared.names().await[0]), "none");
        }
    }
}
