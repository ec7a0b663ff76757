//! A database that an owner shares by Lattice, and a consumer with a VPC.

use aws_simulator::{Reach, Simulator};
use serde_json::{Value, json};

use super::rest::Json;
use super::stage::{Network, ZONES, network};
use super::{CONSUMER, Client, OWNER, pass};

pub const CONFIGURATIONS: &str = "/resourceconfigurations";

/// An owner with a cluster of two instances and a gateway; a consumer who has accepted all his shares.
pub struct SharedDb {
    pub owner: Client,
    pub consumer: Client,
    pub owner_network: Network,
    pub network: Network,
    pub database_group: String,
    pub gateway_group: String,
    pub endpoint_group: String,
    pub client_group: String,
    pub cluster: String,
    pub gateway: String,
}

impl SharedDb {
    pub async fn new(simulator: &Simulator) -> Self {
        let owner = Client::new(simulator, OWNER);
        let consumer = Client::new(simulator, CONSUMER);
        let owner_network = network(&owner, "10.1", &ZONES).await;
        let network = network(&consumer, "10.2", &["use1-az1", "use1-az2", "use1-az4"]).await;
        let vpc = [
            ("VpcId", network.vpc_id.as_str()),
            ("EnableDnsHostnames.Value", "true"),
        ];
        consumer.ok("ModifyVpcAttribute", &vpc).await;
        let database_group = owner.group(&owner_network.vpc_id, "database").await;
        let gateway_group = owner.group(&owner_network.vpc_id, "gateway").await;
        let endpoint_group = consumer.group(&network.vpc_id, "endpoint").await;
        let client_group = consumer.group(&network.vpc_id, "client").await;
        let inward = "AuthorizeSecurityGroupIngress";
        owner
            .rule(inward, &database_group, "5432", &gateway_group)
            .await;
        consumer
            .rule(inward, &endpoint_group, "5432", &client_group)
            .await;
        owner.subnet_group("orders", &owner_network).await;
        let cluster = owner.cluster("orders", "orders", &database_group).await;
        owner.member("orders", "orders-1").await;
        owner.member("orders", "orders-2").await;
        let gateway = json!({
            "name": "orders", "vpcIdentifier": owner_network.vpc_id,
            "subnetIds": owner_network.subnet_ids, "securityGroupIds": [gateway_group],
        });
        let gateway = owner
            .rest("vpc-lattice", "POST", "/resourcegateways", gateway)
            .await;
        pass(60).await;
        Self {
            gateway: gateway.text("id"),
            owner,
            consumer,
            owner_network,
            network,
            database_group,
            gateway_group,
            endpoint_group,
            client_group,
            cluster,
        }
    }

    pub async fn lattice(&self, method: &str, uri: &str, body: Value) -> Json {
        self.owner.rest("vpc-lattice", method, uri, body).await
    }

    /// What a configuration of the cluster's ARN asks for.
    pub fn by_arn(&self) -> Value {
        json!({
            "name": "orders-db", "type": "ARN", "resourceGatewayIdentifier": self.gateway,
            "resourceConfigurationDefinition": { "arnResource": { "arn": self.cluster } },
        })
    }

    /// What a configuration of a name asks for.
    pub fn by_name(&self, name: &str, custom_domain: &str) -> Value {
        json!({
            "name": "orders-db", "type": "SINGLE", "resourceGatewayIdentifier": self.gateway,
            "portRanges": ["5432"], "customDomainName": custom_domain,
            "resourceConfigurationDefinition": { "dnsResource": { "domainName": name } },
        })
    }

    /// Makes a configuration and waits until it is active; its ARN.
    pub async fn configure(&self, asked: Value) -> String {
        let made = self.lattice("POST", CONFIGURATIONS, asked).await;
        assert_eq!(made.status, 201, "{made:?}");
        pass(60).await;
        made.text("arn")
    }

    /// The children of a configuration.
    pub async fn children(&self, configuration: &str) -> Vec<Value> {
        let id = configuration.rsplit('/').next().unwrap();
        let uri = format!("{CONFIGURATIONS}?resourceConfigurationGroupIdentifier={id}");
        let listed = self.lattice("GET", &uri, Value::Null).await;
        listed.body["items"].as_array().unwrap().clone()
    }

    /// The names of the cluster and of its instances: writer, reader, instances.
    pub async fn names(&self) -> Vec<String> {
        let cluster = self.owner.rds_ok("DescribeDBClusters", &[]).await;
        let instances = self.owner.rds_ok("DescribeDBInstances", &[]).await;
        let own = [cluster.text("Endpoint"), cluster.text("ReaderEndpoint")];
        own.into_iter().chain(instances.texts("Address")).collect()
    }

    /// Shares a configuration with the consumer, who accepts.
    pub async fn share(&self, configuration: &str) {
        let asked = json!({
            "name": "orders", "principals": [CONSUMER], "resourceArns": [configuration],
        });
        self.owner
            .rest("ram", "POST", "/createresourceshare", asked)
            .await;
        pass(30).await;
        let list = "/getresourceshareinvitations";
        let found = self.consumer.rest("ram", "POST", list, json!({})).await;
        let invitation = &found.body["resourceShareInvitations"][0]["resourceShareInvitationArn"];
        let asked = json!({ "resourceShareInvitationArn": invitation });
        let accept = "/acceptresourceshareinvitation";
        let said = self.consumer.rest("ram", "POST", accept, asked).await;
        assert_eq!(said.status, 200, "{said:?}");
        pass(120).await;
    }

    /// The parameters of the consumer's endpoint to a configuration, in two zones.
    pub fn endpoint<'a>(&'a self, configuration: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![
            ("VpcEndpointType", "Resource"),
            ("ResourceConfigurationArn", configuration),
            ("VpcId", &self.network.vpc_id),
            ("SubnetId.1", &self.network.subnet_ids[0]),
            ("SubnetId.2", &self.network.subnet_ids[1]),
            ("SecurityGroupId.1", &self.endpoint_group),
        ]
    }

    /// The consumer's endpoint to a configuration, when it is available.
    pub async fn connect(&self, configuration: &str, options: &[(&str, &str)]) -> String {
        let mut asked = self.endpoint(configuration);
        asked.extend(options);
        let made = self.consumer.ok("CreateVpcEndpoint", &asked).await;
        pass(300).await;
        // The endpoint becomes available at the next touch, its names come later.
        self.consumer.ok("DescribeVpcs", &[]).await;
        pass(60).await;
        made.text("vpcEndpointId")
    }

    /// Asks the data plane from the consumer's first subnet.
    pub fn ask(&self, to: &str, port: u16) -> Reach {
        let from = format!("{},{}", self.network.subnet_ids[0], self.client_group);
        self.consumer.simulator.reach(&from, to, port).unwrap()
    }

    /// The hop where such a connection ends; `none` if it is made.
    pub fn hop(&self, to: &str) -> String {
        self.ask(to, 5432).hop.unwrap_or_else(|| "none".to_owned())
    }

    /// Names and owners of the hosted zones of the consumer's VPC.
    pub async fn zones(&self) -> Vec<String> {
        let vpc = &self.network.vpc_id;
        let uri = format!("/2013-04-01/hostedzonesbyvpc?vpcid={vpc}&vpcregion=us-east-1");
        let said = self.consumer.rest_xml("route53", &uri).await;
        assert_eq!(said.status, 200, "{}", said.body);
        let mut names = said.texts("Name");
        names.sort();
        names
    }
}
