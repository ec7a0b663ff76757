//! Load balancing beyond the numbered rules: lifecycles, lists, attributes, tags, refusals, doubts.

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

use std::collections::BTreeSet;

use aws_simulator::Simulator;
use support::bridge::Bridge;
use support::stage::{ZONES, network};
use support::{CONSUMER, Client, OWNER, calm, pass};

#[tokio::test(start_paused = true)]
async fn a_load_balancer_takes_minutes_to_become_active() {
    let owner = Client::new(&calm(), OWNER);
    let network = network(&owner, "10.1", &ZONES).await;
    let arn = owner.balancer("edge", "network", &network, "").await;
    let state = async || {
        let said = owner
            .elb_ok("DescribeLoadBalancers", &[("Names.member.1", "edge")])
            .await;
        said.text("Code")
    };
    pass(119).await;
    assert_eq!(state().await, "provisioning");
    let early = [("NetworkLoadBalancerArn.1", arn.as_str())];
    owner
        .refused("CreateVpcEndpointServiceConfiguration", &early)
        .await;
    pass(62).await;
    assert_eq!(state().await, "active");
}

#[tokio::test(start_paused = true)]
async fn with_waits_of_zero_everything_is_ready_at_the_next_call() {
    let simulator = Simulator::builder().zero_waits(true).build().unwrap();
    let owner = Client::new(&simulator, OWNER);
    let network = network(&owner, "10.1", &ZONES).await;
    let nlb = owner.balancer("edge", "network", &network, "").await;
    let alb = owner.balancer("web", "application", &network, "").await;
    let group = owner.alb_group("edge-web", &network.vpc_id).await;
    owner.answering(&alb, "80").await;
    owner.register(&group, &alb).await;
    owner.listener(&nlb, "TCP", "80", &group).await;
    // The ALB's default group admits its own members only.
    assert_eq!(
        owner.health(&group).await,
        ("unhealthy".to_owned(), "Target.Timeout".to_owned())
    );
    let said = owner.elb_ok("DescribeLoadBalancers", &[]).await;
    assert_eq!(said.texts("Code"), ["active", "active"]);
}

#[tokio::test(start_paused = true)]
async fn placement_is_judged_as_aws_judges_it() {
    let owner = Client::new(&calm(), OWNER);
    let net = network(&owner, "10.1", &ZONES).await;
    let twin = [
        ("VpcId", net.vpc_id.as_str()),
        ("CidrBlock", "10.1.9.0/24"),
        ("AvailabilityZoneId", ZONES[0]),
    ];
    let twin = owner.ok("CreateSubnet", &twin).await.text("subnetId");
    let tiny = [
        ("VpcId", net.vpc_id.as_str()),
        ("CidrBlock", "10.1.10.0/28"),
        ("AvailabilityZoneId", ZONES[0]),
    ];
    let tiny = owner.ok("CreateSubnet", &tiny).await.text("subnetId");
    let far = network(&owner, "10.2", &ZONES).await;
    let (one, two) = (net.subnet_ids[0].as_str(), net.subnet_ids[1].as_str());
    let ask = async |kind: &str, scheme: &str, subnets: &[&str]| {
        let mut parameters = vec![("Name", "a"), ("Type", kind), ("Scheme", scheme)];
        let keys = ["Subnets.member.1", "Subnets.member.2"];
        parameters.extend(keys.into_iter().zip(subnets.iter().copied()));
        let (code, message) = owner.elb_refused("CreateLoadBalancer", &parameters).await;
        format!("{code}: {message}")
    };
    let alb = "ValidationError: At least two subnets in two different Availability Zones must be specified";
    assert_eq!(ask("application", "internal", &[one]).await, alb);
    let zone = "InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets in the \
                same Availability Zone";
    assert_eq!(ask("network", "internal", &[one, &twin]).await, zone);
    let gateway = format!("InvalidSubnet: VPC {} has no internet gateway", net.vpc_id);
    assert_eq!(ask("network", "internet-facing", &[one]).await, gateway);
    assert!(
        ask("network", "internal", &["subnet-0"])
            .await
            .starts_with("SubnetNotFound")
    );
    assert!(
        ask("network", "internal", &[one, &far.subnet_ids[1]])
            .await
            .starts_with("InvalidSubnet")
    );
    assert!(
        ask("network", "internal", &[])
            .await
            .starts_with("ValidationError")
    );
    let space = ask_until_full(&owner, &tiny).await;
    assert!(space.contains("at least 8 free IP addresses"), "{space}");
    let gateway = owner
        .ok("CreateInternetGateway", &[])
        .await
        .text("internetGatewayId");
    let attach = [
        ("InternetGatewayId", gateway.as_str()),
        ("VpcId", &net.vpc_id),
    ];
    owner.ok("AttachInternetGateway", &attach).await;
    let open = [
        ("Name", "open"),
        ("Subnets.member.1", one),
        ("Subnets.member.2", two),
    ];
    let said = owner.elb_ok("CreateLoadBalancer", &open).await;
    assert_eq!(
        (said.text("Type"), said.text("Scheme")),
        ("application".to_owned(), "internet-facing".to_owned())
    );
    assert!(
        said.text("DNSName")
            .ends_with(".us-east-1.elb.amazonaws.com")
    );
}

