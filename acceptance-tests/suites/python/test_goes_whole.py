"""What goes must go whole, whatever was switched on: waits for health, deletion protection."""

import pytest

from harness.bridge import ADDRESS, Bridge
from harness.world import CONSUMER

BEFORE = "  lifecycle {\n    create_before_destroy = true\n  }"


@pytest.fixture
def waiting(bridge) -> Bridge:
    """A bridge that waits for healthy targets."""
    bridge.arguments["wait_for_healthy_targets"] = True
    bridge.apply()
    return bridge


def test_a_bridge_that_waits_for_health_is_destroyed(waiting):
    """Nothing waits for what goes with its target group."""
    waiting.workspace.destroy()
    assert waiting.left() == []


def test_a_listener_less_of_one_that_waits_for_health(waiting):
    """Its target, target group and rule go with it."""
    waiting.world.add_alb_listener(8080)
    waiting.arguments["listeners"]["more"] = {"port": 81, "alb_port": 8080}
    waiting.apply()
    del waiting.arguments["listeners"]["more"]
    waiting.apply()
    assert not waiting.changes()
    waiting.assert_whole()


def test_another_load_balancer_of_one_that_waits_for_health(waiting):
    """The former one goes with all of its parts."""
    waiting.narrow(0)
    waiting.apply()
    assert waiting.reach()["reachable"]
    assert not waiting.changes()
    waiting.workspace.destroy()
    assert waiting.left() == []


@pytest.fixture
def half_replaced(standing) -> Bridge:
    """Deletion protection came with a replacement that failed: the spare load balancer has it."""
    standing.narrow(0)
    standing.arguments["deletion_protection"] = True
    standing.fail("ModifyVpcEndpointServiceConfiguration")
    return standing


def go_back(bridge: Bridge) -> None:
    bridge.arguments["subnet_ids"] = bridge.world.owner.subnets
    bridge.consumers["analytics"]["subnet_ids"] = bridge.world.consumer.subnets


@pytest.mark.parametrize("protected", [True, False])
@pytest.mark.parametrize("to", ["back", "on", "elsewhere"])
def test_a_protected_spare_is_in_nobodys_way(half_replaced, to, protected):
    """It serves nobody: one apply, whatever is wanted next, and in the end a destroy."""
    bridge = half_replaced
    bridge.arguments["deletion_protection"] = protected
    if to == "back":
        go_back(bridge)
    elif to == "elsewhere":
        bridge.narrow(1)
    bridge.apply()
    assert bridge.reach()["reachable"]
    assert not bridge.changes()
    assert len([row for row in bridge.made() if row["kind"] == "load-balancer"]) == 1
    bridge.arguments["deletion_protection"] = False
    bridge.apply()
    bridge.workspace.destroy()
    assert bridge.left() == []


def test_a_protected_spare_goes_with_the_bridge(half_replaced):
    """The one that serves was never protected."""
    half_replaced.arguments["deletion_protection"] = False
    half_replaced.write()
    half_replaced.workspace.destroy()
    assert half_replaced.left() == []


def test_one_that_is_deposed_goes_once_its_protection_is_off(standing):
    """It can't be applied to, so the error says to switch it off in AWS, and that is enough."""
    standing.inside = BEFORE
    standing.arguments["deletion_protection"] = True
    standing.apply()
    old = standing.values()["nlb_arn"]
    standing.arguments["name"] = "other"
    said = standing.try_apply().said()
    assert "switch it off in AWS" in said, said
    protection = {"Key": "deletion_protection.enabled", "Value": "false"}
    standing.world.elb().modify_load_balancer_attributes(LoadBalancerArn=old, Attributes=[protection])
    standing.apply()
    assert standing.workspace.addresses().count(ADDRESS) == 1
    balancers = [row["id"] for row in standing.made() if row["kind"] == "load-balancer"]
    assert balancers == [standing.values()["nlb_arn"]]


def test_who_goes_together_with_a_replacement_is_told(standing):
    """A consumer less and another load balancer in one apply: the plan names who is disconnected."""
    place = standing.world.add_place(CONSUMER, "10.70.0.0/16")
    standing.consumers["gone"] = {
        "account": "analytics",
        "vpc_id": place.vpc,
        "subnet_ids": place.subnets[:1],
    }
    standing.apply()
    del standing.consumers["gone"]
    standing.narrow(0)
    changes = standing.plan().change(ADDRESS)["after"]["changes"]
    assert any("disconnects gone" in it for it in changes), changes
    standing.apply()
    assert not standing.changes()
