"""All findings of an exchange: its request against the input shape, its answer against the output shape."""

from __future__ import annotations

import re
import urllib.parse
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType

from botocore.model import OperationModel

from . import answers, model, requests, rest, rest_xml
from .exchange import Exchange

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=\w{16,128}/\d{8}/[a-z0-9-]+/(?P<service>[a-z0-9-]+)/aws4_request, ?"
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+), ?Signature=[0-9a-f]{64}"
)
_REST = {"rest-json": rest, "rest-xml": rest_xml}
# Media types of their requests, and of their answers. botocore names none of JSON bodies, the other SDKs
# do; a request without a body needs none.
_REST_TYPES = {
    rest: ("", "application/json"),
    rest_xml: ("", "application/xml", "text/xml"),
}
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
    found = _operation(exchange)
    if isinstance(found, str):
        return [Finding("request", _name(exchange), found)]
    name = found.name
    speaks = _rest(found)
    if speaks:
        types = _REST_TYPES[speaks]
        request = [*_envelope(exchange, types), *speaks.check_request(found, exchange)]
    else:
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
    return {(_signing_name(exchange) or "?", _name(exchange)) for exchange in exchanges}


def _name(exchange: Exchange) -> str:
    service = model.rest(_signing_name(exchange) or "")
    found = rest.find(service, exchange) if service else None
    return found.name if found else exchange.parameter("Action") or "?"


def _rest(operation: OperationModel) -> ModuleType | None:
    """Who judges an operation of a REST protocol."""
    return _REST.get(operation.service_model.metadata["protocol"])


def _operation(exchange: Exchange) -> OperationModel | str:
    signing_name = _signing_name(exchange)
    version = exchange.parameter("Version")
    if signing_name is None:
        return f"Authorization is {exchange.request_headers.get('authorization')!r}"
    speaks_rest = model.rest(signing_name)
    if speaks_rest is not None:
        found = rest.find(speaks_rest, exchange)
        return found or f"{signing_name} has no {exchange.method} {exchange.uri}"
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


def _envelope(exchange: Exchange, rest_types: tuple[str, ...] = ()) -> Iterator[str]:
    headers = exchange.request_headers
    # In process there is no connection yet, so the host stands in the URI and not in a header.
    uri = urllib.parse.urlsplit(exchange.uri)
    if uri.netloc:
        headers = {"host": uri.netloc, **headers}
    if not rest_types and (exchange.method, uri.path or "/", uri.query) != ("POST", "/", ""):
        yield f"{exchange.method} {exchange.uri} instead of POST /"
    kind = headers.get("content-type", "").split(";")[0].strip()
    if kind not in (rest_types or ("application/x-www-form-urlencoded",)):
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
    speaks = _rest(operation)
    if speaks:
        succeeded = exchange.succeeded
        yield from (speaks.check_success if succeeded else speaks.check_error)(operation, exchange)
        kind = exchange.response_headers.get("content-type", "")
        if exchange.response_body and kind.split(";")[0] not in _REST_TYPES[speaks][1:]:
            yield f"Content-Type is {kind!r}"
        return
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
