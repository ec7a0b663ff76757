//! The rules of PrivateLink, one test for each, by the numbers of the project's list of rules.

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

use aws_simulator::Simulator;
use support::stage::{Stage, balancer, network};
use support::{CONSUMER, Client, OWNER, calm, pass};

async fn stage() -> Stage {
    Stage::new(&calm()).await
}

#[tokio::test(start_paused = true)]
async fn rule_1_zones_match_by_id_and_one_bad_subnet_fails_the_whole_call() {
    let stage = stage().await;
    let service = stage.service(false).await;
    let subnets = &stage.network.subnet_ids;
    let mut parameters = stage.endpoint(&service);
    parameters.push(("SubnetId.2", &subnets[2]));
    let said = stage.consumer.ec2("CreateVpcEndpoint", &parameters).await;
    let text = format!(
        "does not support the availability zone of the subnet: {}",
        subnets[2]
    );
    assert!(
        said.text("Code") == "InvalidParameter" && said.says(&text),
        "{}",
        said.body
    );
    assert!(
        stage
            .consumer
            .ok("DescribeVpcEndpoints", &[])
            .await
            .texts("vpcEndpointId")
            .is_empty()
    );
    let zone_of = async |client: &Client, id: &str| {
        client
            .ok("DescribeSubnets", &[("SubnetId.1", id)])
            .await
            .text("availabilityZone")
    };
    let owners = zone_of(&stage.owner, &stage.owner_network.subnet_ids[0]).await;
    assert_ne!(owners, zone_of(&stage.consumer, &subnets[0]).await);

    let twin = [
        ("VpcId", stage.network.vpc_id.as_str()),
        ("CidrBlock", "10.2.9.0/24"),
        ("AvailabilityZoneId", "use1-az1"),
    ];
    let twin = stage
        .consumer
        .ok("CreateSubnet", &twin)
        .await
        .text("subnetId");
    let mut parameters = stage.endpoint(&service);
    parameters.push(("SubnetId.2", &twin));
    let code = stage
        .consumer
        .refused("CreateVpcEndpoint", &parameters)
        .await;
    assert_eq!(code, "DuplicateSubnetsInSameZone");
    let endpoint = stage.connect(&service).await;
    pass(200).await;
    let exchange = [
        ("VpcEndpointId", endpoint.as_str()),
        ("AddSubnetId.1", &twin),
        ("RemoveSubnetId.1", &subnets[0]),
    ];
    let code = stage.consumer.refused("ModifyVpcEndpoint", &exchange).await;
    assert_eq!(code, "DuplicateSubnetsInSameZone");
}

#[tokio::test(start_paused = true)]
async fn rule_2_a_service_shows_only_to_those_it_allows_and_permission_is_weighed_once() {
    let stage = stage().await;
    let service = stage.bare_service(false).await;
    let name = [("ServiceName.1", service.name.as_str())];
    for stranger in [&stage.consumer, &stage.owner] {
        let said = stranger.ec2("DescribeVpcEndpointServices", &name).await;
        let text = format!("The Vpc Endpoint Service '{}' does not exist", service.name);
        assert!(said.text("Code") == "InvalidServiceName" && said.says(&text));
    }
    let code = stage
        .consumer
        .refused("CreateVpcEndpoint", &stage.endpoint(&service))
        .await;
    assert_eq!(code, "InvalidServiceName");
    let role = format!("arn:aws:iam::{CONSUMER}:role/network");
    let id = ("ServiceId", service.id.as_str());
    let modify = "ModifyVpcEndpointServicePermissions";
    stage
        .owner
        .ok(modify, &[id, ("AddAllowedPrincipals.1", &role)])
        .await;
    let code = stage
        .consumer
        .refused("DescribeVpcEndpointServices", &name)
        .await;
    assert_eq!(
        code, "InvalidServiceName",
        "a role does not cover its account"
    );
    stage
        .owner
        .ok(modify, &[id, ("AddAllowedPrincipals.1", CONSUMER)])
        .await;
    let said = stage
        .consumer
        .ok("DescribeVpcEndpointServices", &name)
        .await;
    assert_eq!(said.texts("owner"), [OWNER]);
    let endpoint = stage.connect(&service).await;
    let root = format!("arn:aws:iam::{CONSUMER}:root");
    stage
        .owner
        .ok(modify, &[id, ("RemoveAllowedPrincipals.1", &root)])
        .await;
    pass(200).await;
    assert_eq!(stage.state(&endpoint).await, "available");
    let code = stage
        .consumer
        .refused("CreateVpcEndpoint", &stage.endpoint(&service))
        .await;
    assert_eq!(code, "InvalidServiceName");
}

