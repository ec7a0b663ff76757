//! The user's world: two accounts whose VPCs both use 172.31.0.0/16, an ALB with a listener, a database,
//! and a client in the consumer's VPC.

mod database;
mod network;

use std::collections::BTreeMap;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_ec2::types::{AttributeBooleanValue, Filter};
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, Certificate, LoadBalancerSchemeEnum, ProtocolEnum, TargetTypeEnum,
};
use aws_simulator::{Builder, ObjectRow, Simulator};
use serde_json::{Value as Json, json};

use self::database::Database;

/// The region of everything.
pub const REGION: &str = "ap-northeast-1";
/// The account that has the ALB.
pub const OWNER: &str = "111111111111";
/// The account that connects.
pub const CONSUMER: &str = "222222222222";
/// The access key of the provider, without the account.
pub const PROVIDER_KEY: &str = "AKIAPROV";
/// The access key of everybody else.
const WORLD_KEY: &str = "AKIAWRLD";
const CIDR: &str = "172.31.0.0/16";

/// A simulator with the user's world in it.
pub struct Stage {
    /// The simulator.
    pub simulator: Simulator,
    /// The ALB.
    pub alb_arn: String,
    /// The ALB's security group.
    pub alb_group: String,
    /// The database.
    pub database: Database,
    /// The consumers' VPCs with two subnets each.
    pub vpcs: Vec<(String, Vec<String>)>,
    /// The service networks that these VPCs are in, in the same order.
    pub networks: Vec<String>,
    /// A client's security group in the first consumer VPC.
    pub client_group: String,
}

/// One account's clients.
pub struct Hands {
    /// EC2.
    pub ec2: aws_sdk_ec2::Client,
    /// Elastic Load Balancing.
    pub elb: aws_sdk_elasticloadbalancingv2::Client,
}

impl Stage {
    /// Builds the world while the weather is calm, then lets it come.
    pub async fn set(builder: Builder, lag: bool, throttle: bool) -> Self {
        let simulator = builder.build().expect("a simulator");
        let (owner, consumer) = (hands(&simulator, OWNER), hands(&simulator, CONSUMER));
        let (vpc, subnets) = network(&owner.ec2).await;
        let alb_group = group(&owner.ec2, &vpc, "alb").await;
        let database = Database::make(&simulator, (&vpc, &subnets)).await;
        let alb_arn = alb(&owner.elb, &vpc, subnets, &alb_group).await;
        let mut vpcs = Vec::new();
        for _ in 0..3 {
            let (vpc, subnets) = network(&consumer.ec2).await;
            let on = AttributeBooleanValue::builder().value(true).build();
            let call = consumer.ec2.modify_vpc_attribute().vpc_id(&vpc);
            let named = call.enable_dns_hostnames(on).send().await;
            named.expect("names for hosts");
            vpcs.push((vpc, subnets));
        }
        let networks = network::make(&simulator, &vpcs).await;
        let client_group = group(&consumer.ec2, &vpcs[0].0, "client").await;
        // What was made grows ripe before the curtain rises.
        simulator.advance(Duration::from_secs(3600));
        simulator.set_lag(lag);
        simulator.set_throttle(throttle);
        simulator.clear_calls();
        Self {
            simulator,
            alb_arn,
            alb_group,
            database,
            vpcs,
            networks,
            client_group,
        }
    }

    /// The hands of somebody who is not the provider.
    pub fn hands(&self, account: &str) -> Hands {
        hands(&self.simulator, account)
    }

    /// A bridge named `orders` with these consumers, as JSON; consumers by key and VPC number.
    pub fn bridge(&self, consumers: &[(&str, usize)]) -> Json {
        let consumers: BTreeMap<&str, Json> = consumers
            .iter()
            .map(|(key, number)| {
                let (vpc, subnets) = &self.vpcs[*number];
                let consumer =
                    json!({ "account": "analytics", "vpc_id": vpc, "subnet_ids": subnets });
                (*key, consumer)
            })
            .collect();
        json!({
            "name": "orders",
            "alb_arn": self.alb_arn,
            "listeners": { "https": { "port": 443 } },
            "alb_security_group_ids": [self.alb_group],
            "consumers": consumers,
        })
    }

