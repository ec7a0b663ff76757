"""Recordings of a running simulator, by its test interface."""

from __future__ import annotations

import json
import urllib.request

from .exchange import Exchange, read_all


def start(url: str) -> None:
    """From now on every request and answer is kept."""
    _ask(url, "POST", "exchanges")


def take(url: str) -> list[Exchange]:
    """What was kept since the last time."""
    return read_all(_ask(url, "GET", "exchanges")["exchanges"])


def operations(url: str) -> set[tuple[str, str]]:
    """Services (SigV4 name) and operations that the simulator knows."""
    rows = _ask(url, "GET", "operations")["operations"]
    return {(row["service"], row["operation"]) for row in rows}


def _ask(url: str, method: str, path: str) -> dict:
    request = urllib.request.Request(f"{url}/_simulator/{path}", method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)
