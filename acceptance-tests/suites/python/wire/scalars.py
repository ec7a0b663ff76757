"""One text of the wire against one shape: type, enum, pattern, length, range."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

import regex
from botocore.model import Shape

from .known import enum_value_is_known

_INTEGER = re.compile(r"-?\d+")
_FLOAT = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


def complaints(shape: Shape, text: str, *, answered: bool) -> Iterator[str]:
    """What is wrong with a text; `answered` when AWS's side wrote it."""
    match shape.type_name:
        case "string" | "character":
            yield from _string(shape, text, answered=answered)
        case "boolean":
            if text not in ("true", "false"):
                yield f"{text!r} is not a boolean"
        case "integer" | "long":
            yield from _number(shape, text, _INTEGER)
        case "double" | "float":
            yield from _number(shape, text, _FLOAT)
        case "timestamp":
            if not _TIMESTAMP.fullmatch(text):
                yield f"{text!r} is not a timestamp"
        case "blob":
            yield from _blob(text)
        case other:
            yield f"a text stands where the model has a {other}"


def _string(shape: Shape, text: str, *, answered: bool) -> Iterator[str]:
    known = text in shape.enum or (answered and enum_value_is_known(shape, text))
    if shape.enum and not known:
        yield f"{text!r} is none of {', '.join(shape.enum)}"
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(text) < least:
        yield f"{text!r} is shorter than {least}"
    if most is not None and len(text) > most:
        yield f"{text!r} is longer than {most}"
    pattern = shape.metadata.get("pattern")
    if pattern and not regex.fullmatch(pattern, text):
        yield f"{text!r} does not match {pattern}"


def _number(shape: Shape, text: str, form: re.Pattern[str]) -> Iterator[str]:
    if not form.fullmatch(text):
        yield f"{text!r} is not of type {shape.type_name}"
        return
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and float(text) < least:
        yield f"{text} is less than {least}"
    if most is not None and float(text) > most:
        yield f"{text} is more than {most}"


def _blob(text: str) -> Iterator[str]:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error:
        yield f"{text!r} is not base64"
