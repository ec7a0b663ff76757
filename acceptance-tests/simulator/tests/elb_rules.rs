//! The rules of load balancing, one test for each, by the numbers of the project's list of rules.

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

use aws_simulator::{HttpAnswer, Simulator};
use support::bridge::Bridge;
use support::stage::{ZONES, network};
use support::{Client, OWNER, calm, pass};

const BUSY_NLB: &str = "cannot be deleted because it is currently associated with another service";

async fn service(bridge: &Bridge) -> String {
    let parameters = [("NetworkLoadBalancerArn.1", bridge.nlb.as_str())];
    let said = bridge
        .owner
        .ok("CreateVpcEndpointServiceConfiguration", &parameters)
        .await;
    said.text("serviceId")
}

fn with(reading: (&str, &str)) -> Simulator {
    let (name, reading) = reading;
    Simulator::builder()
        .seed(1)
        .doubt(name, reading)
        .unwrap()
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn rule_6_an_nlb_of_a_service_stays_and_keeps_its_zones() {
    let bridge = Bridge::new(&calm()).await;
    let owner = &bridge.owner;
    let id = service(&bridge).await;
    let arn = ("LoadBalancerArn", bridge.nlb.as_str());
    let (code, message) = owner.elb_refused("DeleteLoadBalancer", &[arn]).await;
    assert_eq!(code, "ResourceInUse");
    assert_eq!(
        message,
        format!("Load balancer '{}' {BUSY_NLB}", bridge.nlb)
    );
    let one = ("Subnets.member.1", bridge.network.subnet_ids[0].as_str());
    let (code, message) = owner.elb_refused("SetSubnets", &[arn, one]).await;
    assert_eq!(code, "ResourceInUse");
    assert!(message.starts_with("Subnets cannot be removed from load balancer because"));
    pass(60).await;
    owner
        .ok(
            "DeleteVpcEndpointServiceConfigurations",
            &[("ServiceId.1", &id)],
        )
        .await;
    pass(5).await;
    assert_eq!(
        owner.elb_refused("DeleteLoadBalancer", &[arn]).await.0,
        "ResourceInUse"
    );
    pass(300).await;
    owner.elb_ok("DeleteLoadBalancer", &[arn]).await;
}

#[tokio::test(start_paused = true)]
async fn rule_6_a_zone_may_leave_while_nobody_is_connected_in_the_other_reading() {
    let bridge = Bridge::new(&with(("zone-removal-blocked-by", "endpoints"))).await;
    service(&bridge).await;
    let one = ("Subnets.member.1", bridge.network.subnet_ids[0].as_str());
    let parameters = [("LoadBalancerArn", bridge.nlb.as_str()), one];
    let said = bridge.owner.elb_ok("SetSubnets", &parameters).await;
    assert_eq!(
        said.texts("SubnetId"),
        [bridge.network.subnet_ids[0].clone()]
    );
}

#[tokio::test(start_paused = true)]
async fn rule_7_alb_groups_are_tcp_and_checked_over_http() {
    let bridge = Bridge::new(&calm()).await;
    let owner = &bridge.owner;
    let base = [
        ("Name", "other"),
        ("TargetType", "alb"),
        ("Port", "443"),
        ("VpcId", bridge.network.vpc_id.as_str()),
    ];
    let tls = [base.as_slice(), &[("Protocol", "TLS")]].concat();
    let (code, message) = owner.elb_refused("CreateTargetGroup", &tls).await;
    assert_eq!(code, "InvalidConfigurationRequest");
    let text = "Target type 'alb' is not supported for target groups with TLS protocol";
    assert_eq!(message, text);
    let tcp_check = [
        base.as_slice(),
        &[("Protocol", "TCP"), ("HealthCheckProtocol", "TCP")],
    ];
    let (code, _) = owner
        .elb_refused("CreateTargetGroup", &tcp_check.concat())
        .await;
    assert_eq!(code, "InvalidConfigurationRequest");
    let plain = [base.as_slice(), &[("Protocol", "TCP")]].concat();
    let said = owner.elb_ok("CreateTargetGroup", &plain).await;
    let shown = [
        "HealthCheckProtocol",
        "HealthCheckTimeoutSeconds",
        "HttpCode",
        "HealthyThresholdCount",
    ]
    .map(|name| said.text(name));
    assert_eq!(shown, ["HTTP", "6", "200-399", "5"]);
}

#[tokio::test(start_paused = true)]
async fn rule_7_an_alb_is_registered_where_it_listens_once_and_behind_two_nlbs() {
    let simulator = calm();
    let bridge = Bridge::new(&simulator).await;
    let owner = &bridge.owner;
    let vpc_id = bridge.network.vpc_id.as_str();
    let port = ("Targets.member.1.Port", "8080");
    let target = ("Targets.member.1.Id", bridge.alb.as_str());
    let parameters = [("TargetGroupArn", bridge.group.as_str()), target, port];
    let (code, message) = owner.elb_refused("RegisterTargets", &parameters).await;
    assert_eq!(code, "ValidationError");
    let text = "If the target type is ALB, the target must have at least one listener that matches \
                the target group port or any specified port overrides";
    assert_eq!(message, text);
    let second = owner
        .balancer("web2", "application", &bridge.network, "")
        .await;
    owner.answering(&second, "80").await;
    let said = owner.register(&bridge.group, &second).await;
    assert_eq!(said.text("Code"), "TooManyTargets");
    assert_eq!(owner.register(&bridge.group, &bridge.alb).await.status, 200);
    let far = network(owner, "10.9", &ZONES).await;
    let far_group = owner.alb_group("far", &far.vpc_id).await;
    assert_eq!(
        owner.register(&far_group, &bridge.alb).await.text("Code"),
        "InvalidTarget"
    );
    for (number, expected) in [(2, 200), (3, 400)] {
        let nlb = owner
            .balancer(&format!("edge{number}"), "network", &bridge.network, "")
            .await;
        let group = owner.alb_group(&format!("edge-web{number}"), vpc_id).await;
        assert_eq!(owner.register(&group, &bridge.alb).await.status, 200);
        let said = owner.listener(&nlb, "TCP", "80", &group).await;
        assert_eq!(said.status, expected, "{}", said.body);
        if expected == 400 {
            assert_eq!(said.text("Code"), "TooManyRegistrationsForTargetId");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn rule_7_what_is_in_use_stays_and_a_group_has_one_load_balancer() {
    let bridge = Bridge::new(&calm()).await;
    let owner = &bridge.owner;
    let alb = ("LoadBalancerArn", bridge.alb.as_str());
    assert_eq!(
        owner.elb_refused("DeleteLoadBalancer", &[alb]).await.0,
        "ResourceInUse"
    );
    let group = ("TargetGroupArn", bridge.group.as_str());
    let busy = format!(
        "Target group '{}' is currently in use by a listener or a rule",
        bridge.group
    );
    let refused = ("ResourceInUse".to_owned(), busy);
    assert_eq!(
        owner.elb_refused("DeleteTargetGroup", &[group]).await,
        refused
    );
    let attribute = [
        group,
        (
            "Attributes.member.1.Key",
            "deregistration_delay.timeout_seconds",
        ),
        ("Attributes.member.1.Value", "1"),
    ];
    let (code, _) = owner
        .elb_refused("ModifyTargetGroupAttributes", &attribute)
        .await;
    assert_eq!(code, "InvalidConfigurationRequest");
    let other = owner
        .balancer("other", "network", &bridge.network, "")
        .await;
    let said = owner.listener(&other, "TCP", "80", &bridge.group).await;
    assert_eq!(said.text("Code"), "TargetGroupAssociationLimit");
    let listener = ("ListenerArn", bridge.nlb_listener.as_str());
    owner.elb_ok("DeleteListener", &[listener]).await;
    assert_eq!(
        owner.elb_refused("DeleteListener", &[listener]).await.0,
        "ListenerNotFound"
    );
    assert_eq!(
        owner.elb_refused("DeleteTargetGroup", &[group]).await,
        refused
    );
    pass(10).await;
    owner.elb_ok("DeleteTargetGroup", &[group]).await;
    owner.elb_ok("DeleteLoadBalancer", &[alb]).await;
}

#[tokio::test(start_paused = true)]
async fn rule_8_a_target_is_unused_then_initial_then_judged() {
    let simulator = calm();
    let bridge = Bridge::new(&simulator).await;
    let owner = &bridge.owner;
    let idle = owner.alb_group("idle", &bridge.network.vpc_id).await;
    owner.register(&idle, &bridge.alb).await;
    let state = |state: &str, reason: &str| (state.to_owned(), reason.to_owned());
    assert_eq!(
        owner.health(&idle).await,
        state("unused", "Target.NotInUse")
    );
    let nlb = owner
        .balancer("idle", "network", &bridge.network, &bridge.nlb_group)
        .await;
    pass(180).await;
    owner.listener(&nlb, "TCP", "80", &idle).await;
    assert_eq!(
        owner.health(&idle).await,
        state("initial", "Elb.RegistrationInProgress")
    );
    pass(61).await;
    assert_eq!(
        owner.health(&idle).await,
        state("initial", "Elb.InitialHealthChecking")
    );
    pass(5 * 30).await;
    assert_eq!(owner.health(&idle).await, state("healthy", ""));
    let answer = HttpAnswer {
        listener_arn: bridge.alb_listener.clone(),
        status: 503,
    };
    simulator.set_http_answer(answer);
    pass(59).await;
    assert_eq!(owner.health(&idle).await, state("healthy", ""));
    pass(2).await;
    let said = owner
        .elb_ok("DescribeTargetHealth", &[("TargetGroupArn", &idle)])
        .await;
    assert_eq!(
        said.text("Description"),
        "Health checks failed with these codes: [503]"
    );
    assert_eq!(said.text("Reason"), "Target.ResponseCodeMismatch");
    let stranger = [
        ("TargetGroupArn", idle.as_str()),
        ("Targets.member.1.Id", bridge.nlb.as_str()),
    ];
    let said = owner.elb_ok("DescribeTargetHealth", &stranger).await;
    assert_eq!(said.text("Reason"), "Target.NotRegistered");
}

#[tokio::test(start_paused = true)]
async fn rule_8_http_on_an_https_listener_fails_with_400_and_https_passes() {
    let bridge = Bridge::new(&calm()).await;
    let owner = &bridge.owner;
    let arn =
        format!("arn:aws:acm:us-east-1:{OWNER}:certificate/0a1b2c3d-0000-4000-8000-000000000001");
    let https = [
        ("ListenerArn", bridge.alb_listener.as_str()),
        ("Protocol", "HTTPS"),
        ("Certificates.member.1.CertificateArn", &arn),
    ];
    owner.elb_ok("ModifyListener", &https).await;
    pass(900).await;
    let said = owner
        .elb_ok("DescribeTargetHealth", &[("TargetGroupArn", &bridge.group)])
        .await;
    assert_eq!(
        said.text("Description"),
        "Health checks failed with these codes: [400]"
    );
    let check = [
        ("TargetGroupArn", bridge.group.as_str()),
        ("HealthCheckProtocol", "HTTPS"),
    ];
    owner.elb_ok("ModifyTargetGroup", &check).await;
    pass(900).await;
    assert_eq!(owner.health(&bridge.group).await.0, "healthy");
}

#[tokio::test(start_paused = true)]
async fn rule_8_checks_obey_both_sides_security_groups() {
    let bridge = Bridge::healthy(&calm()).await;
    let owner = &bridge.owner;
    let timeout = ("unhealthy".to_owned(), "Target.Timeout".to_owned());
    let (nlb, alb) = (bridge.nlb_group.as_str(), bridge.alb_group.as_str());
    owner
        .rule("RevokeSecurityGroupIngress", alb, "80", nlb)
        .await;
    pass(61).await;
    assert_eq!(owner.health(&bridge.group).await, timeout);
    // Node addresses do as well as the group.
    owner
        .rule("AuthorizeSecurityGroupIngress", alb, "80", "10.1.0.0/16")
        .await;
    pass(151).await;
    assert_eq!(owner.health(&bridge.group).await.0, "healthy");
    owner.mute(nlb).await;
    pass(61).await;
    assert_eq!(owner.health(&bridge.group).await, timeout);
    owner
        .rule("AuthorizeSecurityGroupEgress", nlb, "80", alb)
        .await;
    pass(151).await;
    assert_eq!(owner.health(&bridge.group).await.0, "healthy");
}

#[tokio::test(start_paused = true)]
async fn rule_9_nlb_groups_are_decided_at_creation_and_the_switch_comes_with_them() {
    let bridge = Bridge::new(&calm()).await;
    let owner = &bridge.owner;
    let switch = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
    let bare = owner.balancer("bare", "network", &bridge.network, "").await;
    let group = ("SecurityGroups.member.1", bridge.nlb_group.as_str());
    let (code, _) = owner
        .elb_refused("SetSecurityGroups", &[("LoadBalancerArn", &bare), group])
        .await;
    assert_eq!(code, "InvalidConfigurationRequest");
    let said = owner
        .elb_ok("DescribeLoadBalancers", &[("Names.member.1", "bare")])
        .await;
    assert!(said.texts(switch).is_empty() && said.texts("SecurityGroups").is_empty());
    let said = owner
        .elb_ok("DescribeLoadBalancers", &[("Names.member.1", "edge")])
        .await;
    assert_eq!(said.text(switch), "on");
    let nlb = ("LoadBalancerArn", bridge.nlb.as_str());
    let (code, _) = owner
        .elb_refused("SetSecurityGroups", &[nlb, (switch, "off")])
        .await;
    assert_eq!(code, "ValidationError");
    let said = owner
        .elb_ok("SetSecurityGroups", &[nlb, group, (switch, "off")])
        .await;
    assert_eq!(said.text(switch), "off");
    let said = owner.elb_ok("SetSecurityGroups", &[nlb, group]).await;
    assert_eq!(said.text(switch), "off");
    let mut creation = vec![("Name", "no"), ("Type", "network"), ("Scheme", "internal")];
    creation.extend([
        ("Subnets.member.1", bridge.network.subnet_ids[0].as_str()),
        (switch, "off"),
    ]);
    let (code, _) = owner.elb_refused("CreateLoadBalancer", &creation).await;
    assert_eq!(code, "UnknownParameter");
}

#[tokio::test(start_paused = true)]
async fn rule_10_a_name_is_an_identity_whoever_made_it() {
    let simulator = calm();
    let bridge = Bridge::new(&simulator).await;
    let mut stranger = Client::new(&simulator, OWNER);
    stranger.access_key = format!("AKIA9999{OWNER}");
    let same = [
        ("Name", "edge"),
        ("Type", "network"),
        ("Scheme", "internal"),
        ("Subnets.member.1", &bridge.network.subnet_ids[1]),
        ("Subnets.member.2", &bridge.network.subnet_ids[0]),
        ("SecurityGroups.member.1", &bridge.nlb_group),
        ("Tags.member.1.Key", "owner"),
        ("Tags.member.1.Value", "stranger"),
    ];
    let said = stranger.elb_ok("CreateLoadBalancer", &same).await;
    assert_eq!(said.text("LoadBalancerArn"), bridge.nlb);
    let said = stranger
        .elb_ok("DescribeTags", &[("ResourceArns.member.1", &bridge.nlb)])
        .await;
    assert!(said.texts("Key").is_empty());
    let other_kind = [&same[..1], &[("Type", "application")], &same[2..5]].concat();
    let (code, message) = stranger
        .elb_refused("CreateLoadBalancer", &other_kind)
        .await;
    assert_eq!(code, "DuplicateLoadBalancerName");
    let text = "A load balancer with the same name 'edge' exists, but with different settings";
    assert_eq!(message, text);
    assert_eq!(
        stranger.alb_group("edge-web", &bridge.network.vpc_id).await,
        bridge.group
    );
    let other = [
        ("Name", "edge-web"),
        ("Protocol", "TCP"),
        ("Port", "81"),
        ("TargetType", "alb"),
        ("VpcId", &bridge.network.vpc_id),
    ];
    let (code, _) = stranger.elb_refused("CreateTargetGroup", &other).await;
    assert_eq!(code, "DuplicateTargetGroupName");
    let said = stranger
        .listener(&bridge.nlb, "TCP", "80", &bridge.group)
        .await;
    assert_eq!(said.text("ListenerArn"), bridge.nlb_listener);
    let second = stranger.alb_group("second", &bridge.network.vpc_id).await;
    let said = stranger.listener(&bridge.nlb, "TCP", "80", &second).await;
    assert_eq!(said.text("Code"), "DuplicateListener");
    let text = format!(
        "A listener already exists on this port for this load balancer '{}'",
        bridge.nlb
    );
    assert_eq!(said.text("Message"), text);
    let gone = bridge.nlb.replace("edge", "gone");
    stranger
        .elb_ok("DeleteLoadBalancer", &[("LoadBalancerArn", &gone)])
        .await;
}

#[tokio::test(start_paused = true)]
async fn rule_13_interfaces_outlive_their_load_balancer_and_hold_its_groups() {
    let bridge = Bridge::new(&calm()).await;
    let owner = &bridge.owner;
    let filter = [
        ("Filter.1.Name", "group-id"),
        ("Filter.1.Value.1", bridge.nlb_group.as_str()),
    ];
    let said = owner.ok("DescribeNetworkInterfaces", &filter).await;
    assert_eq!(said.texts("interfaceType"), ["network_load_balancer"; 2]);
    assert!(said.text("description").starts_with("ELB net/edge/"));
    owner
        .elb_ok("DeleteLoadBalancer", &[("LoadBalancerArn", &bridge.nlb)])
        .await;
    owner
        .rule(
            "RevokeSecurityGroupIngress",
            &bridge.alb_group,
            "80",
            &bridge.nlb_group,
        )
        .await;
    let group = [("GroupId", bridge.nlb_group.as_str())];
    pass(59).await;
    assert_eq!(
        owner.refused("DeleteSecurityGroup", &group).await,
        "DependencyViolation"
    );
    pass(242).await;
    owner.ok("DeleteSecurityGroup", &group).await;
}

#[tokio::test(start_paused = true)]
async fn rule_22_buckets_of_load_balancing_are_shared_by_groups_of_actions() {
    for code in ["Throttling", "ThrottlingException"] {
        let simulator = Simulator::builder()
            .throttle(true)
            .doubt("elb-throttling-code", code)
            .unwrap()
            .build()
            .unwrap();
        let owner = Client::new(&simulator, OWNER);
        let missing = [("LoadBalancerArn", "x")];
        for _ in 0..10 {
            assert_eq!(
                owner.elb_refused("SetSubnets", &missing).await.0,
                "ValidationError"
            );
        }
        let refused = (code.to_owned(), "Rate exceeded".to_owned());
        assert_eq!(
            owner.elb_refused("CreateLoadBalancer", &missing).await,
            refused
        );
        for _ in 0..20 {
            assert_eq!(
                owner.elb_refused("AddTags", &missing).await.0,
                "ValidationError"
            );
        }
        assert_eq!(owner.elb_refused("DeleteListener", &missing).await, refused);
        pass(5).await;
        assert_eq!(
            owner.elb_refused("CreateLoadBalancer", &missing).await.0,
            "ValidationError"
        );
        assert_eq!(
            owner.elb_refused("CreateLoadBalancer", &missing).await,
            refused
        );
    }
}