#[tokio::test(start_paused = true)]
async fn rule_2_a_fresh_permission_works_after_a_lag_of_its_own() {
    let mut late = 0;
    for seed in 0..4 {
        let simulator = Simulator::builder().seed(seed).build().unwrap();
        let stage = Stage::new(&simulator).await;
        let service = stage.bare_service(false).await;
        simulator.set_lag(true);
        let parameters = [
            ("ServiceId", service.id.as_str()),
            ("AddAllowedPrincipals.1", CONSUMER),
        ];
        stage
            .owner
            .ok("ModifyVpcEndpointServicePermissions", &parameters)
            .await;
        pass(9).await;
        let name = [("ServiceName.1", service.name.as_str())];
        let said = stage
            .consumer
            .ec2("DescribeVpcEndpointServices", &name)
            .await;
        late += usize::from(said.status != 200);
        pass(20).await;
        stage
            .consumer
            .ok("DescribeVpcEndpointServices", &name)
            .await;
    }
    assert!(late > 0, "no seed showed the lag");
}

#[tokio::test(start_paused = true)]
async fn rule_3_an_accepted_endpoint_is_pending_before_it_is_available() {
    let stage = stage().await;
    let service = stage.service(true).await;
    let endpoint = stage.connect(&service).await;
    pass(3600).await;
    assert_eq!(stage.state(&endpoint).await, "pendingAcceptance");
    assert_eq!(stage.rows(&endpoint).await, ["pendingAcceptance"]);
    let accept = "AcceptVpcEndpointConnections";
    assert!(stage.decide(accept, &service, &endpoint).await.is_empty());
    assert_eq!(stage.state(&endpoint).await, "pending");
    pass(200).await;
    assert_eq!(stage.state(&endpoint).await, "available");
    assert_eq!(
        stage.decide(accept, &service, &endpoint).await,
        ["InvalidState"]
    );
    let reject = "RejectVpcEndpointConnections";
    assert!(stage.decide(reject, &service, &endpoint).await.is_empty());
    assert_eq!(stage.state(&endpoint).await, "rejected");
    assert_eq!(stage.rows(&endpoint).await, ["rejected"]);
    assert_eq!(
        stage.decide(accept, &service, &endpoint).await,
        ["InvalidState"]
    );

    let parameters = [
        ("ServiceId", service.id.as_str()),
        ("AcceptanceRequired", "false"),
    ];
    stage
        .owner
        .ok("ModifyVpcEndpointServiceConfiguration", &parameters)
        .await;
    let open = stage.connect(&service).await;
    assert_eq!(stage.rows(&open).await, ["pending"]);
    pass(200).await;
    assert_eq!(stage.rows(&open).await, ["available"]);
}

#[tokio::test(start_paused = true)]
async fn rule_3_a_transition_that_was_overtaken_does_nothing() {
    let stage = stage().await;
    let service = stage.service(true).await;
    let endpoint = stage.connect(&service).await;
    stage
        .decide("AcceptVpcEndpointConnections", &service, &endpoint)
        .await;
    stage
        .decide("RejectVpcEndpointConnections", &service, &endpoint)
        .await;
    pass(600).await;
    assert_eq!(stage.state(&endpoint).await, "rejected");
}

