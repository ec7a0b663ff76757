//! The data plane: every hop from a consumer through an endpoint to an ALB, whole and broken.

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

use aws_simulator::{HOPS, HttpAnswer, Reach, Simulator};
use bytes::Bytes;
use support::bridge::Bridge;
use support::stage::{Network, network};
use support::{CONSUMER, Client, calm, pass};

/// A bridge with a connected consumer.
struct Span {
    bridge: Bridge,
    consumer: Client,
    network: Network,
    client_group: String,
    endpoint_group: String,
    service: String,
    endpoint: String,
    name: String,
}

impl Span {
    async fn new(simulator: &Simulator, acceptance_required: bool) -> Self {
        let bridge = Bridge::healthy(simulator).await;
        bridge
            .owner
            .rule(
                "AuthorizeSecurityGroupIngress",
                &bridge.nlb_group,
                "80",
                "10.2.0.0/16",
            )
            .await;
        let consumer = Client::new(simulator, CONSUMER);
        let network = network(&consumer, "10.2", &["use1-az1", "use1-az2", "use1-az3"]).await;
        let service = bridge
            .owner
            .ok(
                "CreateVpcEndpointServiceConfiguration",
                &[
                    ("NetworkLoadBalancerArn.1", &bridge.nlb),
                    ("AcceptanceRequired", &acceptance_required.to_string()),
                ],
            )
            .await;
        let (service, service_name) = (service.text("serviceId"), service.text("serviceName"));
        let root = format!("arn:aws:iam::{CONSUMER}:root");
        let allow = [
            ("ServiceId", service.as_str()),
            ("AddAllowedPrincipals.1", &root),
        ];
        bridge
            .owner
            .ok("ModifyVpcEndpointServicePermissions", &allow)
            .await;
        pass(30).await;
        let client_group = consumer.group(&network.vpc_id, "client").await;
        let endpoint_group = consumer.group(&network.vpc_id, "endpoint").await;
        consumer
            .rule(
                "AuthorizeSecurityGroupIngress",
                &endpoint_group,
                "80",
                &client_group,
            )
            .await;
        let creation = [
            ("VpcEndpointType", "Interface"),
            ("ServiceName", service_name.as_str()),
            ("VpcId", &network.vpc_id),
            ("SubnetId.1", &network.subnet_ids[0]),
            ("SubnetId.2", &network.subnet_ids[1]),
            ("SecurityGroupId.1", &endpoint_group),
        ];
        let said = consumer.ok("CreateVpcEndpoint", &creation).await;
        pass(600).await;
        let (endpoint, name) = (said.text("vpcEndpointId"), said.text("dnsName"));
        Self {
            bridge,
            consumer,
            network,
            client_group,
            endpoint_group,
            service,
            endpoint,
            name,
        }
    }

    fn ask(&self, subnet: usize, to: &str, port: u16) -> Reach {
        let from = format!("{},{}", self.network.subnet_ids[subnet], self.client_group);
        self.consumer.simulator.reach(&from, to, port).unwrap()
    }

    /// The hop where a connection from the first subnet ends; `none` if it is made.
    fn hop(&self) -> String {
        self.ask(0, &self.name, 80)
            .hop
            .unwrap_or_else(|| "none".to_owned())
    }
}

async fn span() -> Span {
    Span::new(&calm(), false).await
}

#[tokio::test(start_paused = true)]
async fn a_whole_bridge_carries_and_the_target_sees_the_node() {
    let span = span().await;
    let said = span.ask(0, &span.name, 80);
    assert_eq!((said.reachable, said.hop, said.note), (true, None, None));
    let std::net::IpAddr::V4(saw) = said.target_saw.unwrap() else {
        panic!("an IPv4 address");
    };
    let saw = saw.octets();
    assert_eq!(
        saw[..2],
        [10, 1],
        "the owner's node, not the consumer's 10.2"
    );
    let far = span.ask(2, &span.name, 80);
    assert!(
        far.reachable
            && far
                .note
                .unwrap()
                .contains("no interface in the client's zone")
    );
}

