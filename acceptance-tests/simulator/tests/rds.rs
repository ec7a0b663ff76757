//! RDS: subnet groups, clusters and instances from create to delete, and what is refused.

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

use support::stage::{Network, ZONES, network};
use support::{Client, OWNER, calm, pass};

/// An owner with a network, a subnet group and a security group.
struct Ground {
    owner: Client,
    network: Network,
    group: String,
}

impl Ground {
    async fn new() -> Self {
        let owner = Client::new(&calm(), OWNER);
        let network = network(&owner, "10.1", &ZONES).await;
        let group = owner.group(&network.vpc_id, "database").await;
        owner.subnet_group("orders", &network).await;
        Self {
            owner,
            network,
            group,
        }
    }

    /// A cluster with two members.
    async fn cluster(&self) -> String {
        let arn = self.owner.cluster("Orders", "orders", &self.group).await;
        self.owner.member("orders", "orders-1").await;
        self.owner.member("orders", "orders-2").await;
        arn
    }

    async fn members(&self) -> Vec<(String, String)> {
        let said = self.owner.rds_ok("DescribeDBClusters", &[]).await;
        let names = said.texts("DBInstanceIdentifier").into_iter();
        names.zip(said.texts("IsClusterWriter")).collect()
    }
}

fn skipping(name: &str) -> [(&str, &str); 2] {
    [
        ("DBInstanceIdentifier", name),
        ("SkipFinalSnapshot", "true"),
    ]
}

fn pairs<'a>(texts: &[(&'a str, &'a str)]) -> Vec<(String, String)> {
    let owned = |(one, two): &(&str, &str)| ((*one).to_owned(), (*two).to_owned());
    texts.iter().map(owned).collect()
}

#[tokio::test(start_paused = true)]
async fn a_subnet_group_covers_two_zones_of_one_vpc() {
    let ground = Ground::new().await;
    let owner = &ground.owner;
    let subnets = &ground.network.subnet_ids;
    let other = network(owner, "10.3", &ZONES).await.subnet_ids;
    let asked = |name: &'static str, one: &str, two: &str| {
        [
            ("DBSubnetGroupName".to_owned(), name.to_owned()),
            ("DBSubnetGroupDescription".to_owned(), "x".to_owned()),
            ("SubnetIds.SubnetIdentifier.1".to_owned(), one.to_owned()),
            ("SubnetIds.SubnetIdentifier.2".to_owned(), two.to_owned()),
        ]
    };
    let absent = "subnet-00000000000000000";
    for (asked, code) in [
        (
            asked("Orders", &subnets[0], &subnets[1]),
            "DBSubnetGroupAlreadyExists",
        ),
        (
            asked("one", &subnets[0], &subnets[0]),
            "DBSubnetGroupDoesNotCoverEnoughAZs",
        ),
        (asked("two", &subnets[0], &other[1]), "InvalidSubnet"),
        (asked("two", &subnets[0], absent), "InvalidSubnet"),
        (
            asked("default", &subnets[0], &subnets[1]),
            "InvalidParameterValue",
        ),
    ] {
        let asked: Vec<_> = asked
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        let said = owner.rds_refused("CreateDBSubnetGroup", &asked).await;
        assert_eq!(said, (400, code.to_owned()));
    }
    let by_name = [("DBSubnetGroupName", "ORDERS")];
    let said = owner.rds_ok("DescribeDBSubnetGroups", &by_name).await;
    assert_eq!(said.text("VpcId"), ground.network.vpc_id);
    assert_eq!(said.text("SubnetGroupStatus"), "Complete");
    assert_eq!(said.texts("SubnetIdentifier"), *subnets);
    let absent = [("DBSubnetGroupName", "nobody")];
    let code = "DBSubnetGroupNotFoundFault".to_owned();
    for action in ["DescribeDBSubnetGroups", "DeleteDBSubnetGroup"] {
        let said = owner.rds_refused(action, &absent).await;
        assert_eq!(said, (404, code.clone()));
    }
    owner.rds_ok("DeleteDBSubnetGroup", &by_name).await;
    assert!(
        owner
            .rds_ok("DescribeDBSubnetGroups", &[])
            .await
            .texts("VpcId")
            .is_empty()
    );
}

