//! Names and tokens of PrivateLink: private DNS, its verification, idempotency, by the numbers of the rules.

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
use support::stage::{Service, Stage};
use support::{CONSUMER, calm, pass};

async fn stage() -> Stage {
    Stage::new(&calm()).await
}

async fn stage_with(name: &str, reading: &str) -> Stage {
    let simulator = Simulator::builder()
        .seed(1)
        .doubt(name, reading)
        .unwrap()
        .build()
        .unwrap();
    Stage::new(&simulator).await
}

async fn named_service(stage: &Stage, acceptance: &str, verify: bool) -> Service {
    let said = stage
        .owner
        .ok(
            "CreateVpcEndpointServiceConfiguration",
            &[
                ("NetworkLoadBalancerArn.1", &stage.balancer),
                ("AcceptanceRequired", acceptance),
                ("PrivateDnsName", "api.example.com"),
            ],
        )
        .await;
    let service = Service {
        id: said.text("serviceId"),
        name: said.text("serviceName"),
    };
    let id = ("ServiceId", service.id.as_str());
    let principal = ("AddAllowedPrincipals.1", CONSUMER);
    stage
        .owner
        .ok("ModifyVpcEndpointServicePermissions", &[id, principal])
        .await;
    assert_eq!(said.text("state"), "pendingVerification");
    if verify {
        let record = format!("{}.api.example.com", said.text("name"));
        stage
            .owner
            .simulator
            .set_txt_records(&record, vec![said.text("value")]);
        stage
            .owner
            .ok("StartVpcEndpointServicePrivateDnsVerification", &[id])
            .await;
    }
    service
}

async fn private_dns_refusal(stage: &Stage, service: &Service) -> String {
    let mut parameters = stage.endpoint(service);
    parameters.push(("PrivateDnsEnabled", "true"));
    let said = stage.consumer.ec2("CreateVpcEndpoint", &parameters).await;
    assert_eq!(said.text("Code"), "InvalidParameter");
    said.text("Message")
}

/// A second endpoint of the VPC cannot have the same name.
async fn conflict(stage: &Stage, service: &Service) {
    let second = stage.connect(service).await;
    stage
        .decide("AcceptVpcEndpointConnections", service, &second)
        .await;
    pass(200).await;
    let enable = [
        ("VpcEndpointId", second.as_str()),
        ("PrivateDnsEnabled", "true"),
    ];
    let said = stage.consumer.ec2("ModifyVpcEndpoint", &enable).await;
    assert!(said.says("there is already a conflicting DNS domain for api.example.com"));
}

#[tokio::test(start_paused = true)]
async fn rule_4_private_dns_comes_after_acceptance_and_needs_a_verified_name_and_a_ready_vpc() {
    let stage = stage().await;
    let nameless = stage.service(false).await;
    let text = private_dns_refusal(&stage, &nameless).await;
    assert!(
        text.ends_with("does not provide a private DNS name."),
        "{text}"
    );
    stage
        .owner
        .ok(
            "DeleteVpcEndpointServiceConfigurations",
            &[("ServiceId.1", &nameless.id)],
        )
        .await;
    pass(60).await;
    let service = named_service(&stage, "false", false).await;
    let text = private_dns_refusal(&stage, &service).await;
    assert!(
        text.contains("has not verified the private DNS name"),
        "{text}"
    );
    stage
        .owner
        .ok(
            "DeleteVpcEndpointServiceConfigurations",
            &[("ServiceId.1", &service.id)],
        )
        .await;
    pass(60).await;
    let service = named_service(&stage, "true", true).await;
    let text = private_dns_refusal(&stage, &service).await;
    assert!(
        text.starts_with("Private DNS can only be enabled after"),
        "{text}"
    );

    let endpoint = stage.connect(&service).await;
    let enable = [
        ("VpcEndpointId", endpoint.as_str()),
        ("PrivateDnsEnabled", "true"),
    ];
    stage
        .decide("AcceptVpcEndpointConnections", &service, &endpoint)
        .await;
    pass(200).await;
    let said = stage.consumer.ec2("ModifyVpcEndpoint", &enable).await;
    assert!(
        said.says("requires both enableDnsSupport and enableDnsHostnames"),
        "{}",
        said.body
    );
    let vpc = ("VpcId", stage.network.vpc_id.as_str());
    stage
        .consumer
        .ok(
            "ModifyVpcAttribute",
            &[vpc, ("EnableDnsHostnames.Value", "true")],
        )
        .await;
    stage.consumer.ok("ModifyVpcEndpoint", &enable).await;
    assert_eq!(stage.state(&endpoint).await, "pending");
    pass(200).await;
    let said = stage.consumer.ok("DescribeVpcEndpoints", &[]).await;
    assert_eq!(said.texts("dnsName").last().unwrap(), "api.example.com");
    conflict(&stage, &service).await;
}

