//! Worlds with IPv6: networks of both families, services that take both.

use super::bridge::ELB;
use super::stage::{Service, Stage};
use super::{Client, Said};

/// A VPC `x.y.0.0/16` with an IPv6 block, and a dualstack subnet in each zone.
pub struct Twin {
    pub vpc_id: String,
    pub block: String,
    pub subnet_ids: Vec<String>,
}

impl Twin {
    pub async fn new(client: &Client, head: &str, zones: &[&str]) -> Self {
        let cidr = format!("{head}.0.0/16");
        let parameters = [
            ("CidrBlock", cidr.as_str()),
            ("AmazonProvidedIpv6CidrBlock", "true"),
        ];
        let said = client.ok("CreateVpc", &parameters).await;
        let mut twin = Self {
            vpc_id: said.text("vpcId"),
            block: said.text("ipv6CidrBlock"),
            subnet_ids: Vec::new(),
        };
        for (number, zone) in (0_u8..).zip(zones) {
            let cidr = format!("{head}.{number}.0/24");
            let parameters = [
                ("VpcId", twin.vpc_id.as_str()),
                ("CidrBlock", &cidr),
                ("Ipv6CidrBlock", &part(&twin.block, number)),
                ("AvailabilityZoneId", zone),
            ];
            let said = client.ok("CreateSubnet", &parameters).await;
            twin.subnet_ids.push(said.text("subnetId"));
        }
        twin
    }

    /// Makes a subnet of IPv6 only.
    pub async fn native(&self, client: &Client, zone: &str) -> String {
        let parameters = [
            ("VpcId", self.vpc_id.as_str()),
            ("Ipv6Native", "true"),
            ("Ipv6CidrBlock", &part(&self.block, 200)),
            ("AvailabilityZoneId", zone),
        ];
        let said = client.ok("CreateSubnet", &parameters).await;
        said.text("subnetId")
    }

    /// The parameters of an endpoint in the first subnet.
    pub fn endpoint<'a>(&'a self, service: &'a Service) -> Vec<(&'a str, &'a str)> {
        vec![
            ("VpcEndpointType", "Interface"),
            ("ServiceName", &service.name),
            ("VpcId", &self.vpc_id),
            ("SubnetId.1", &self.subnet_ids[0]),
        ]
    }
}

/// The nth /64 of a /56 that ends in `00::/56`.
pub fn part(block: &str, number: u8) -> String {
    let head = block.strip_suffix("00::/56").expect("a block of Amazon's");
    let text = format!("{head}{number:02x}::/64");
    // As addresses are written: no zeros in front.
    let network: ipnet::Ipv6Net = text.parse().expect("a block");
    network.to_string()
}

/// Gives the owner's network IPv6 and makes its load balancer dualstack.
pub async fn widen(stage: &Stage) {
    let vpc = ("VpcId", stage.owner_network.vpc_id.as_str());
    let amazon = ("AmazonProvidedIpv6CidrBlock", "true");
    let said = stage
        .owner
        .ok("AssociateVpcCidrBlock", &[vpc, amazon])
        .await;
    let block = said.text("ipv6CidrBlock");
    for (number, id) in (0_u8..).zip(&stage.owner_network.subnet_ids) {
        let parameters = [
            ("SubnetId", id.as_str()),
            ("Ipv6CidrBlock", &part(&block, number)),
        ];
        stage
            .owner
            .ok("AssociateSubnetCidrBlock", &parameters)
            .await;
    }
    let parameters = [
        ("LoadBalancerArn", stage.balancer.as_str()),
        ("IpAddressType", "dualstack"),
    ];
    let said = stage
        .owner
        .try_call(ELB, "SetIpAddressType", &parameters)
        .await;
    assert_eq!(said.expect("an answer").status, 200);
}

/// Lets a service take IPv6 too.
pub async fn take_both(stage: &Stage, service: &Service) {
    let parameters = [
        ("ServiceId", service.id.as_str()),
        ("AddSupportedIpAddressType.1", "ipv6"),
    ];
    stage
        .owner
        .ok("ModifyVpcEndpointServiceConfiguration", &parameters)
        .await;
}

/// A service that takes both families and accepts by itself.
pub async fn wide_service(stage: &Stage) -> Service {
    widen(stage).await;
    let service = stage.service(false).await;
    take_both(stage, &service).await;
    service
}

/// Id, IPv4 and IPv6 address (or an empty text) of an endpoint's interfaces.
pub async fn interfaces(client: &Client, endpoint: &str) -> Vec<(String, String, String)> {
    let said = client
        .ok("DescribeVpcEndpoints", &[("VpcEndpointId.1", endpoint)])
        .await;
    let mut all = Vec::new();
    for id in items(&said, "networkInterfaceIdSet") {
        let said = client
            .ok(
                "DescribeNetworkInterfaces",
                &[("NetworkInterfaceId.1", &id)],
            )
            .await;
        let first = |name: &str| said.texts(name).first().cloned().unwrap_or_default();
        all.push((id, first("privateIpAddress"), first("ipv6Address")));
    }
    all
}

/// The texts of an EC2 list.
pub fn items(said: &Said, list: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(&said.body).expect("XML");
    document
        .descendants()
        .filter(|node| node.tag_name().name() == list)
        .flat_map(|node| node.children())
        .map(|node| node.text().unwrap_or_default().to_owned())
        .collect()
}
