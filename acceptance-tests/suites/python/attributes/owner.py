"""Rows of the owner's side."""

from attributes.row import KEPT, REQUIRED, Row
from harness.bridge import Bridge
from harness.world import CONSUMER, OWNER, PROVIDER, REGION

FAR = "us-east-1"
STRANGER = "333333333333"
ROLE = f"arn:aws:iam::{STRANGER}:role/network"
ENFORCE = "enforce_security_group_inbound_rules_on_private_link_traffic"

# What makes something is marked while it does.
MARK = {"CreateTags"}
EXCHANGE = MARK | {
    "CreateTargetGroup",
    "RegisterTargets",
    "CreateListener",
    "ModifyListener",
    "DeleteListener",
    "DeregisterTargets",
    "DeleteTargetGroup",
}
IN = {"AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"}
OUT = {"AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress"}
SERVICE = {"ModifyVpcEndpointServiceConfiguration"}
PERMISSIONS = {"ModifyVpcEndpointServicePermissions"}
GROUPS = {"SetSecurityGroups"}
TAGS = {"CreateTags", "AddTags"}


def more_entries(bridge: Bridge) -> None:
    keys = {"access_key": PROVIDER + OWNER, "secret_key": "secret"}
    bridge.provider["accounts"] |= {"owner": keys, "owner-too": keys}


def listen(port: int):
    """The ALB listens on another port as well."""

    def prepare(bridge: Bridge) -> None:
        bridge.world.add_alb_listener(port)

    return prepare


def group(name: str):
    """A group of the owner's, open enough."""

    def make(bridge: Bridge) -> list[str]:
        return [bridge.world.add_group(bridge.world.owner, name)]

    return make


def enforced(bridge: Bridge) -> None:
    bridge.arguments[ENFORCE] = "on"


def topic(bridge: Bridge) -> None:
    arn = f"arn:aws:sns:{REGION}:{OWNER}:one"
    bridge.arguments["notifications"] = {"sns_topic_arn": arn}


def third_zone(bridge: Bridge) -> list[str]:
    more = bridge.world.add_subnet(bridge.world.owner, "172.31.64.0/20")
    return [*bridge.world.owner.subnets, more]


