"""The form of a row: an argument, two values for it, and what going from one to the other means."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from harness.bridge import Bridge
from harness.shared import Shared

# What is applied with the values.
Subject = Bridge | Shared

# The argument can't be taken out.
REQUIRED = object()
# Whatever the value was when the line was still there.
KEPT = object()


@dataclass(frozen=True)
class Row:
    """An argument. Values may be functions of what is applied with them."""

    path: str
    first: Any
    second: Any
    # The mutating calls that lead from the first value to the second.
    calls: set[str] = field(default_factory=set)
    # The attributes of which a plan from the first to the second does not know everything.
    unknown: set[str] = field(default_factory=set)
    # The value in the state once the line is taken out, or a function of what is applied.
    removed: Any = None
    # The attributes of which a plan that takes the line out does not know everything.
    unknown_removed: set[str] | None = None
    # Whether another value replaces the resource.
    replaces: bool = False
    # What else is written, and what is prepared in AWS.
    beside: Callable[[Subject], None] = lambda subject: None
    # Words of the error where the second value is refused at plan.
    refused: str = ""

    def value(self, which: str, subject: Subject):
        """One of the two values."""
        value = getattr(self, which)
        return value(subject) if callable(value) else value


def holder(arguments: dict, path: str) -> tuple[dict, str]:
    """The object that has the attribute, and the attribute's name."""
    *parents, name = path.split(".")
    for parent in parents:
        arguments = arguments.setdefault(parent, {})
    return arguments, name


def at(values: dict, path: str):
    """The value at a path; None where something above it is null."""
    for name in path.split("."):
        if values is None:
            return None
        values = values[name]
    return values


def same(one, other) -> bool:
    """Whether two values are equal; sets come in any order."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(one, key=repr) == sorted(other, key=repr)
    return one == other
