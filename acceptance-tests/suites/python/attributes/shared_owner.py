"""Rows of a shared database's own side."""

from attributes.row import KEPT, REQUIRED, Row
from harness.shared import Shared
from harness.world import CONSUMER, OWNER, PROVIDER, REGION, make_place

FAR = "us-east-1"
STRANGER = "333333333333"
ORGANIZATION = f"arn:aws:organizations::{OWNER}:organization/o-1"
HERE = "endpoints.orders"

MARK = {"CreateTags"}
TAGS = {"CreateTags", "TagResource"}
IN = {"AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"}
OUT = {"AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress"}
GATEWAY = {"UpdateResourceGateway"}
CONFIGURATION = {"UpdateResourceConfiguration"}
# Another configuration beside the old one, and the consumer's endpoint made anew.
ANOTHER = MARK | {
    "CreateResourceConfiguration",
    "AssociateResourceShare",
    "DisassociateResourceShare",
    "DeleteVpcEndpoints",
    "CreateVpcEndpoint",
    "DeleteResourceConfiguration",
}
ANOTHER_GATEWAY = ANOTHER | {"CreateResourceGateway", "DeleteResourceGateway"}
OPEN = {"components", "consumers", "endpoints"}
OPEN_GATEWAY = OPEN | {"id", "resource_gateway_arn"}


def more_entries(shared: Shared) -> None:
    keys = {"access_key": PROVIDER + OWNER, "secret_key": "secret"}
    shared.provider["accounts"] |= {"owner": keys, "owner-too": keys}


def organized(shared: Shared) -> None:
    """Both accounts are of one organization, which shares with itself."""
    for account in (OWNER, CONSUMER):
        shared.simulator.set_account(account, organization="o-1", organization_sharing=True)


def group(name: str):
    """A security group of the owner's."""

    def make(shared: Shared) -> list[str]:
        made = shared.world.ec2().create_security_group(
            GroupName=name, Description=name, VpcId=shared.world.owner.vpc
        )
        return [made["GroupId"]]

    return make


def gateway(name: str):
    """A gateway of the user's, in place of an own one."""

    def make(shared: Shared) -> str:
        world = shared.world
        made = world.lattice().create_resource_gateway(
            name=name,
            vpcIdentifier=world.owner.vpc,
            subnetIds=world.owner.subnets,
            securityGroupIds=group(name)(shared),
        )
        return made["id"]

    return make


def no_subnets(shared: Shared) -> None:
    del shared.arguments["subnet_ids"]


def share(name: str):
    """A share of the user's with the consumer in it."""

    def make(shared: Shared) -> str:
        made = shared.world.ram().create_resource_share(name=name, principals=[CONSUMER])
        return made["resourceShare"]["resourceShareArn"]

    return make


def by_name(shared: Shared) -> None:
    """The database is shared by its name, which can be told in several ways."""
    name = shared.world.cluster()["Endpoint"]
    shared.arguments["endpoints"]["orders"] = {"dns_name": name, "port": 5432}


def by_name_alone(shared: Shared) -> None:
    by_name(shared)
    del shared.arguments["endpoints"]["orders"]["port"]


def own_domain(shared: Shared) -> None:
    by_name(shared)
    shared.arguments["endpoints"]["orders"]["custom_domain_name"] = "db.example.com"


def verification(domain: str):
    """A verification that the owner has begun."""

    def make(shared: Shared) -> str:
        made = shared.world.lattice().start_domain_verification(domainName=domain)
        return made["id"]

    return make


def by_nothing(shared: Shared) -> None:
    shared.arguments["endpoints"]["orders"] = {"port": 5432}


def in_group(shared: Shared) -> None:
    by_name(shared)
    shared.arguments["endpoints"]["orders"]["custom_domain_name"] = "one.db.example.com"


def elsewhere(shared: Shared) -> str:
    """Another VPC, with its subnets written beside it."""
    place = make_place(shared.world.ec2(), OWNER, "10.20.0.0/16")
    shared.arguments["subnet_ids"] = place.subnets
    return place.vpc


def cluster(shared: Shared) -> str:
    return shared.world.arn


def instance(shared: Shared) -> str:
    rows = shared.world.rds().describe_db_instances(DBInstanceIdentifier="orders-1")
    return rows["DBInstances"][0]["DBInstanceArn"]


def ipv6(shared: Shared) -> None:
    """Everything of the owner's has IPv6 beside IPv4."""
    ec2, place = shared.world.ec2(), shared.world.owner
    ec2.associate_vpc_cidr_block(VpcId=place.vpc, AmazonProvidedIpv6CidrBlock=True)
    [vpc] = ec2.describe_vpcs(VpcIds=[place.vpc])["Vpcs"]
    block = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
    head = block.split("::/")[0].removesuffix("00")
    for number, subnet in enumerate(place.subnets):
        ec2.associate_subnet_cidr_block(
            SubnetId=subnet, Ipv6CidrBlock=f"{head}{number:02x}::/64"
        )