#[tokio::test(start_paused = true)]
async fn a_cluster_has_a_writer_a_reader_and_interfaces_in_its_subnets() {
    let ground = Ground::new().await;
    let owner = &ground.owner;
    let arn = ground.cluster().await;
    assert_eq!(arn, format!("arn:aws:rds:us-east-1:{OWNER}:cluster:orders"));
    let by_arn = [("DBClusterIdentifier", arn.as_str())];
    let said = owner.rds_ok("DescribeDBClusters", &by_arn).await;
    let (writer, reader) = (said.text("Endpoint"), said.text("ReaderEndpoint"));
    assert!(writer.starts_with("orders.cluster-c"), "{writer}");
    assert_eq!(reader, writer.replace(".cluster-", ".cluster-ro-"));
    assert!(writer.ends_with(".us-east-1.rds.amazonaws.com"), "{writer}");
    assert_eq!(said.text("Port"), "5432");
    assert_eq!(said.text("VpcSecurityGroupId"), ground.group);
    assert_eq!(said.text("DBSubnetGroup"), "orders");
    let expected = pairs(&[("orders-1", "true"), ("orders-2", "false")]);
    assert_eq!(ground.members().await, expected);
    let filter = [
        ("Filter.1.Name", "description"),
        ("Filter.1.Value.1", "RDSNetworkInterface"),
    ];
    let interfaces = owner.ok("DescribeNetworkInterfaces", &filter).await;
    let mut places = interfaces.texts("subnetId");
    places.sort();
    let mut expected = ground.network.subnet_ids.clone();
    expected.sort();
    assert_eq!(places, expected);
    assert_eq!(interfaces.text("requesterManaged"), "true");
    assert_eq!(interfaces.text("groupId"), ground.group);
    let held = [("GroupId", ground.group.as_str())];
    assert_eq!(
        owner.refused("DeleteSecurityGroup", &held).await,
        "DependencyViolation"
    );
}

#[tokio::test(start_paused = true)]
async fn an_instance_has_a_name_once_it_is_available() {
    let ground = Ground::new().await;
    let owner = &ground.owner;
    owner.cluster("orders", "orders", &ground.group).await;
    let made = owner.member("orders", "orders-1").await;
    assert_eq!(made.text("DBInstanceStatus"), "creating");
    assert!(made.texts("Address").is_empty());
    let filter = [
        ("Filters.Filter.1.Name", "db-cluster-id"),
        ("Filters.Filter.1.Values.Value.1", "orders"),
    ];
    let said = owner.rds_ok("DescribeDBInstances", &filter).await;
    assert_eq!(said.text("DBInstanceStatus"), "available");
    let name = said.text("Address");
    assert!(name.starts_with("orders-1.c"), "{name}");
    assert_eq!(said.text("Port"), "5432");
    assert_eq!(said.text("PubliclyAccessible"), "false");
    assert_eq!(said.text("DBClusterIdentifier"), "orders");
    assert_eq!(said.text("VpcId"), ground.network.vpc_id);
    let unknown = [
        ("Filters.Filter.1.Name", "colour"),
        ("Filters.Filter.1.Values.Value.1", "red"),
    ];
    let said = owner.rds("DescribeDBInstances", &unknown).await;
    assert!(
        said.says("Unrecognized filter name: colour"),
        "{}",
        said.body
    );
    let few = [("MaxRecords", "10")];
    let said = owner.rds("DescribeDBInstances", &few).await;
    assert!(said.says("Invalid value 10 for MaxRecords. Must be between 20 and 100"));
}