#[tokio::test(start_paused = true)]
async fn the_same_is_asked_over_http() {
    let span = span().await;
    let from = format!("{},{}", span.network.subnet_ids[0], span.client_group);
    let get = async |path: String| {
        let request = http::Request::get(path).body(Bytes::new()).unwrap();
        let aws_simulator::Answer::Response(response) =
            span.consumer.simulator.handle(request).await
        else {
            panic!("an answer");
        };
        let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        (response.status().as_u16(), body)
    };
    let (status, body) = get(format!(
        "/_simulator/reach?from={from}&to={}&port=81",
        span.name
    ))
    .await;
    assert_eq!(
        (status, &body["reachable"], &body["hop"]),
        (200, &false.into(), &"endpoint_group".into())
    );
    assert_eq!(
        get("/_simulator/reach?from=x&to=y&port=80".to_owned())
            .await
            .0,
        400
    );
    assert_eq!(
        get(format!("/_simulator/reach?from={from}&to=y")).await.0,
        400
    );
}

#[tokio::test(start_paused = true)]
async fn the_consumers_side_ends_at_name_group_and_endpoint() {
    let span = span().await;
    let consumer = &span.consumer;
    let (client, endpoint) = (span.client_group.as_str(), span.endpoint_group.as_str());
    assert_eq!(span.ask(0, "nothing.example.com", 80).hop.unwrap(), "name");
    let zone = span.name.replacen(".vpce-svc", "-us-east-1z.vpce-svc", 1);
    assert_eq!(span.ask(0, &zone, 80).hop.unwrap(), "name");
    let dns = [
        ("VpcId", span.network.vpc_id.as_str()),
        ("EnableDnsSupport.Value", "false"),
    ];
    consumer.ok("ModifyVpcAttribute", &dns).await;
    assert_eq!(span.hop(), "name");
    let dns = [
        ("VpcId", span.network.vpc_id.as_str()),
        ("EnableDnsSupport.Value", "true"),
    ];
    consumer.ok("ModifyVpcAttribute", &dns).await;
    consumer.mute(client).await;
    assert_eq!(span.hop(), "client_group");
    consumer
        .rule("AuthorizeSecurityGroupEgress", client, "80", endpoint)
        .await;
    assert_eq!(span.hop(), "none");
    consumer
        .rule("RevokeSecurityGroupIngress", endpoint, "80", client)
        .await;
    assert_eq!(span.hop(), "endpoint_group");
    consumer
        .rule(
            "AuthorizeSecurityGroupIngress",
            endpoint,
            "80",
            "10.2.0.0/24",
        )
        .await;
    assert_eq!(span.hop(), "none");
    assert_eq!(span.ask(1, &span.name, 80).hop.unwrap(), "endpoint_group");
}

