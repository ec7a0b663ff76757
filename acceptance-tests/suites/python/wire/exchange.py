"""A request and its answer as they were on the wire, and the format in which they are handed over.

Recordings are JSON, one exchange a line in a file, and in `exchanges` of `GET /_simulator/exchanges`:

| member | what it is |
|---|---|
| `method`, `uri` | HTTP method; path and query |
| `request_headers`, `response_headers` | lists of [name, value], names in lower case |
| `request_body`, `response_body` | texts |
| `status` | HTTP status; 0 when nothing was answered |
| `lost` | whether the answer was made and then lost on its way |
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FIELDS = (
    "method",
    "uri",
    "request_headers",
    "request_body",
    "status",
    "response_headers",
    "response_body",
    "lost",
)


@dataclass(frozen=True)
class Exchange:
    """One request and its answer."""

    method: str
    uri: str
    request_headers: dict[str, str]
    request_body: str
    status: int
    response_headers: dict[str, str]
    response_body: str
    lost: bool

    @classmethod
    def read(cls, row: dict) -> Exchange:
        """An exchange from its JSON; a member too many or too few is a `ValueError`."""
        if set(row) != set(FIELDS):
            raise ValueError(f"an exchange has {sorted(FIELDS)}, not {sorted(row)}")
        return cls(
            **{
                **row,
                "request_headers": _headers(row["request_headers"]),
                "response_headers": _headers(row["response_headers"]),
            }
        )

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Parameters of the form, in the order in which they were sent."""
        return urllib.parse.parse_qsl(self.request_body, keep_blank_values=True)

    def parameter(self, name: str) -> str | None:
        """The first parameter of that name."""
        return next((value for key, value in self.parameters if key == name), None)

    @property
    def succeeded(self) -> bool:
        """Whether what was asked for was done."""
        return 200 <= self.status < 300

    def __str__(self) -> str:
        what = self.parameter("Action") or f"{self.method} {self.uri}"
        return f"{what} → {self.status or 'nothing'}"


def read_all(rows: Iterable[dict]) -> list[Exchange]:
    """Exchanges from rows of JSON."""
    return [Exchange.read(row) for row in rows]


def read_files(paths: Iterable[Path]) -> Iterator[tuple[str, Exchange]]:
    """Every exchange of files of JSON lines, with `file:line`."""
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield f"{path.name}:{number}", Exchange.read(json.loads(line))


def _headers(pairs: list[list[str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in pairs}
