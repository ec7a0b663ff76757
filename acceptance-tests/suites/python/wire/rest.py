"""REST with JSON: paths, queries and bodies against input shapes, bodies of answers against output shapes."""

from __future__ import annotations

import functools
import json
import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass

from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from .exchange import Exchange
from .known import ASKED_FOR, always_there, error_is_known
from .scalars import complaints

_LABEL = re.compile(r"\{(\w+)(\+?)\}")
# Where a member goes that the model places outside the body.
_LABELS, _QUERY, _HEADERS = "uri", "querystring", "header"
# JSON types that a scalar may be written in.
_JSON_TYPES = {"boolean": (bool,), "integer": (int,), "long": (int,), "float": (int, float)}


def find(service: ServiceModel, exchange: Exchange) -> OperationModel | None:
    """The operation that a method and a path name."""
    path = urllib.parse.urlsplit(exchange.uri).path
    for name in service.operation_names:
        model = service.operation_model(name)
        if model.http["method"] == exchange.method and _pattern(model).fullmatch(path):
            return model
    return None


def check_request(model: OperationModel, exchange: Exchange) -> Iterator[str]:
    """What is wrong with a request."""
    members, required, faults = placed(model, exchange)
    yield from faults
    yield from _body(model, exchange.request_body, members, required)


def placed(
    model: OperationModel, exchange: Exchange
) -> tuple[dict[str, Shape], set[str], list[str]]:
    """The members that go into the body, the required ones of all, and what is wrong with the others."""
    shape = model.input_shape
    members = dict(shape.members) if shape is not None else {}
    required = set(shape.required_members) if shape is not None else set()
    parts = urllib.parse.urlsplit(exchange.uri)
    match = _pattern(model).fullmatch(parts.path)
    labels = match.groupdict() if match else {}
    query = urllib.parse.parse_qs(parts.query, keep_blank_values=True)
    below: dict[str, Shape] = {}
    faults: list[str] = []
    for name, member in members.items():
        location = member.serialization.get("location")
        wire = member.serialization.get("name", name)
        if location == _LABELS:
            text = urllib.parse.unquote(labels.get(wire, ""))
            faults.extend(f"{wire}: {said}" for said in complaints(member, text, answered=False))
        elif location == _QUERY:
            faults.extend(_query(member, wire, query.pop(wire, None), name in required))
        elif location != _HEADERS:
            below[name] = member
    faults.extend(f"{name}: the model has no such parameter" for name in query)
    return below, required, faults


def check_success(model: OperationModel, exchange: Exchange) -> Iterator[str]:
    """What is wrong with a success."""
    yield from check_head(model, exchange)
    shape = model.output_shape
    if not exchange.response_body:
        if shape is not None and shape.required_members:
            yield "the body is empty"
        return
    value = _parse(exchange.response_body)
    if value is None:
        yield "the body is not JSON"
    elif shape is not None:
        yield from _Walk(model.service_model.service_name, answered=True).value(shape, value, "")
    elif value != {}:
        yield f"an operation without an output says {value}"


def check_head(model: OperationModel, exchange: Exchange) -> Iterator[str]:
    """What is wrong with the status and the headers of a success."""
    expected = model.http.get("responseCode", 200)
    if exchange.status != expected:
        yield f"the status is {exchange.status}, not {expected}"
    yield from check_request_id(exchange)


def check_error(model: OperationModel, exchange: Exchange) -> Iterator[str]:
    """What is wrong with a refusal."""
    yield from check_request_id(exchange)
    code = exchange.response_headers.get("x-amzn-errortype", "").split(":")[0]
    value = _parse(exchange.response_body)
    if not code or not isinstance(value, dict):
        yield f"is not in the form of an error: {exchange.response_body}"
        return
    message = value.get("message", "")
    if not message:
        yield f"{code} comes without a message"
    if message == ASKED_FOR:
        return
    if not error_is_known(model, code, exchange.status):
        yield f"nobody knows the code {code} with status {exchange.status} from this operation"
    for shape in model.error_shapes:
        if shape.name == code:
            walk = _Walk(model.service_model.service_name, answered=True)
            body = {name: part for name, part in value.items() if name in shape.members}
            yield from (f"{name}: the model has no such member" for name in set(value) - set(body))
            yield from walk.structure(shape, body, code)


def check_request_id(exchange: Exchange) -> Iterator[str]:
    """Whether there is a request id among the headers."""
    if not exchange.response_headers.get("x-amzn-requestid"):
        yield "there is no request id"


def _parse(text: str) -> object | None:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None


@functools.cache
def _pattern(model: OperationModel) -> re.Pattern[str]:
    """Paths of an operation. A query in the model's path is none of any operation judged here."""
    path = model.http["requestUri"]
    pattern, end = "", 0
    for match in _LABEL.finditer(path):
        form = ".+" if match[2] else "[^/]+"
        pattern += re.escape(path[end : match.start()]) + f"(?P<{match[1]}>{form})"
        end = match.end()
    return re.compile(pattern + re.escape(path[end:]))


