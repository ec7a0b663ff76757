"""Databases, resource configurations that lead to them by their ARNs, and the private zones of those."""

from ..side import OWNER, REGION, Side
from .groups import make_group
from .network import make_vpc
from .sharing import make_gateway_in

SECRET = f"arn:aws:secretsmanager:{REGION}:{OWNER}:secret:orders"
USER = {"MasterUsername": "outsider", "MasterUserPassword": "not-a-secret"}


def make_subnet_group(side: Side, subnets: list[str]) -> str:
    """A group of subnets for databases."""
    name = side.name("group")
    side.rds(
        "CreateDBSubnetGroup",
        DBSubnetGroupName=name,
        DBSubnetGroupDescription="Wire",
        SubnetIds=subnets,
        Tags=[{"Key": "Name", "Value": "wire"}],
    )
    return name


def make_cluster(side: Side, subnets: list[str], group: str) -> str:
    """A cluster with one member."""
    name = side.name("cluster")
    made = side.rds(
        "CreateDBCluster",
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        DBSubnetGroupName=make_subnet_group(side, subnets),
        VpcSecurityGroupIds=[group],
        DatabaseName="orders",
        Tags=[{"Key": "Name", "Value": "wire"}],
        **USER,
    )
    side.rds(
        "CreateDBInstance",
        DBInstanceIdentifier=f"{name}-1",
        DBClusterIdentifier=name,
        DBInstanceClass="db.r6g.large",
        Engine="aurora-postgresql",
        PubliclyAccessible=False,
    )
    return made["DBCluster"]["DBClusterArn"]


def subnet_groups(side: Side) -> None:
    """DB subnet groups: made, found, refused, deleted."""
    rds = side.rds
    _, subnets = make_vpc(side)
    name = make_subnet_group(side, subnets)
    rds("DescribeDBSubnetGroups", DBSubnetGroupName=name)
    again = {"DBSubnetGroupName": name, "DBSubnetGroupDescription": "Wire", "SubnetIds": subnets}
    rds.refused("CreateDBSubnetGroup", "DBSubnetGroupAlreadyExists", **again)
    few = {**again, "DBSubnetGroupName": "few", "SubnetIds": subnets[:1]}
    rds.refused("CreateDBSubnetGroup", "DBSubnetGroupDoesNotCoverEnoughAZs", **few)
    rds("DeleteDBSubnetGroup", DBSubnetGroupName=name)
    gone = {"DBSubnetGroupName": name}
    rds.refused("DescribeDBSubnetGroups", "DBSubnetGroupNotFoundFault", **gone)


def clusters(side: Side) -> None:
    """Clusters and their members, until they are gone."""
    rds = side.rds
    vpc, subnets = make_vpc(side)
    arn = make_cluster(side, subnets, make_group(side, vpc, "database"))
    name = arn.rsplit(":", 1)[1]
    rds("DescribeDBClusters", DBClusterIdentifier=name)
    of_cluster = [{"Name": "db-cluster-id", "Values": [name]}]
    rds("DescribeDBInstances", Filters=of_cluster, MaxRecords=20)
    rds("DescribeDBClusters", Filters=of_cluster)
    held = {"DBClusterIdentifier": name, "SkipFinalSnapshot": True}
    rds.refused("DeleteDBCluster", "InvalidDBClusterStateFault", **held)
    rds("DeleteDBInstance", DBInstanceIdentifier=f"{name}-1", SkipFinalSnapshot=True)
    rds.maybe("DeleteDBCluster", **held)
    code = "DBInstanceNotFound"
    rds.refused("DescribeDBInstances", code, DBInstanceIdentifier="nobody")
    rds.refused("DescribeDBClusters", "DBClusterNotFoundFault", DBClusterIdentifier="nobody")


def instances(side: Side) -> None:
    """A database of its own."""
    rds = side.rds
    vpc, subnets = make_vpc(side)
    name = side.name("db")
    rds(
        "CreateDBInstance",
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t4g.small",
        Engine="mysql",
        AllocatedStorage=20,
        DBSubnetGroupName=make_subnet_group(side, subnets),
        VpcSecurityGroupIds=[make_group(side, vpc, "database")],
        **USER,
    )
    rds("DescribeDBInstances", DBInstanceIdentifier=name)
    rds("DeleteDBInstance", DBInstanceIdentifier=name, SkipFinalSnapshot=True)


