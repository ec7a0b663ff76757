"""What happens to components while a tool works, one line for each thing worth a line.

The provider says it in its log at level INFO, which the tool writes to a file that is followed here.
"""

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from demo import journal
from demo.terminal import minutes, say, styled
from harness.simulator import Simulator

# What happened, then fields in any order.
_WHAT = re.compile(r"terraform-provider-privatelink: (.*?): @?\w+=")
_COMPONENT = re.compile(r"\bcomponent=(\S+)")
_KIND = re.compile(r"\bkind=(\S+)")
# Only looked at, never made: what a run says about them is of no interest here.
_GIVEN = {"application_load_balancer", "application_load_balancer_listener", "vpc"}
# Making one takes AWS minutes.
_SLOW = {"network_load_balancer", "vpc_endpoint"}
# No objects with ids of their own.
_WORDS = {
    "target": "the ALB is its target",
    "vpc_endpoint_service_permissions": "accounts allowed",
    "vpc_endpoint_connection_acceptance": "connection accepted",
}


def follow(process: subprocess.Popen, log: Path) -> Iterator[tuple[str, str, str]]:
    """What the provider says until the process has ended: component, kind, what happened."""
    position, rest = 0, ""
    while True:
        over = process.poll() is not None
        if log.exists():
            with log.open() as lines:
                lines.seek(position)
                rest += lines.read()
                position = lines.tell()
        *complete, rest = rest.split("\n")
        for line in complete:
            found = [field.search(line) for field in (_COMPONENT, _KIND, _WHAT)]
            if all(found):
                component, kind, what = (field[1] for field in found)
                yield component, kind, what
        if over:
            return
        time.sleep(0.05)


class Teller:
    """Tells a run. Its clock is AWS's, from the first change on."""

    def __init__(self, simulator: Simulator):
        self._simulator = simulator
        self._made: dict[str, str] = {}
        self._waiting: set[str] = set()
        self._zero: float | None = None

    def tell(self, address: str, kind: str, what: str) -> None:
        """One thing that happened."""
        if kind in _GIVEN:
            return
        if what.startswith("made as "):
            self._made[address] = _WORDS.get(kind) or _short(what.removeprefix("made as "))
            if kind in _SLOW:
                self._line(" ", address, "asked for", "faint")
        elif what == "ready":
            self._line("✓", address, self._made.get(address, "as wanted"))
        elif what == "deleted":
            self._line("✓", address, "deleted")
        elif what == "delete begun":
            self._line(" ", address, "delete asked for", "faint")
        elif what != "changed" and address not in self._waiting:
            self._waiting.add(address)
            self._line(" ", address, _reason(what), "faint")

    def _line(self, mark: str, address: str, what: str, *styles: str) -> None:
        clock = styled(minutes(self._elapsed()), "faint")
        say(f"     {clock} {styled(mark, 'green')} {address:<34} {styled(what, *styles)}")

    def _elapsed(self) -> float:
        """Simulated seconds since the first change."""
        now = time.monotonic()
        if self._zero is None:
            since = journal.since_first_change(self._simulator.calls())
            self._zero = now - since / self._simulator.scale
        return (now - self._zero) * self._simulator.scale


def _short(identifier: str) -> str:
    """An ARN without what every ARN here has."""
    return identifier.rsplit(":", 1)[-1] if identifier.startswith("arn:") else identifier


def _reason(what: str) -> str:
    """Why AWS can't do it yet, short."""
    if "AWS said " in what:
        return "waits: AWS says " + re.split(r"[:. ]", what.split("AWS said ", 1)[1])[0]
    held = re.search(r"held by (\d+) network interface", what)
    if held:
        return f"waits: {held[1]} network interface(s) still hold it"
    return "waits: " + what[:70]
