"""Finds and ends the processes of one run, which are marked by a variable in their environment."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

MARK = "PRIVATELINK_ACCEPTANCE_RUN"
PLUGIN = "terraform-provider-privatelink"


def marked(mark: str, program: str = "") -> list[int]:
    """Ids of living processes that carry the mark, of one program if it is named."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            environment = (entry / "environ").read_bytes().split(b"\0")
            name = os.path.basename(os.readlink(entry / "exe"))
        except OSError:
            continue
        if wanted in environment and name.startswith(program):
            found.append(int(entry.name))
    return found


def kill(ids: list[int]) -> None:
    """Ends processes the hard way, those that are still there."""
    for process in ids:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue


def wait_for(condition: Callable[[], object], what: str, seconds: float = 30):
    """Polls until the condition holds and gives what it gave; fails with `what` at the deadline."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.05)
    return value
