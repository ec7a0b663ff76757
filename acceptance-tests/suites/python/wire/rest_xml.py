"""REST with XML: paths and queries against input shapes, XML bodies of answers against output shapes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator

from botocore.model import OperationModel

from . import answers, rest
from .exchange import Exchange
from .known import namespace_of


def check_request(model: OperationModel, exchange: Exchange) -> Iterator[str]:
    """What is wrong with a request."""
    _, _, faults = rest.placed(model, exchange)
    yield from faults
    if exchange.request_body:
        yield "a body of XML is not judged yet"


def check_success(model: OperationModel, exchange: Exchange) -> Iterator[str]:
    """What is wrong with a success."""
    yield from rest.check_head(model, exchange)
    root = _parse(exchange)
    if root is None:
        yield f"is not XML: {exchange.response_body}"
        return
    yield from answers.strip(root, namespace_of(model.service_model))
    if root.tag != f"{model.name}Response":
        yield f"the root is {root.tag}, not {model.name}Response"
    shape = model.output_shape
    if shape is not None:
        yield from answers.Walk(model.service_model.service_name).structure(shape, root, "")


def check_error(model: OperationModel, exchange: Exchange) -> Iterator[str]:
    """What is wrong with a refusal."""
    yield from rest.check_request_id(exchange)
    root = _parse(exchange)
    if root is None:
        yield f"is not XML: {exchange.response_body}"
        return
    yield from answers.check_error(model, root, exchange.status)


def _parse(exchange: Exchange) -> ET.Element | None:
    try:
        return ET.fromstring(exchange.response_body)
    except ET.ParseError:
        return None