ROWS = [
    Row("name", "orders", "invoices", replaces=True, removed=REQUIRED),
    Row("account", "owner", "owner-too", beside=more_entries),
    Row("region", REGION, FAR, refused="The ALB is in", removed=KEPT),
    Row(
        "alb_arn",
        lambda bridge: bridge.world.alb,
        lambda bridge: bridge.world.add_alb("other"),
        calls=EXCHANGE,
        unknown={"components", "listeners"},
        removed=REQUIRED,
    ),
    Row(
        "subnet_ids",
        lambda bridge: bridge.world.owner.subnets,
        third_zone,
        calls={"SetSubnets"} | SERVICE,
        unknown={"availability_zone_ids", "hand_over"},
        removed=KEPT,
        unknown_removed=set(),
    ),
    Row(
        "ip_address_type",
        "ipv4",
        "dualstack",
        {"SetIpAddressType"} | SERVICE,
        beside=lambda bridge: bridge.world.add_ipv6(bridge.world.owner),
        removed="ipv4",
    ),
    Row("security_group_ids", group("one"), group("two"), GROUPS | IN | MARK, unknown={"components"}),
    Row(
        "alb_security_group_ids",
        lambda bridge: [bridge.world.alb_group],
        group("two"),
        calls=IN | MARK,
        unknown={"components"},
        unknown_removed=set(),
    ),
    Row("cross_zone_load_balancing", False, True, {"ModifyLoadBalancerAttributes"}, removed=True),
    Row("deletion_protection", True, False, {"ModifyLoadBalancerAttributes"}, removed=False),
    Row("tcp_idle_timeout_seconds", 600, 700, {"ModifyListenerAttributes"}),
    Row("wait_for_healthy_targets", True, False, removed=False),
    Row(ENFORCE, "off", "on", GROUPS | {"AuthorizeSecurityGroupIngress"}, {"client_cidr_blocks"}, "off", set()),
    Row(
        "client_cidr_blocks",
        ["10.1.0.0/16"],
        ["10.2.0.0/16"],
        IN,
        beside=enforced,
        removed=["172.31.0.0/16"],
        unknown_removed={"client_cidr_blocks"},
    ),
    Row("acceptance_required", False, True, SERVICE, removed=True),
    Row("accepted_accounts", [STRANGER], [STRANGER, OWNER]),
    Row("accepted_endpoint_ids", ["vpce-0a1b2c3d4e5f60718"], ["vpce-0a1b2c3d4e5f60719"]),
    Row("allowed_accounts", [STRANGER], [], PERMISSIONS | {"CreateTags"}),
    Row("allowed_principals", [ROLE], [ROLE, "*"], PERMISSIONS | {"CreateTags"}),
    Row("exclusive_principals", True, False, removed=False),
    Row("reject_on_revoke", False, True, removed=True),
    Row("force_delete", True, False, removed=False),
    Row(
        "notifications.sns_topic_arn",
        f"arn:aws:sns:{REGION}:{OWNER}:one",
        f"arn:aws:sns:{REGION}:{OWNER}:two",
        {"ModifyVpcEndpointConnectionNotification"},
        unknown_removed=set(),
    ),
    Row(
        "notifications.events",
        ["Accept"],
        ["Accept", "Reject"],
        {"ModifyVpcEndpointConnectionNotification"},
        beside=topic,
        removed=["Accept", "Connect", "Delete", "Reject"],
    ),
    Row("supported_regions", [REGION, FAR], [REGION], SERVICE, removed=[REGION]),
    Row("replace_nlb", "interrupt", "never", removed="never"),
    Row("on_unreachable", "reject", "error", removed="error"),
    Row("heal", False, True, removed=True),
    Row("tags", {"team": "a"}, {"team": "b"}, TAGS),
    *(Row(f"timeouts.{name}", "20m", "25m") for name in ("create", "read", "update", "delete")),
]

LISTENERS = [
    Row(
        "listeners.http.port",
        80,
        8080,
        MARK
        | {
            "CreateTargetGroup",
            "RegisterTargets",
            "CreateListener",
            "DeleteListener",
            "DeleteTargetGroup",
        }
        | IN
        | OUT,
        unknown={"components", "listeners"},
        beside=listen(8080),
        removed=REQUIRED,
    ),
    Row(
        "listeners.http.alb_port",
        80,
        8080,
        EXCHANGE | IN | OUT,
        unknown={"components", "listeners"},
        beside=listen(8080),
        removed=80,
        unknown_removed={"components", "listeners"},
    ),
    *(
        Row(f"listeners.http.health_check.{name}", first, second, {"ModifyTargetGroup"})
        for name, first, second in [
            ("protocol", "HTTP", "HTTPS"),
            ("path", "/one", "/two"),
            ("matcher", "200", "200-299"),
            ("interval", 20, 30),
            ("timeout", 4, 5),
            ("healthy_threshold", 3, 4),
            ("unhealthy_threshold", 3, 4),
        ]
    ),
    Row(
        "listeners.http.health_check.port",
        80,
        8080,
        MARK
        | {"ModifyTargetGroup", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"},
        unknown={"components"},
        beside=listen(8080),
        unknown_removed=set(),
    ),
]

# What nobody writes: it is there, and not null, after every apply.
COMPUTED = {
    "id",
    "account_id",
    "tags_all",
    "nlb_arn",
    "nlb_dns_name",
    "service_id",
    "service_name",
    "service_arn",
    "availability_zone_ids",
    "hand_over",
    "hand_over.service_name",
    "hand_over.service_region",
    "hand_over.availability_zone_ids",
    "hand_over.ports",
    "hand_over.acceptance_required",
    "components",
    "components.nlb.id",
    "components.nlb.type",
    "components.nlb.account_id",
    "components.nlb.region",
    "drift",
    "changes",
    "instance",
    "listeners.http.listener_arn",
    "listeners.http.target_group_arn",
}

__all__ = ["COMPUTED", "CONSUMER", "LISTENERS", "ROWS"]
