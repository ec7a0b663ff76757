"""Ctrl-C: the run ends within seconds, with everything in the state and nothing left behind."""

import os
import signal
import time

from harness.bridge import ADDRESS, Bridge
from harness.processes import marked, wait_for

# AWS takes minutes for a load balancer: at this scale, some seconds more than a prompt end takes.
SLOW = 20
SECONDS_TO_STOP = 5


def test_ctrl_c_during_an_apply_keeps_what_exists_and_apply_goes_on(lay):
    """While AWS provisions the load balancer: back at the prompt at once, and nothing is made twice."""
    bridge = lay(scale=SLOW)
    took, run = interrupt(bridge, ["apply", "-json", "-auto-approve"], "CreateLoadBalancer")
    assert run.code != 0
    assert took < SECONDS_TO_STOP
    assert "stopped before" in run.said()
    balancer = bridge.values()["nlb_arn"]
    assert balancer in [row["id"] for row in bridge.made()]
    assert bridge.workspace.is_tainted(ADDRESS)
    bridge.apply()
    assert bridge.values()["nlb_arn"] == balancer
    assert not bridge.changes()


def test_ctrl_c_during_a_destroy_keeps_the_rest_and_destroy_goes_on(standing):
    """The call in flight ends, what still exists is in the state; the next destroy finishes."""
    standing.simulator.fault("DeleteVpcEndpoints", {"delay": 2.0})
    took, run = interrupt(standing, ["destroy", "-json", "-auto-approve"], "DeleteVpcEndpoints")
    assert run.code != 0
    assert took < SECONDS_TO_STOP
    assert standing.workspace.addresses() == [ADDRESS]
    assert standing.made()
    standing.workspace.destroy()
    assert standing.left() == []


def test_a_run_leaves_no_process_and_no_socket_behind(bridge):
    """After apply, plan and destroy the machine is as before."""
    bridge.apply()
    bridge.changes()
    bridge.workspace.destroy()
    assert marked(bridge.workspace.mark) == []
    assert sockets(bridge) == []


def interrupt(bridge: Bridge, command: list[str], operation: str):
    """Starts a run and presses Ctrl-C as soon as a call was made; gives the seconds until the end."""
    bridge.simulator.forget_calls()
    bridge.write()
    run = bridge.workspace.start(*command)
    wait_for(lambda: operation in bridge.simulator.operations(), f"{operation} is called")
    pressed = time.monotonic()
    os.killpg(run.pid, signal.SIGINT)
    done = bridge.workspace.finish(run)
    took = time.monotonic() - pressed
    assert marked(bridge.workspace.mark) == []
    assert sockets(bridge) == []
    return took, done


def sockets(bridge: Bridge) -> list[str]:
    """What runs have left in their directory for sockets."""
    return [path.name for path in bridge.workspace.temporary.rglob("*") if path.is_socket()]
