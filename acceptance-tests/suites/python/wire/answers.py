"""XML bodies against output shapes: no element that the model lacks, types, enums; and error bodies."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from botocore.model import ListShape, OperationModel, Shape, StructureShape

from .known import ANSWER_OF_NO_OUTPUT, ASKED_FOR, always_there, error_is_known, namespace_of
from .scalars import complaints

def check_success(model: OperationModel, root: ET.Element) -> Iterator[str]:
    """What is wrong with the body of a success."""
    yield from strip(root, namespace_of(model.service_model))
    if root.tag != f"{model.wire_name}Response":
        yield f"the root is {root.tag}, not {model.wire_name}Response"
    if model.service_model.metadata["protocol"] == "ec2":
        yield from _check_ec2(model, root)
    else:
        yield from _check_query(model, root)


def check_error(model: OperationModel, root: ET.Element, status: int) -> Iterator[str]:
    """What is wrong with the body of an error."""
    ec2 = model.service_model.metadata["protocol"] == "ec2"
    yield from strip(root, "" if ec2 else namespace_of(model.service_model))
    if ec2:
        form = _form(root) == ("Response", ["Errors", "RequestID"])
        errors = root.find("Errors")
        error = errors.find("Error") if errors is not None and len(errors) == 1 else None
        form = form and error is not None and _form(error)[1] == ["Code", "Message"]
    else:
        form = _form(root) == ("ErrorResponse", ["Error", "RequestId"])
        error = root.find("Error")
        form = form and error is not None and _form(error)[1] == ["Type", "Code", "Message"]
    if not form or error is None:
        yield f"is not in the form of an error: {ET.tostring(root, encoding='unicode')}"
        return
    code, message = error.findtext("Code", ""), error.findtext("Message", "")
    if not message:
        yield f"{code} comes without a message"
    if message != ASKED_FOR and not error_is_known(model, code, status):
        yield f"nobody knows the code {code} with status {status} from this operation"
    side = "Receiver" if status >= 500 else "Sender"
    if not ec2 and error.findtext("Type") != side:
        yield f"{code} with status {status} is not of type {error.findtext('Type')}"


def _check_ec2(model: OperationModel, root: ET.Element) -> Iterator[str]:
    ids = root.findall("requestId")
    if len(ids) != 1:
        yield f"requestId is there {len(ids)} times"
    for element in ids:
        root.remove(element)
    if model.output_shape is not None:
        yield from Walk(model.service_model.service_name).structure(model.output_shape, root, "")
        return
    said = {child.tag: child.text for child in root}
    if said != ANSWER_OF_NO_OUTPUT:
        yield f"an operation without an output says {said}"


def _check_query(model: OperationModel, root: ET.Element) -> Iterator[str]:
    shape = model.output_shape
    wrapper = shape.serialization.get("resultWrapper") if shape is not None else None
    expected = [wrapper, "ResponseMetadata"] if wrapper else ["ResponseMetadata"]
    if [child.tag for child in root] != expected:
        yield f"the root holds {[child.tag for child in root]}, not {expected}"
        return
    if wrapper and shape is not None:
        yield from Walk(model.service_model.service_name).structure(shape, root[0], "")
    if _form(root[-1])[1] != ["RequestId"]:
        yield f"ResponseMetadata holds {_form(root[-1])[1]}"


@dataclass(frozen=True)
class Walk:
    """A walk along a shape of a service."""

    service: str

    def structure(self, shape: StructureShape, element: ET.Element, path: str) -> Iterator[str]:
        if (element.text or "").strip():
            yield f"{path}: a text stands for a structure"
        members = {
            member.serialization.get("name", name): (name, member)
            for name, member in shape.members.items()
        }
        for tag, count in Counter(child.tag for child in element).items():
            at = f"{path}.{tag}" if path else tag
            if tag not in members:
                yield f"{at}: the model has no such member"
            elif count > 1:
                yield f"{at}: is there {count} times"
        for child in element:
            if child.tag in members:
                at = f"{path}.{child.tag}" if path else child.tag
                yield from self.value(members[child.tag][1], child, at)
        required = {tag for tag, (name, _) in members.items() if name in shape.required_members}
        required.update(always_there(self.service, shape.name, element.findtext))
        for tag in sorted(required - {child.tag for child in element}):
            yield f"{path}.{tag}: is required"

    def value(self, shape: Shape, element: ET.Element, path: str) -> Iterator[str]:
        if isinstance(shape, StructureShape):
            yield from self.structure(shape, element, path)
        elif isinstance(shape, ListShape):
            yield from self.list(shape, element, path)
        else:
            if len(element):
                yield f"{path}: holds elements, but is a {shape.type_name}"
            said = complaints(shape, element.text or "", answered=True)
            yield from (f"{path}: {complaint}" for complaint in said)

    def list(self, shape: ListShape, element: ET.Element, path: str) -> Iterator[str]:
        if shape.serialization.get("flattened"):
            yield f"{path}: is a flattened list, which is not judged yet"
            return
        if (element.text or "").strip():
            yield f"{path}: a text stands for a list"
        word = shape.member.serialization.get("name", "member")
        for number, child in enumerate(element, 1):
            if child.tag == word:
                yield from self.value(shape.member, child, f"{path}.{number}")
            else:
                yield f"{path}.{child.tag}: elements of this list are called {word}"


def strip(root: ET.Element, namespace: str) -> Iterator[str]:
    """Takes the namespace off every tag, and complains of any other, of attributes and of stray text."""
    prefix = f"{{{namespace}}}" if namespace else ""
    for element in root.iter():
        if element.attrib:
            yield f"{element.tag} has attributes"
        if (element.tail or "").strip():
            yield f"a text stands behind {element.tag}"
        if not element.tag.startswith(prefix) or "}" in element.tag[len(prefix) :]:
            yield f"{element.tag} is not of the namespace {namespace!r}"
        element.tag = element.tag.split("}")[-1]


def _form(element: ET.Element) -> tuple[str, list[str]]:
    return element.tag, [child.tag for child in element]
