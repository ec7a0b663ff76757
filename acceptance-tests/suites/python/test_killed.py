"""Processes are killed for real: the next apply converges, the next destroy leaves nothing."""

import signal
from dataclasses import dataclass

import pytest

from harness.bridge import Bridge, consumer_arguments
from harness.processes import PLUGIN, kill, marked, wait_for
from harness.world import CONSUMER, OWNER

# A plugin whose tool was killed notices within ten seconds, and then ends in order.
SECONDS_TO_END = 40


@dataclass(frozen=True)
class Moment:
    """A call that hangs while the processes are killed: before or after it is carried out."""

    operation: str
    account: str
    action: str | dict

    def __str__(self):
        when = "before" if self.action == "stall" else "after"
        return f"{when}_{self.operation}"


# Seconds that are more than enough to see the call and kill.
DONE = {"delay": 5.0}

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


def the_provider(bridge: Bridge, run) -> list[int]:
    """The plugin that talks to AWS dies; the tool lives to tell."""
    return marked(bridge.workspace.mark, PLUGIN)


def the_tool(bridge: Bridge, run) -> list[int]:
    """The tool dies; its plugin must notice by itself."""
    return [run.pid]


def both(bridge: Bridge, run) -> list[int]:
    """Power failure."""
    return marked(bridge.workspace.mark)


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


def kill_during(bridge: Bridge, command: list[str], moment: Moment, victims) -> None:
    """Starts a run, waits until the call hangs, kills, and waits until all that it started is gone."""
    simulator = bridge.simulator
    simulator.forget_calls()
    simulator.fault(moment.operation, moment.action, account=moment.account)
    run = bridge.workspace.start(*command)
    wait_for(lambda: moment.operation in simulator.operations(), f"{moment.operation} is called")
    kill(victims(bridge, run))
    code = bridge.workspace.finish(run).code
    assert code != 0
    assert victims is the_provider or code == -signal.SIGKILL
    gone = f"every process of the killed {bridge.workspace.tool.name} ends"
    wait_for(lambda: not marked(bridge.workspace.mark), gone, SECONDS_TO_END)
    simulator.forget_faults()
