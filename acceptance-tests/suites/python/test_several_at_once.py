"""Changes that meet each other, or a failure: nobody is cut off, and the next apply completes them."""

import pytest

from harness.bridge import ADDRESS, Bridge, consumer_arguments
from harness.configuration import Raw, resource
from harness.world import CONSUMER, OWNER, REGION

TOPIC = f"arn:aws:sns:{REGION}:{OWNER}:events"
REFUSED = {"error": "InvalidParameterCombination"}
# Faster than the other suites: here AWS keeps one waiting at every step.
SCALE = 600


@pytest.fixture
def timed(lay) -> Bridge:
    """A bridge that stands, where AWS takes its time."""
    bridge = lay(scale=SCALE)
    bridge.apply()
    return bridge


def test_a_listener_on_a_high_port_survives_its_exchange(timed):
    """A listener of the user's is not taken for one that is there only to have a target checked."""
    timed.arguments["listeners"] = {"http": {"port": 61080, "alb_port": 80}}
    timed.apply()
    arn = timed.values()["listeners"]["http"]["listener_arn"]
    timed.arguments["alb_arn"] = timed.world.add_alb("other")
    timed.apply()
    assert [row["id"] for row in timed.made() if row["kind"] == "listener"] == [arn]


def test_a_protected_load_balancer_is_not_replaced(timed):
    """AWS would not let the old one go: the plan says so, and what to do first."""
    timed.arguments["deletion_protection"] = True
    timed.apply()
    shrink(timed)
    run = timed.try_plan()
    assert run.code == 1
    assert "deletion_protection = false" in run.said()


def test_a_replacement_may_add_a_family(timed):
    """The old load balancer is left as it is while the new one takes over."""
    add_ipv6(timed)
    shrink(timed)
    dualstack(timed)
    assert_whole(timed)


def test_a_replacement_may_take_a_family_away(timed):
    """The service offers what it offered until the endpoints are made anew."""
    add_ipv6(timed)
    dualstack(timed)
    timed.apply()
    ipv4(timed)
    shrink(timed)
    assert_whole(timed)


def test_the_way_back_to_one_family_goes_on_after_a_failure(timed):
    """A failed run does not forget what was offered."""
    add_ipv6(timed)
    dualstack(timed)
    timed.apply()
    ipv4(timed)
    timed.simulator.fault("ModifyVpcEndpoint", REFUSED)
    assert timed.try_apply().code == 1
    assert_whole(timed)


def test_a_family_that_failed_can_be_given_up(timed):
    """The old values are had by one apply."""
    add_ipv6(timed)
    dualstack(timed)
    timed.simulator.fault("SetIpAddressType", REFUSED)
    assert timed.try_apply().code == 1
    ipv4(timed)
    assert_whole(timed)


def test_own_groups_that_fail_cut_nobody_off(timed):
    """Our group keeps its rules until the load balancer carries the user's."""
    own = timed.world.add_group(timed.world.owner, "own")
    timed.arguments["security_group_ids"] = [own]
    timed.simulator.fault("SetSecurityGroups", REFUSED, nth="every")
    assert timed.try_apply().code == 1
    assert timed.reach()["reachable"], timed.reach()
    timed.simulator.forget_faults()
    timed.apply()
    assert timed.reach()["reachable"]
    assert not timed.changes()


@pytest.mark.parametrize("by", ["the user", "somebody else"])
def test_notifications_come_back(standing, by):
    """Taken away and written again, or deleted by hand: they are made anew."""
    standing.arguments["notifications"] = {"sns_topic_arn": TOPIC}
    standing.apply()
    if by == "the user":
        del standing.arguments["notifications"]
        standing.apply()
        standing.arguments["notifications"] = {"sns_topic_arn": TOPIC}
    else:
        made = standing.values()["components"]["service.notification"]["id"]
        ec2 = standing.world.ec2()
        ec2.delete_vpc_endpoint_connection_notifications(ConnectionNotificationIds=[made])
    standing.apply()
    listed = standing.world.ec2().describe_vpc_endpoint_connection_notifications()
    assert len(listed["ConnectionNotificationSet"]) == 1
    assert not standing.changes()