ROWS = [
    Row("name", "orders-db", "invoices-db", replaces=True, removed=REQUIRED),
    Row("account", "owner", "owner-too", beside=more_entries),
    Row("region", REGION, FAR, refused="The database is in", removed=KEPT),
    Row("vpc_id", lambda it: it.world.owner.vpc, elsewhere, replaces=True, removed=REQUIRED),
    Row(
        "subnet_ids",
        lambda it: it.world.owner.subnets,
        lambda it: it.world.owner.subnets[:1],
        ANOTHER_GATEWAY,
        OPEN_GATEWAY,
        removed=REQUIRED,
    ),
    Row(
        "resource_gateway_id",
        gateway("one"),
        gateway("two"),
        ANOTHER | IN,
        OPEN_GATEWAY | {"dns_resolution", "ip_address_type"},
        beside=no_subnets,
        removed=REQUIRED,
    ),
    Row("ip_address_type", "ipv4", "dualstack", ANOTHER_GATEWAY, OPEN_GATEWAY, "ipv4", beside=ipv6),
    Row("ipv4_addresses_per_eni", 4, 8, ANOTHER_GATEWAY, OPEN_GATEWAY, unknown_removed=set()),
    Row("dns_resolution", "PUBLIC", "IN_VPC", ANOTHER_GATEWAY, OPEN_GATEWAY, "PUBLIC", beside=by_name),
    Row("security_group_ids", group("one"), group("two"), GATEWAY | IN),
    Row("database_security_group_ids", group("one"), group("two"), IN | OUT),
    Row("allowed_accounts", [STRANGER], [], MARK | {"DisassociateResourceShare"}),
    Row("allowed_principals", [ORGANIZATION], [], MARK | {"DisassociateResourceShare"}, beside=organized),
    Row("allow_external_principals", True, True, removed=True),
    Row("allow_association_to_shareable_service_network", True, False, CONFIGURATION, removed=False),
    Row("resource_share_arn", share("one"), share("two"), {"AssociateResourceShare", "DisassociateResourceShare", "AcceptResourceShareInvitation"}, unknown_removed={"components"}),
    Row("reject_on_revoke", False, True, removed=True),
    Row("force_delete", True, False, removed=False),
    Row("heal", False, True, removed=True),
    Row("on_unreachable", "reject", "error", removed="error"),
    Row("tags", {"of": "a"}, {"of": "b"}, TAGS),
    Row("timeouts.create", "20m", "21m"),
    Row("timeouts.read", "4m", "5m"),
    Row("timeouts.update", "20m", "21m"),
    Row("timeouts.delete", "20m", "21m"),
    Row("group.domain", "db.example.com", "example.com", ANOTHER, OPEN | {"group"}, beside=in_group, unknown_removed=OPEN),
    Row(f"{HERE}.arn", cluster, instance, ANOTHER, OPEN, removed=REQUIRED),
    Row(
        f"{HERE}.dns_name",
        lambda it: it.world.cluster()["Endpoint"],
        lambda it: it.world.cluster()["ReaderEndpoint"],
        ANOTHER,
        OPEN,
        beside=by_nothing,
        removed=REQUIRED,
    ),
    Row(
        f"{HERE}.ip_address",
        "172.31.0.7",
        "172.31.0.8",
        CONFIGURATION,
        beside=by_nothing,
        removed=REQUIRED,
    ),
    Row(f"{HERE}.port", 5432, 5433, CONFIGURATION | IN | OUT, beside=by_name, removed=REQUIRED),
    Row(
        f"{HERE}.port_ranges",
        ["5432"],
        ["5432", "6000-6010"],
        CONFIGURATION | {"AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"},
        beside=by_name_alone,
        removed=REQUIRED,
    ),
    Row(
        f"{HERE}.custom_domain_verification_id",
        verification("example.com"),
        verification("db.example.com"),
        ANOTHER,
        OPEN,
        beside=own_domain,
    ),
    Row(
        f"{HERE}.custom_domain_name",
        "one.example.com",
        "two.example.com",
        ANOTHER,
        OPEN,
        beside=by_name,
        removed=lambda it: it.world.cluster()["Endpoint"],
    ),
]

COMPUTED = {
    "id",
    "account_id",
    "tags_all",
    "resource_gateway_arn",
    "components",
    "components.gateway.account_id",
    "components.gateway.id",
    "components.gateway.region",
    "components.gateway.type",
    "drift",
    "changes",
    "instance",
    "group.resource_configuration_id",
    "group.resource_configuration_arn",
    f"{HERE}.resource_configuration_id",
    f"{HERE}.resource_configuration_arn",
}
