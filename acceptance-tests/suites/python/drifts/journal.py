"""The fields that the provider has written, from the simulator's journal."""

import re

from harness.bridge import Bridge
from harness.simulator import READS
from harness.world import PROVIDER


def written(bridge: Bridge) -> set[tuple[str, str]]:
    """Operation and parameter of everything that the provider sent to change something."""
    fields = set()
    for call in bridge.simulator.calls(failed=False):
        mutates = not call["operation"].startswith(READS)
        if mutates and call["access_key"].startswith((PROVIDER, "ASIA")):
            fields |= {(call["operation"], plain(name)) for name in call["parameters"]}
    return fields


def plain(name: str) -> str:
    """A parameter's name without the numbers of lists: `Tags.member.1.Key` is `Tags.Key`."""
    return re.sub(r"\.(member\.)?\d+", "", name)
