"""All findings of an exchange: its request against the input shape, its answer against the output shape."""

from __future__ import annotations

import re
import urllib.parse
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from botocore.model import OperationModel

from . import answers, model, requests
from .exchange import Exchange

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=\w{16,128}/\d{8}/[a-z0-9-]+/(?P<service>[a-z0-9-]+)/aws4_request, ?"
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+), ?Signature=[0-9a-f]{64}"
)
# Headers that SigV4 wants signed in every request.
_SIGNED = ("host", "x-amz-date")


@dataclass(frozen=True)
class Finding:
    """Something that AWS's model does not allow."""

    side: str
    """`request` or `answer`."""
    operation: str
    what: str

    def __str__(self) -> str:
        return f"{self.operation}, {self.side}: {self.what}"


def judge(exchange: Exchange) -> list[Finding]:
    """Everything that is wrong with an exchange."""
    name = exchange.parameter("Action") or "?"
    found = _operation(exchange)
    if isinstance(found, str):
        return [Finding("request", name, found)]
    request = [*_envelope(exchange), *requests.check(found, exchange.parameters)]
    answer = _answer(found, exchange) if exchange.status else []
    return [
        *(Finding("request", name, what) for what in request),
        *(Finding("answer", name, what) for what in answer),
    ]


def judge_all(exchanges: Iterable[Exchange]) -> list[str]:
    """Every different finding of many exchanges, with how often it was made."""
    counts: dict[str, int] = {}
    for exchange in exchanges:
        for finding in judge(exchange):
            counts[str(finding)] = counts.get(str(finding), 0) + 1
    return [f"{finding} ({count}×)" for finding, count in sorted(counts.items())]


def operations(exchanges: Iterable[Exchange]) -> set[tuple[str, str]]:
    """Services (SigV4 name) and operations that were called."""
    return {
        (_signing_name(exchange) or "?", exchange.parameter("Action") or "?")
        for exchange in exchanges
    }


def _operation(exchange: Exchange) -> OperationModel | str:
    signing_name = _signing_name(exchange)
    version = exchange.parameter("Version")
    if signing_name is None:
        return f"Authorization is {exchange.request_headers.get('authorization')!r}"
    service = model.find(signing_name, version or "")
    if service is None:
        return f"there is no service {signing_name} of version {version}"
    name = exchange.parameter("Action") or ""
    return model.operation(service, name) or f"{signing_name} has no such operation"


def _signing_name(exchange: Exchange) -> str | None:
    authorization = exchange.request_headers.get("authorization")
    if authorization is None:
        return model.unsigned(exchange.parameter("Action"), exchange.parameter("Version"))
    match = _AUTHORIZATION.fullmatch(authorization)
    return match["service"] if match else None


def _envelope(exchange: Exchange) -> Iterator[str]:
    headers = exchange.request_headers
    # In process there is no connection yet, so the host stands in the URI and not in a header.
    uri = urllib.parse.urlsplit(exchange.uri)
    if uri.netloc:
        headers = {"host": uri.netloc, **headers}
    if (exchange.method, uri.path or "/", uri.query) != ("POST", "/", ""):
        yield f"{exchange.method} {exchange.uri} instead of POST /"
    kind = headers.get("content-type", "").split(";")[0].strip()
    if kind != "application/x-www-form-urlencoded":
        yield f"Content-Type is {kind!r}"
    if "authorization" not in headers:
        return
    match = _AUTHORIZATION.fullmatch(headers["authorization"])
    signed = match["headers"].split(";") if match else []
    token = ("x-amz-security-token",) if "x-amz-security-token" in headers else ()
    for header in (*_SIGNED, *token):
        if header not in headers:
            yield f"the header {header} is not there"
        if header not in signed:
            yield f"the header {header} is not signed"


def _answer(operation: OperationModel, exchange: Exchange) -> Iterator[str]:
    try:
        root = ET.fromstring(exchange.response_body)
    except ET.ParseError as error:
        yield f"is not XML: {error}"
        return
    if exchange.status == 200:
        yield from answers.check_success(operation, root)
    else:
        yield from answers.check_error(operation, root, exchange.status)
    yield from _ids(exchange)
    kind = exchange.response_headers.get("content-type", "")
    if kind.split(";")[0] != "text/xml":
        yield f"Content-Type is {kind!r}"


def _ids(exchange: Exchange) -> Iterator[str]:
    said = exchange.response_headers.get("x-amzn-requestid")
    written = re.search(r"<Request(?:Id|ID)>([^<]*)<|<requestId>([^<]*)<", exchange.response_body)
    inside = next((group for group in written.groups() if group), None) if written else None
    if not said or said != inside:
        yield f"the request id is {inside!r} in the body and {said!r} in the header"
