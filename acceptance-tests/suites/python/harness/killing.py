"""Killing processes while a call hangs."""

import signal
from dataclasses import dataclass

from harness.bridge import Bridge
from harness.processes import PLUGIN, kill, marked, wait_for
from harness.simulator import Simulator

# A plugin whose tool was killed notices within ten seconds, and then ends in order.
SECONDS_TO_END = 40

# Seconds that are more than enough to see the call and kill.
DONE = {"delay": 5.0}


@dataclass(frozen=True)
class Moment:
    """A call that hangs while the processes are killed: before or after it is carried out."""

    operation: str
    account: str
    action: str | dict
    nth: int = 1

    def __str__(self):
        when = "before" if self.action == "stall" else "after"
        which = "" if self.nth == 1 else f"_{self.nth}"
        return f"{when}_{self.operation}{which}"


def the_provider(bridge: Bridge, run) -> list[int]:
    """The plugin that talks to AWS dies; the tool lives to tell."""
    return marked(bridge.workspace.mark, PLUGIN)


def the_tool(bridge: Bridge, run) -> list[int]:
    """The tool dies; its plugin must notice by itself."""
    return [run.pid]


def both(bridge: Bridge, run) -> list[int]:
    """Power failure."""
    return marked(bridge.workspace.mark)


def kill_during(bridge: Bridge, command: list[str], moment: Moment, victims) -> None:
    """Starts a run, waits until the call hangs, kills, and waits until all that it started is gone."""
    simulator = bridge.simulator
    simulator.forget_calls()
    simulator.fault(moment.operation, moment.action, account=moment.account, nth=moment.nth)
    run = bridge.workspace.start(*command)
    wait_for(lambda: _is_called(simulator, moment), f"{moment.operation} is called")
    kill(victims(bridge, run))
    code = bridge.workspace.finish(run).code
    assert code != 0
    assert victims is the_provider or code == -signal.SIGKILL
    gone = f"every process of the killed {bridge.workspace.tool.name} ends"
    wait_for(lambda: not marked(bridge.workspace.mark), gone, SECONDS_TO_END)
    simulator.forget_faults()


def _is_called(simulator: Simulator, moment: Moment) -> bool:
    what = (moment.operation, moment.account)
    calls = [(call["operation"], call["account"]) for call in simulator.calls()]
    return calls.count(what) >= moment.nth
