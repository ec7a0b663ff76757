//! Rule 21: endpoints to a service of another region.

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

use support::stage::{Network, Service, Stage, network};
use support::{CONSUMER, Client, calm, pass};

const FAR: &str = "ap-northeast-1";

/// A service in us-east-1, and a consumer's VPC in Tokyo.
struct Far {
    stage: Stage,
    service: Service,
    consumer: Client,
    network: Network,
}

async fn far(acceptance_required: bool) -> Far {
    let stage = Stage::new(&calm()).await;
    let service = stage.service(acceptance_required).await;
    let consumer = stage.consumer.clone().in_region(FAR);
    let network = network(&consumer, "10.9", &["apne1-az4", "apne1-az1"]).await;
    Far {
        stage,
        service,
        consumer,
        network,
    }
}

impl Far {
    async fn support(&self) {
        let parameters = [
            ("ServiceId", self.service.id.as_str()),
            ("AddSupportedRegion.1", FAR),
        ];
        let action = "ModifyVpcEndpointServiceConfiguration";
        self.stage.owner.ok(action, &parameters).await;
        pass(120).await;
    }

    fn endpoint(&self) -> Vec<(&str, &str)> {
        vec![
            ("VpcEndpointType", "Interface"),
            ("ServiceName", &self.service.name),
            ("ServiceRegion", "us-east-1"),
            ("VpcId", &self.network.vpc_id),
            ("SubnetId.1", &self.network.subnet_ids[0]),
            ("SubnetId.2", &self.network.subnet_ids[1]),
        ]
    }

