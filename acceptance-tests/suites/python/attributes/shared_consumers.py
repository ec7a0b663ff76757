"""Rows of a shared database's consumers."""

from attributes.row import REQUIRED, Row
from harness.networks import NETWORK, Network, through
from harness.shared import Shared, consumer
from harness.world import CIDR, CONSUMER, PROVIDER, make_place

HERE = "consumers.app"
IN = {"AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"}
# The endpoint is made anew: AWS changes next to nothing of it.
ANEW = {"CreateTags", "DeleteVpcEndpoints", "CreateVpcEndpoint"}
# Another share for another choice.
MOVED = ANEW | {
    "CreateResourceShare",
    "AcceptResourceShareInvitation",
    "DisassociateResourceShare",
    "DeleteResourceShare",
}
OPEN = {"components", "consumers"}
# A connection of another kind, with all that goes with it.
CONNECT = {"CreateVpcEndpoint", "CreateSecurityGroup", "AuthorizeSecurityGroupIngress"}
JOIN = "CreateServiceNetworkResourceAssociation"
LEAVE = "DeleteServiceNetworkResourceAssociation"


def more_entries(shared: Shared) -> None:
    keys = {"access_key": PROVIDER + CONSUMER, "secret_key": "secret"}
    shared.provider["accounts"]["again"] = keys


def elsewhere(shared: Shared) -> str:
    """Another VPC, with its subnets written beside it."""
    ec2 = shared.world.ec2(CONSUMER)
    place = make_place(ec2, CONSUMER, CIDR)
    ec2.modify_vpc_attribute(VpcId=place.vpc, EnableDnsHostnames={"Value": True})
    shared.arguments["consumers"]["app"]["subnet_ids"] = place.subnets
    return place.vpc


def group(name: str):
    """A group of the consumer's."""

    def make(shared: Shared) -> list[str]:
        made = shared.world.ec2(CONSUMER).create_security_group(
            GroupName=name, Description=name, VpcId=shared.world.consumer.vpc
        )
        return [made["GroupId"]]

    return make


def names_of_the_database(shared: Shared) -> list[str]:
    """Writer, readers, and what the names of instances are below."""
    cluster = shared.world.cluster()
    names = [cluster["Endpoint"], cluster["ReaderEndpoint"]]
    return [*names, "*." + names[0].split(".cluster-", 1)[1]]


def two_endpoints(shared: Shared) -> None:
    name = shared.world.cluster()["ReaderEndpoint"]
    shared.arguments["endpoints"]["more"] = {"dns_name": name, "port": 5432, "custom_domain_name": ""}


def network(name: str, way: str):
    """A network to which the consumer's VPC has a way."""

    def make(shared: Shared) -> str:
        made = Network(shared, name)
        made.let_in(way)
        return made.id

    return make


def in_network(shared: Shared) -> None:
    made = Network(shared)
    made.let_in()
    shared.arguments["consumers"]["app"] = through(made)


def by_endpoints(shared: Shared) -> str:
    """What endpoints need is written beside it, and the network is not."""
    shared.arguments["consumers"]["app"] = consumer(shared.world.consumer)
    return "endpoint"


ROWS = [
    Row(f"{HERE}.account", "app", "again", beside=more_entries, removed=REQUIRED),
    Row(
        f"{HERE}.vpc_id",
        lambda it: it.world.consumer.vpc,
        elsewhere,
        ANEW | {"CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "DeleteSecurityGroup"},
        OPEN,
        removed=REQUIRED,
    ),
    Row(
        f"{HERE}.via",
        NETWORK,
        by_endpoints,
        CONNECT | {LEAVE, "CreateTags"},
        OPEN,
        removed="endpoint",
        unknown_removed=set(),
        beside=in_network,
    ),
    Row(
        f"{HERE}.service_network_id",
        network("one", "endpoint"),
        network("two", "association"),
        {JOIN, LEAVE, "CreateTags"},
        OPEN,
        removed=REQUIRED,
        beside=in_network,
    ),
    Row(
        f"{HERE}.subnet_ids",
        lambda it: it.world.consumer.subnets,
        lambda it: it.world.consumer.subnets[:1],
        ANEW,
        OPEN,
        removed=REQUIRED,
    ),
    Row(
        f"{HERE}.endpoints",
        ["orders"],
        ["more"],
        MOVED | {"DisassociateResourceShare"},
        OPEN,
        beside=two_endpoints,
    ),
    Row(
        f"{HERE}.allow_from.cidr_blocks",
        ["10.1.0.0/16"],
        ["10.2.0.0/16"],
        IN,
        removed=[CIDR],
        unknown_removed={"consumers"},
    ),
    Row(
        f"{HERE}.allow_from.security_group_ids",
        lambda it: [it.world.consumer.client_group],
        group("clients"),
        IN,
        unknown_removed={"consumers"},
    ),
    Row(
        f"{HERE}.allow_from.prefix_list_ids",
        ["pl-0a1b2c3d4e5f60718"],
        ["pl-0a1b2c3d4e5f60719"],
        IN,
        unknown_removed={"consumers"},
    ),
    Row(
        f"{HERE}.security_group_ids",
        group("one"),
        group("two"),
        {"ModifyVpcEndpoint"},
        unknown_removed=OPEN,
    ),
    Row(f"{HERE}.private_dns_enabled", False, True, ANEW, OPEN, removed=True, unknown_removed=set()),
    Row(
        f"{HERE}.private_dns_preference",
        "ALL_DOMAINS",
        "VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS",
        ANEW,
        OPEN,
        removed="SPECIFIED_DOMAINS_ONLY",
    ),
    Row(
        f"{HERE}.private_dns_specified_domains",
        lambda it: [it.world.cluster()["Endpoint"]],
        lambda it: [it.world.cluster()["ReaderEndpoint"]],
        ANEW,
        OPEN,
        removed=names_of_the_database,
    ),
    Row(f"{HERE}.tags", {"of": "a"}, {"of": "b"}, {"CreateTags"}),
]

COMPUTED = {
    f"{HERE}.{name}"
    for name in (
        "account_id",
        "dns_names",
        "association_dns_names",
        "endpoint_ids",
        "association_ids",
        "state",
        "security_group_id",
        "client_rule",
        "client_rule.protocol",
        "client_rule.ports",
        "client_rule.security_group_id",
        "client_rule.prefix_list_name",
    )
}
