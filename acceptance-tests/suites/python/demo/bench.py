"""What one bridge costs: calls, start-up time, memory. Measured now; nothing is judged.

Calls are those of the apply (or refresh) walk alone, STS included, in a world where every wait of
AWS's is over at the first look and reads show at once what was written.
"""

import shutil
import statistics
import sys
import threading
from pathlib import Path

from demo import journal, plugin, settings
from demo.terminal import say
from harness import processes
from harness.bridge import ADDRESS, Bridge, consumer_arguments
from harness.simulator import Simulator
from harness.workspace import Workspace
from harness.world import CONSUMER, make_world

SCALE = 60
STARTS = 21


def main() -> int:
    """Measures and prints."""
    tool, folder = settings.tool(), settings.plugin()
    say()
    say(f"{folder.name} build, {tool.name}, simulator", "faint")
    directory = settings.WORK / "bench"
    shutil.rmtree(directory, ignore_errors=True)
    directory.parent.mkdir(exist_ok=True)
    with Simulator(settings.simulator(), SCALE, "--waits", "zero") as simulator:
        workspace = Workspace(directory, tool, folder, simulator)
        try:
            calls(Bridge(simulator, make_world(simulator.url), workspace))
        finally:
            workspace.close()
    starts(folder / processes.PLUGIN)
    return 0


def calls(bridge: Bridge) -> None:
    """The calls of a bridge's life, and the most memory that a provider took in it."""
    say()
    say("API calls of one bridge: 1 listener, 1 consumer in another account, 2 zones", "bold")
    say(f"     {'':<22} {'all':>4} {'changing':>9}  {'in seconds':>10}", "faint")
    watch = Watch(bridge.workspace.mark)
    bridge.write()
    walk(bridge, "create")
    walk(bridge, "refresh", "plan", "-refresh-only")
    walk(bridge, "plan and second apply", "apply", "-auto-approve")
    place = bridge.world.add_place(CONSUMER)
    bridge.consumers["reports"] = consumer_arguments(place)
    bridge.write()
    walk(bridge, "add a consumer")
    shown = ", ".join(sorted(bridge.consumers))
    assert sorted(bridge.values()["consumers"]) == sorted(bridge.consumers), f"not applied: {shown}"
    walk(bridge, "destroy both", destroy=True)
    assert ADDRESS not in bridge.workspace.addresses(), "not destroyed"
    peak = watch.stop()
    say()
    say("Memory, resident, at its highest", "bold")
    say(f"     during these runs      {megabytes(peak)}")


def walk(bridge: Bridge, title: str, *words: str, destroy: bool = False) -> None:
    """One row: a command as given, else the apply of a saved plan."""
    if not words:
        options = ["-destroy"] if destroy else []
        words = ("apply", str(bridge.workspace.plan(*options).path))
    bridge.simulator.forget_calls()
    bridge.workspace.run(words[0], "-json", *words[1:])
    made = bridge.simulator.calls()
    counts = journal.count(made)
    seconds = journal.span(made) / SCALE
    say(f"     {title:<22} {counts.all:>4} {counts.changing:>9}  {seconds:>10.2f}")


def starts(program: Path) -> None:
    """How long it takes until the provider can be reached, and until it has told its schema."""
    measured = [plugin.start(program) for _ in range(STARTS)]
    peaks = [one.memory_kb for one in measured if one.memory_kb]
    say(f"     after its schema       {megabytes(max(peaks, default=None))}")
    say()
    say(f"Time from exec, median of {STARTS} starts (fastest)", "bold")
    for title, times in (
        ("handshake line", [one.handshake_ms for one in measured]),
        ("schema answered", [one.schema_ms for one in measured]),
    ):
        say(f"     {title:<22} {statistics.median(times):>6.1f} ms  ({min(times):.1f})")
    say(f"     the schema has {measured[0].schema_bytes:,} bytes", "faint")
    say()


class Watch:
    """Remembers the most memory that any provider of a workspace has had."""

    def __init__(self, mark: str):
        self._mark, self._peak = mark, None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> int | None:
        """Ends it; kilobytes, None if the system does not tell."""
        self._over.set()
        self._thread.join()
        return self._peak

    def _look(self) -> None:
        while Path("/proc/self/status").exists() and not self._over.wait(0.02):
            for process in processes.marked(self._mark, processes.PLUGIN):
                seen = plugin.peak_kb(process)
                self._peak = max(self._peak or 0, seen or 0)


def megabytes(kilobytes: int | None) -> str:
    """A size, or that it is not known."""
    return "not told by this system" if kilobytes is None else f"{kilobytes / 1024:.1f} MB"


if __name__ == "__main__":
    sys.exit(main())
