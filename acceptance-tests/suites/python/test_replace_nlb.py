"""Another network load balancer in place of the present one, whatever comes in between."""

import shutil

import pytest

from harness.bridge import ADDRESS, Bridge
from harness.killing import DONE, Moment, both, kill_during
from harness.simulator import LATER
from harness.world import OWNER

LISTENER, SERVICE = "CreateListener", "ModifyVpcEndpointServiceConfiguration"
ENDPOINT, BALANCER = "CreateVpcEndpoint", "CreateLoadBalancer"
# In the order in which an exchange comes by.
STOPS = (BALANCER, LISTENER, SERVICE, ENDPOINT)


def widen(bridge: Bridge) -> None:
    """What stood in the beginning."""
    bridge.arguments["subnet_ids"] = bridge.world.owner.subnets
    bridge.arguments.pop("replace_nlb", None)
    bridge.consumers["analytics"]["subnet_ids"] = bridge.world.consumer.subnets


def fail_at(bridge: Bridge, operation: str) -> None:
    """The apply ends with an error at this call."""
    bridge.simulator.fault(operation, {"error": "InvalidParameterCombination"})
    assert bridge.try_apply().code == 1
    bridge.simulator.forget_faults()


def assert_whole_and_goes(bridge: Bridge) -> None:
    """There is one of everything, clients get through, and a destroy leaves nothing."""
    bridge.assert_whole()
    bridge.workspace.destroy()
    assert bridge.left() == []


@pytest.mark.parametrize("operation", STOPS)
def test_a_replacement_that_failed_can_be_given_up(lay, operation):
    """Put back, the old subnets are served as before: by the old one, as long as it is in use."""
    bridge = lay()
    bridge.apply()
    before = bridge.values()
    bridge.narrow(0)
    fail_at(bridge, operation)
    widen(bridge)
    bridge.apply()
    after = bridge.values()
    if operation in (BALANCER, LISTENER):
        assert after["nlb_arn"] == before["nlb_arn"]
        assert bridge.consumer() == before["consumers"]["analytics"]
    assert after["service_name"] == before["service_name"]
    assert_whole_and_goes(bridge)


@pytest.mark.parametrize("operation", STOPS)
def test_a_replacement_that_failed_can_become_another(lay, operation):
    """Third thoughts: what the second ones have left goes first, as an ALB has room for two."""
    bridge = lay()
    bridge.apply()
    bridge.narrow(0)
    fail_at(bridge, operation)
    bridge.narrow(1)
    bridge.apply()
    assert bridge.values()["subnet_ids"] == [bridge.world.owner.subnets[1]]
    assert_whole_and_goes(bridge)


def test_no_endpoint_goes_on_because_a_run_has_failed(lay):
    """Whoever takes the permission away keeps the endpoints: the plan says that it is missing."""
    bridge = lay()
    bridge.apply()
    before = bridge.values()
    bridge.narrow(0)
    fail_at(bridge, LISTENER)
    bridge.arguments["replace_nlb"] = "never"
    run = bridge.try_plan()
    assert run.code == 1
    assert "Zones can't be taken away" in run.said()
    assert before["consumers"]["analytics"]["endpoint_id"] in run.said()


@pytest.mark.parametrize("together", [True, False], ids=["together", "after"])
def test_an_import_is_replaced_like_any_other(standing, together):
    """In the same apply as the import or in the next one."""
    service = standing.values()["service_id"]
    standing.workspace.state_file.unlink()
    standing.others = f'import {{\n  to = {ADDRESS}\n  id = "{service}"\n}}'
    if not together:
        standing.apply()
    standing.narrow(0)
    standing.apply()
    assert standing.values()["service_id"] == service
    assert standing.values()["subnet_ids"] == [standing.world.owner.subnets[0]]
    standing.others = ""
    assert_whole_and_goes(standing)


def old_state(bridge: Bridge):
    """Puts the state of this moment back when it is called."""
    kept = bridge.workspace.directory / "kept"
    shutil.copy(bridge.workspace.state_file, kept)
    return lambda: shutil.copy(kept, bridge.workspace.state_file)


def test_a_state_from_before_finds_what_came_after(lay):
    """A backup is restored: what took the old one's place is found by its marks."""
    bridge = lay()
    bridge.apply()
    restore = old_state(bridge)
    bridge.narrow(0)
    bridge.apply()
    restore()
    bridge.simulator.advance(LATER)
    bridge.apply()
    assert bridge.values()["subnet_ids"] == [bridge.world.owner.subnets[0]]
    assert_whole_and_goes(bridge)


def test_a_state_from_before_destroys_what_came_after(lay):
    """The same for a destroy: nothing is left of either."""
    bridge = lay()
    bridge.apply()
    restore = old_state(bridge)
    bridge.narrow(0)
    bridge.apply()
    restore()
    bridge.workspace.destroy()
    assert bridge.left() == []


def test_a_zone_that_somebody_added_is_not_taken_away(standing):
    """AWS would not let it go: the plan says so, and with the zone written down all is well."""
    third = standing.world.add_subnet(standing.world.owner, "172.31.64.0/20")
    subnets = [*standing.world.owner.subnets, third]
    balancer = standing.values()["nlb_arn"]
    standing.world.elb().set_subnets(LoadBalancerArn=balancer, Subnets=subnets)
    standing.arguments["subnet_ids"] = standing.world.owner.subnets
    run = standing.try_plan()
    assert run.code == 1
    assert third in run.said()
    standing.arguments["subnet_ids"] = subnets
    standing.apply()
    assert standing.values()["nlb_arn"] == balancer
    standing.assert_whole()


MADE = [Moment(BALANCER, OWNER, DONE), Moment(LISTENER, OWNER, DONE)]


@pytest.mark.parametrize("then", [widen, lambda bridge: bridge.narrow(1)], ids=["back", "on"])
@pytest.mark.parametrize("moment", MADE, ids=str)
def test_what_a_killed_replacement_has_left_is_found(lay, moment, then):
    """Nobody could tell the state of it, and nobody wants it any more: its marks tell."""
    bridge = lay()
    bridge.apply()
    bridge.narrow(0)
    bridge.write()
    kill_during(bridge, ["apply", "-json", "-auto-approve"], moment, both)
    then(bridge)
    bridge.apply("-lock=false")
    assert_whole_and_goes(bridge)


@pytest.mark.parametrize("moment", MADE, ids=str)
def test_a_killed_replacement_can_be_destroyed(lay, moment):
    """Not even a target group that nobody sees is left."""
    bridge = lay()
    bridge.apply()
    bridge.narrow(0)
    bridge.write()
    kill_during(bridge, ["apply", "-json", "-auto-approve"], moment, both)
    bridge.workspace.run("destroy", "-json", "-auto-approve", "-lock=false")
    assert bridge.left() == []