/// Fills a /28 with load balancers; the refusal at last.
async fn ask_until_full(owner: &Client, subnet: &str) -> String {
    for number in 0..11 {
        let name = format!("n{number}");
        let parameters = [
            ("Name", name.as_str()),
            ("Type", "network"),
            ("Scheme", "internal"),
            ("Subnets.member.1", subnet),
        ];
        let said = owner.elb("CreateLoadBalancer", &parameters).await;
        if said.status != 200 {
            assert_eq!(said.text("Code"), "InvalidSubnet");
            return said.text("Message");
        }
    }
    panic!("a /28 never fills up");
}

#[tokio::test(start_paused = true)]
async fn a_fixed_private_address_is_kept() {
    let owner = Client::new(&calm(), OWNER);
    let net = network(&owner, "10.1", &ZONES).await;
    let parameters = [
        ("Name", "edge"),
        ("Type", "network"),
        ("Scheme", "internal"),
        (
            "SubnetMappings.member.1.SubnetId",
            net.subnet_ids[0].as_str(),
        ),
        ("SubnetMappings.member.1.PrivateIPv4Address", "10.1.0.77"),
    ];
    let said = owner.elb_ok("CreateLoadBalancer", &parameters).await;
    assert_eq!(said.text("PrivateIPv4Address"), "10.1.0.77");
    let filter = [
        ("Filter.1.Name", "subnet-id"),
        ("Filter.1.Value.1", net.subnet_ids[0].as_str()),
    ];
    let said = owner.ok("DescribeNetworkInterfaces", &filter).await;
    assert_eq!(said.text("privateIpAddress"), "10.1.0.77");
}

#[tokio::test(start_paused = true)]
async fn lists_are_cut_into_pages_and_bounded() {
    let owner = Client::new(&calm(), OWNER);
    let vpc = owner
        .ok("CreateVpc", &[("CidrBlock", "10.1.0.0/16")])
        .await
        .text("vpcId");
    for number in 0..5 {
        owner.alb_group(&format!("g{number}"), &vpc).await;
    }
    let mut names = BTreeSet::new();
    let mut marker = String::new();
    let mut pages = 0;
    loop {
        let mut parameters = vec![("PageSize", "2")];
        if !marker.is_empty() {
            parameters.push(("Marker", marker.as_str()));
        }
        let said = owner.elb_ok("DescribeTargetGroups", &parameters).await;
        names.extend(said.texts("TargetGroupName"));
        pages += 1;
        match said.texts("NextMarker").first() {
            Some(next) => marker = next.clone(),
            None => break,
        }
    }
    assert_eq!((pages, names.len()), (3, 5));
    for bad in ["0", "401"] {
        let (code, _) = owner
            .elb_refused("DescribeTargetGroups", &[("PageSize", bad)])
            .await;
        assert_eq!(code, "ValidationError");
    }
    let keys: Vec<String> = (1..=21).map(|n| format!("Names.member.{n}")).collect();
    let many: Vec<_> = keys.iter().map(|key| (key.as_str(), "g0")).collect();
    assert_eq!(
        owner.elb_refused("DescribeTargetGroups", &many).await.0,
        "ValidationError"
    );
    let said = owner
        .elb_refused("DescribeTargetGroups", &[("Names.member.1", "x")])
        .await;
    assert_eq!(
        said,
        (
            "TargetGroupNotFound".to_owned(),
            "One or more target groups not found".to_owned()
        )
    );
    let (code, _) = owner
        .elb_refused("DescribeLoadBalancers", &[("Names.member.1", "x")])
        .await;
    assert_eq!(code, "LoadBalancerNotFound");
    let (code, _) = owner.elb_refused("DescribeListeners", &[]).await;
    assert_eq!(code, "ValidationError");
}

