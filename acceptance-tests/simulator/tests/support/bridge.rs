//! A bridge's owner: an ALB behind an NLB, each with a security group, and calls of load balancing.

use aws_simulator::Simulator;

use super::stage::{Network, ZONES, network};
use super::{Client, OWNER, Said, pass};

/// The service's SigV4 name.
pub const ELB: &str = "elasticloadbalancing";

/// An NLB on port 80 that forwards to an ALB on port 80, both active.
pub struct Bridge {
    pub owner: Client,
    pub network: Network,
    pub nlb_group: String,
    pub alb_group: String,
    pub nlb: String,
    pub alb: String,
    /// The target group of type alb.
    pub group: String,
    pub alb_listener: String,
    pub nlb_listener: String,
}

impl Client {
    /// A call of load balancing, however it ends.
    pub async fn elb(&self, action: &str, parameters: &[(&str, &str)]) -> Said {
        self.try_call(ELB, action, parameters)
            .await
            .expect("an answer")
    }

    /// A call of load balancing that must succeed.
    pub async fn elb_ok(&self, action: &str, parameters: &[(&str, &str)]) -> Said {
        let said = self.elb(action, parameters).await;
        assert_eq!(said.status, 200, "{action}: {}", said.body);
        said
    }

    /// A call of load balancing that must be refused with HTTP 400: its code and message.
    pub async fn elb_refused(&self, action: &str, parameters: &[(&str, &str)]) -> (String, String) {
        let said = self.elb(action, parameters).await;
        assert_eq!(said.status, 400, "{action}: {}", said.body);
        (said.text("Code"), said.text("Message"))
    }

    /// Makes a security group.
    pub async fn group(&self, vpc_id: &str, name: &str) -> String {
        let parameters = [
            ("GroupName", name),
            ("GroupDescription", name),
            ("VpcId", vpc_id),
        ];
        self.ok("CreateSecurityGroup", &parameters)
            .await
            .text("groupId")
    }

    /// Allows TCP on a port; `action` is the authorize or revoke call, `peer` a group or a block.
    pub async fn rule(&self, action: &str, group: &str, port: &str, peer: &str) {
        let peer_name = match peer.starts_with("sg-") {
            true => "IpPermissions.1.Groups.1.GroupId",
            false => "IpPermissions.1.IpRanges.1.CidrIp",
        };
        let parameters = [
            ("GroupId", group),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", port),
            ("IpPermissions.1.ToPort", port),
            (peer_name, peer),
        ];
        self.ok(action, &parameters).await;
    }

    /// Takes away the rule that lets a new group send everywhere.
    pub async fn mute(&self, group: &str) {
        let parameters = [
            ("GroupId", group),
            ("IpPermissions.1.IpProtocol", "-1"),
            ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
        ];
        self.ok("RevokeSecurityGroupEgress", &parameters).await;
    }

    /// Makes an internal load balancer in two subnets.
    pub async fn balancer(&self, name: &str, kind: &str, network: &Network, group: &str) -> String {
        let mut parameters = vec![
            ("Name", name),
            ("Type", kind),
            ("Scheme", "internal"),
            ("Subnets.member.1", &network.subnet_ids[0]),
            ("Subnets.member.2", &network.subnet_ids[1]),
        ];
        if !group.is_empty() {
            parameters.push(("SecurityGroups.member.1", group));
        }
        self.elb_ok("CreateLoadBalancer", &parameters)
            .await
            .text("LoadBalancerArn")
    }

    /// Makes a target group of type alb on port 80.
    pub async fn alb_group(&self, name: &str, vpc_id: &str) -> String {
        let parameters = [
            ("Name", name),
            ("TargetType", "alb"),
            ("Protocol", "TCP"),
            ("Port", "80"),
            ("VpcId", vpc_id),
        ];
        self.elb_ok("CreateTargetGroup", &parameters)
            .await
            .text("TargetGroupArn")
    }

    /// Registers one target.
    pub async fn register(&self, group: &str, id: &str) -> Said {
        let parameters = [("TargetGroupArn", group), ("Targets.member.1.Id", id)];
        self.elb("RegisterTargets", &parameters).await
    }

    /// Makes a listener that forwards to a target group.
    pub async fn listener(&self, balancer: &str, protocol: &str, port: &str, group: &str) -> Said {
        let parameters = [
            ("LoadBalancerArn", balancer),
            ("Protocol", protocol),
            ("Port", port),
            ("DefaultActions.member.1.Type", "forward"),
            ("DefaultActions.member.1.TargetGroupArn", group),
        ];
        self.elb("CreateListener", &parameters).await
    }

    /// Makes a listener of an ALB that answers 200 by itself.
    pub async fn answering(&self, alb: &str, port: &str) -> String {
        let parameters = [
            ("LoadBalancerArn", alb),
            ("Protocol", "HTTP"),
            ("Port", port),
            ("DefaultActions.member.1.Type", "fixed-response"),
            (
                "DefaultActions.member.1.FixedResponseConfig.StatusCode",
                "200",
            ),
        ];
        self.elb_ok("CreateListener", &parameters)
            .await
            .text("ListenerArn")
    }

    /// State and reason (or an empty text) of a group's only target.
    pub async fn health(&self, group: &str) -> (String, String) {
        let said = self
            .elb_ok("DescribeTargetHealth", &[("TargetGroupArn", group)])
            .await;
        let reason = said.texts("Reason").first().cloned().unwrap_or_default();
        (said.text("State"), reason)
    }
}

impl Bridge {
    pub async fn new(simulator: &Simulator) -> Self {
        let owner = Client::new(simulator, OWNER);
        let network = network(&owner, "10.1", &ZONES).await;
        let nlb_group = owner.group(&network.vpc_id, "nlb").await;
        let alb_group = owner.group(&network.vpc_id, "alb").await;
        owner
            .rule(
                "AuthorizeSecurityGroupIngress",
                &alb_group,
                "80",
                &nlb_group,
            )
            .await;
        let alb = owner
            .balancer("web", "application", &network, &alb_group)
            .await;
        let nlb = owner
            .balancer("edge", "network", &network, &nlb_group)
            .await;
        let alb_listener = owner.answering(&alb, "80").await;
        let group = owner.alb_group("edge-web", &network.vpc_id).await;
        assert_eq!(owner.register(&group, &alb).await.status, 200);
        let said = owner.listener(&nlb, "TCP", "80", &group).await;
        assert_eq!(said.status, 200, "{}", said.body);
        pass(180).await;
        let nlb_listener = said.text("ListenerArn");
        Self {
            owner,
            network,
            nlb_group,
            alb_group,
            nlb,
            alb,
            group,
            alb_listener,
            nlb_listener,
        }
    }

    /// A bridge whose target has been found healthy.
    pub async fn healthy(simulator: &Simulator) -> Self {
        let bridge = Self::new(simulator).await;
        bridge.owner.ok("DescribeVpcs", &[]).await;
        pass(600).await;
        assert_eq!(bridge.owner.health(&bridge.group).await.0, "healthy");
        bridge
    }
}
