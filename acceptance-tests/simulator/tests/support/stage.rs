//! Worlds that most tests need: an owner with a load balancer and a service, a consumer with a VPC.

use aws_simulator::Simulator;

use super::{CONSUMER, Client, OWNER, pass};

/// Zone ids that the owner's load balancer stands in.
pub const ZONES: [&str; 2] = ["use1-az1", "use1-az2"];

/// A VPC with a subnet in each of some zones.
pub struct Network {
    pub vpc_id: String,
    pub subnet_ids: Vec<String>,
}

/// An owner with an active load balancer, and a consumer with a VPC in three zones.
pub struct Stage {
    pub owner: Client,
    pub consumer: Client,
    pub owner_network: Network,
    pub network: Network,
    pub balancer: String,
}

impl Stage {
    pub async fn new(simulator: &Simulator) -> Self {
        let owner = Client::new(simulator, OWNER);
        let consumer = Client::new(simulator, CONSUMER);
        let owner_network = network(&owner, "10.1", &ZONES).await;
        let network = network(&consumer, "10.2", &["use1-az1", "use1-az2", "use1-az3"]).await;
        let balancer = balancer(&owner, "edge", &owner_network.subnet_ids).await;
        Self {
            owner,
            consumer,
            owner_network,
            network,
            balancer,
        }
    }

    /// An endpoint service of the load balancer that allows the consumer's account.
    pub async fn service(&self, acceptance_required: bool) -> Service {
        let service = self.bare_service(acceptance_required).await;
        let root = format!("arn:aws:iam::{CONSUMER}:root");
        let parameters = [
            ("ServiceId", service.id.as_str()),
            ("AddAllowedPrincipals.1", &root),
        ];
        self.owner
            .ok("ModifyVpcEndpointServicePermissions", &parameters)
            .await;
        service
    }

    /// An endpoint service that allows nobody.
    pub async fn bare_service(&self, acceptance_required: bool) -> Service {
        let said = self
            .owner
            .ok(
                "CreateVpcEndpointServiceConfiguration",
                &[
                    ("NetworkLoadBalancerArn.1", &self.balancer),
                    ("AcceptanceRequired", &acceptance_required.to_string()),
                ],
            )
            .await;
        pass(20).await;
        Service {
            id: said.text("serviceId"),
            name: said.text("serviceName"),
        }
    }

    /// The parameters of an endpoint in the consumer's first subnet.
    pub fn endpoint<'a>(&'a self, service: &'a Service) -> Vec<(&'a str, &'a str)> {
        vec![
            ("VpcEndpointType", "Interface"),
            ("ServiceName", &service.name),
            ("VpcId", &self.network.vpc_id),
            ("SubnetId.1", &self.network.subnet_ids[0]),
        ]
    }

    /// An endpoint in the consumer's first subnet.
    pub async fn connect(&self, service: &Service) -> String {
        self.consumer
            .ok("CreateVpcEndpoint", &self.endpoint(service))
            .await
            .text("vpcEndpointId")
    }

    /// The state of an endpoint on the consumer's side; `gone` if it is not there.
    pub async fn state(&self, endpoint: &str) -> String {
        let said = self
            .consumer
            .ec2("DescribeVpcEndpoints", &[("VpcEndpointId.1", endpoint)])
            .await;
        if said.status == 200 {
            said.text("state")
        } else {
            "gone".to_owned()
        }
    }

    /// The states of the owner's connection rows of an endpoint.
    pub async fn rows(&self, endpoint: &str) -> Vec<String> {
        let filter = [
            ("Filter.1.Name", "vpc-endpoint-id"),
            ("Filter.1.Value.1", endpoint),
        ];
        let said = self
            .owner
            .ok("DescribeVpcEndpointConnections", &filter)
            .await;
        said.texts("vpcEndpointState")
    }

    /// The owner's word on an endpoint: the codes of the items that failed.
    pub async fn decide(&self, action: &str, service: &Service, endpoint: &str) -> Vec<String> {
        let parameters = [
            ("ServiceId", service.id.as_str()),
            ("VpcEndpointId.1", endpoint),
        ];
        self.owner.ok(action, &parameters).await.texts("code")
    }
}

/// An endpoint service.
pub struct Service {
    pub id: String,
    pub name: String,
}

/// Makes a VPC `x.y.0.0/16` with a /24 in each zone.
pub async fn network(client: &Client, head: &str, zones: &[&str]) -> Network {
    let block = format!("{head}.0.0/16");
    let vpc_id = client
        .ok("CreateVpc", &[("CidrBlock", &block)])
        .await
        .text("vpcId");
    let mut subnet_ids = Vec::new();
    for (number, zone) in zones.iter().enumerate() {
        let block = format!("{head}.{number}.0/24");
        let parameters = [
            ("VpcId", vpc_id.as_str()),
            ("CidrBlock", &block),
            ("AvailabilityZoneId", zone),
        ];
        subnet_ids.push(
            client
                .ok("CreateSubnet", &parameters)
                .await
                .text("subnetId"),
        );
    }
    Network { vpc_id, subnet_ids }
}

/// Makes an internal Network Load Balancer and waits until it is active.
pub async fn balancer(client: &Client, name: &str, subnet_ids: &[String]) -> String {
    let mut parameters = vec![
        ("Name".to_owned(), name.to_owned()),
        ("Type".to_owned(), "network".to_owned()),
        ("Scheme".to_owned(), "internal".to_owned()),
    ];
    for (number, id) in subnet_ids.iter().enumerate() {
        parameters.push((format!("Subnets.member.{}", number + 1), id.clone()));
    }
    let parameters: Vec<(&str, &str)> = parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let said = client
        .try_call("elasticloadbalancing", "CreateLoadBalancer", &parameters)
        .await
        .expect("an answer");
    assert_eq!(said.status, 200, "{}", said.body);
    pass(600).await;
    said.text("LoadBalancerArn")
}
