"""The demo: one block joins two accounts, is watched, broken, mended and taken away again.

Everything happens on the simulator, started here and stopped here. Every number is measured in the
run that prints it, save the one that says where it comes from.
"""

import shutil
import signal
import sys
import time

from demo import settings
from demo.story import Broken, Story
from demo.terminal import say
from harness.simulator import Simulator
from harness.workspace import Workspace

SCALE = 60


def main() -> int:
    """Runs the story; 0 if all was as it should be."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started = time.monotonic()
    try:
        good = run()
    except (Broken, settings.NotBuilt) as failure:
        say()
        say(str(failure), "red")
        return 1
    except KeyboardInterrupt:
        say()
        say("Stopped, and so is everything that was started.")
        return 130
    say()
    where = (settings.WORK / "demo").relative_to(settings.ROOT)
    say(f"{time.monotonic() - started:.0f} seconds in all. The configuration is in {where}/main.tf.", "faint")
    return 0 if good else 1


def run() -> bool:
    """The story, between the start and the end of all that it needs."""
    directory = settings.WORK / "demo"
    shutil.rmtree(directory, ignore_errors=True)
    directory.parent.mkdir(exist_ok=True)
    tool = settings.tool()
    say()
    say("privatelink: an ALB in one account, reached from another", "bold")
    with Simulator(settings.simulator(), SCALE) as simulator:
        workspace = Workspace(directory, tool, settings.plugin(), simulator)
        try:
            say(f"{tool.name}, on the project's own simulator of AWS; no account is needed", "faint")
            return Story(simulator, workspace).tell()
        finally:
            shutil.rmtree(workspace.temporary, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