def test_who_waits_is_accepted_also_when_nobody_has_to_any_more(standing):
    """A connection that came while acceptance was required goes on waiting by itself."""
    standing.consumers["reports"] = consumer_arguments(standing.world.add_place(CONSUMER))
    denied = {"error": "UnauthorizedOperation"}
    standing.simulator.fault("AcceptVpcEndpointConnections", denied, nth="every")
    assert standing.try_apply().code == 1
    standing.simulator.forget_faults()
    standing.arguments["acceptance_required"] = False
    standing.apply()
    assert standing.consumer("reports")["state"] == "available"
    assert not standing.changes()


def test_a_failed_update_is_completed_although_drift_is_left_alone(standing):
    """What a run has left undone is no drift."""
    standing.arguments["heal"] = False
    standing.apply()
    place = standing.world.add_place(CONSUMER, "10.60.0.0/16")
    standing.consumers["near"] = consumer_arguments(place)
    standing.simulator.fault("CreateVpcEndpoint", REFUSED, nth="every")
    assert standing.try_apply().code == 1
    standing.simulator.forget_faults()
    standing.apply()
    assert standing.consumer("near")["endpoint_id"]


def test_addresses_are_fixed_of_an_endpoint_that_stands(standing):
    """One apply gives the endpoint the address."""
    subnet = standing.world.consumer.subnets[0]
    standing.consumers["analytics"]["ipv4_addresses"] = {subnet: "172.31.0.20"}
    standing.apply()
    assert not standing.changes()


@pytest.mark.parametrize("what", ["alb_arn", "alb_port", "group", "groups", "notifications"])
def test_values_that_only_the_apply_knows_break_no_promise(timed, what):
    """What may turn out another is not promised: the tools find no inconsistency."""
    world, arguments = timed.world, timed.arguments
    world.add_alb_listener(8080)
    value = {
        "alb_arn": lambda: world.add_alb("other"),
        "alb_port": lambda: 8080,
        "group": lambda: world.add_group(world.owner, "own"),
        "groups": lambda: [world.add_group(world.owner, "own")],
        "notifications": lambda: {"sns_topic_arn": TOPIC},
    }[what]()
    timed.others = resource("terraform_data", "late", {"input": value})
    late = Raw("terraform_data.late.output")
    arguments |= {
        "alb_arn": {"alb_arn": late},
        "alb_port": {"listeners": {"http": {"port": 80, "alb_port": late}}},
        "group": {"security_group_ids": [late]},
        "groups": {"security_group_ids": late},
        "notifications": {"notifications": late},
    }[what]
    timed.apply()
    assert timed.reach()["reachable"], timed.reach()
    assert timed.plan().change(ADDRESS)["actions"] == ["no-op"]


def shrink(bridge: Bridge) -> None:
    """One zone less, at the price of an interruption."""
    bridge.arguments["subnet_ids"] = bridge.world.owner.subnets[:1]
    bridge.arguments["replace_nlb"] = "interrupt"
    bridge.consumers["analytics"]["subnet_ids"] = bridge.world.consumer.subnets[:1]


def add_ipv6(bridge: Bridge) -> None:
    bridge.world.add_ipv6(bridge.world.owner)
    bridge.world.add_ipv6(bridge.world.consumer)


def dualstack(bridge: Bridge) -> None:
    bridge.arguments["ip_address_type"] = "dualstack"
    bridge.consumers["analytics"]["ip_address_type"] = "dualstack"


def ipv4(bridge: Bridge) -> None:
    del bridge.arguments["ip_address_type"]
    del bridge.consumers["analytics"]["ip_address_type"]


def assert_whole(bridge: Bridge) -> None:
    """One apply does it, clients get through, and a destroy leaves nothing."""
    bridge.apply()
    assert bridge.reach()["reachable"], bridge.reach()
    assert not bridge.changes()
    bridge.workspace.destroy()
    assert bridge.left() == []