#[tokio::test(start_paused = true)]
async fn other_accounts_do_not_see_it() {
    let simulator = calm();
    let bridge = Bridge::new(&simulator).await;
    let stranger = Client::new(&simulator, CONSUMER);
    assert!(
        stranger
            .elb_ok("DescribeLoadBalancers", &[])
            .await
            .texts("member")
            .is_empty()
    );
    let arn = [("LoadBalancerArns.member.1", bridge.nlb.as_str())];
    let (code, _) = stranger.elb_refused("DescribeLoadBalancers", &arn).await;
    assert_eq!(code, "LoadBalancerNotFound");
    // Deleting what the caller does not have succeeds and deletes nothing.
    stranger
        .elb_ok("DeleteLoadBalancer", &[("LoadBalancerArn", &bridge.nlb)])
        .await;
    bridge.owner.elb_ok("DescribeLoadBalancers", &arn).await;
}

#[tokio::test(start_paused = true)]
async fn attributes_have_defaults_bounds_and_protect() {
    let bridge = Bridge::new(&calm()).await;
    let owner = &bridge.owner;
    let nlb = ("LoadBalancerArn", bridge.nlb.as_str());
    let change = |key, value| {
        [
            nlb,
            ("Attributes.member.1.Key", key),
            ("Attributes.member.1.Value", value),
        ]
    };
    let action = "ModifyLoadBalancerAttributes";
    let (code, message) = owner.elb_refused(action, &change("colour", "red")).await;
    assert_eq!(code, "InvalidConfigurationRequest");
    assert_eq!(
        message,
        "Load balancer attribute key 'colour' is not recognized"
    );
    let bad = change("deletion_protection.enabled", "yes");
    assert_eq!(
        owner.elb_refused(action, &bad).await.0,
        "InvalidConfigurationRequest"
    );
    let said = owner
        .elb_ok(action, &change("deletion_protection.enabled", "true"))
        .await;
    let changed = said.texts("Key");
    let (code, message) = owner.elb_refused("DeleteLoadBalancer", &[nlb]).await;
    assert_eq!(code, "OperationNotPermitted");
    assert!(message.ends_with("cannot be deleted because deletion protection is enabled"));
    let said = owner.elb_ok("DescribeLoadBalancerAttributes", &[nlb]).await;
    let keys = said.texts("Key");
    assert_eq!(changed, keys, "a change answers all attributes");
    let value =
        |key: &str| said.texts("Value")[keys.iter().position(|k| k == key).unwrap()].clone();
    assert_eq!(value("deletion_protection.enabled"), "true");
    assert_eq!(value("load_balancing.cross_zone.enabled"), "false");
    let idle = [
        ("ListenerArn", bridge.nlb_listener.as_str()),
        ("Attributes.member.1.Key", "tcp.idle_timeout.seconds"),
        ("Attributes.member.1.Value", "6001"),
    ];
    let (code, _) = owner.elb_refused("ModifyListenerAttributes", &idle).await;
    assert_eq!(code, "InvalidConfigurationRequest");
    let said = owner.elb_ok("DescribeListenerAttributes", &idle[..1]).await;
    assert_eq!(said.text("Value"), "350");
}

#[tokio::test(start_paused = true)]
async fn tags_come_with_a_create_and_by_calls() {
    let bridge = Bridge::new(&calm()).await;
    let owner = &bridge.owner;
    let both = [
        ("ResourceArns.member.1", bridge.nlb.as_str()),
        ("ResourceArns.member.2", bridge.nlb_listener.as_str()),
    ];
    let pair = [("Tags.member.1.Key", "stack"), ("Tags.member.1.Value", "a")];
    owner
        .elb_ok("AddTags", &[both.as_slice(), &pair].concat())
        .await;
    let said = owner.elb_ok("DescribeTags", &both).await;
    assert_eq!(said.texts("Value"), ["a", "a"]);
    let twice = [both.as_slice(), &pair, &[("Tags.member.2.Key", "stack")]].concat();
    assert_eq!(
        owner.elb_refused("AddTags", &twice).await.0,
        "DuplicateTagKeys"
    );
    let aws = [both[0], ("Tags.member.1.Key", "aws:x")];
    assert_eq!(
        owner.elb_refused("AddTags", &aws).await.0,
        "ValidationError"
    );
    let key = [
        both[0],
        ("TagKeys.member.1", "stack"),
        ("TagKeys.member.2", "absent"),
    ];
    owner.elb_ok("RemoveTags", &key).await;
    assert!(
        owner
            .elb_ok("DescribeTags", &both[..1])
            .await
            .texts("Key")
            .is_empty()
    );
    let gone = bridge.group.replace("edge-web", "gone");
    let (code, _) = owner
        .elb_refused("DescribeTags", &[("ResourceArns.member.1", &gone)])
        .await;
    assert_eq!(code, "TargetGroupNotFound");
}

