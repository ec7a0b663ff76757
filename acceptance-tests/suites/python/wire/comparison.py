"""Answers of two worlds, laid side by side: what one has and the other has not, and values that differ.

Ids, times, secrets and drawn names are made alike first; order in lists does not count.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .side import Said

_DRAWN = [
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "#"),
    (re.compile(r"\b((?:[a-z]+-)+)[0-9a-f]{8,17}\b"), r"\1#"),
    (re.compile(r"/[0-9a-f]{16}\b"), "/#"),
    (re.compile(r"\b([a-z-]+)-[0-9a-z]{10,16}\.elb\."), r"\1-#.elb."),
    (re.compile(r"-#-[0-9a-z]+\."), "-#-#."),
    (re.compile(r"\.(cluster-|cluster-ro-)?[0-9a-z]{10,12}(\.[a-z0-9-]+\.rds\.)"), r".\1#\2"),
    (re.compile(r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b"), "<mac>"),
    (re.compile(r"\b2[0-9a-f]{3}:[0-9a-f:]+::(/\d+)?"), r"<ipv6>\1"),
]
# Members whose values are secrets, marks of pages, or drawn by each world for itself.
_OPAQUE = re.compile(
    r"AccessKeyId|SecretAccessKey|SessionToken|NextToken|NextMarker|UserId|AssumedRoleId|"
    r"PrivateIpAddress|PrivateDnsName|CanonicalHostedZoneId|HostedZoneId|DbClusterResourceId|DbiResourceId"
)


@dataclass(frozen=True, order=True)
class Difference:
    """What differs in the answers to calls of one operation."""

    operation: str
    path: str
    """Members from the root on, `[]` for any element of a list, `[key]` for that of a list of keys and values;
    `error` for the code of an error."""
    kind: str
    """`simulator only`, `moto only`, or `value`."""
    simulator: str
    moto: str
    label: str

    def __str__(self) -> str:
        return f"{self.label} {self.path} ({self.kind}): {self.simulator} | {self.moto}"


def compare(simulator: Iterable[Said], moto: Iterable[Said]) -> Iterator[Difference]:
    """Differences of the calls that both worlds got."""
    there = {said.label: said for said in moto}
    for ours in simulator:
        theirs = there.get(ours.label)
        if theirs is None:
            continue
        if ours.code or theirs.code:
            if ours.code != theirs.code:
                one, other = str(ours.code), str(theirs.code)
                yield Difference(ours.operation, "error", "value", one, other, ours.label)
            continue
        yield from _differences(ours, theirs)


def _differences(ours: Said, theirs: Said) -> Iterator[Difference]:
    here, there = _flat(ours.answer), _flat(theirs.answer)
    for path in sorted(set(here) | set(there)):
        one, other = _shown(here.get(path)), _shown(there.get(path))
        if one == other:
            continue
        kind = "value"
        if path not in there:
            kind = "simulator only"
        elif path not in here:
            kind = "moto only"
        yield Difference(ours.operation, path, kind, one, other, ours.label)


def _flat(answer: dict) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)

    def walk(value, path: str) -> None:
        if isinstance(value, dict):
            for name, member in value.items():
                walk(member, f"{path}.{name}" if path else name)
        elif isinstance(value, list):
            # An empty list and an absent one are the same to clients.
            for element in value:
                if isinstance(element, dict) and set(element) == {"Key", "Value"}:
                    found[f"{path}[{element['Key']}]"].add(_alike(path, element["Value"]))
                else:
                    walk(element, f"{path}[]")
        else:
            found[path].add(_alike(path, value))

    walk(answer, "")
    return found


def _alike(path: str, value) -> str:
    if _OPAQUE.search(path.split(".")[-1]) and value:
        return "<drawn>"
    if isinstance(value, datetime.datetime):
        return "<time>"
    text = str(value)
    for pattern, replacement in _DRAWN:
        text = pattern.sub(replacement, text)
    return text


def _shown(values: set[str] | None) -> str:
    return "–" if values is None else ", ".join(sorted(values))
