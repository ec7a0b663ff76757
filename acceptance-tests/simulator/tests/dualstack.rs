//! IPv6 beside IPv4: blocks of VPCs and subnets, dualstack load balancers, services and endpoints.

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

use support::bridge::ELB;
use support::ipv6::{self, Twin};
use support::stage::{Service, Stage};
use support::{CONSUMER, Client, OWNER, calm, doubting, pass};

#[tokio::test(start_paused = true)]
async fn amazon_gives_a_vpc_a_block_that_subnets_share() {
    let client = Client::new(&calm(), CONSUMER);
    let parameters = [
        ("CidrBlock", "10.9.0.0/16"),
        ("AmazonProvidedIpv6CidrBlock", "true"),
    ];
    let said = client.ok("CreateVpc", &parameters).await;
    let vpc_id = said.text("vpcId");
    let block = said.text("ipv6CidrBlock");
    assert!(block.ends_with("00::/56"), "{block}");
    assert!(said.says("<state>associating</state>"));
    pass(5).await;
    let vpc = [("VpcId.1", vpc_id.as_str())];
    let said = client.ok("DescribeVpcs", &vpc).await;
    assert_eq!(said.text("ipv6CidrBlock"), block);
    assert!(!said.says("associating"));
    assert_eq!(said.text("ipSource"), "amazon");
    let said = client.ok("DescribeRouteTables", &[]).await;
    assert_eq!(said.text("destinationIpv6CidrBlock"), block);
    let said = client.ok("DescribeNetworkAcls", &[]).await;
    let numbers = said.texts("ruleNumber");
    assert_eq!(
        numbers.iter().filter(|number| *number == "32768").count(),
        2
    );

    let make = |ipv4: &'static str, ipv6: String| {
        let (client, vpc_id) = (client.clone(), vpc_id.clone());
        async move {
            let parameters = [
                ("VpcId", vpc_id.as_str()),
                ("CidrBlock", ipv4),
                ("Ipv6CidrBlock", &ipv6),
            ];
            client.ec2("CreateSubnet", &parameters).await
        }
    };
    let said = make("10.9.0.0/24", ipv6::part(&block, 0)).await;
    assert_eq!(said.text("ipv6CidrBlock"), ipv6::part(&block, 0));
    let code = |said: support::Said| said.text("Code");
    let again = make("10.9.1.0/24", ipv6::part(&block, 0)).await;
    assert_eq!(code(again), "InvalidSubnet.Conflict");
    let outside = make("10.9.1.0/24", "2001:db8::/64".to_owned()).await;
    assert_eq!(code(outside), "InvalidSubnet.Range");
    let odd = ipv6::part(&block, 1).replace("/64", "/63");
    assert_eq!(code(make("10.9.1.0/24", odd).await), "InvalidSubnet.Range");
    let filter = [
        (
            "Filter.1.Name",
            "ipv6-cidr-block-association.ipv6-cidr-block",
        ),
        ("Filter.1.Value.1", &ipv6::part(&block, 0)),
    ];
    let said = client.ok("DescribeSubnets", &filter).await;
    assert_eq!(said.texts("subnetId").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_block_that_comes_later_is_taken_away_again_once_nobody_uses_it() {
    let client = Client::new(&calm(), CONSUMER);
    let network = support::stage::network(&client, "10.2", &["use1-az1"]).await;
    let vpc = ("VpcId", network.vpc_id.as_str());
    let said = client
        .ok(
            "AssociateVpcCidrBlock",
            &[vpc, ("AmazonProvidedIpv6CidrBlock", "true")],
        )
        .await;
    let (vpc_block, block) = (said.text("associationId"), said.text("ipv6CidrBlock"));
    let subnet = [
        ("SubnetId", network.subnet_ids[0].as_str()),
        ("Ipv6CidrBlock", &ipv6::part(&block, 3)),
    ];
    let said = client.ok("AssociateSubnetCidrBlock", &subnet).await;
    let subnet_block = said.text("associationId");
    assert_eq!(said.text("state"), "associating");
    let code = client.refused("AssociateSubnetCidrBlock", &subnet).await;
    assert_eq!(code, "InvalidParameterValue");
    let take = [("AssociationId", vpc_block.as_str())];
    let code = client.refused("DisassociateVpcCidrBlock", &take).await;
    assert_eq!(code, "InvalidCidrBlock.InUse");
    let own = [("AssociationId", subnet_block.as_str())];
    let said = client.ok("DisassociateSubnetCidrBlock", &own).await;
    assert_eq!(said.text("state"), "disassociating");
    let code = client.refused("DisassociateSubnetCidrBlock", &own).await;
    assert_eq!(code, "InvalidSubnetCidrBlockAssociationID.NotFound");
    client.ok("DisassociateVpcCidrBlock", &take).await;
    let code = client.refused("DisassociateVpcCidrBlock", &take).await;
    assert_eq!(code, "InvalidVpcCidrBlockAssociationID.NotFound");
    let said = client.ok("DescribeVpcs", &[("VpcId.1", vpc.1)]).await;
    let primary = said.text("associationId");
    let primary = [("AssociationId", primary.as_str())];
    let code = client.refused("DisassociateVpcCidrBlock", &primary).await;
    assert_eq!(code, "OperationNotPermitted");
}

#[tokio::test(start_paused = true)]
async fn groups_of_a_vpc_with_ipv6_let_ipv6_out_or_not() {
    for (reading, rules) in [("added", 1), ("not-added", 0)] {
        let client = Client::new(&doubting("ipv6-egress-of-groups", reading), CONSUMER);
        let twin = Twin::new(&client, "10.9", &["use1-az1"]).await;
        client.group(&twin.vpc_id, "own").await;
        for name in ["own", "default"] {
            let filters = [
                ("Filter.1.Name", "vpc-id"),
                ("Filter.1.Value.1", twin.vpc_id.as_str()),
                ("Filter.2.Name", "group-name"),
                ("Filter.2.Value.1", name),
            ];
            let said = client.ok("DescribeSecurityGroups", &filters).await;
            assert_eq!(said.texts("cidrIpv6").len(), rules, "{name} {reading}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_load_balancer_is_dualstack_where_its_subnets_have_ipv6() {
    let owner = Client::new(&calm(), OWNER);
    let plain = support::stage::network(&owner, "10.1", &support::stage::ZONES).await;
    let twin = Twin::new(&owner, "10.9", &support::stage::ZONES).await;
    let make = |name: &'static str, subnet: String| {
        let owner = owner.clone();
        async move {
            let parameters = [
                ("Name", name),
                ("Type", "network"),
                ("Scheme", "internal"),
                ("IpAddressType", "dualstack"),
                ("Subnets.member.1", subnet.as_str()),
            ];
            owner.elb("CreateLoadBalancer", &parameters).await
        }
    };
    let said = make("narrow", plain.subnet_ids[0].clone()).await;
    assert_eq!(said.text("Code"), "ValidationError");
    let said = make("wide", twin.subnet_ids[0].clone()).await;
    assert_eq!(said.text("IpAddressType"), "dualstack", "{}", said.body);
    let arn = said.text("LoadBalancerArn");
    let interfaces = || owner.ok("DescribeNetworkInterfaces", &[]);
    assert_eq!(interfaces().await.texts("ipv6Address").len(), 1);
    let set = |word| [("LoadBalancerArn", arn.as_str()), ("IpAddressType", word)];
    owner.elb_ok("SetIpAddressType", &set("ipv4")).await;
    assert!(interfaces().await.texts("ipv6Address").is_empty());
    owner.elb_ok("SetIpAddressType", &set("dualstack")).await;
    let zones = [
        ("LoadBalancerArn", arn.as_str()),
        ("Subnets.member.1", &twin.subnet_ids[0]),
        ("Subnets.member.2", &twin.subnet_ids[1]),
    ];
    let said = owner.elb_ok("SetSubnets", &zones).await;
    assert_eq!(said.text("IpAddressType"), "dualstack");
    assert_eq!(interfaces().await.texts("ipv6Address").len(), 2);
    let group = owner.alb_group("web", &twin.vpc_id).await;
    let said = owner.listener(&arn, "UDP", "53", &group).await;
    assert_eq!(said.text("Code"), "InvalidConfigurationRequest");
}

#[tokio::test(start_paused = true)]
async fn a_balancer_without_ipv6_in_its_subnets_stays_narrow_with_either_code() {
    for reading in ["InvalidSubnet", "ValidationError"] {
        let stage = Stage::new(&doubting("no-ipv6-subnet-code", reading)).await;
        let parameters = [
            ("LoadBalancerArn", stage.balancer.as_str()),
            ("IpAddressType", "dualstack"),
        ];
        let (code, _) = stage
            .owner
            .elb_refused("SetIpAddressType", &parameters)
            .await;
        assert_eq!(code, reading);
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_takes_ipv6_from_dualstack_load_balancers_only() {
    let stage = Stage::new(&calm()).await;
    let service = stage.service(false).await;
    let id = ("ServiceId", service.id.as_str());
    let modify = "ModifyVpcEndpointServiceConfiguration";
    let add = ("AddSupportedIpAddressType.1", "ipv6");
    assert_eq!(
        stage.owner.refused(modify, &[id, add]).await,
        "InvalidParameter"
    );
    let drop = ("RemoveSupportedIpAddressType.1", "ipv4");
    assert_eq!(
        stage.owner.refused(modify, &[id, drop]).await,
        "InvalidParameter"
    );
    let odd = ("AddSupportedIpAddressType.1", "dualstack");
    assert_eq!(
        stage.owner.refused(modify, &[id, odd]).await,
        "InvalidParameter"
    );
    ipv6::widen(&stage).await;
    stage.owner.ok(modify, &[id, add]).await;
    let said = stage
        .owner
        .ok("DescribeVpcEndpointServiceConfigurations", &[])
        .await;
    let types = ipv6::items(&said, "supportedIpAddressTypeSet");
    assert_eq!(types, ["ipv4", "ipv6"]);
    pass(20).await;
    let said = stage.consumer.ok("DescribeVpcEndpointServices", &[]).await;
    assert_eq!(
        ipv6::items(&said, "supportedIpAddressTypeSet"),
        ["ipv4", "ipv6"]
    );
    stage.owner.ok(modify, &[id, drop]).await;
    let filter = [
        ("Filter.1.Name", "supported-ip-address-types"),
        ("Filter.1.Value.1", "ipv4"),
    ];
    let said = stage
        .owner
        .ok("DescribeVpcEndpointServiceConfigurations", &filter)
        .await;
    assert!(said.texts("serviceId").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_balancer_of_a_service_over_ipv6_goes_back_to_ipv4_or_not() {
    for (reading, status) in [("refused", 400), ("allowed", 200)] {
        let stage = Stage::new(&doubting("balancer-back-to-ipv4", reading)).await;
        ipv6::wide_service(&stage).await;
        let parameters = [
            ("LoadBalancerArn", stage.balancer.as_str()),
            ("IpAddressType", "ipv4"),
        ];
        let said = stage
            .owner
            .try_call(ELB, "SetIpAddressType", &parameters)
            .await
            .unwrap();
        assert_eq!(said.status, status, "{}", said.body);
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_has_the_families_of_its_service_and_subnets() {
    let stage = Stage::new(&calm()).await;
    let narrow = stage.service(false).await;
    let dualstack = ("IpAddressType", "dualstack");
    let mut parameters = stage.endpoint(&narrow);
    parameters.push(dualstack);
    let said = stage.consumer.ec2("CreateVpcEndpoint", &parameters).await;
    assert_eq!(said.text("Code"), "InvalidParameter");
    assert!(said.says("does not support the IP address type dualstack"));

    ipv6::widen(&stage).await;
    ipv6::take_both(&stage, &narrow).await;
    let said = stage.consumer.ec2("CreateVpcEndpoint", &parameters).await;
    assert_eq!(said.text("Code"), "InvalidParameter");
    assert!(said.says("is not supported by the subnet"));

    let twin = Twin::new(&stage.consumer, "10.9", &["use1-az1"]).await;
    let mut parameters = twin.endpoint(&narrow);
    parameters.push(dualstack);
    let said = stage.consumer.ok("CreateVpcEndpoint", &parameters).await;
    assert_eq!(said.text("ipAddressType"), "dualstack");
    assert_eq!(said.text("dnsRecordIpType"), "dualstack");
    let endpoint = said.text("vpcEndpointId");
    let interface = ipv6::items(&said, "networkInterfaceIdSet").remove(0);
    let said = stage
        .consumer
        .ok(
            "DescribeNetworkInterfaces",
            &[("NetworkInterfaceId.1", &interface)],
        )
        .await;
    assert!(said.text("privateIpAddress").starts_with("10.9.0."));
    let address = said.text("ipv6Address");
    let filter = [
        ("Filter.1.Name", "ipv6-addresses.ipv6-address"),
        ("Filter.1.Value.1", address.as_str()),
    ];
    let said = stage
        .consumer
        .ok("DescribeNetworkInterfaces", &filter)
        .await;
    assert_eq!(said.text("networkInterfaceId"), interface);
    let filter = [
        ("Filter.1.Name", "ip-address-type"),
        ("Filter.1.Value.1", "dualstack"),
    ];
    let said = stage
        .owner
        .ok("DescribeVpcEndpointConnections", &filter)
        .await;
    assert_eq!(said.text("vpcEndpointId"), endpoint);
}

#[tokio::test(start_paused = true)]
async fn dns_records_fit_the_address_type() {
    let stage = Stage::new(&calm()).await;
    let service = ipv6::wide_service(&stage).await;
    let twin = Twin::new(&stage.consumer, "10.9", &["use1-az1"]).await;
    for (address_type, record_type, fits) in [
        ("ipv4", "ipv4", true),
        ("ipv4", "ipv6", false),
        ("ipv4", "dualstack", false),
        ("ipv4", "service-defined", false),
        ("dualstack", "ipv4", true),
        ("dualstack", "ipv6", true),
        ("dualstack", "dualstack", true),
        ("dualstack", "service-defined", true),
    ] {
        let mut parameters = twin.endpoint(&service);
        parameters.push(("IpAddressType", address_type));
        parameters.push(("DnsOptions.DnsRecordIpType", record_type));
        let said = stage.consumer.ec2("CreateVpcEndpoint", &parameters).await;
        assert_eq!(said.status == 200, fits, "{address_type} {record_type}");
        if fits {
            assert_eq!(said.text("dnsRecordIpType"), record_type);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_default_of_dns_records_of_a_dualstack_endpoint_is_a_doubt() {
    for reading in ["dualstack", "ipv4", "service-defined"] {
        let stage = Stage::new(&doubting("dualstack-record-type", reading)).await;
        let service = ipv6::wide_service(&stage).await;
        let twin = Twin::new(&stage.consumer, "10.9", &["use1-az1"]).await;
        let mut parameters = twin.endpoint(&service);
        parameters.push(("IpAddressType", "dualstack"));
        let said = stage.consumer.ok("CreateVpcEndpoint", &parameters).await;
        assert_eq!(said.text("dnsRecordIpType"), reading);
    }
}

/// A dualstack endpoint that is available.
async fn wide_endpoint(stage: &Stage) -> (Service, String) {
    let service = ipv6::wide_service(stage).await;
    let twin = Twin::new(&stage.consumer, "10.9", &["use1-az1"]).await;
    let mut parameters = twin.endpoint(&service);
    parameters.push(("IpAddressType", "dualstack"));
    let said = stage.consumer.ok("CreateVpcEndpoint", &parameters).await;
    pass(200).await;
    let endpoint = said.text("vpcEndpointId");
    assert_eq!(stage.state(&endpoint).await, "available");
    (service, endpoint)
}

#[tokio::test(start_paused = true)]
async fn an_address_type_is_changed_in_place_and_the_endpoint_is_pending_meanwhile() {
    let stage = Stage::new(&calm()).await;
    let (_, endpoint) = wide_endpoint(&stage).await;
    let id = ("VpcEndpointId", endpoint.as_str());
    let before = ipv6::interfaces(&stage.consumer, &endpoint).await;
    stage
        .consumer
        .ok("ModifyVpcEndpoint", &[id, ("IpAddressType", "ipv4")])
        .await;
    assert_eq!(stage.state(&endpoint).await, "pending");
    let said = stage
        .consumer
        .ok("DescribeVpcEndpoints", &[("VpcEndpointId.1", id.1)])
        .await;
    assert_eq!(said.text("ipAddressType"), "ipv4");
    assert_eq!(said.text("dnsRecordIpType"), "ipv4", "it follows");
    let narrow = ipv6::interfaces(&stage.consumer, &endpoint).await;
    assert_eq!(narrow[0].0, before[0].0, "the interface stays");
    assert_eq!(narrow[0].1, before[0].1);
    assert!(narrow[0].2.is_empty());
    pass(200).await;
    let back = [
        id,
        ("IpAddressType", "dualstack"),
        ("DnsOptions.DnsRecordIpType", "ipv6"),
    ];
    stage.consumer.ok("ModifyVpcEndpoint", &back).await;
    let wide = ipv6::interfaces(&stage.consumer, &endpoint).await;
    assert!(!wide[0].2.is_empty());
}

#[tokio::test(start_paused = true)]
async fn records_that_no_longer_fit_may_also_be_refused() {
    let stage = Stage::new(&doubting("record-type-left-behind", "refused")).await;
    let (_, endpoint) = wide_endpoint(&stage).await;
    let narrow = [
        ("VpcEndpointId", endpoint.as_str()),
        ("IpAddressType", "ipv4"),
    ];
    let code = stage.consumer.refused("ModifyVpcEndpoint", &narrow).await;
    assert_eq!(code, "InvalidParameter");
    let both = [narrow[0], narrow[1], ("DnsOptions.DnsRecordIpType", "ipv4")];
    stage.consumer.ok("ModifyVpcEndpoint", &both).await;
}

#[tokio::test(start_paused = true)]
async fn a_service_loses_an_address_type_that_is_in_use_or_not() {
    for (reading, status) in [("refused", 400), ("allowed", 200)] {
        let stage = Stage::new(&doubting("address-type-in-use", reading)).await;
        let (service, endpoint) = wide_endpoint(&stage).await;
        let drop = [
            ("ServiceId", service.id.as_str()),
            ("RemoveSupportedIpAddressType.1", "ipv6"),
        ];
        let modify = "ModifyVpcEndpointServiceConfiguration";
        let said = stage.owner.ec2(modify, &drop).await;
        assert_eq!(said.status, status, "{}", said.body);
        let narrow = [
            ("VpcEndpointId", endpoint.as_str()),
            ("IpAddressType", "ipv4"),
        ];
        stage.consumer.ok("ModifyVpcEndpoint", &narrow).await;
        if reading == "refused" {
            stage.owner.ok(modify, &drop).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn ipv6_alone_wants_subnets_of_ipv6_alone_or_not() {
    for (reading, status) in [("ipv6-only", 400), ("any-with-ipv6", 200)] {
        let stage = Stage::new(&doubting("ipv6-endpoint-subnets", reading)).await;
        let service = ipv6::wide_service(&stage).await;
        let twin = Twin::new(&stage.consumer, "10.9", &["use1-az1"]).await;
        let native = twin.native(&stage.consumer, "use1-az2").await;
        let mut parameters = twin.endpoint(&service);
        parameters.push(("IpAddressType", "ipv6"));
        let said = stage.consumer.ec2("CreateVpcEndpoint", &parameters).await;
        assert_eq!(said.status, status, "{}", said.body);
        parameters[3] = ("SubnetId.1", &native);
        let said = stage.consumer.ok("CreateVpcEndpoint", &parameters).await;
        assert_eq!(said.text("dnsRecordIpType"), "ipv6");
        let interfaces = ipv6::interfaces(&stage.consumer, &said.text("vpcEndpointId")).await;
        assert!(interfaces[0].1.is_empty() && !interfaces[0].2.is_empty());
        parameters[4] = ("IpAddressType", "ipv4");
        let code = stage
            .consumer
            .refused("CreateVpcEndpoint", &parameters)
            .await;
        assert_eq!(code, "InvalidParameter");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_of_ipv6_alone_reaches_an_endpoint_that_has_it() {
    let stage = Stage::new(&calm()).await;
    let service = ipv6::wide_service(&stage).await;
    let twin = Twin::new(&stage.consumer, "10.9", &["use1-az1"]).await;
    let native = twin.native(&stage.consumer, "use1-az2").await;
    let group = stage.consumer.group(&twin.vpc_id, "door").await;
    let client = stage.consumer.group(&twin.vpc_id, "client").await;
    stage
        .consumer
        .rule("AuthorizeSecurityGroupIngress", &group, "80", "10.9.0.0/16")
        .await;
    let mut parameters = twin.endpoint(&service);
    parameters.push(("IpAddressType", "dualstack"));
    parameters.push(("SecurityGroupId.1", &group));
    let said = stage.consumer.ok("CreateVpcEndpoint", &parameters).await;
    pass(200).await;
    let (endpoint, name) = (said.text("vpcEndpointId"), said.text("dnsName"));
    let hop = |from: &str| {
        let from = format!("{from},{client}");
        let reach = stage.consumer.simulator.reach(&from, &name, 80).unwrap();
        reach.hop.unwrap_or_default()
    };
    assert_eq!(
        hop(&twin.subnet_ids[0]),
        "nlb_listener",
        "IPv4 goes through"
    );
    assert_eq!(hop(&native), "endpoint_group", "no rule has its address");
    let rule = [
        ("GroupId", group.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "80"),
        ("IpPermissions.1.ToPort", "80"),
        ("IpPermissions.1.Ipv6Ranges.1.CidrIpv6", &twin.block),
    ];
    stage
        .consumer
        .ok("AuthorizeSecurityGroupIngress", &rule)
        .await;
    assert_eq!(hop(&native), "nlb_listener");
    let narrow = [
        ("VpcEndpointId", endpoint.as_str()),
        ("DnsOptions.DnsRecordIpType", "ipv4"),
    ];
    stage.consumer.ok("ModifyVpcEndpoint", &narrow).await;
    pass(200).await;
    assert_eq!(hop(&native), "name", "A records are of no use to it");
    assert_eq!(hop(&twin.subnet_ids[0]), "nlb_listener");
}