#[tokio::test(start_paused = true)]
async fn rule_5_failed_items_come_with_http_200() {
    let stage = stage().await;
    let service = stage.service(true).await;
    let delete = "DeleteVpcEndpointServiceConfigurations";
    let id = [("ServiceId.1", service.id.as_str())];
    let endpoint = stage.connect(&service).await;
    for _ in 0..2 {
        let said = stage.owner.ok(delete, &id).await;
        assert_eq!(said.texts("code"), ["ExistingVpcEndpointConnections"]);
        assert_eq!(said.texts("resourceId"), [service.id.as_str()]);
        stage
            .decide("AcceptVpcEndpointConnections", &service, &endpoint)
            .await;
    }
    let ghost = "vpce-00000000000000000";
    let said = stage
        .consumer
        .ok("DeleteVpcEndpoints", &[("VpcEndpointId.1", ghost)])
        .await;
    assert_eq!(said.texts("code"), ["InvalidVpcEndpointId.NotFound"]);
    let codes = stage
        .decide("RejectVpcEndpointConnections", &service, ghost)
        .await;
    assert_eq!(codes, ["InvalidVpcEndpointId.NotFound"]);
    let said = stage
        .owner
        .ok(delete, &[("ServiceId.1", "vpce-svc-00000000000000000")])
        .await;
    assert_eq!(said.texts("code"), ["InvalidVpcEndpointServiceId.NotFound"]);
    stage
        .decide("RejectVpcEndpointConnections", &service, &endpoint)
        .await;
    let said = stage.owner.ok(delete, &id).await;
    assert!(said.body.contains("<unsuccessful/>"), "{}", said.body);
    pass(60).await;
    let describe = "DescribeVpcEndpointServiceConfigurations";
    assert_eq!(
        stage.owner.refused(describe, &id).await,
        "InvalidVpcEndpointServiceId.NotFound"
    );
    assert_eq!(stage.state(&endpoint).await, "rejected");
}

#[tokio::test(start_paused = true)]
async fn rule_6_a_load_balancer_serves_one_service_and_stays_while_endpoints_are_connected() {
    let stage = stage().await;
    let service = stage.service(false).await;
    let create = "CreateVpcEndpointServiceConfiguration";
    let said = stage
        .owner
        .ec2(create, &[("NetworkLoadBalancerArn.1", &stage.balancer)])
        .await;
    assert!(
        said.says("LBs are already associated with another VPC Endpoint Service Configuration")
    );
    let modify = "ModifyVpcEndpointServiceConfiguration";
    let id = ("ServiceId", service.id.as_str());
    let remove = ("RemoveNetworkLoadBalancerArn.1", stage.balancer.as_str());
    let said = stage.owner.ec2(modify, &[id, remove]).await;
    assert!(said.text("Code") == "InvalidParameter" && said.says("at least one"));
    let second = balancer(&stage.owner, "second", &stage.owner_network.subnet_ids).await;
    stage
        .owner
        .ok(modify, &[id, ("AddNetworkLoadBalancerArn.1", &second)])
        .await;
    let endpoint = stage.connect(&service).await;
    let said = stage.owner.ec2(modify, &[id, remove]).await;
    assert!(
        said.says("can't be disassociated while endpoints are connected"),
        "{}",
        said.body
    );
    stage
        .decide("RejectVpcEndpointConnections", &service, &endpoint)
        .await;
    stage.owner.ok(modify, &[id, remove]).await;
    let said = stage
        .owner
        .ok("DescribeVpcEndpointServiceConfigurations", &[])
        .await;
    assert!(said.body.contains(&second) && !said.body.contains(&stage.balancer));
    let ghost = stage.balancer.replace("/edge/", "/ghost/");
    let code = stage
        .owner
        .refused(create, &[("NetworkLoadBalancerArn.1", &ghost)])
        .await;
    assert_eq!(code, "InvalidNetworkLoadBalancerArn.NotFound");
}