#[tokio::test(start_paused = true)]
async fn a_database_of_its_own_takes_what_a_member_may_not() {
    let ground = Ground::new().await;
    let owner = &ground.owner;
    owner.cluster("orders", "orders", &ground.group).await;
    let alone = [
        ("DBInstanceIdentifier", "alone"),
        ("DBInstanceClass", "db.t4g.small"),
        ("Engine", "mysql"),
        ("AllocatedStorage", "20"),
        ("MasterUsername", "admin1"),
        ("MasterUserPassword", "not-a-secret"),
        ("DBSubnetGroupName", "orders"),
        (
            "VpcSecurityGroupIds.VpcSecurityGroupId.1",
            ground.group.as_str(),
        ),
    ];
    let said = owner.rds_ok("CreateDBInstance", &alone).await;
    assert_eq!(said.text("AllocatedStorage"), "20");
    let member = |extra: (&'static str, &'static str)| {
        [
            ("DBInstanceIdentifier", "orders-1"),
            ("DBInstanceClass", "db.r6g.large"),
            ("Engine", "aurora-postgresql"),
            ("DBClusterIdentifier", "orders"),
            extra,
        ]
    };
    let cases = [
        ("Port", "5433", "InvalidParameterCombination"),
        ("MasterUsername", "admin1", "InvalidParameterCombination"),
        ("DBSubnetGroupName", "other", "InvalidParameterCombination"),
        ("PubliclyAccessible", "true", "InvalidVPCNetworkStateFault"),
        (
            "AvailabilityZone",
            "us-east-1z",
            "InvalidVPCNetworkStateFault",
        ),
        ("Colour", "red", "UnknownParameter"),
    ];
    for (name, value, code) in cases {
        let said = owner
            .rds_refused("CreateDBInstance", &member((name, value)))
            .await;
        assert_eq!(said, (400, code.to_owned()), "{name}");
    }
    let cases = [
        ("Engine", "aurora-mysql", "InvalidParameterCombination"),
        ("Engine", "mysql", "InvalidParameterCombination"),
        ("Engine", "oracle", "InvalidParameterValue"),
        ("DBInstanceClass", "large", "InvalidParameterValue"),
        ("DBInstanceIdentifier", "1st", "InvalidParameterValue"),
        ("DBInstanceIdentifier", "ALONE", "DBInstanceAlreadyExists"),
        ("DBClusterIdentifier", "nobody", "DBClusterNotFoundFault"),
    ];
    for (name, value, code) in cases {
        let mut asked = member(("PubliclyAccessible", "false"));
        let place = asked.iter().position(|(known, _)| *known == name).unwrap();
        asked[place].1 = value;
        let said = owner.rds_refused("CreateDBInstance", &asked).await;
        assert_eq!(said.1, code, "{name}={value}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_can_not_be_is_refused() {
    let ground = Ground::new().await;
    let owner = &ground.owner;
    owner.cluster("orders", "orders", &ground.group).await;
    let elsewhere = network(owner, "10.3", &ZONES).await;
    let foreign = owner.group(&elsewhere.vpc_id, "elsewhere").await;
    let group = "VpcSecurityGroupIds.VpcSecurityGroupId.1";
    let cases = [
        (
            "DBClusterIdentifier",
            "Orders",
            "DBClusterAlreadyExistsFault",
        ),
        ("DBClusterIdentifier", "a--b", "InvalidParameterValue"),
        ("Engine", "postgres", "UnsupportedOperation"),
        ("DBSubnetGroupName", "nobody", "DBSubnetGroupNotFoundFault"),
        (group, "sg-00000000000000000", "InvalidParameterValue"),
        (group, foreign.as_str(), "InvalidVPCNetworkStateFault"),
        ("Port", "80", "InvalidParameterValue"),
        ("MasterUserPassword", "", "InvalidParameterValue"),
    ];
    for (name, value, code) in cases {
        let mut asked = vec![
            ("DBClusterIdentifier", "another"),
            ("Engine", "aurora-mysql"),
            ("MasterUsername", "admin1"),
            ("MasterUserPassword", "not-a-secret"),
            ("DBSubnetGroupName", "orders"),
        ];
        asked.retain(|(known, _)| *known != name);
        if !value.is_empty() {
            asked.push((name, value));
        }
        let said = owner.rds_refused("CreateDBCluster", &asked).await;
        assert_eq!(said.1, code, "{name}={value}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_members_go_before_their_cluster_and_the_writer_is_followed_by_another() {
    let ground = Ground::new().await;
    let owner = &ground.owner;
    ground.cluster().await;
    let cluster = [
        ("DBClusterIdentifier", "orders"),
        ("SkipFinalSnapshot", "true"),
    ];
    let said = owner.rds("DeleteDBCluster", &cluster).await;
    assert_eq!(said.text("Code"), "InvalidDBClusterStateFault");
    assert!(said.says("it still contains DB instances in non-deleting state"));
    let gone = owner
        .rds_ok("DeleteDBInstance", &skipping("orders-1"))
        .await;
    assert_eq!(gone.text("DBInstanceStatus"), "deleting");
    assert_eq!(ground.members().await, pairs(&[("orders-2", "true")]));
    pass(400).await;
    let absent = owner
        .rds_refused("DeleteDBInstance", &skipping("orders-1"))
        .await;
    assert_eq!(absent, (404, "DBInstanceNotFound".to_owned()));
    owner
        .rds_ok("DeleteDBInstance", &[("DBInstanceIdentifier", "orders-2")])
        .await;
    let said = owner.rds("DeleteDBCluster", &cluster[..1]).await;
    assert!(
        said.says("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")
    );
    let group = [("DBSubnetGroupName", "orders")];
    let said = owner.rds_refused("DeleteDBSubnetGroup", &group).await;
    assert_eq!(said.1, "InvalidDBSubnetGroupStateFault");
    owner.rds_ok("DeleteDBCluster", &cluster).await;
    pass(600).await;
    let said = owner.rds("DescribeDBClusters", &cluster[..1]).await;
    assert_eq!(
        (said.status, said.text("Message")),
        (404, "DBCluster orders not found.".to_owned())
    );
    let said = owner
        .rds(
            "DescribeDBInstances",
            &[("DBInstanceIdentifier", "orders-2")],
        )
        .await;
    assert_eq!(said.text("Message"), "DBInstance orders-2 not found.");
    owner.rds_ok("DeleteDBSubnetGroup", &group).await;
    owner
        .ok("DeleteSecurityGroup", &[("GroupId", &ground.group)])
        .await;
}

#[tokio::test(start_paused = true)]
async fn who_names_no_subnet_group_gets_that_of_the_default_vpc() {
    let owner = Client::new(&calm(), OWNER);
    let asked = [
        ("DBClusterIdentifier", "plain"),
        ("Engine", "aurora-mysql"),
        ("MasterUsername", "admin1"),
        ("ManageMasterUserPassword", "true"),
        ("DeletionProtection", "true"),
    ];
    let said = owner.rds_ok("CreateDBCluster", &asked).await;
    assert_eq!(said.text("DBSubnetGroup"), "default");
    assert_eq!(said.text("Port"), "3306");
    assert_eq!(said.text("Status"), "creating");
    pass(300).await;
    let said = owner.rds_ok("DescribeDBClusters", &[]).await;
    assert_eq!(said.text("Status"), "available");
    let cluster = [
        ("DBClusterIdentifier", "plain"),
        ("SkipFinalSnapshot", "true"),
    ];
    let said = owner.rds("DeleteDBCluster", &cluster).await;
    assert!(said.says("Cannot delete protected Cluster, please disable deletion protection"));
    let stranger = Client::new(&owner.simulator, support::CONSUMER);
    let arn = format!("arn:aws:rds:us-east-1:{OWNER}:cluster:plain");
    let said = stranger
        .rds_refused("DescribeDBClusters", &[("DBClusterIdentifier", &arn)])
        .await;
    assert_eq!(said, (404, "DBClusterNotFoundFault".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_proxy_has_a_name_and_an_interface_in_each_subnet() {
    let ground = Ground::new().await;
    let (owner, subnets) = (&ground.owner, &ground.network.subnet_ids);
    let secret = format!("arn:aws:secretsmanager:us-east-1:{OWNER}:secret:orders");
    let role = format!("arn:aws:iam::{OWNER}:role/proxy");
    let asked = |second: &'static str| {
        [
            ("DBProxyName", "Orders"),
            ("EngineFamily", "POSTGRESQL"),
            ("RoleArn", role.as_str()),
            ("VpcSubnetIds.member.1", subnets[0].as_str()),
            (
                "VpcSubnetIds.member.2",
                if second.is_empty() {
                    subnets[1].as_str()
                } else {
                    second
                },
            ),
            ("VpcSecurityGroupIds.member.1", ground.group.as_str()),
            ("Auth.member.1.SecretArn", secret.as_str()),
            ("RequireTLS", "true"),
        ]
    };
    let absent = asked("subnet-00000000000000000");
    let said = owner.rds_refused("CreateDBProxy", &absent).await;
    assert_eq!(said, (400, "InvalidSubnet".to_owned()));
    let made = owner.rds_ok("CreateDBProxy", &asked("")).await;
    assert_eq!(made.text("Status"), "creating");
    let again = owner.rds_refused("CreateDBProxy", &asked("")).await;
    assert_eq!(again.1, "DBProxyAlreadyExistsFault");
    pass(400).await;
    let named = [("DBProxyName", "orders")];
    let said = owner.rds_ok("DescribeDBProxies", &named).await;
    assert_eq!(said.text("Status"), "available");
    assert_eq!(said.text("VpcId"), ground.network.vpc_id);
    assert!(
        said.text("Endpoint").starts_with("orders.proxy-c"),
        "{}",
        said.body
    );
    let filter = [
        ("Filter.1.Name", "description"),
        ("Filter.1.Value.1", "Network interface for DBProxy orders"),
    ];
    let interfaces = owner.ok("DescribeNetworkInterfaces", &filter).await;
    assert_eq!(interfaces.texts("networkInterfaceId").len(), 2);
    owner.rds_ok("DeleteDBProxy", &named).await;
    let said = owner.rds_refused("DeleteDBProxy", &named).await;
    assert_eq!(said, (400, "InvalidDBProxyStateFault".to_owned()));
    for _ in 0..2 {
        pass(300).await;
        owner.ok("DescribeVpcs", &[]).await;
    }
    let said = owner.rds_refused("DescribeDBProxies", &named).await;
    assert_eq!(said, (404, "DBProxyNotFoundFault".to_owned()));
    owner
        .ok("DeleteSecurityGroup", &[("GroupId", &ground.group)])
        .await;
}