def _query(shape: Shape, name: str, texts: list[str] | None, required: bool) -> Iterator[str]:
    if texts is None:
        if required:
            yield f"{name}: is required"
        return
    if not isinstance(shape, ListShape) and len(texts) > 1:
        yield f"{name}: is there {len(texts)} times"
    element = shape.member if isinstance(shape, ListShape) else shape
    for text in texts:
        yield from (f"{name}: {said}" for said in complaints(element, text, answered=False))


def _body(
    model: OperationModel, text: str, members: dict[str, Shape], required: set[str]
) -> Iterator[str]:
    value = _parse(text) if text else {}
    if not isinstance(value, dict):
        yield "the body is not a JSON object"
        return
    walk = _Walk(model.service_model.service_name, answered=False)
    yield from walk.members(members, required & set(members), value, "")


@dataclass(frozen=True)
class _Walk:
    """A walk along a shape of a service; `answered` when AWS's side wrote the JSON."""

    service: str
    answered: bool

    def value(self, shape: Shape, value: object, path: str) -> Iterator[str]:
        if isinstance(shape, StructureShape):
            yield from self._typed(dict, value, path, lambda it: self.structure(shape, it, path))
        elif isinstance(shape, MapShape):
            yield from self._typed(dict, value, path, lambda it: self._map(shape, it, path))
        elif isinstance(shape, ListShape):
            yield from self._typed(list, value, path, lambda it: self._list(shape, it, path))
        else:
            yield from self._scalar(shape, value, path)

    def structure(self, shape: StructureShape, value: dict, path: str) -> Iterator[str]:
        members = {
            name: member
            for name, member in shape.members.items()
            if member.serialization.get("location") not in (_LABELS, _QUERY, _HEADERS, "statusCode")
        }
        if shape.is_tagged_union and len(value) != 1:
            yield f"{path}: holds {len(value)} members of a union"
        required = set(shape.required_members) & set(members)
        if self.answered:
            required |= set(always_there(self.service, shape.name))
        yield from self.members(members, required, value, path)

    def members(
        self, members: dict[str, Shape], required: set[str], value: dict, path: str
    ) -> Iterator[str]:
        """Members of a structure by their names on the wire."""
        known = {it.serialization.get("name", name): it for name, it in members.items()}
        needed = {members[name].serialization.get("name", name) for name in required}
        for name, part in value.items():
            at = f"{path}.{name}" if path else name
            if name in known:
                yield from self.value(known[name], part, at)
            else:
                yield f"{at}: the model has no such member"
        yield from (f"{path}.{name}: is required" for name in sorted(needed - set(value)))

    def _map(self, shape: MapShape, value: dict, path: str) -> Iterator[str]:
        yield from _length(shape, len(value), path)
        for key, part in value.items():
            yield from self.value(shape.key, key, f"{path}.{key}, the key")
            yield from self.value(shape.value, part, f"{path}.{key}")

    def _list(self, shape: ListShape, value: list, path: str) -> Iterator[str]:
        yield from _length(shape, len(value), path)
        for number, part in enumerate(value, 1):
            yield from self.value(shape.member, part, f"{path}.{number}")

    def _scalar(self, shape: Shape, value: object, path: str) -> Iterator[str]:
        name = shape.type_name
        if name == "timestamp":
            yield from self._timestamp(shape, value, path)
            return
        allowed = _JSON_TYPES.get(name, (str,))
        if not isinstance(value, allowed) or (isinstance(value, bool) and name != "boolean"):
            yield f"{path}: {value!r} is not of type {name}"
            return
        text = str(value).lower() if isinstance(value, bool) else str(value)
        said = complaints(shape, text, answered=self.answered)
        yield from (f"{path}: {complaint}" for complaint in said)

    def _timestamp(self, shape: Shape, value: object, path: str) -> Iterator[str]:
        """Seconds since 1970 unless the shape says otherwise (Smithy's default of JSON bodies)."""
        if shape.serialization.get("timestampFormat", "unixTimestamp") == "iso8601":
            said = complaints(shape, str(value), answered=self.answered)
            yield from (f"{path}: {complaint}" for complaint in said)
        elif isinstance(value, bool) or not isinstance(value, (int, float)):
            yield f"{path}: {value!r} is not a number of seconds"

    def _typed(self, kind: type, value: object, path: str, walk) -> Iterator[str]:
        if isinstance(value, kind):
            yield from walk(value)
        else:
            yield f"{path}: {value!r} is no {kind.__name__}"


def _length(shape: Shape, length: int, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and length < least:
        yield f"{path}: has {length} elements, fewer than {least}"
    if most is not None and length > most:
        yield f"{path}: has {length} elements, more than {most}"
