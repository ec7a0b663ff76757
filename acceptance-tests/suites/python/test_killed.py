"""Processes are killed for real: the next apply converges, the next destroy leaves nothing."""

import pytest

from harness.bridge import consumer_arguments
from harness.killing import DONE, Moment, both, kill_during, the_provider, the_tool
from harness.world import CONSUMER, OWNER

# A plugin whose tool is gone works on until it notices, so this call lasts longer than that.
LATE = {"delay": 14.0}

NLB = Moment("CreateLoadBalancer", OWNER, DONE)
LATE_NLB = Moment("CreateLoadBalancer", OWNER, LATE)
SERVICE = Moment("CreateVpcEndpointServiceConfiguration", OWNER, DONE)
ENDPOINT = Moment("CreateVpcEndpoint", CONSUMER, DONE)
NO_ENDPOINT = Moment("CreateVpcEndpoint", CONSUMER, "stall")
ENDPOINT_GONE = Moment("DeleteVpcEndpoints", CONSUMER, DONE)
NLB_GONE = Moment("DeleteLoadBalancer", OWNER, DONE)
SERVICE_STAYS = Moment("DeleteVpcEndpointServiceConfigurations", OWNER, "stall")


def name(parameter) -> str:
    """A parameter in a test's id."""
    return getattr(parameter, "__name__", str(parameter))


CREATING = [
    (the_provider, NLB),
    (the_provider, SERVICE),
    (the_provider, NO_ENDPOINT),
    (the_provider, ENDPOINT),
    (the_tool, LATE_NLB),
    (both, SERVICE),
    (both, ENDPOINT),
]
DELETING = [
    (the_provider, ENDPOINT_GONE),
    (the_provider, SERVICE_STAYS),
    (the_tool, ENDPOINT_GONE),
    (both, NLB_GONE),
]


@pytest.mark.parametrize(("victims", "moment"), CREATING, ids=name)
def test_an_apply_that_was_killed_is_taken_up_by_the_next(bridge, victims, moment):
    """Whoever dies whenever: apply again, and there is one of everything."""
    bridge.write()
    kill_during(bridge, ["apply", "-json", "-auto-approve"], moment, victims)
    bridge.apply("-lock=false")
    bridge.assert_whole()
    bridge.workspace.destroy()
    assert bridge.left() == []


@pytest.mark.parametrize(("victims", "moment"), DELETING, ids=name)
def test_a_destroy_that_was_killed_is_finished_by_the_next(bridge, victims, moment):
    """Whoever dies whenever: destroy again, and nothing is left."""
    before = bridge.users()
    bridge.apply()
    kill_during(bridge, ["destroy", "-json", "-auto-approve"], moment, victims)
    bridge.workspace.run("destroy", "-json", "-auto-approve", "-lock=false")
    assert bridge.left() == []
    assert bridge.users() == before


@pytest.mark.parametrize("moment", [ENDPOINT_GONE, NLB_GONE, SERVICE_STAYS], ids=str)
def test_after_a_destroy_that_was_killed_an_apply_brings_all_back(standing, moment):
    """Who changes their mind after a killed destroy has a bridge again with one apply."""
    kill_during(standing, ["destroy", "-json", "-auto-approve"], moment, both)
    standing.apply("-lock=false")
    standing.assert_whole()


@pytest.mark.parametrize("victims", [the_provider, both], ids=name)
def test_an_update_that_was_killed_is_taken_up_by_the_next(standing, victims):
    """A consumer that was being added when the lights went out is there after the next apply."""
    place = standing.world.add_place(CONSUMER)
    standing.consumers["reports"] = consumer_arguments(place)
    standing.write()
    kill_during(standing, ["apply", "-json", "-auto-approve"], ENDPOINT, victims)
    standing.apply("-lock=false")
    assert standing.reach("reports", place=place)["reachable"]
    assert standing.reach()["reachable"]
    assert not standing.changes()
    endpoints = [row for row in standing.made() if row["kind"] == "vpc-endpoint"]
    assert len([row for row in endpoints if row["fields"]["state"] != "deleted"]) == 2
    standing.workspace.destroy()
    assert standing.left() == []
