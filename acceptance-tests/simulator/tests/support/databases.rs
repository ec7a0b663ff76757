//! Databases for tests: subnet groups, clusters of Aurora, instances.

use super::stage::Network;
use super::{Client, Said, pass};

impl Client {
    /// An RDS call, however it ends.
    pub async fn rds(&self, action: &str, parameters: &[(&str, &str)]) -> Said {
        self.try_call("rds", action, parameters)
            .await
            .expect("an answer")
    }

    /// An RDS call that must succeed.
    pub async fn rds_ok(&self, action: &str, parameters: &[(&str, &str)]) -> Said {
        let said = self.rds(action, parameters).await;
        assert_eq!(said.status, 200, "{action}: {}", said.body);
        said
    }

    /// An RDS call that must be refused: its status and code.
    pub async fn rds_refused(&self, action: &str, parameters: &[(&str, &str)]) -> (u16, String) {
        let said = self.rds(action, parameters).await;
        assert_ne!(said.status, 200, "{action}: {}", said.body);
        (said.status, said.text("Code"))
    }

    /// A subnet group of the first two subnets of a network.
    pub async fn subnet_group(&self, name: &str, network: &Network) {
        let parameters = [
            ("DBSubnetGroupName", name),
            ("DBSubnetGroupDescription", "databases"),
            ("SubnetIds.SubnetIdentifier.1", &network.subnet_ids[0]),
            ("SubnetIds.SubnetIdentifier.2", &network.subnet_ids[1]),
        ];
        self.rds_ok("CreateDBSubnetGroup", &parameters).await;
    }

    /// A cluster of Aurora in a subnet group, with a security group; its ARN.
    pub async fn cluster(&self, name: &str, subnet_group: &str, group: &str) -> String {
        let parameters = [
            ("DBClusterIdentifier", name),
            ("Engine", "aurora-postgresql"),
            ("MasterUsername", "admin1"),
            ("MasterUserPassword", "not-a-secret"),
            ("DBSubnetGroupName", subnet_group),
            ("VpcSecurityGroupIds.VpcSecurityGroupId.1", group),
        ];
        let made = self.rds_ok("CreateDBCluster", &parameters).await;
        pass(200).await;
        made.text("DBClusterArn")
    }

    /// A member of a cluster, when it is available.
    pub async fn member(&self, cluster: &str, name: &str) -> Said {
        let parameters = [
            ("DBInstanceIdentifier", name),
            ("DBClusterIdentifier", cluster),
            ("DBInstanceClass", "db.r6g.large"),
            ("Engine", "aurora-postgresql"),
            ("PubliclyAccessible", "false"),
        ];
        let made = self.rds_ok("CreateDBInstance", &parameters).await;
        pass(700).await;
        made
    }
}
