"""Rows of the consumers."""

from attributes.row import KEPT, REQUIRED, Row
from harness.bridge import Bridge
from harness.world import CONSUMER, PROVIDER, REGION

HERE = "consumers.analytics"
IN = {"AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"}


def more_entries(bridge: Bridge) -> None:
    keys = {"access_key": PROVIDER + CONSUMER, "secret_key": "secret"}
    bridge.provider["accounts"]["again"] = keys


def group(name: str):
    """A group of the consumer's that lets clients in."""

    def make(bridge: Bridge) -> list[str]:
        return [bridge.world.add_group(bridge.world.consumer, name, port=80)]

    return make


def elsewhere(bridge: Bridge) -> str:
    """Another VPC, with its subnets written beside it."""
    place = bridge.world.add_place(CONSUMER)
    bridge.consumers["analytics"]["subnet_ids"] = place.subnets
    return place.vpc


def both_families(bridge: Bridge) -> None:
    """Everything has IPv6 beside IPv4."""
    bridge.world.add_ipv6(bridge.world.owner)
    bridge.world.add_ipv6(bridge.world.consumer)
    bridge.arguments["ip_address_type"] = "dualstack"


def dualstack(bridge: Bridge) -> None:
    both_families(bridge)
    bridge.consumers["analytics"]["ip_address_type"] = "dualstack"


def addresses(*all_: str):
    """Fixed addresses in the consumer's subnets."""
    return lambda bridge: dict(zip(bridge.world.consumer.subnets, all_))


ROWS = [
    Row(f"{HERE}.account", "analytics", "again", beside=more_entries, removed=REQUIRED),
    Row(f"{HERE}.region", REGION, REGION, removed=REGION),
    Row(
        f"{HERE}.vpc_id",
        lambda bridge: bridge.world.consumer.vpc,
        elsewhere,
        calls={
            "CreateTags",
            "CreateSecurityGroup",
            "AuthorizeSecurityGroupIngress",
            "CreateVpcEndpoint",
            "AcceptVpcEndpointConnections",
            "DeleteVpcEndpoints",
            "DeleteSecurityGroup",
        },
        unknown={"components", "consumers"},
        removed=REQUIRED,
    ),
    Row(
        f"{HERE}.subnet_ids",
        lambda bridge: bridge.world.consumer.subnets,
        lambda bridge: bridge.world.consumer.subnets[:1],
        calls={"ModifyVpcEndpoint"},
        unknown={"consumers"},
        removed=REQUIRED,
    ),
    Row(
        f"{HERE}.allow_from.cidr_blocks",
        ["10.1.0.0/16"],
        ["10.2.0.0/16"],
        IN,
        removed=["172.31.0.0/16"],
        unknown_removed={"consumers"},
    ),
    Row(
        f"{HERE}.allow_from.security_group_ids",
        lambda bridge: [bridge.world.consumer.client_group],
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
        unknown_removed={"components", "consumers"},
    ),
    Row(
        f"{HERE}.ip_address_type",
        "ipv4",
        "dualstack",
        {"ModifyVpcEndpoint", "AuthorizeSecurityGroupIngress"},
        {"consumers"},
        beside=both_families,
        removed="ipv4",
    ),
    Row(
        f"{HERE}.dns_record_ip_type",
        "dualstack",
        "ipv4",
        {"ModifyVpcEndpoint"},
        beside=dualstack,
        removed="dualstack",
    ),
    Row(
        f"{HERE}.ipv4_addresses",
        addresses("172.31.0.20", "172.31.16.20"),
        addresses("172.31.0.21", "172.31.16.20"),
        {"ModifyVpcEndpoint"},
        {"consumers"},
        unknown_removed=set(),
    ),
    Row(f"{HERE}.tags", {"of": "a"}, {"of": "b"}, {"CreateTags"}),
]

COMPUTED = {
    f"{HERE}.{name}"
    for name in (
        "account_id",
        "endpoint_id",
        "state",
        "dns_name",
        "endpoint_dns_names",
        "zonal_dns_names",
        "hosted_zone_id",
        "security_group_id",
        "network_interface_ids",
        "client_rule",
        "client_rule.protocol",
        "client_rule.ports",
        "client_rule.security_group_id",
    )
}

__all__ = ["COMPUTED", "KEPT", "ROWS"]