#[tokio::test(start_paused = true)]
async fn rule_13_interfaces_outlive_their_endpoint_and_hold_group_subnet_and_address() {
    let stage = stage().await;
    let service = stage.service(false).await;
    let vpc = ("VpcId", stage.network.vpc_id.as_str());
    let group = [
        ("GroupName", "endpoint"),
        ("GroupDescription", "endpoint"),
        vpc,
    ];
    let group = stage
        .consumer
        .ok("CreateSecurityGroup", &group)
        .await
        .text("groupId");
    let subnet = [("SubnetId.1", stage.network.subnet_ids[0].as_str())];
    let free = async || {
        stage
            .consumer
            .ok("DescribeSubnets", &subnet)
            .await
            .text("availableIpAddressCount")
    };
    assert_eq!(free().await, "251");
    let mut parameters = stage.endpoint(&service);
    parameters.push(("SecurityGroupId.1", &group));
    let endpoint = stage
        .consumer
        .ok("CreateVpcEndpoint", &parameters)
        .await
        .text("vpcEndpointId");
    assert_eq!(free().await, "250");
    pass(200).await;
    stage
        .consumer
        .ok("DeleteVpcEndpoints", &[("VpcEndpointId.1", &endpoint)])
        .await;
    while stage.state(&endpoint).await == "deleting" {
        pass(1).await;
    }
    let delete = [("GroupId", group.as_str())];
    let said = stage.consumer.ec2("DeleteSecurityGroup", &delete).await;
    assert!(said.text("Code") == "DependencyViolation" && said.says("has a dependent object"));
    let filter = [
        ("Filter.1.Name", "description"),
        ("Filter.1.Value.1", "VPC Endpoint Interface vpce-*"),
    ];
    let said = stage
        .consumer
        .ok("DescribeNetworkInterfaces", &filter)
        .await;
    assert_eq!(said.texts("groupId"), [group.as_str()]);
    let subnet = [("SubnetId", stage.network.subnet_ids[0].as_str())];
    assert_eq!(
        stage.consumer.refused("DeleteSubnet", &subnet).await,
        "DependencyViolation"
    );
    assert_eq!(
        stage.rows(&endpoint).await,
        ["deleted"],
        "the owner's row lingers"
    );
    pass(120).await;
    stage.consumer.ok("DeleteSecurityGroup", &delete).await;
    assert_eq!(free().await, "251");
}

#[tokio::test(start_paused = true)]
async fn rule_13_an_endpoint_without_groups_wears_the_default_group_of_its_vpc() {
    let stage = stage().await;
    let service = stage.service(false).await;
    let said = stage
        .consumer
        .ok("CreateVpcEndpoint", &stage.endpoint(&service))
        .await;
    assert_eq!(said.texts("groupName"), ["default"]);
}

#[tokio::test(start_paused = true)]
async fn rule_21_the_owners_calls_know_the_service_in_its_own_region_only() {
    let stage = stage().await;
    let service = stage.service(false).await;
    let far = stage.owner.clone().in_region("eu-west-1");
    let id = [("ServiceId.1", service.id.as_str())];
    let code = far
        .refused("DescribeVpcEndpointServiceConfigurations", &id)
        .await;
    assert_eq!(code, "InvalidVpcEndpointServiceId.NotFound");
}

#[tokio::test(start_paused = true)]
async fn rule_24_the_zones_of_a_service_are_a_snapshot() {
    let stage = stage().await;
    let service = stage.service(false).await;
    let zones = async || {
        let said = stage
            .owner
            .ok("DescribeVpcEndpointServiceConfigurations", &[])
            .await;
        let zones = said.texts("item");
        zones
            .iter()
            .filter(|zone| zone.starts_with("use1-az"))
            .count()
    };
    let vpc = ("VpcId", stage.owner_network.vpc_id.as_str());
    let subnet = [
        vpc,
        ("CidrBlock", "10.1.7.0/24"),
        ("AvailabilityZoneId", "use1-az3"),
    ];
    let third = stage
        .owner
        .ok("CreateSubnet", &subnet)
        .await
        .text("subnetId");
    let subnets = &stage.owner_network.subnet_ids;
    let parameters = [
        ("LoadBalancerArn", stage.balancer.as_str()),
        ("Subnets.member.1", &subnets[0]),
        ("Subnets.member.2", &subnets[1]),
        ("Subnets.member.3", &third),
    ];
    let said = stage
        .owner
        .try_call("elasticloadbalancing", "SetSubnets", &parameters)
        .await;
    assert_eq!(said.unwrap().status, 200);
    let modify = "ModifyVpcEndpointServiceConfiguration";
    let id = ("ServiceId", service.id.as_str());
    stage.owner.ok(modify, &[id]).await;
    assert_eq!(zones().await, 2, "some minutes must pass first");
    pass(900).await;
    assert_eq!(zones().await, 2, "nobody asked again");
    stage
        .owner
        .ok(modify, &[id, ("AcceptanceRequired", "false")])
        .await;
    assert_eq!(zones().await, 2, "a call that changes something else");
    stage.owner.ok(modify, &[id]).await;
    assert_eq!(zones().await, 3);
}