    async fn regions(&self) -> Vec<(String, String)> {
        let said = self
            .stage
            .owner
            .ok("DescribeVpcEndpointServiceConfigurations", &[])
            .await;
        // The service's own state comes first, then one for each region.
        let states = said.texts("serviceState").into_iter().skip(1);
        said.texts("region").into_iter().zip(states).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_is_reached_from_a_region_once_that_regions_row_is_available() {
    let far = far(false).await;
    let code = far
        .consumer
        .refused("CreateVpcEndpoint", &far.endpoint())
        .await;
    assert_eq!(code, "InvalidServiceName");
    let parameters = [
        ("ServiceId", far.service.id.as_str()),
        ("AddSupportedRegion.1", FAR),
    ];
    let action = "ModifyVpcEndpointServiceConfiguration";
    far.stage.owner.ok(action, &parameters).await;
    let row = |state: &str| (FAR.to_owned(), state.to_owned());
    assert!(far.regions().await.contains(&row("Pending")));
    let code = far
        .consumer
        .refused("CreateVpcEndpoint", &far.endpoint())
        .await;
    assert_eq!(code, "InvalidServiceName");
    pass(120).await;
    assert!(far.regions().await.contains(&row("Available")));
    far.consumer.ok("CreateVpcEndpoint", &far.endpoint()).await;
}

#[tokio::test(start_paused = true)]
async fn such_an_endpoint_has_one_name_and_its_connection_is_in_the_services_region() {
    let far = far(true).await;
    far.support().await;
    let made = far.consumer.ok("CreateVpcEndpoint", &far.endpoint()).await;
    let endpoint = made.text("vpcEndpointId");
    assert_eq!(made.text("serviceRegion"), "us-east-1");
    let names = made.texts("dnsName");
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(names[0].ends_with(".us-east-1.vpce.amazonaws.com"));

    let filter = [
        ("Filter.1.Name", "vpc-endpoint-id"),
        ("Filter.1.Value.1", endpoint.as_str()),
    ];
    let there = far.stage.owner.clone().in_region(FAR);
    let rows = there.ok("DescribeVpcEndpointConnections", &filter).await;
    assert!(rows.texts("vpcEndpointState").is_empty());
    let rows = far
        .stage
        .owner
        .ok("DescribeVpcEndpointConnections", &filter)
        .await;
    assert_eq!(rows.text("vpcEndpointRegion"), FAR);
    let unsuccessful = far
        .stage
        .decide("AcceptVpcEndpointConnections", &far.service, &endpoint)
        .await;
    assert!(unsuccessful.is_empty());
    pass(200).await;
    let said = far
        .consumer
        .ok("DescribeVpcEndpoints", &[("VpcEndpointId.1", &endpoint)])
        .await;
    assert_eq!(said.text("state"), "available");
}

#[tokio::test(start_paused = true)]
async fn some_zones_have_no_remote_access_and_the_others_need_not_match() {
    let far = far(false).await;
    far.support().await;
    let seoul = far.stage.consumer.clone().in_region("ap-northeast-2");
    let parameters = [
        ("ServiceId", far.service.id.as_str()),
        ("AddSupportedRegion.1", "ap-northeast-2"),
    ];
    let action = "ModifyVpcEndpointServiceConfiguration";
    far.stage.owner.ok(action, &parameters).await;
    pass(120).await;
    let place = network(&seoul, "10.8", &["apne2-az1", "apne2-az2"]).await;
    let mut parameters = far.endpoint();
    parameters.truncate(3);
    parameters.push(("VpcId", &place.vpc_id));
    parameters.push(("SubnetId.1", &place.subnet_ids[1]));
    let said = seoul.ec2("CreateVpcEndpoint", &parameters).await;
    assert!(
        said.says("Only the following availability zones are supported for remote access"),
        "{}",
        said.body
    );
    parameters.pop();
    parameters.push(("SubnetId.1", &place.subnet_ids[0]));
    seoul.ok("CreateVpcEndpoint", &parameters).await;
}

#[tokio::test(start_paused = true)]
async fn both_sides_need_the_permission_to_cross_regions() {
    let far = far(false).await;
    let everything = serde_json::json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "vpce:AllowMultiRegion", "Resource": "*" },
    ] });
    let simulator = &far.stage.owner.simulator;
    simulator
        .attach_policy(&far.stage.owner.account, None, &everything)
        .unwrap();
    let parameters = [
        ("ServiceId", far.service.id.as_str()),
        ("AddSupportedRegion.1", FAR),
    ];
    let action = "ModifyVpcEndpointServiceConfiguration";
    let code = far.stage.owner.refused(action, &parameters).await;
    assert_eq!(code, "UnauthorizedOperation");
    simulator.clear_policies();
    far.support().await;
    simulator
        .attach_policy(CONSUMER, None, &everything)
        .unwrap();
    let code = far
        .consumer
        .refused("CreateVpcEndpoint", &far.endpoint())
        .await;
    assert_eq!(code, "UnauthorizedOperation");
}

#[tokio::test(start_paused = true)]
async fn a_region_that_is_taken_away_keeps_its_endpoints_and_takes_no_more() {
    let far = far(false).await;
    far.support().await;
    let made = far.consumer.ok("CreateVpcEndpoint", &far.endpoint()).await;
    pass(200).await;
    let parameters = [
        ("ServiceId", far.service.id.as_str()),
        ("RemoveSupportedRegion.1", FAR),
    ];
    let action = "ModifyVpcEndpointServiceConfiguration";
    far.stage.owner.ok(action, &parameters).await;
    let id = made.text("vpcEndpointId");
    let said = far
        .consumer
        .ok("DescribeVpcEndpoints", &[("VpcEndpointId.1", &id)])
        .await;
    assert_eq!(said.text("state"), "available");
    let code = far
        .consumer
        .refused("CreateVpcEndpoint", &far.endpoint())
        .await;
    assert_eq!(code, "InvalidServiceName");
    let own = [
        ("ServiceId", far.service.id.as_str()),
        ("RemoveSupportedRegion.1", "us-east-1"),
    ];
    assert_eq!(
        far.stage.owner.refused(action, &own).await,
        "InvalidParameter"
    );
}
