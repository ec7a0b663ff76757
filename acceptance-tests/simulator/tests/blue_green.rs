//! A second target group beside the first: tried out on a listener of its own, then given the traffic.

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

use aws_simulator::HttpAnswer;
use support::bridge::Bridge;
use support::{calm, pass};

/// A bridge with a second ALB in a target group that no listener uses yet.
struct Pair {
    bridge: Bridge,
    green: String,
    green_alb: String,
}

async fn pair() -> Pair {
    let bridge = Bridge::healthy(&calm()).await;
    let owner = &bridge.owner;
    let green_alb = owner
        .balancer("web-2", "application", &bridge.network, &bridge.alb_group)
        .await;
    owner.answering(&green_alb, "80").await;
    pass(180).await;
    let green = owner.alb_group("edge-web-2", &bridge.network.vpc_id).await;
    assert_eq!(owner.register(&green, &green_alb).await.status, 200);
    Pair {
        bridge,
        green,
        green_alb,
    }
}

impl Pair {
    /// Gives the listener on port 80 to both groups with these weights.
    async fn weigh(&self, blue: &str, green: &str) {
        let name = |number: u8, member: &str| {
            format!("DefaultActions.member.1.ForwardConfig.TargetGroups.member.{number}.{member}")
        };
        let names = [
            name(1, "TargetGroupArn"),
            name(1, "Weight"),
            name(2, "TargetGroupArn"),
            name(2, "Weight"),
        ];
        let parameters = [
            ("ListenerArn", self.bridge.nlb_listener.as_str()),
            ("DefaultActions.member.1.Type", "forward"),
            (&names[0], &self.bridge.group),
            (&names[1], blue),
            (&names[2], &self.green),
            (&names[3], green),
        ];
        self.bridge
            .owner
            .elb_ok("ModifyListener", &parameters)
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_group_is_found_healthy_on_a_listener_of_its_own_and_stays_so_when_that_one_goes() {
    let pair = pair().await;
    let owner = &pair.bridge.owner;
    assert_eq!(owner.health(&pair.green).await.0, "unused");
    let said = owner
        .listener(&pair.bridge.nlb, "TCP", "8080", &pair.green)
        .await;
    assert_eq!(said.status, 200, "{}", said.body);
    let trial = said.text("ListenerArn");
    assert_eq!(owner.health(&pair.green).await.0, "initial");
    pass(300).await;
    assert_eq!(owner.health(&pair.green).await.0, "healthy");
    pair.weigh("1", "1").await;
    owner
        .elb_ok("DeleteListener", &[("ListenerArn", &trial)])
        .await;
    assert_eq!(owner.health(&pair.green).await.0, "healthy");
    assert_eq!(owner.health(&pair.bridge.group).await.0, "healthy");
}

#[tokio::test(start_paused = true)]
async fn a_trial_that_fails_says_why_and_leaves_the_group_in_use_alone() {
    let pair = pair().await;
    let owner = &pair.bridge.owner;
    let said = owner
        .elb_ok("DescribeListeners", &[("LoadBalancerArn", &pair.green_alb)])
        .await;
    owner.simulator.set_http_answer(HttpAnswer {
        listener_arn: said.text("ListenerArn"),
        status: 502,
    });
    owner
        .listener(&pair.bridge.nlb, "TCP", "8080", &pair.green)
        .await;
    pass(300).await;
    let unhealthy = (
        "unhealthy".to_owned(),
        "Target.ResponseCodeMismatch".to_owned(),
    );
    assert_eq!(owner.health(&pair.green).await, unhealthy);
    assert_eq!(owner.health(&pair.bridge.group).await.0, "healthy");
}

#[tokio::test(start_paused = true)]
async fn new_connections_go_where_the_weight_is() {
    let pair = pair().await;
    let bridge = &pair.bridge;
    let owner = &bridge.owner;
    let from = format!("{},{}", bridge.network.subnet_ids[0], bridge.nlb_group);
    let said = owner
        .elb_ok(
            "DescribeLoadBalancers",
            &[("LoadBalancerArns.member.1", &bridge.nlb)],
        )
        .await;
    let name = said.text("DNSName");
    owner
        .rule(
            "AuthorizeSecurityGroupIngress",
            &bridge.nlb_group,
            "80",
            "0.0.0.0/0",
        )
        .await;
    let listener = owner
        .elb_ok("DescribeListeners", &[("LoadBalancerArn", &pair.green_alb)])
        .await
        .text("ListenerArn");
    // The answer tells which of the two was asked.
    owner.simulator.set_http_answer(HttpAnswer {
        listener_arn: listener,
        status: 404,
    });
    let note = |weights: &str| {
        let reach = owner.simulator.reach(&from, &name, 80).unwrap();
        assert!(reach.reachable, "{weights}: {reach:?}");
        reach.note.unwrap_or_default()
    };
    pair.weigh("100", "0").await;
    assert!(!note("100:0").contains("404"));
    pair.weigh("0", "100").await;
    assert!(note("0:100").contains("404"));
    let said = owner
        .elb_ok(
            "DescribeListeners",
            &[("ListenerArns.member.1", &bridge.nlb_listener)],
        )
        .await;
    assert_eq!(said.texts("Weight"), ["0", "100"]);
}

#[tokio::test(start_paused = true)]
async fn the_alb_that_leaves_a_group_drains_before_it_is_gone() {
    let pair = pair().await;
    let bridge = &pair.bridge;
    let owner = &bridge.owner;
    let target = [
        ("TargetGroupArn", bridge.group.as_str()),
        ("Targets.member.1.Id", bridge.alb.as_str()),
    ];
    owner.elb_ok("DeregisterTargets", &target).await;
    let draining = (
        "draining".to_owned(),
        "Target.DeregistrationInProgress".to_owned(),
    );
    assert_eq!(owner.health(&bridge.group).await, draining);
    // Another may take the only place meanwhile.
    assert_eq!(
        owner.register(&bridge.group, &pair.green_alb).await.status,
        200
    );
    pass(300).await;
    let said = owner.elb_ok("DescribeTargetHealth", &target[..1]).await;
    assert_eq!(said.texts("Id"), std::slice::from_ref(&pair.green_alb));
}

#[tokio::test(start_paused = true)]
async fn the_idle_time_of_a_tcp_listener_is_kept_within_its_bounds() {
    let bridge = Bridge::new(&calm()).await;
    let owner = &bridge.owner;
    let set = |seconds| {
        [
            ("ListenerArn", bridge.nlb_listener.as_str()),
            ("Attributes.member.1.Key", "tcp.idle_timeout.seconds"),
            ("Attributes.member.1.Value", seconds),
        ]
    };
    for seconds in ["59", "6001", "", "x"] {
        let (code, _) = owner
            .elb_refused("ModifyListenerAttributes", &set(seconds))
            .await;
        assert_eq!(code, "InvalidConfigurationRequest", "{seconds}");
    }
    for seconds in ["60", "6000"] {
        owner
            .elb_ok("ModifyListenerAttributes", &set(seconds))
            .await;
        let said = owner
            .elb_ok("DescribeListenerAttributes", &set("")[..1])
            .await;
        assert_eq!(said.text("Key"), "tcp.idle_timeout.seconds");
        assert_eq!(said.text("Value"), seconds);
    }
}

#[tokio::test(start_paused = true)]
async fn a_load_balancer_can_be_deleted_once_its_protection_is_off() {
    let bridge = Bridge::new(&calm()).await;
    let owner = &bridge.owner;
    let nlb = ("LoadBalancerArn", bridge.nlb.as_str());
    let protect = |on| {
        [
            nlb,
            ("Attributes.member.1.Key", "deletion_protection.enabled"),
            ("Attributes.member.1.Value", on),
        ]
    };
    owner
        .elb_ok("ModifyLoadBalancerAttributes", &protect("true"))
        .await;
    let (code, _) = owner.elb_refused("DeleteLoadBalancer", &[nlb]).await;
    assert_eq!(code, "OperationNotPermitted");
    owner
        .elb_ok("ModifyLoadBalancerAttributes", &protect("false"))
        .await;
    owner.elb_ok("DeleteLoadBalancer", &[nlb]).await;
}