def proxies(side: Side) -> None:
    """Proxies of databases."""
    rds = side.rds
    vpc, subnets = make_vpc(side)
    name = side.name("proxy")
    rds(
        "CreateDBProxy",
        DBProxyName=name,
        EngineFamily="POSTGRESQL",
        Auth=[{"AuthScheme": "SECRETS", "SecretArn": SECRET, "IAMAuth": "DISABLED"}],
        RoleArn=f"arn:aws:iam::{OWNER}:role/proxy",
        VpcSubnetIds=subnets,
        VpcSecurityGroupIds=[make_group(side, vpc, "proxy")],
        RequireTLS=True,
    )
    rds("DescribeDBProxies", DBProxyName=name)
    rds.maybe("DeleteDBProxy", DBProxyName=name)
    rds.refused("DescribeDBProxies", "DBProxyNotFoundFault", DBProxyName="nobody")


def configurations_by_arn(side: Side) -> None:
    """A cluster is shared by its ARN; its names get private zones in the VPC of an endpoint."""
    lattice, ec2 = side.lattice, side.ec2
    vpc, subnets = make_vpc(side)
    gateway = make_gateway_in(side, vpc, subnets)
    cluster = make_cluster(side, subnets, make_group(side, vpc, "database"))
    asked = {
        "name": side.name("arn"),
        "type": "ARN",
        "resourceGatewayIdentifier": gateway,
        "resourceConfigurationDefinition": {"arnResource": {"arn": cluster}},
    }
    made = lattice("CreateResourceConfiguration", **asked)
    lattice("GetResourceConfiguration", resourceConfigurationIdentifier=made["id"])
    of_parent = {"resourceConfigurationGroupIdentifier": made["id"]}
    children = lattice("ListResourceConfigurations", **of_parent)["items"]
    child = {"resourceConfigurationIdentifier": children[0]["id"]}
    lattice("GetResourceConfiguration", **child)
    lattice.refused("DeleteResourceConfiguration", "ValidationException", **child)
    bad = {**asked, "name": side.name("bad"), "portRanges": ["5432"]}
    lattice.refused("CreateResourceConfiguration", "ValidationException", **bad)
    consumer, places = make_vpc(side, "10.3.0.0/16")
    ec2("ModifyVpcAttribute", VpcId=consumer, EnableDnsHostnames={"Value": True})
    endpoint = ec2(
        "CreateVpcEndpoint",
        VpcEndpointType="Resource",
        VpcId=consumer,
        SubnetIds=places,
        ResourceConfigurationArn=made["arn"],
        PrivateDnsEnabled=True,
        DnsOptions={
            "PrivateDnsPreference": "SPECIFIED_DOMAINS_ONLY",
            "PrivateDnsSpecifiedDomains": ["*.rds.amazonaws.com"],
        },
    )["VpcEndpoint"]["VpcEndpointId"]
    ec2("DescribeVpcEndpoints", VpcEndpointIds=[endpoint])
    ec2("DescribeVpcEndpointAssociations", VpcEndpointIds=[endpoint])
    where = {"VPCId": consumer, "VPCRegion": REGION}
    found = side.route53("ListHostedZonesByVPC", **where, MaxItems="1")
    side.route53("ListHostedZonesByVPC", **where, NextToken=found["NextToken"])
    ec2("DeleteVpcEndpoints", VpcEndpointIds=[endpoint])


def zones_of_vpcs(side: Side) -> None:
    """A VPC without private zones, and one that is not there."""
    vpc, _ = make_vpc(side)
    side.route53("ListHostedZonesByVPC", VPCId=vpc, VPCRegion=REGION)
    absent = {"VPCId": "vpc-00000000000000000", "VPCRegion": REGION}
    side.route53.refused("ListHostedZonesByVPC", "InvalidInput", **absent)


CHAPTERS = (
    subnet_groups,
    clusters,
    instances,
    proxies,
    zones_of_vpcs,
    configurations_by_arn,
)
