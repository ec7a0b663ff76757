//! `SubnetConfiguration`: the addresses of an endpoint as its owner wants them.

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

use support::ipv6::{self, Twin, interfaces};
use support::stage::{Service, Stage};
use support::{Said, calm, doubting, pass};

/// Asks for an endpoint in the consumer's first subnet with that address.
async fn ask(stage: &Stage, service: &Service, address: &str) -> Said {
    let mut parameters = stage.endpoint(service);
    let subnet = stage.network.subnet_ids[0].as_str();
    parameters.push(("SubnetConfiguration.1.SubnetId", subnet));
    parameters.push(("SubnetConfiguration.1.Ipv4", address));
    stage.consumer.ec2("CreateVpcEndpoint", &parameters).await
}

/// Changes the address of an endpoint in one of the consumer's subnets.
async fn change(stage: &Stage, endpoint: &str, subnet: &str, address: &str) -> Said {
    let parameters = [
        ("VpcEndpointId", endpoint),
        ("SubnetConfiguration.1.SubnetId", subnet),
        ("SubnetConfiguration.1.Ipv4", address),
    ];
    stage.consumer.ec2("ModifyVpcEndpoint", &parameters).await
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_takes_the_address_that_it_was_told() {
    let stage = Stage::new(&calm()).await;
    let service = stage.service(false).await;
    let said = ask(&stage, &service, "10.2.0.77").await;
    assert_eq!(said.status, 200, "{}", said.body);
    let endpoint = said.text("vpcEndpointId");
    let has = interfaces(&stage.consumer, &endpoint).await;
    assert_eq!(has.len(), 1);
    assert_eq!(has[0].1, "10.2.0.77");
    let said = ask(&stage, &service, "10.2.0.77").await;
    assert_eq!(said.text("Code"), "InvalidIPAddress.InUse");
}

#[tokio::test(start_paused = true)]
async fn an_address_must_lie_in_the_subnet_and_be_free_with_either_set_of_codes() {
    for reading in ["of-interfaces", "InvalidParameter"] {
        let stage = Stage::new(&doubting("fixed-address-codes", reading)).await;
        let service = stage.service(false).await;
        assert_eq!(ask(&stage, &service, "10.2.0.77").await.status, 200);
        for (address, code, words) in [
            ("10.2.1.5", "InvalidParameterValue", "does not fall within"),
            ("10.2.0.0", "InvalidParameterValue", "reserved"),
            ("10.2.0.3", "InvalidParameterValue", "reserved"),
            ("10.2.0.255", "InvalidParameterValue", "reserved"),
            ("10.2.0.77", "InvalidIPAddress.InUse", "in use"),
        ] {
            let said = ask(&stage, &service, address).await;
            let code = if reading == "of-interfaces" {
                code
            } else {
                reading
            };
            assert_eq!(said.text("Code"), code, "{address}");
            assert!(said.says(words), "{}", said.body);
        }
        let said = ask(&stage, &service, "10.2.0").await;
        assert_eq!(said.text("Code"), "InvalidParameterValue");
        assert_eq!(ask(&stage, &service, "10.2.0.4").await.status, 200);
    }
}

#[tokio::test(start_paused = true)]
async fn another_address_is_another_interface_and_the_endpoint_is_pending_meanwhile() {
    let stage = Stage::new(&calm()).await;
    let service = stage.service(false).await;
    let said = ask(&stage, &service, "10.2.0.77").await;
    let endpoint = said.text("vpcEndpointId");
    pass(200).await;
    let before = interfaces(&stage.consumer, &endpoint).await;
    let subnet = &stage.network.subnet_ids[0];
    let said = change(&stage, &endpoint, subnet, "10.2.0.78").await;
    assert_eq!(said.status, 200, "{}", said.body);
    assert_eq!(stage.state(&endpoint).await, "pending");
    let after = interfaces(&stage.consumer, &endpoint).await;
    assert_eq!(after.len(), 1);
    assert_ne!(after[0].0, before[0].0);
    assert_eq!(after[0].1, "10.2.0.78");
    pass(200).await;
    assert_eq!(stage.state(&endpoint).await, "available");
    let old = [("NetworkInterfaceId.1", before[0].0.as_str())];
    let code = stage
        .consumer
        .refused("DescribeNetworkInterfaces", &old)
        .await;
    assert_eq!(code, "InvalidNetworkInterfaceID.NotFound");

    let said = change(&stage, &endpoint, subnet, "10.2.0.78").await;
    assert_eq!(said.status, 200, "{}", said.body);
    let same = interfaces(&stage.consumer, &endpoint).await;
    assert_eq!(same, after, "the address that it has changes nothing");
}

#[tokio::test(start_paused = true)]
async fn only_subnets_of_the_endpoint_get_addresses_new_ones_among_them() {
    let stage = Stage::new(&calm()).await;
    let service = stage.service(false).await;
    let endpoint = stage.connect(&service).await;
    pass(200).await;
    let second = stage.network.subnet_ids[1].as_str();
    let said = change(&stage, &endpoint, second, "10.2.1.50").await;
    assert_eq!(said.text("Code"), "InvalidParameter");
    let parameters = [
        ("VpcEndpointId", endpoint.as_str()),
        ("AddSubnetId.1", second),
        ("SubnetConfiguration.1.SubnetId", second),
        ("SubnetConfiguration.1.Ipv4", "10.2.1.50"),
    ];
    stage.consumer.ok("ModifyVpcEndpoint", &parameters).await;
    let has = interfaces(&stage.consumer, &endpoint).await;
    assert_eq!(has.len(), 2);
    assert_eq!(has[1].1, "10.2.1.50");
}

#[tokio::test(start_paused = true)]
async fn a_subnet_is_configured_once_and_not_while_it_goes() {
    let stage = Stage::new(&calm()).await;
    let service = stage.service(false).await;
    let (one, two) = (&stage.network.subnet_ids[0], &stage.network.subnet_ids[1]);
    let mut parameters = stage.endpoint(&service);
    parameters.push(("SubnetId.2", two));
    let said = stage.consumer.ok("CreateVpcEndpoint", &parameters).await;
    let endpoint = said.text("vpcEndpointId");
    pass(200).await;
    let before = interfaces(&stage.consumer, &endpoint).await;
    let base = [
        ("VpcEndpointId", endpoint.as_str()),
        ("SubnetConfiguration.1.SubnetId", one),
        ("SubnetConfiguration.1.Ipv4", "10.2.0.50"),
    ];
    for more in [
        vec![
            ("SubnetConfiguration.2.SubnetId", one.as_str()),
            ("SubnetConfiguration.2.Ipv4", "10.2.0.51"),
        ],
        vec![("RemoveSubnetId.1", one.as_str())],
    ] {
        let parameters = [base.as_slice(), &more].concat();
        let code = stage
            .consumer
            .refused("ModifyVpcEndpoint", &parameters)
            .await;
        assert_eq!(code, "InvalidParameter");
    }
    assert_eq!(interfaces(&stage.consumer, &endpoint).await, before);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_of_both_families_needs_an_address_of_each() {
    let stage = Stage::new(&calm()).await;
    let service = ipv6::wide_service(&stage).await;
    let twin = Twin::new(&stage.consumer, "10.9", &["use1-az1"]).await;
    let inside = ipv6::part(&twin.block, 0).replace("::/64", "::77");
    let mut parameters = twin.endpoint(&service);
    parameters.extend([
        ("IpAddressType", "dualstack"),
        ("SubnetConfiguration.1.SubnetId", &twin.subnet_ids[0]),
        ("SubnetConfiguration.1.Ipv4", "10.9.0.77"),
    ]);
    let code = stage
        .consumer
        .refused("CreateVpcEndpoint", &parameters)
        .await;
    assert_eq!(code, "InvalidParameter");
    parameters.push(("SubnetConfiguration.1.Ipv6", "2001:db8::77"));
    let code = stage
        .consumer
        .refused("CreateVpcEndpoint", &parameters)
        .await;
    assert_eq!(code, "InvalidParameterValue");
    let last = parameters.len() - 1;
    parameters[last].1 = &inside;
    let said = stage.consumer.ok("CreateVpcEndpoint", &parameters).await;
    let endpoint = said.text("vpcEndpointId");
    let has = interfaces(&stage.consumer, &endpoint).await;
    assert_eq!(
        (has[0].1.as_str(), has[0].2.as_str()),
        ("10.9.0.77", inside.as_str())
    );
    pass(200).await;
    // One address stays while the other changes.
    let next = inside.replace("::77", "::78");
    let parameters = [
        ("VpcEndpointId", endpoint.as_str()),
        ("SubnetConfiguration.1.SubnetId", &twin.subnet_ids[0]),
        ("SubnetConfiguration.1.Ipv4", "10.9.0.77"),
        ("SubnetConfiguration.1.Ipv6", &next),
    ];
    stage.consumer.ok("ModifyVpcEndpoint", &parameters).await;
    let moved = interfaces(&stage.consumer, &endpoint).await;
    assert_eq!(
        (moved[0].1.as_str(), moved[0].2.as_str()),
        ("10.9.0.77", next.as_str())
    );
    assert_ne!(moved[0].0, has[0].0);
}