    /// A shared database named `orders` with these consumers, as JSON; consumers by key and VPC number.
    pub fn shared_db(&self, consumers: &[(&str, usize)]) -> Json {
        let bridge = self.bridge(consumers);
        json!({
            "name": "orders",
            "vpc_id": self.database.vpc,
            "subnet_ids": self.database.subnets,
            "database_security_group_ids": [self.database.group],
            "endpoints": { "orders": { "arn": self.database.arn } },
            "consumers": bridge["consumers"],
        })
    }

    /// The same with consumers that come through service networks.
    pub fn shared_network(&self, consumers: &[(&str, usize)]) -> Json {
        let mut shared = self.shared_db(consumers);
        let through = consumers.iter().map(|(key, number)| {
            let consumer = json!({
                "account": "analytics",
                "vpc_id": self.vpcs[*number].0,
                "via": "service_network",
                "service_network_id": self.networks[*number],
            });
            ((*key).to_owned(), consumer)
        });
        shared["consumers"] = Json::Object(through.collect());
        shared
    }

    /// The provider block with static keys for both accounts.
    pub fn provider_block() -> Json {
        let key = |account: &str| format!("{PROVIDER_KEY}{account}");
        json!({
            "region": REGION,
            "access_key": key(OWNER),
            "secret_key": "secret",
            "accounts": {
                "analytics": { "access_key": key(CONSUMER), "secret_key": "secret" },
            },
        })
    }

    /// Everything that the provider made and that is still there.
    pub fn made(&self) -> Vec<ObjectRow> {
        let mut objects = self.simulator.objects();
        objects.retain(|row| row.created_by.access_key.starts_with(PROVIDER_KEY));
        objects
    }

    /// What the provider made, counted by account and kind.
    pub fn counted(&self) -> BTreeMap<(String, String), usize> {
        let mut counted = BTreeMap::new();
        for row in self.made() {
            *counted.entry((row.account, row.kind)).or_default() += 1;
        }
        counted
    }

    /// Everything that is somebody else's, by id, as it is now.
    pub fn foreign(&self) -> BTreeMap<String, String> {
        let mut objects = self.simulator.objects();
        // What AWS makes by itself, such as invitations, is nobody's.
        let of_aws = |row: &ObjectRow| {
            row.created_by.access_key == "amazon" || row.kind == "resource-share-invitation"
        };
        objects.retain(|row| !row.created_by.access_key.starts_with(PROVIDER_KEY) && !of_aws(row));
        let text = |row: ObjectRow| (row.id, format!("{:?} {}", row.tags, row.fields));
        objects.into_iter().map(text).collect()
    }

    /// Panics, naming the objects, if anything of somebody else's is not as it was.
    pub fn assert_untouched(&self, before: &BTreeMap<String, String>) {
        let now = self.foreign();
        let keys = before.keys().chain(now.keys());
        let mut touched: Vec<_> = keys.filter(|id| before.get(*id) != now.get(*id)).collect();
        touched.sort_unstable();
        touched.dedup();
        let change = |id: &&String| format!("{id}: {:?} -> {:?}", before.get(*id), now.get(*id));
        let changes: Vec<_> = touched.iter().map(change).collect();
        assert!(
            changes.is_empty(),
            "touched what is not ours: {}",
            changes.join("; ")
        );
    }

    /// Writes the recorded traffic, an exchange a line, for botocore's models to judge.
    pub fn write_exchanges(&self, path: &std::path::Path) {
        let lines = self.simulator.take_exchanges();
        assert!(!lines.is_empty(), "nothing was recorded");
        let lines = lines
            .iter()
            .map(|exchange| exchange.json().to_string() + "\n");
        std::fs::write(path, lines.collect::<String>()).expect("a file for the exchanges");
    }

    /// The operations of the calls so far, with the account, in order.
    pub fn calls(&self) -> Vec<String> {
        let short = |account: &str| {
            if account == OWNER {
                "owner"
            } else {
                "consumer"
            }
        };
        let calls = self.simulator.calls();
        calls
            .iter()
            .map(|call| format!("{} {}", short(&call.account), call.operation))
            .collect()
    }
}

/// Whether a call may have moved anything.
pub fn is_mutating(call: &str) -> bool {
    let operation = call.rsplit(' ').next().unwrap_or(call);
    !operation.starts_with("Describe") && !operation.starts_with("Get")
}