#[tokio::test(start_paused = true)]
async fn https_needs_one_certificate_of_the_account() {
    let bridge = Bridge::new(&calm()).await;
    let owner = &bridge.owner;
    let base = [
        ("LoadBalancerArn", bridge.alb.as_str()),
        ("Protocol", "HTTPS"),
        ("Port", "443"),
        ("DefaultActions.member.1.Type", "fixed-response"),
        (
            "DefaultActions.member.1.FixedResponseConfig.StatusCode",
            "404",
        ),
    ];
    let arn = |account| {
        format!("arn:aws:acm:us-east-1:{account}:certificate/0a1b2c3d-0000-4000-8000-000000000001")
    };
    let (code, message) = owner.elb_refused("CreateListener", &base).await;
    assert_eq!(code, "ValidationError");
    assert_eq!(
        message,
        "A certificate must be specified for HTTPS listeners"
    );
    let (own, strange) = (arn(OWNER), arn(CONSUMER));
    let name = "Certificates.member.1.CertificateArn";
    let (code, _) = owner
        .elb_refused("CreateListener", &[&base[..], &[(name, &strange)]].concat())
        .await;
    assert_eq!(code, "CertificateNotFound");
    let said = owner
        .elb_ok("CreateListener", &[&base[..], &[(name, &own)]].concat())
        .await;
    assert_eq!(said.text("SslPolicy"), "ELBSecurityPolicy-2016-08");
    let listener = said.text("ListenerArn");
    let said = owner
        .elb_ok(
            "DescribeListenerCertificates",
            &[("ListenerArn", &listener)],
        )
        .await;
    assert_eq!(
        (said.text("CertificateArn"), said.text("IsDefault")),
        (own, "true".to_owned())
    );
    let said = owner
        .elb_ok("DescribeRules", &[("ListenerArn", &listener)])
        .await;
    assert_eq!(
        (said.text("Priority"), said.text("StatusCode")),
        ("default".to_owned(), "404".to_owned())
    );
    let rule = said.text("RuleArn");
    let said = owner
        .elb_ok("DescribeRules", &[("RuleArns.member.1", &rule)])
        .await;
    assert_eq!(said.text("RuleArn"), rule);
    let moved = [("ListenerArn", listener.as_str()), ("Port", "80")];
    let (code, message) = owner.elb_refused("ModifyListener", &moved).await;
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("ValidationError", "Listener port '80' is already in use")
    );
    let plain = [("ListenerArn", listener.as_str()), ("Protocol", "HTTP")];
    let said = owner.elb_ok("ModifyListener", &plain).await;
    assert!(said.texts("SslPolicy").is_empty() && said.texts("CertificateArn").is_empty());
}

#[tokio::test(start_paused = true)]
async fn protocols_that_do_not_fit_are_refused_in_aws_words() {
    let bridge = Bridge::new(&calm()).await;
    let owner = &bridge.owner;
    let said = owner
        .listener(&bridge.alb, "TCP", "81", &bridge.group)
        .await;
    assert_eq!(
        said.text("Message"),
        "Listener protocol 'TCP' must be one of 'HTTPS, HTTP'"
    );
    let said = owner
        .listener(&bridge.alb, "HTTP", "81", &bridge.group)
        .await;
    assert_eq!(said.text("Code"), "InvalidConfigurationRequest");
    let said = owner
        .listener(&bridge.nlb, "TPC", "81", &bridge.group)
        .await;
    let text = "1 validation error detected: Value 'TPC' at 'protocol' failed to satisfy constraint: \
                Member must satisfy enum value set: [";
    assert!(said.says(text), "{}", said.body);
    let instances = [
        ("Name", "web"),
        ("Protocol", "HTTP"),
        ("Port", "80"),
        ("VpcId", bridge.network.vpc_id.as_str()),
    ];
    let instances = owner
        .elb_ok("CreateTargetGroup", &instances)
        .await
        .text("TargetGroupArn");
    let said = owner.listener(&bridge.nlb, "TCP", "81", &instances).await;
    assert_eq!(said.text("Code"), "IncompatibleProtocols");
    let said = owner.register(&instances, "i-0123456789abcdef0").await;
    assert_eq!(said.text("Code"), "InvalidTarget");
}

