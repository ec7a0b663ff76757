//! A database in the owner's VPC: Aurora with two instances, and a security group of its own.

use aws_simulator::Simulator;

use super::{OWNER, REGION, group, hands, keys};

/// An Aurora cluster, where it is and who guards it.
pub struct Database {
    /// The cluster's ARN.
    pub arn: String,
    /// Its security group.
    pub group: String,
    /// The VPC it is in.
    pub vpc: String,
    /// Its subnets.
    pub subnets: Vec<String>,
}

impl Database {
    pub(super) async fn make(simulator: &Simulator, (vpc, subnets): (&str, &[String])) -> Self {
        let guard = group(&hands(simulator, OWNER).ec2, vpc, "db").await;
        let config = aws_sdk_rds::Config::builder()
            .behavior_version(aws_config::BehaviorVersion::v2026_01_12())
            .region(aws_sdk_rds::config::Region::new(REGION))
            .credentials_provider(keys(OWNER))
            .http_client(simulator.http_client())
            .build();
        let rds = aws_sdk_rds::Client::from_conf(config);
        let call = rds.create_db_subnet_group().db_subnet_group_name("orders");
        call.db_subnet_group_description("orders")
            .set_subnet_ids(Some(subnets.to_vec()))
            .send()
            .await
            .expect("a subnet group");
        let call = rds.create_db_cluster().db_cluster_identifier("orders");
        let made = call
            .engine("aurora-postgresql")
            .master_username("root")
            .master_user_password("a-password-of-length")
            .db_subnet_group_name("orders")
            .vpc_security_group_ids(&guard)
            .send()
            .await
            .expect("a cluster");
        let arn = made.db_cluster.and_then(|it| it.db_cluster_arn);
        for name in ["orders-1", "orders-2"] {
            let call = rds.create_db_instance().db_instance_identifier(name);
            call.db_instance_class("db.r6g.large")
                .engine("aurora-postgresql")
                .db_cluster_identifier("orders")
                .send()
                .await
                .expect("an instance");
        }
        Self {
            arn: arn.expect("its ARN"),
            group: guard,
            vpc: vpc.to_owned(),
            subnets: subnets.to_vec(),
        }
    }
}
