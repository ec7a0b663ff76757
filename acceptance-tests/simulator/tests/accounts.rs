//! What an account is beyond its objects: regions that it opts into, quotas, what it may try dryly.

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
use bytes::Bytes;
use support::bridge::{Bridge, ELB};
use support::stage::{Stage, ZONES, balancer, network};
use support::{CONSUMER, Client, OWNER, Said, calm, doubting, pass};

/// A region that accounts must opt into.
const FAR: &str = "ap-east-1";

/// Posts settings; the answer's status and body.
async fn set(simulator: &Simulator, settings: &str) -> (u16, String) {
    let request = http::Request::post("/_simulator/accounts")
        .body(Bytes::from(settings.to_owned()))
        .unwrap();
    let aws_simulator::Answer::Response(response) = simulator.handle(request).await else {
        panic!("an answer");
    };
    let body = String::from_utf8(response.body().to_vec()).unwrap();
    (response.status().as_u16(), body)
}

async fn opt_in(simulator: &Simulator, account: &str, regions: &str) {
    let settings = format!(r#"{{"account": "{account}", "opt_in_regions": [{regions}]}}"#);
    assert_eq!(set(simulator, &settings).await.0, 200);
}

async fn quota(simulator: &Simulator, account: &str, name: &str, limit: u64) {
    let settings = format!(r#"{{"account": "{account}", "quotas": {{"{name}": {limit}}}}}"#);
    assert_eq!(set(simulator, &settings).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn a_region_that_is_not_enabled_refuses_every_call_with_either_code() {
    for (reading, ec2, elb) in [
        ("OptInRequired", (403, "OptInRequired"), "OptInRequired"),
        ("unknown-key", (401, "AuthFailure"), "InvalidClientTokenId"),
    ] {
        let simulator = doubting("disabled-region-code", reading);
        let far = Client::new(&simulator, OWNER).in_region(FAR);
        let said = far.ec2("DescribeVpcs", &[]).await;
        assert_eq!((said.status, said.text("Code").as_str()), ec2);
        let said = far.elb("DescribeLoadBalancers", &[]).await;
        assert_eq!((said.status, said.text("Code").as_str()), (403, elb));
        let call = "GetCallerIdentity";
        let said = far.try_call("sts", call, &[]).await.unwrap();
        assert_eq!((said.status, said.text("Code").as_str()), (403, elb));
        opt_in(&simulator, OWNER, r#""ap-east-1""#).await;
        far.ok("DescribeVpcs", &[]).await;
        let stranger = Client::new(&simulator, CONSUMER).in_region(FAR);
        assert_eq!(stranger.refused("DescribeVpcs", &[]).await, ec2.1);
    }
}

#[tokio::test(start_paused = true)]
async fn regions_are_listed_with_what_the_account_did_about_them() {
    let simulator = calm();
    let owner = Client::new(&simulator, OWNER);
    let status = async |more: &[(&str, &str)]| {
        let filter = [("Filter.1.Name", "region-name"), ("Filter.1.Value.1", FAR)];
        let said = owner.ok("DescribeRegions", &[&filter, more].concat()).await;
        said.texts("optInStatus")
            .first()
            .cloned()
            .unwrap_or_default()
    };
    let all = ("AllRegions", "true");
    assert_eq!(status(&[]).await, "");
    assert_eq!(status(&[all]).await, "not-opted-in");
    opt_in(&simulator, OWNER, r#""ap-east-1""#).await;
    assert_eq!(status(&[]).await, "opted-in");
    opt_in(&simulator, OWNER, "").await;
    assert_eq!(status(&[all]).await, "not-opted-in");
}

#[tokio::test(start_paused = true)]
async fn a_region_crosses_accounts_where_both_have_enabled_it() {
    let simulator = calm();
    let stage = Stage::new(&simulator).await;
    let service = stage.service(false).await;
    let add = [
        ("ServiceId", service.id.as_str()),
        ("AddSupportedRegion.1", FAR),
    ];
    let modify = "ModifyVpcEndpointServiceConfiguration";
    assert_eq!(stage.owner.refused(modify, &add).await, "InvalidParameter");
    opt_in(&simulator, OWNER, r#""ap-east-1""#).await;
    stage.owner.ok(modify, &add).await;
    pass(100).await;
    let far = stage.consumer.clone().in_region(FAR);
    assert_eq!(far.refused("DescribeVpcs", &[]).await, "OptInRequired");
    opt_in(&simulator, CONSUMER, r#""ap-east-1""#).await;
    let there = network(&far, "10.7", &["ape1-az1"]).await;
    let parameters = [
        ("VpcEndpointType", "Interface"),
        ("ServiceName", &service.name),
        ("ServiceRegion", "us-east-1"),
        ("VpcId", &there.vpc_id),
        ("SubnetId.1", &there.subnet_ids[0]),
    ];
    far.ok("CreateVpcEndpoint", &parameters).await;
}

#[tokio::test(start_paused = true)]
async fn a_service_in_a_region_that_the_consumer_has_not_enabled_is_out_of_reach() {
    let simulator = calm();
    let stage = Stage::new(&simulator).await;
    let service = "com.amazonaws.vpce.ap-east-1.vpce-svc-00000000000000000";
    let parameters = [
        ("VpcEndpointType", "Interface"),
        ("ServiceName", service),
        ("ServiceRegion", FAR),
        ("VpcId", &stage.network.vpc_id),
        ("SubnetId.1", &stage.network.subnet_ids[0]),
    ];
    let code = stage
        .consumer
        .refused("CreateVpcEndpoint", &parameters)
        .await;
    assert_eq!(code, "InvalidParameter");
    let region = [("ServiceRegion.1", FAR)];
    let list = "DescribeVpcEndpointServices";
    assert_eq!(
        stage.consumer.refused(list, &region).await,
        "InvalidParameter"
    );
    opt_in(&simulator, CONSUMER, r#""ap-east-1""#).await;
    let code = stage
        .consumer
        .refused("CreateVpcEndpoint", &parameters)
        .await;
    assert_eq!(code, "InvalidServiceName");
    stage.consumer.ok(list, &region).await;
}

#[tokio::test(start_paused = true)]
async fn settings_that_are_not_told_stay_and_nonsense_is_refused() {
    let simulator = calm();
    opt_in(&simulator, OWNER, r#""ap-east-1""#).await;
    quota(&simulator, OWNER, "security-groups-per-region", 1).await;
    quota(&simulator, OWNER, "rules-per-security-group", 1).await;
    let owner = Client::new(&simulator, OWNER);
    owner.clone().in_region(FAR).ok("DescribeVpcs", &[]).await;
    let vpc = owner.ok("DescribeVpcs", &[]).await.text("vpcId");
    let group = [
        ("GroupName", "one"),
        ("GroupDescription", "one"),
        ("VpcId", &vpc),
    ];
    let code = owner.refused("CreateSecurityGroup", &group).await;
    assert_eq!(code, "SecurityGroupLimitExceeded");
    for (settings, named) in [
        (r#"{"account": "1"}"#, "twelve digits"),
        (
            r#"{"account": "111111111111", "quotas": {"x": 1}}"#,
            "vpc-endpoints-per-vpc",
        ),
        (
            r#"{"account": "111111111111", "opt_in_regions": ["us-east-1"]}"#,
            "ap-east-1",
        ),
        (r#"{"account": "111111111111", "colour": 1}"#, "colour"),
    ] {
        let (status, body) = set(&simulator, settings).await;
        assert_eq!(status, 400, "{settings}");
        assert!(body.contains(named), "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn load_balancers_are_counted_per_kind_and_region() {
    let simulator = calm();
    let owner = Client::new(&simulator, OWNER);
    let network = network(&owner, "10.1", &ZONES).await;
    quota(&simulator, OWNER, "load-balancers-per-region", 1).await;
    balancer(&owner, "one", &network.subnet_ids).await;
    let more = async |kind: &str| -> Said {
        let parameters = [
            ("Name", "two"),
            ("Type", kind),
            ("Scheme", "internal"),
            ("Subnets.member.1", network.subnet_ids[0].as_str()),
            ("Subnets.member.2", &network.subnet_ids[1]),
        ];
        owner.elb("CreateLoadBalancer", &parameters).await
    };
    assert_eq!(more("network").await.text("Code"), "TooManyLoadBalancers");
    assert_eq!(more("application").await.status, 200);
    let said = owner.elb_ok("DescribeAccountLimits", &[]).await;
    let limits: Vec<_> = said
        .texts("Name")
        .into_iter()
        .zip(said.texts("Max"))
        .collect();
    let is = |name: &str, max: &str| limits.contains(&(name.to_owned(), max.to_owned()));
    assert!(is("network-load-balancers", "1"), "{limits:?}");
    assert!(is("listeners-per-network-load-balancer", "50"));
    assert!(is("target-groups", "3000"));
}

#[tokio::test(start_paused = true)]
async fn a_load_balancer_has_fifty_listeners() {
    let bridge = Bridge::new(&calm()).await;
    let owner = &bridge.owner;
    for port in 1001..1050 {
        let said = owner
            .listener(&bridge.nlb, "TCP", &port.to_string(), &bridge.group)
            .await;
        assert_eq!(said.status, 200, "{}", said.body);
    }
    let said = owner
        .listener(&bridge.nlb, "TCP", "2000", &bridge.group)
        .await;
    assert_eq!(said.text("Code"), "TooManyListeners");
    // The same again is no new listener.
    let said = owner
        .listener(&bridge.nlb, "TCP", "1001", &bridge.group)
        .await;
    assert_eq!(said.status, 200, "{}", said.body);
}

#[tokio::test(start_paused = true)]
async fn target_groups_and_load_balancers_before_an_alb_have_quotas() {
    let simulator = calm();
    let bridge = Bridge::new(&simulator).await;
    let owner = &bridge.owner;
    quota(&simulator, OWNER, "target-groups-per-region", 2).await;
    quota(&simulator, OWNER, "network-load-balancers-per-alb", 1).await;
    let second = owner.alb_group("second", &bridge.network.vpc_id).await;
    let third = [
        ("Name", "third"),
        ("TargetType", "alb"),
        ("Protocol", "TCP"),
        ("Port", "80"),
        ("VpcId", &bridge.network.vpc_id),
    ];
    let (code, _) = owner.elb_refused("CreateTargetGroup", &third).await;
    assert_eq!(code, "TooManyTargetGroups");
    owner.register(&second, &bridge.alb).await;
    let other = owner
        .balancer("other", "network", &bridge.network, &bridge.nlb_group)
        .await;
    let said = owner.listener(&other, "TCP", "80", &second).await;
    assert_eq!(said.text("Code"), "TooManyRegistrationsForTargetId");
}

#[tokio::test(start_paused = true)]
async fn rules_are_counted_per_direction_and_family() {
    let owner = Client::new(&calm(), OWNER);
    let network = network(&owner, "10.1", &ZONES).await;
    let group = owner.group(&network.vpc_id, "many").await;
    for number in 0..60 {
        let peer = format!("10.7.{number}.0/24");
        owner
            .rule("AuthorizeSecurityGroupIngress", &group, "443", &peer)
            .await;
    }
    let rule = |name: &'static str, peer: &'static str| {
        [
            ("GroupId", group.clone()),
            ("IpPermissions.1.IpProtocol", "tcp".to_owned()),
            ("IpPermissions.1.FromPort", "443".to_owned()),
            ("IpPermissions.1.ToPort", "443".to_owned()),
            (name, peer.to_owned()),
        ]
    };
    let ipv4 = "IpPermissions.1.IpRanges.1.CidrIp";
    let ipv6 = "IpPermissions.1.Ipv6Ranges.1.CidrIpv6";
    for (action, name, peer, code) in [
        (
            "AuthorizeSecurityGroupIngress",
            ipv4,
            "10.8.0.0/24",
            "RulesPerSecurityGroupLimitExceeded",
        ),
        ("AuthorizeSecurityGroupIngress", ipv6, "2001:db8::/64", ""),
        ("AuthorizeSecurityGroupEgress", ipv4, "10.8.0.0/24", ""),
    ] {
        let parameters = rule(name, peer);
        let parameters: Vec<_> = parameters.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let said = owner.ec2(action, &parameters).await;
        let got = said.texts("Code").first().cloned().unwrap_or_default();
        assert_eq!(got, code, "{action} {peer}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_interface_wears_five_groups() {
    let stage = Stage::new(&calm()).await;
    let service = stage.service(false).await;
    let mut names = Vec::new();
    let mut groups = Vec::new();
    for number in 1..=6 {
        names.push(format!("SecurityGroupId.{number}"));
        let name = format!("group-{number}");
        groups.push(stage.consumer.group(&stage.network.vpc_id, &name).await);
    }
    let mut parameters = stage.endpoint(&service);
    let pairs = names.iter().zip(&groups);
    parameters.extend(pairs.map(|(name, group)| (name.as_str(), group.as_str())));
    let code = stage
        .consumer
        .refused("CreateVpcEndpoint", &parameters)
        .await;
    assert_eq!(code, "SecurityGroupsPerInterfaceLimitExceeded");
    parameters.pop();
    stage.consumer.ok("CreateVpcEndpoint", &parameters).await;
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_says_whether_the_caller_may_and_changes_nothing() {
    let simulator = calm();
    let stage = Stage::new(&simulator).await;
    let service = stage.service(false).await;
    let policy = serde_json::json!({"Statement": [
        {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "ec2:DeleteVpcEndpoints", "Resource": "*"}]});
    simulator.attach_policy(CONSUMER, None, &policy).unwrap();
    let dry = ("DryRun", "true");
    let before = simulator.objects();
    let mut create = stage.endpoint(&service);
    create.push(dry);
    for (action, parameters, outcome) in [
        ("CreateVpcEndpoint", create, (412, "DryRunOperation")),
        (
            "CreateVpc",
            vec![("CidrBlock", "10.77.0.0/16"), dry],
            (412, "DryRunOperation"),
        ),
        (
            "DeleteVpcEndpoints",
            vec![("VpcEndpointId.1", "vpce-0"), dry],
            (403, "UnauthorizedOperation"),
        ),
    ] {
        let said = stage.consumer.ec2(action, &parameters).await;
        assert_eq!(
            (said.status, said.text("Code").as_str()),
            outcome,
            "{action}"
        );
    }
    assert_eq!(simulator.objects(), before);
}

#[tokio::test(start_paused = true)]
async fn every_operation_of_ec2_can_be_tried_dryly_and_none_of_the_others() {
    let simulator = calm();
    let owner = Client::new(&simulator, OWNER);
    owner.ok("DescribeVpcs", &[]).await;
    let before = simulator.objects();
    let request = http::Request::get("/_simulator/operations");
    let request = request.body(Bytes::new()).unwrap();
    let aws_simulator::Answer::Response(response) = simulator.handle(request).await else {
        panic!("an answer");
    };
    let said: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
    let all = said["operations"].as_array().unwrap();
    for row in all {
        let (service, name) = (row["service"].as_str(), row["operation"].as_str());
        let (service, name) = (service.unwrap(), name.unwrap());
        // REST services have no form to put it in.
        if ["ram", "route53", "vpc-lattice"].contains(&service) {
            continue;
        }
        let said = owner.try_call(service, name, &[("DryRun", "true")]).await;
        let said = said.unwrap();
        let dry = said.status == 412 && said.text("Code") == "DryRunOperation";
        assert_eq!(dry, service == "ec2", "{name}: {}", said.body);
        assert!(service != ELB || said.status == 400, "{name}");
    }
    assert_eq!(simulator.objects(), before);
}