#[tokio::test(start_paused = true)]
async fn addresses_are_targets_that_drain() {
    let bridge = Bridge::new(&calm()).await;
    let owner = &bridge.owner;
    let group = [
        ("Name", "db"),
        ("TargetType", "ip"),
        ("Protocol", "TCP"),
        ("Port", "5432"),
        ("VpcId", bridge.network.vpc_id.as_str()),
    ];
    let group = owner
        .elb_ok("CreateTargetGroup", &group)
        .await
        .text("TargetGroupArn");
    assert_eq!(
        owner.register(&group, "8.8.8.8").await.text("Code"),
        "InvalidTarget"
    );
    assert_eq!(
        owner.register(&group, "10.77.0.1").await.text("Code"),
        "InvalidTarget"
    );
    assert_eq!(owner.register(&group, "10.1.0.99").await.status, 200);
    assert_eq!(
        owner
            .listener(&bridge.nlb, "TCP", "5432", &group)
            .await
            .status,
        200
    );
    pass(300).await;
    assert_eq!(owner.health(&group).await.0, "healthy");
    let target = [
        ("TargetGroupArn", group.as_str()),
        ("Targets.member.1.Id", "10.1.0.99"),
    ];
    owner.elb_ok("DeregisterTargets", &target).await;
    pass(299).await;
    assert_eq!(owner.health(&group).await.0, "draining");
    pass(1).await;
    let said = owner.elb_ok("DescribeTargetHealth", &target[..1]).await;
    assert!(said.texts("State").is_empty());
    owner.elb_ok("DeregisterTargets", &target).await;
}

#[tokio::test(start_paused = true)]
async fn an_nlb_changes_the_subnet_of_a_zone_in_two_steps() {
    let bridge = Bridge::new(&calm()).await;
    let owner = &bridge.owner;
    let twin = [
        ("VpcId", bridge.network.vpc_id.as_str()),
        ("CidrBlock", "10.1.9.0/24"),
        ("AvailabilityZoneId", ZONES[0]),
    ];
    let twin = owner.ok("CreateSubnet", &twin).await.text("subnetId");
    let nlb = ("LoadBalancerArn", bridge.nlb.as_str());
    let second = ("Subnets.member.1", bridge.network.subnet_ids[1].as_str());
    let exchange = [nlb, second, ("Subnets.member.2", &twin)];
    let (code, _) = owner.elb_refused("SetSubnets", &exchange).await;
    assert_eq!(code, "InvalidConfigurationRequest");
    owner.elb_ok("SetSubnets", &[nlb, second]).await;
    let said = owner.elb_ok("SetSubnets", &exchange).await;
    let expected = BTreeSet::from([twin, bridge.network.subnet_ids[1].clone()]);
    assert_eq!(
        said.texts("SubnetId").into_iter().collect::<BTreeSet<_>>(),
        expected
    );
}

#[tokio::test(start_paused = true)]
async fn reads_lag_behind_writes_where_lag_is_on() {
    let mut missed = false;
    for seed in 0..20 {
        let simulator = Simulator::builder().seed(seed).lag(true).build().unwrap();
        let owner = Client::new(&simulator, OWNER);
        let vpc = owner
            .ok("CreateVpc", &[("CidrBlock", "10.1.0.0/16")])
            .await
            .text("vpcId");
        pass(60).await;
        let arn = owner.alb_group("g", &vpc).await;
        let wanted = [("TargetGroupArns.member.1", arn.as_str())];
        missed |= owner.elb("DescribeTargetGroups", &wanted).await.status != 200;
        pass(60).await;
        owner.elb_ok("DescribeTargetGroups", &wanted).await;
        owner
            .elb_ok("DeleteTargetGroup", &[("TargetGroupArn", &arn)])
            .await;
    }
    assert!(missed, "a fresh group must be missed by some read");
}
