//! Each doubt makes a difference that a client can see, in either reading.
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

use std::time::Duration;

use aws_simulator::Simulator;
use support::stage::{Service, Stage};
use support::{CONSUMER, Client, OWNER, pass};

const ACCEPT: &str = "AcceptVpcEndpointConnections";
const REJECT: &str = "RejectVpcEndpointConnections";

async fn stage(name: &str, reading: &str) -> Stage {
    let builder = Simulator::builder().seed(1).doubt(name, reading).unwrap();
    Stage::new(&builder.build().unwrap()).await
}

/// An endpoint that waits for acceptance.
async fn waiting(name: &str, reading: &str) -> (Stage, Service, String) {
    let stage = stage(name, reading).await;
    let service = stage.service(true).await;
    let endpoint = stage.connect(&service).await;
    (stage, service, endpoint)
}

#[tokio::test(start_paused = true)]
async fn the_owner_needs_a_permission_or_not() {
    for (reading, status) in [("yes", 400), ("no", 200)] {
        let stage = stage("owner-needs-permission", reading).await;
        let service = stage.bare_service(false).await;
        let name = [("ServiceName.1", service.name.as_str())];
        let said = stage.owner.ec2("DescribeVpcEndpointServices", &name).await;
        assert_eq!(said.status, status, "{reading}");
        assert_eq!(
            stage
                .consumer
                .ec2("DescribeVpcEndpointServices", &name)
                .await
                .status,
            400
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_rejected_connection_can_be_accepted_again_or_not() {
    for (reading, state) in [("refused", "rejected"), ("allowed", "available")] {
        let (stage, service, endpoint) = waiting("accept-after-reject", reading).await;
        stage.decide(REJECT, &service, &endpoint).await;
        let codes = stage.decide(ACCEPT, &service, &endpoint).await;
        assert_eq!(codes.is_empty(), reading == "allowed");
        pass(200).await;
        assert_eq!(stage.state(&endpoint).await, state);
    }
}

#[tokio::test(start_paused = true)]
async fn accepting_what_is_available_fails_its_item_or_says_nothing() {
    for (reading, codes) in [
        ("unsuccessful", vec!["InvalidState"]),
        ("silent", Vec::new()),
    ] {
        let (stage, service, endpoint) = waiting("accept-available", reading).await;
        stage.decide(ACCEPT, &service, &endpoint).await;
        pass(200).await;
        assert_eq!(stage.decide(ACCEPT, &service, &endpoint).await, codes);
        assert_eq!(stage.state(&endpoint).await, "available");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_pending_can_be_rejected_or_not() {
    for (reading, state) in [("allowed", "rejected"), ("refused", "available")] {
        let (stage, service, endpoint) = waiting("reject-pending", reading).await;
        stage.decide(ACCEPT, &service, &endpoint).await;
        stage.decide(REJECT, &service, &endpoint).await;
        pass(200).await;
        assert_eq!(stage.state(&endpoint).await, state);
    }
}

#[tokio::test(start_paused = true)]
async fn not_found_has_two_spellings_each() {
    for (name, codes) in [
        (
            "endpoint-not-found-code",
            [
                "InvalidVpcEndpointId.NotFound",
                "InvalidVpcEndpoint.NotFound",
            ],
        ),
        (
            "service-not-found-code",
            [
                "InvalidVpcEndpointServiceId.NotFound",
                "InvalidVpcEndpointService.NotFound",
            ],
        ),
    ] {
        for code in codes {
            let builder = Simulator::builder().doubt(name, code).unwrap();
            let owner = Client::new(&builder.build().unwrap(), OWNER);
            let said = match name {
                "endpoint-not-found-code" => {
                    let id = [("VpcEndpointId.1", "vpce-00000000000000000")];
                    owner.refused("DescribeVpcEndpoints", &id).await
                }
                _ => {
                    let id = [("ServiceId.1", "vpce-svc-00000000000000000")];
                    owner
                        .refused("DescribeVpcEndpointServiceConfigurations", &id)
                        .await
                }
            };
            assert_eq!(said, code);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_service_fails_its_item_or_the_whole_delete() {
    for (reading, status) in [("item", 200), ("call", 400)] {
        let builder = Simulator::builder()
            .doubt("unknown-service-on-delete", reading)
            .unwrap();
        let owner = Client::new(&builder.build().unwrap(), OWNER);
        let id = [("ServiceId.1", "vpce-svc-00000000000000000")];
        let said = owner
            .ec2("DeleteVpcEndpointServiceConfigurations", &id)
            .await;
        assert_eq!(said.status, status);
        assert!(said.says("InvalidVpcEndpointServiceId.NotFound"));
    }
}

#[tokio::test(start_paused = true)]
async fn states_are_written_in_either_letter_case() {
    for (reading, state) in [
        ("camel", "pendingAcceptance"),
        ("pascal", "PendingAcceptance"),
    ] {
        let (stage, _, endpoint) = waiting("endpoint-state-case", reading).await;
        assert_eq!(stage.state(&endpoint).await, state);
        assert_eq!(stage.rows(&endpoint).await, [state]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_service_is_available_at_once_or_after_a_wait() {
    for reading in ["Available", "Pending"] {
        let stage = stage("service-create-state", reading).await;
        let arn = [("NetworkLoadBalancerArn.1", stage.balancer.as_str())];
        let said = stage
            .owner
            .ok("CreateVpcEndpointServiceConfiguration", &arn)
            .await;
        assert_eq!(said.texts("serviceState")[0], reading);
        pass(10).await;
        let said = stage
            .owner
            .ok("DescribeVpcEndpointServiceConfigurations", &[])
            .await;
        assert_eq!(said.texts("serviceState")[0], "Available");
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_being_deleted_blocks_its_service_or_not() {
    for (reading, blocks) in [("no", false), ("yes", true)] {
        let (stage, service, endpoint) = waiting("deleting-blocks-service", reading).await;
        stage
            .consumer
            .ok("DeleteVpcEndpoints", &[("VpcEndpointId.1", &endpoint)])
            .await;
        let id = [("ServiceId.1", service.id.as_str())];
        let said = stage
            .owner
            .ok("DeleteVpcEndpointServiceConfigurations", &id)
            .await;
        assert_eq!(
            said.says("ExistingVpcEndpointConnections"),
            blocks,
            "{}",
            said.body
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_principal_that_is_there_is_added_again_in_silence_or_refused() {
    for (reading, status) in [("silent", 200), ("refused", 400)] {
        let stage = stage("permission-again", reading).await;
        let service = stage.service(true).await;
        let parameters = [
            ("ServiceId", service.id.as_str()),
            ("AddAllowedPrincipals.1", CONSUMER),
        ];
        let said = stage
            .owner
            .ec2("ModifyVpcEndpointServicePermissions", &parameters)
            .await;
        assert_eq!(said.status, status);
        assert!(said.texts("servicePermissionId").is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_is_pending_can_be_changed_or_not() {
    for (reading, result) in [("refused", "IncorrectState"), ("allowed", "")] {
        let (stage, service, endpoint) = waiting("modify-while-pending", reading).await;
        stage.decide(ACCEPT, &service, &endpoint).await;
        let add = [
            ("VpcEndpointId", endpoint.as_str()),
            ("AddSubnetId.1", &stage.network.subnet_ids[1]),
        ];
        let said = stage.consumer.ec2("ModifyVpcEndpoint", &add).await;
        assert_eq!(said.texts("Code").concat(), result);
        pass(400).await;
        assert_eq!(stage.state(&endpoint).await, "available");
    }
}

#[tokio::test(start_paused = true)]
async fn interfaces_show_at_once_or_when_the_endpoint_is_available() {
    for (reading, shown) in [("at-once", 1), ("when-available", 0)] {
        let (stage, service, endpoint) = waiting("endpoint-interfaces-appear", reading).await;
        let count = async || {
            let said = stage.consumer.ok("DescribeVpcEndpoints", &[]).await;
            said.body.matches("<item>eni-").count()
        };
        assert_eq!(count().await, shown);
        stage.decide(ACCEPT, &service, &endpoint).await;
        pass(200).await;
        assert_eq!(count().await, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn expired_credentials_have_two_codes_at_ec2() {
    for code in ["RequestExpired", "ExpiredToken"] {
        let builder = Simulator::builder()
            .doubt("expired-session-code", code)
            .unwrap();
        let simulator = builder.build().unwrap();
        let owner = Client::new(&simulator, OWNER);
        let role = format!("arn:aws:iam::{CONSUMER}:role/network");
        let parameters = [("RoleArn", role.as_str()), ("RoleSessionName", "test")];
        let said = owner
            .try_call("sts", "AssumeRole", &parameters)
            .await
            .unwrap();
        let mut assumed = Client::new(&simulator, CONSUMER);
        assumed.access_key = said.text("AccessKeyId");
        assumed.token = Some(said.text("SessionToken"));
        assumed.ok("DescribeVpcs", &[]).await;
        simulator.advance(Duration::from_secs(3601));
        assert_eq!(assumed.refused("DescribeVpcs", &[]).await, code);
    }
}
