"""What users have before they share a database: two accounts whose VPCs overlap, and Aurora in one."""

from dataclasses import dataclass

from harness.world import (
    CIDR,
    CONSUMER,
    OWNER,
    PROVIDER,
    REGION,
    Place,
    client,
    make_place,
)

PORT = 5432


@dataclass
class Databases:
    """The existing objects, and clients that act as their owners' hands."""

    url: str
    owner: Place
    consumer: Place
    group: str
    arn: str

    def ec2(self, account: str = OWNER):
        return client("ec2", self.url, account)

    def rds(self):
        return client("rds", self.url, OWNER)

    def lattice(self, account: str = OWNER):
        return client("vpc-lattice", self.url, account)

    def ram(self, account: str = OWNER):
        return client("ram", self.url, account)

    def cluster(self) -> dict:
        """The cluster as its owner sees it."""
        [found] = self.rds().describe_db_clusters(DBClusterIdentifier="orders")["DBClusters"]
        return found


def make_databases(url: str) -> Databases:
    """Two accounts of one CIDR in the same zones; the owner's has an Aurora cluster of two instances."""
    ec2 = client("ec2", url, OWNER)
    owner = make_place(ec2, OWNER, CIDR)
    consumer = make_place(client("ec2", url, CONSUMER), CONSUMER, CIDR)
    client("ec2", url, CONSUMER).modify_vpc_attribute(
        VpcId=consumer.vpc, EnableDnsHostnames={"Value": True}
    )
    made = ec2.create_security_group(GroupName="db", Description="Database", VpcId=owner.vpc)
    group = made["GroupId"]
    rds = client("rds", url, OWNER)
    rds.create_db_subnet_group(
        DBSubnetGroupName="orders", DBSubnetGroupDescription="orders", SubnetIds=owner.subnets
    )
    cluster = rds.create_db_cluster(
        DBClusterIdentifier="orders",
        Engine="aurora-postgresql",
        MasterUsername="root",
        MasterUserPassword="a-password-of-length",
        DBSubnetGroupName="orders",
        VpcSecurityGroupIds=[group],
    )
    for name in ("orders-1", "orders-2"):
        rds.create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.r6g.large",
            Engine="aurora-postgresql",
            DBClusterIdentifier="orders",
        )
    return Databases(url, owner, consumer, group, cluster["DBCluster"]["DBClusterArn"])


def provider_arguments() -> dict:
    """The provider block over both accounts."""
    secret = {"secret_key": "secret"}
    return {
        "region": REGION,
        "access_key": PROVIDER + OWNER,
        **secret,
        "accounts": {"app": {"access_key": PROVIDER + CONSUMER, **secret}},
    }