pub(super) fn keys(account: &str) -> Credentials {
    Credentials::new(
        format!("{WORLD_KEY}{account}"),
        "secret",
        None,
        None,
        "stage",
    )
}

fn hands(simulator: &Simulator, account: &str) -> Hands {
    let keys = keys(account);
    let ec2 = aws_sdk_ec2::Config::builder()
        .behavior_version(aws_config::BehaviorVersion::v2026_01_12())
        .region(aws_sdk_ec2::config::Region::new(REGION))
        .credentials_provider(keys.clone())
        .http_client(simulator.http_client())
        .build();
    let elb = aws_sdk_elasticloadbalancingv2::Config::builder()
        .behavior_version(aws_config::BehaviorVersion::v2026_01_12())
        .region(aws_sdk_ec2::config::Region::new(REGION))
        .credentials_provider(keys)
        .http_client(simulator.http_client())
        .build();
    Hands {
        ec2: aws_sdk_ec2::Client::from_conf(ec2),
        elb: aws_sdk_elasticloadbalancingv2::Client::from_conf(elb),
    }
}

/// A VPC with subnets in the two zones that every account has.
async fn network(ec2: &aws_sdk_ec2::Client) -> (String, Vec<String>) {
    let vpc = ec2
        .create_vpc()
        .cidr_block(CIDR)
        .send()
        .await
        .expect("a VPC");
    let vpc = vpc.vpc.and_then(|vpc| vpc.vpc_id).expect("its id");
    let zones = ec2
        .describe_availability_zones()
        .send()
        .await
        .expect("zones");
    let mut zones = zones.availability_zones.expect("zones");
    zones.sort_by(|one, other| one.zone_id.cmp(&other.zone_id));
    let mut subnets = Vec::new();
    for (number, zone) in zones.iter().take(2).enumerate() {
        let cidr = format!("172.31.{}.0/20", number * 16);
        let call = ec2.create_subnet().vpc_id(&vpc).cidr_block(cidr);
        let subnet = call
            .availability_zone(zone.zone_name().expect("a name"))
            .send()
            .await;
        let subnet = subnet
            .expect("a subnet")
            .subnet
            .and_then(|subnet| subnet.subnet_id);
        subnets.push(subnet.expect("its id"));
    }
    (vpc, subnets)
}

async fn group(ec2: &aws_sdk_ec2::Client, vpc: &str, name: &str) -> String {
    let call = ec2
        .create_security_group()
        .group_name(name)
        .description(name)
        .vpc_id(vpc);
    call.send()
        .await
        .expect("a group")
        .group_id
        .expect("its id")
}

async fn alb(
    elb: &aws_sdk_elasticloadbalancingv2::Client,
    vpc: &str,
    subnets: Vec<String>,
    group: &str,
) -> String {
    let call = elb
        .create_load_balancer()
        .name("orders")
        .set_subnets(Some(subnets));
    let call = call
        .security_groups(group)
        .scheme(LoadBalancerSchemeEnum::Internal);
    let made = call
        .send()
        .await
        .expect("an ALB")
        .load_balancers
        .unwrap_or_default();
    let arn = made[0].load_balancer_arn().expect("its ARN").to_owned();
    let call = elb
        .create_target_group()
        .name("web")
        .protocol(ProtocolEnum::Http)
        .port(80);
    let call = call.vpc_id(vpc).target_type(TargetTypeEnum::Ip);
    let made = call
        .send()
        .await
        .expect("a group")
        .target_groups
        .unwrap_or_default();
    let web = made[0].target_group_arn().expect("its ARN").to_owned();
    let certificate =
        format!("arn:aws:acm:{REGION}:{OWNER}:certificate/0a1b2c3d-0000-4000-8000-000000000001");
    let forward = Action::builder()
        .r#type(ActionTypeEnum::Forward)
        .target_group_arn(web)
        .build();
    let call = elb
        .create_listener()
        .load_balancer_arn(&arn)
        .protocol(ProtocolEnum::Https);
    call.port(443)
        .certificates(Certificate::builder().certificate_arn(certificate).build())
        .default_actions(forward)
        .send()
        .await
        .expect("a listener");
    arn
}

/// A filter for the calls of tests.
pub fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}
