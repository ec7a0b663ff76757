//! Doubts about load balancing: every reading does something else.

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
use support::bridge::Bridge;
use support::stage::{ZONES, network};
use support::{Client, OWNER, pass};

fn with(name: &str, reading: &str) -> Simulator {
    Simulator::builder()
        .seed(1)
        .doubt(name, reading)
        .unwrap()
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn doubts_about_target_groups_have_all_their_readings() {
    let group =
        |name: &str| format!("arn:aws:elasticloadbalancing:us-east-1:{OWNER}:targetgroup/{name}/0");
    for (reading, status) in [("success", 200), ("TargetGroupNotFound", 400)] {
        let owner = Client::new(&with("missing-target-group-delete", reading), OWNER);
        let said = owner
            .elb("DeleteTargetGroup", &[("TargetGroupArn", &group("x"))])
            .await;
        assert_eq!(said.status, status);
    }
    for (reading, status) in [("accepted", 200), ("refused", 400)] {
        let bridge = Bridge::new(&with("weighted-alb-groups", reading)).await;
        let second = bridge
            .owner
            .alb_group("second", &bridge.network.vpc_id)
            .await;
        let head = "DefaultActions.member.1.ForwardConfig.TargetGroups.member";
        let (one, two) = (
            format!("{head}.1.TargetGroupArn"),
            format!("{head}.2.TargetGroupArn"),
        );
        let parameters = [
            ("ListenerArn", bridge.nlb_listener.as_str()),
            ("DefaultActions.member.1.Type", "forward"),
            (&one, &bridge.group),
            (&two, &second),
        ];
        assert_eq!(
            bridge.owner.elb("ModifyListener", &parameters).await.status,
            status
        );
    }
    for (reading, status) in [("changeable", 200), ("frozen", 400)] {
        let bridge = Bridge::new(&with("tcp-group-check", reading)).await;
        let group = ("TargetGroupArn", bridge.group.as_str());
        let interval = [group, ("HealthCheckIntervalSeconds", "10")];
        assert_eq!(
            bridge
                .owner
                .elb("ModifyTargetGroup", &interval)
                .await
                .status,
            status
        );
        let same = [
            group,
            ("HealthCheckIntervalSeconds", "30"),
            ("HealthCheckPath", "/up"),
        ];
        let said = bridge.owner.elb_ok("ModifyTargetGroup", &same).await;
        assert_eq!(said.text("HealthCheckPath"), "/up");
    }
}

#[tokio::test(start_paused = true)]
async fn doubts_about_albs_as_targets_have_all_their_readings() {
    for (reading, status) in [("no", 200), ("yes", 400)] {
        let owner = Client::new(&with("alb-target-must-be-active", reading), OWNER);
        let network = network(&owner, "10.1", &ZONES).await;
        let alb = owner.balancer("web", "application", &network, "").await;
        owner.answering(&alb, "80").await;
        let group = owner.alb_group("g", &network.vpc_id).await;
        assert_eq!(owner.register(&group, &alb).await.status, status);
    }
    for (reading, status) in [("unhealthy", 200), ("ResourceInUse", 400)] {
        let bridge = Bridge::new(&with("listener-of-alb-target", reading)).await;
        let said = bridge
            .owner
            .elb("DeleteListener", &[("ListenerArn", &bridge.alb_listener)])
            .await;
        assert_eq!(said.status, status);
    }
    for (reading, status) in [("allowed", 200), ("refused", 400)] {
        let bridge = Bridge::new(&with("draining-alb-delete", reading)).await;
        let target = [
            ("TargetGroupArn", bridge.group.as_str()),
            ("Targets.member.1.Id", &bridge.alb),
        ];
        bridge.owner.elb_ok("DeregisterTargets", &target).await;
        let said = bridge
            .owner
            .elb("DeleteLoadBalancer", &[("LoadBalancerArn", &bridge.alb)])
            .await;
        assert_eq!(said.status, status);
    }
}

#[tokio::test(start_paused = true)]
async fn doubts_about_groups_of_an_nlb_have_all_their_readings() {
    let switch = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
    for (reading, expected) in [("kept", "off"), ("on", "on")] {
        let bridge = Bridge::new(&with("enforcement-not-given", reading)).await;
        let set = [
            ("LoadBalancerArn", bridge.nlb.as_str()),
            ("SecurityGroups.member.1", &bridge.nlb_group),
            (switch, "off"),
        ];
        bridge.owner.elb_ok("SetSecurityGroups", &set).await;
        let said = bridge.owner.elb_ok("SetSecurityGroups", &set[..2]).await;
        assert_eq!(said.text(switch), expected);
    }
    for code in ["InvalidConfigurationRequest", "IncompatibleProtocols"] {
        let bridge = Bridge::new(&with("alb-group-listener-code", code)).await;
        let said = bridge
            .owner
            .listener(&bridge.nlb, "UDP", "81", &bridge.group)
            .await;
        assert_eq!(said.text("Code"), code);
    }
}

#[tokio::test(start_paused = true)]
async fn doubts_about_health_have_all_their_readings() {
    // Checks begin when the load balancer becomes active, up to a minute before the count here.
    for (reading, seconds) in [("threshold", 90..=150), ("one-check", 0..=30)] {
        let bridge = Bridge::new(&with("first-healthy-after", reading)).await;
        let owner = &bridge.owner;
        owner.ok("DescribeVpcs", &[]).await;
        let started = owner.simulator.now();
        let mut state = owner.health(&bridge.group).await.0;
        while state == "initial" {
            pass(1).await;
            state = owner.health(&bridge.group).await.0;
        }
        let took = owner.simulator.now().ms_since(started) / 1_000;
        assert_eq!(state, "healthy");
        assert!(seconds.contains(&took), "{reading}: {took} s");
    }
    for (reading, expected) in [("checked", "healthy"), ("unused", "unused")] {
        let bridge = Bridge::healthy(&with("weight-zero-group", reading)).await;
        let head = "DefaultActions.member.1.ForwardConfig.TargetGroups.member.1";
        let (arn, weight) = (format!("{head}.TargetGroupArn"), format!("{head}.Weight"));
        let zero = [
            ("ListenerArn", bridge.nlb_listener.as_str()),
            ("DefaultActions.member.1.Type", "forward"),
            (&arn, &bridge.group),
            (&weight, "0"),
        ];
        bridge.owner.elb_ok("ModifyListener", &zero).await;
        assert_eq!(bridge.owner.health(&bridge.group).await.0, expected);
    }
    for (reading, more) in [("reduced", false), ("usual", true)] {
        let bridge = Bridge::new(&with("alb-group-attributes", reading)).await;
        let group = [("TargetGroupArn", bridge.group.as_str())];
        let said = bridge
            .owner
            .elb_ok("DescribeTargetGroupAttributes", &group)
            .await;
        assert_eq!(said.texts("Key").len() > 1, more);
    }
}