#[tokio::test(start_paused = true)]
async fn rule_23_the_name_is_checked_again_and_again() {
    let stage = stage().await;
    let service = named_service(&stage, "false", false).await;
    let describe = async || {
        let id = [("ServiceId.1", service.id.as_str())];
        stage
            .owner
            .ok("DescribeVpcEndpointServiceConfigurations", &id)
            .await
    };
    let value = describe().await.text("value");
    let simulator = &stage.owner.simulator;
    simulator.set_txt_records("api.example.com", vec![value.to_uppercase()]);
    pass(600).await;
    assert_eq!(
        describe().await.text("state"),
        "pendingVerification",
        "letter case counts"
    );
    simulator.set_txt_records("api.example.com", vec![value]);
    pass(600).await;
    assert_eq!(describe().await.text("state"), "verified");
    simulator.set_txt_records("api.example.com", Vec::new());
    pass(600).await;
    assert_eq!(describe().await.text("state"), "pendingVerification");
}

#[tokio::test(start_paused = true)]
async fn rule_11_the_same_token_answers_the_same_endpoint_even_when_it_is_dead() {
    let stage = stage().await;
    let service = stage.service(false).await;
    let mut parameters = stage.endpoint(&service);
    parameters.push(("ClientToken", "token-1"));
    let create = "CreateVpcEndpoint";
    let first = stage.consumer.ok(create, &parameters).await;
    let again = stage.consumer.ok(create, &parameters).await;
    assert_eq!(first.text("vpcEndpointId"), again.text("vpcEndpointId"));
    assert_eq!(again.text("clientToken"), "token-1");
    let mut other = parameters.clone();
    other.push(("PrivateDnsEnabled", "false"));
    assert_eq!(
        stage.consumer.refused(create, &other).await,
        "IdempotentParameterMismatch"
    );
    let id = first.text("vpcEndpointId");
    stage
        .consumer
        .ok("DeleteVpcEndpoints", &[("VpcEndpointId.1", &id)])
        .await;
    pass(600).await;
    assert_eq!(stage.state(&id).await, "gone");
    let dead = stage.consumer.ok(create, &parameters).await;
    assert_eq!(
        (dead.text("vpcEndpointId"), dead.text("state")),
        (id, "deleted".to_owned())
    );

    let stage = stage_with("spent-token", "makes-new").await;
    let service = stage.service(false).await;
    let mut parameters = stage.endpoint(&service);
    parameters.push(("ClientToken", "token-1"));
    let id = stage
        .consumer
        .ok(create, &parameters)
        .await
        .text("vpcEndpointId");
    stage
        .consumer
        .ok("DeleteVpcEndpoints", &[("VpcEndpointId.1", &id)])
        .await;
    pass(600).await;
    assert_ne!(
        stage
            .consumer
            .ok(create, &parameters)
            .await
            .text("vpcEndpointId"),
        id
    );
}

#[tokio::test(start_paused = true)]
async fn rule_11_a_service_token_survives_a_lost_answer() {
    let stage = stage().await;
    let parameters = [
        ("NetworkLoadBalancerArn.1", stage.balancer.as_str()),
        ("ClientToken", "service-token"),
    ];
    let create = "CreateVpcEndpointServiceConfiguration";
    let first = stage.owner.ok(create, &parameters).await.text("serviceId");
    assert_eq!(
        stage.owner.ok(create, &parameters).await.text("serviceId"),
        first
    );
}