#[tokio::test(start_paused = true)]
async fn a_client_of_another_vpc_lacks_a_route() {
    let span = span().await;
    let other = network(&span.consumer, "10.3", &["use1-az1"]).await;
    span.consumer
        .rule(
            "AuthorizeSecurityGroupIngress",
            &span.endpoint_group,
            "80",
            "10.3.0.0/16",
        )
        .await;
    let said = span
        .consumer
        .simulator
        .reach(&other.subnet_ids[0], &span.name, 80)
        .unwrap();
    assert_eq!(said.hop.unwrap(), "route");
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_waits_or_was_rejected_carries_nothing() {
    let span = Span::new(&calm(), true).await;
    assert_eq!(span.hop(), "endpoint");
    let parameters = [
        ("ServiceId", span.service.as_str()),
        ("VpcEndpointId.1", &span.endpoint),
    ];
    span.bridge
        .owner
        .ok("AcceptVpcEndpointConnections", &parameters)
        .await;
    pass(600).await;
    assert_eq!(span.hop(), "none");
    span.bridge
        .owner
        .ok("RejectVpcEndpointConnections", &parameters)
        .await;
    let said = span.ask(0, &span.name, 80);
    assert_eq!(said.hop.unwrap(), "endpoint");
    assert!(said.why.unwrap().contains("rejected"));
}

#[tokio::test(start_paused = true)]
async fn enforcement_asks_for_the_clients_own_address() {
    let span = span().await;
    let owner = &span.bridge.owner;
    let group = span.bridge.nlb_group.as_str();
    owner
        .rule("RevokeSecurityGroupIngress", group, "80", "10.2.0.0/16")
        .await;
    assert_eq!(span.hop(), "nlb_group_in");
    owner
        .rule("AuthorizeSecurityGroupIngress", group, "80", "10.2.1.0/24")
        .await;
    assert_eq!(span.hop(), "nlb_group_in");
    assert!(span.ask(1, &span.name, 80).reachable);
    let off = [
        ("LoadBalancerArn", span.bridge.nlb.as_str()),
        ("SecurityGroups.member.1", group),
        (
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
            "off",
        ),
    ];
    owner.elb_ok("SetSecurityGroups", &off).await;
    assert_eq!(span.hop(), "none");
    // Off is for PrivateLink only: a client of the NLB's own VPC meets the rules.
    let name = owner
        .elb_ok("DescribeLoadBalancers", &[("Names.member.1", "edge")])
        .await;
    let near = &span.bridge.network.subnet_ids[0];
    let said = owner
        .simulator
        .reach(near, &name.text("DNSName"), 80)
        .unwrap();
    assert_eq!(said.hop.unwrap(), "nlb_group_in");
}

#[tokio::test(start_paused = true)]
async fn the_owners_side_ends_at_listener_target_and_groups() {
    let span = span().await;
    let owner = &span.bridge.owner;
    let (nlb, alb) = (
        span.bridge.nlb_group.as_str(),
        span.bridge.alb_group.as_str(),
    );
    owner
        .rule("AuthorizeSecurityGroupIngress", nlb, "81", "10.2.0.0/16")
        .await;
    span.consumer
        .rule(
            "AuthorizeSecurityGroupIngress",
            &span.endpoint_group,
            "81",
            &span.client_group,
        )
        .await;
    assert_eq!(span.ask(0, &span.name, 81).hop.unwrap(), "nlb_listener");
    owner.mute(nlb).await;
    assert_eq!(span.hop(), "nlb_group_out");
    owner
        .rule("AuthorizeSecurityGroupEgress", nlb, "80", alb)
        .await;
    owner
        .rule("RevokeSecurityGroupIngress", alb, "80", nlb)
        .await;
    assert_eq!(span.hop(), "target_security_group");
    owner
        .rule("AuthorizeSecurityGroupIngress", alb, "80", nlb)
        .await;
    owner
        .elb_ok(
            "DeleteListener",
            &[("ListenerArn", &span.bridge.alb_listener)],
        )
        .await;
    assert_eq!(span.hop(), "alb_listener");
    owner.answering(&span.bridge.alb, "80").await;
    let parameters = [
        ("TargetGroupArn", span.bridge.group.as_str()),
        ("Targets.member.1.Id", &span.bridge.alb),
    ];
    owner.elb_ok("DeregisterTargets", &parameters).await;
    assert_eq!(span.hop(), "target");
    owner.elb_ok("RegisterTargets", &parameters).await;
    let zero = [
        ("ListenerArn", span.bridge.nlb_listener.as_str()),
        ("DefaultActions.member.1.Type", "forward"),
        (
            "DefaultActions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn",
            &span.bridge.group,
        ),
        (
            "DefaultActions.member.1.ForwardConfig.TargetGroups.member.1.Weight",
            "0",
        ),
    ];
    owner.elb_ok("ModifyListener", &zero).await;
    assert_eq!(span.hop(), "target_group");
}

#[tokio::test(start_paused = true)]
async fn all_unhealthy_is_fail_open_with_a_note() {
    let span = span().await;
    let listener_arn = span.bridge.alb_listener.clone();
    span.consumer.simulator.set_http_answer(HttpAnswer {
        listener_arn,
        status: 503,
    });
    pass(120).await;
    assert_eq!(
        span.bridge.owner.health(&span.bridge.group).await.0,
        "unhealthy"
    );
    let said = span.ask(0, &span.name, 80);
    assert!(said.reachable);
    let note = said.note.unwrap();
    assert!(
        note.contains("fail-open") && note.contains("answers HTTP 503"),
        "{note}"
    );
}

#[tokio::test(start_paused = true)]
async fn without_cross_zone_a_zone_without_target_is_the_end() {
    let span = span().await;
    let owner = &span.bridge.owner;
    let block = [
        ("VpcId", span.bridge.network.vpc_id.as_str()),
        ("CidrBlock", "10.1.7.0/24"),
        ("AvailabilityZoneId", "use1-az3"),
    ];
    let third = owner.ok("CreateSubnet", &block).await.text("subnetId");
    let subnets = [
        ("LoadBalancerArn", span.bridge.alb.as_str()),
        ("Subnets.member.1", &span.bridge.network.subnet_ids[1]),
        ("Subnets.member.2", &third),
    ];
    owner.elb_ok("SetSubnets", &subnets).await;
    assert_eq!(span.hop(), "target_zone");
    let cross = [
        ("LoadBalancerArn", span.bridge.nlb.as_str()),
        (
            "Attributes.member.1.Key",
            "load_balancing.cross_zone.enabled",
        ),
        ("Attributes.member.1.Value", "true"),
    ];
    owner.elb_ok("ModifyLoadBalancerAttributes", &cross).await;
    assert_eq!(span.hop(), "none");
}

#[tokio::test(start_paused = true)]
async fn a_private_name_works_in_the_vpc_whose_endpoint_has_it_on() {
    let span = span().await;
    let (owner, simulator) = (&span.bridge.owner, &span.consumer.simulator);
    let id = ("ServiceId", span.service.as_str());
    let name = ("PrivateDnsName", "*.example.com");
    owner
        .ok("ModifyVpcEndpointServiceConfiguration", &[id, name])
        .await;
    let said = owner
        .ok(
            "DescribeVpcEndpointServiceConfigurations",
            &[("ServiceId.1", id.1)],
        )
        .await;
    simulator.set_txt_records("example.com", vec![said.text("value")]);
    owner
        .ok("StartVpcEndpointServicePrivateDnsVerification", &[id])
        .await;
    pass(600).await;
    assert_eq!(span.ask(0, "api.example.com", 80).hop.unwrap(), "name");
    let vpc = ("VpcId", span.network.vpc_id.as_str());
    let hostnames = |value| [vpc, ("EnableDnsHostnames.Value", value)];
    span.consumer
        .ok("ModifyVpcAttribute", &hostnames("true"))
        .await;
    let on = [
        ("VpcEndpointId", span.endpoint.as_str()),
        ("PrivateDnsEnabled", "true"),
    ];
    span.consumer.ok("ModifyVpcEndpoint", &on).await;
    pass(600).await;
    assert!(span.ask(0, "api.example.com", 80).reachable);
    assert_eq!(span.ask(0, "a.b.example.com", 80).hop.unwrap(), "name");
    span.consumer
        .ok("ModifyVpcAttribute", &hostnames("false"))
        .await;
    let said = span.ask(0, "api.example.com", 80);
    assert!(said.why.unwrap().contains("enableDnsHostnames"));
}

#[tokio::test(start_paused = true)]
async fn load_balancers_are_reached_from_their_own_vpc_by_name_and_address() {
    let bridge = Bridge::healthy(&calm()).await;
    let owner = &bridge.owner;
    let near = bridge.network.subnet_ids[0].as_str();
    let ask = |to: &str| owner.simulator.reach(near, to, 80).unwrap();
    let name = async |name: &str| {
        let names = [("Names.member.1", name)];
        owner
            .elb_ok("DescribeLoadBalancers", &names)
            .await
            .text("DNSName")
    };
    let (nlb, alb) = (name("edge").await, name("web").await);
    assert_eq!(ask(&nlb).hop.unwrap(), "nlb_group_in");
    assert_eq!(ask(&alb).hop.unwrap(), "target_security_group");
    for group in [&bridge.nlb_group, &bridge.alb_group] {
        owner
            .rule("AuthorizeSecurityGroupIngress", group, "80", "10.1.0.0/16")
            .await;
    }
    let filter = [
        ("Filter.1.Name", "group-id"),
        ("Filter.1.Value.1", bridge.alb_group.as_str()),
    ];
    let said = owner.ok("DescribeNetworkInterfaces", &filter).await;
    for to in [nlb, alb, said.text("privateIpAddress")] {
        let said = ask(&to);
        assert!(said.reachable, "{to}: {said:?}");
        // Both kinds preserve the client's address for a client of their network.
        assert!(
            said.target_saw.unwrap().to_string().starts_with("10.1.0."),
            "{said:?}"
        );
    }
    assert_eq!(ask("10.1.0.250").hop.unwrap(), "name");
    owner.balancer("new", "network", &bridge.network, "").await;
    assert_eq!(ask(&name("new").await).hop.unwrap(), "nlb");
}

#[tokio::test(start_paused = true)]
async fn a_question_about_nothing_is_refused() {
    let owner = Client::new(&calm(), CONSUMER);
    owner.ok("DescribeVpcs", &[]).await;
    for from in ["", "sg-1", "subnet-1", "vpc-1,subnet-1"] {
        assert!(owner.simulator.reach(from, "x", 80).is_err(), "{from}");
    }
    let subnet = owner.ok("DescribeSubnets", &[]).await.text("subnetId");
    let outside = owner.simulator.reach(&format!("{subnet},8.8.8.8"), "x", 80);
    assert!(outside.unwrap_err().to_string().contains("8.8.8.8"));
}

#[test]
fn hop_names_are_words_and_each_its_own() {
    let mut names: Vec<_> = HOPS.iter().map(|hop| hop.name).collect();
    assert_eq!((names.first(), names.last()), (Some(&"name"), Some(&"tls")));
    assert!(
        names
            .iter()
            .all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
    );
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), HOPS.len());
}
