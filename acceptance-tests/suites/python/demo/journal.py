"""What the calls of a run were, from the simulator's journal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from harness.simulator import READS


@dataclass(frozen=True)
class Counts:
    """The calls of a run, by what they are for; refused ones included."""

    changing: int
    looks: int
    # A read with the very parameters of the same account's call before it: waiting for AWS.
    looks_again: int

    @property
    def all(self) -> int:
        """Every call."""
        return self.changing + self.looks + self.looks_again

    @property
    def without_waiting(self) -> int:
        """What is left if AWS is ready at the first look."""
        return self.changing + self.looks


def changes(call: dict) -> bool:
    """Whether a call may change something."""
    return not call["operation"].startswith(READS)


def count(calls: Iterable[dict]) -> Counts:
    """Counts calls by what they are for."""
    changing = looks = looks_again = 0
    last: dict[str, tuple] = {}
    for call in calls:
        what = (call["operation"], call["parameters"])
        if changes(call):
            changing += 1
        elif last.get(call["account"]) == what:
            looks_again += 1
        else:
            looks += 1
        last[call["account"]] = what
    return Counts(changing, looks, looks_again)


def since_first_change(calls: list[dict]) -> float:
    """Simulated seconds from the first call that changes something to the last call; 0 if none does."""
    times = [call["time"] for call in calls if changes(call)]
    return (_moment(calls[-1]["time"]) - _moment(times[0])).total_seconds() if times else 0.0


def _moment(iso: str) -> datetime:
    return datetime.fromisoformat(iso.replace("Z", "+00:00"))


def span(calls: list[dict]) -> float:
    """Simulated seconds from the first call to the last."""
    if not calls:
        return 0.0
    return (_moment(calls[-1]["time"]) - _moment(calls[0]["time"])).total_seconds()