#[tokio::test(start_paused = true)]
async fn rule_25_the_type_left_out_is_gateway() {
    let stage = stage().await;
    let service = stage.service(false).await;
    let parameters = stage.endpoint(&service).split_off(1);
    let said = stage.consumer.ec2("CreateVpcEndpoint", &parameters).await;
    let text = "Endpoint type (Gateway) does not match service type (Interface).";
    assert!(
        said.text("Code") == "InvalidParameter" && said.says(text),
        "{}",
        said.body
    );
}

#[tokio::test(start_paused = true)]
async fn rule_25_the_quota_of_endpoints_is_of_the_vpc() {
    let stage = stage().await;
    let service = stage.service(false).await;
    let settings =
        format!(r#"{{"account": "{CONSUMER}", "quotas": {{"vpc-endpoints-per-vpc": 1}}}}"#);
    stage
        .consumer
        .simulator
        .set_account(serde_json::from_str(&settings).unwrap())
        .unwrap();
    stage.connect(&service).await;
    let code = stage
        .consumer
        .refused("CreateVpcEndpoint", &stage.endpoint(&service))
        .await;
    assert_eq!(code, "VpcEndpointLimitExceeded");
    let other = network(&stage.consumer, "10.3", &["use1-az1"]).await;
    let parameters = [
        ("VpcEndpointType", "Interface"),
        ("ServiceName", &service.name),
        ("VpcId", &other.vpc_id),
        ("SubnetId.1", &other.subnet_ids[0]),
    ];
    stage.consumer.ok("CreateVpcEndpoint", &parameters).await;
}

#[tokio::test(start_paused = true)]
async fn with_waits_of_zero_everything_is_over_at_the_first_look() {
    let simulator = Simulator::builder()
        .seed(1)
        .zero_waits(true)
        .build()
        .unwrap();
    let stage = Stage::new(&simulator).await;
    let service = stage.service(true).await;
    let endpoint = stage.connect(&service).await;
    assert_eq!(stage.state(&endpoint).await, "pendingAcceptance");
    stage
        .decide("AcceptVpcEndpointConnections", &service, &endpoint)
        .await;
    assert_eq!(stage.state(&endpoint).await, "available");
    stage
        .consumer
        .ok("DeleteVpcEndpoints", &[("VpcEndpointId.1", &endpoint)])
        .await;
    assert_eq!(stage.state(&endpoint).await, "gone");
    let said = stage.consumer.ok("DescribeNetworkInterfaces", &[]).await;
    assert!(said.texts("networkInterfaceId").is_empty());
    let id = [("ServiceId.1", service.id.as_str())];
    stage
        .owner
        .ok("DeleteVpcEndpointServiceConfigurations", &id)
        .await;
    assert!(
        !stage
            .owner
            .simulator
            .objects()
            .iter()
            .any(|row| row.id == service.id)
    );
}

#[tokio::test(start_paused = true)]
async fn rule_13_a_subnet_without_a_free_address_takes_no_endpoint() {
    let stage = stage().await;
    let service = stage.service(false).await;
    let vpc = ("VpcId", stage.network.vpc_id.as_str());
    let small = [
        vpc,
        ("CidrBlock", "10.2.200.0/28"),
        ("AvailabilityZoneId", "use1-az1"),
    ];
    let small = stage
        .consumer
        .ok("CreateSubnet", &small)
        .await
        .text("subnetId");
    let mut parameters = stage.endpoint(&service);
    parameters[3] = ("SubnetId.1", &small);
    for _ in 0..11 {
        stage.consumer.ok("CreateVpcEndpoint", &parameters).await;
    }
    let code = stage
        .consumer
        .refused("CreateVpcEndpoint", &parameters)
        .await;
    assert_eq!(code, "InsufficientFreeAddressesInSubnet");
    let said = stage.consumer.ok("DescribeVpcEndpoints", &[]).await;
    assert_eq!(said.texts("vpcEndpointId").len(), 11);
    let said = stage.consumer.ok("DescribeNetworkInterfaces", &[]).await;
    let mut addresses = said.texts("privateIpAddress");
    addresses.sort();
    addresses.dedup();
    assert_eq!(addresses.len(), 11, "no address twice");
}
