"""Form bodies against input shapes: every parameter known, members that must be there, types and bounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from botocore.model import ListShape, OperationModel, Shape, StructureShape

from .scalars import complaints

# Parameters that name the operation, and are none of its own.
_ENVELOPE = ("Action", "Version")


@dataclass
class Node:
    """A parameter: a text, or parts below it by the words between the dots of its name."""

    texts: list[str] = field(default_factory=list)
    parts: dict[str, Node] = field(default_factory=dict)


def check(model: OperationModel, parameters: list[tuple[str, str]]) -> Iterator[str]:
    """What is wrong with the parameters of a request."""
    root = _tree([pair for pair in parameters if pair[0] not in _ENVELOPE])
    if model.input_shape is None:
        yield from (f"{name}: the operation takes no parameters" for name in root.parts)
        return
    ec2 = model.service_model.metadata["protocol"] == "ec2"
    yield from _Walk(ec2).structure(model.input_shape, root, "")


def _tree(pairs: list[tuple[str, str]]) -> Node:
    root = Node()
    for name, value in pairs:
        node = root
        for part in name.split("."):
            node = node.parts.setdefault(part, Node())
        node.texts.append(value)
    return root


@dataclass(frozen=True)
class _Walk:
    """A walk along a shape; `ec2` tells its protocol from AWS's query protocol."""

    ec2: bool

    def structure(self, shape: StructureShape, node: Node, path: str) -> Iterator[str]:
        if node.texts:
            yield f"{path}: a text stands for a structure"
        members = {self._wire_name(name, member): name for name, member in shape.members.items()}
        for part, child in node.parts.items():
            at = _join(path, part)
            if part not in members:
                yield f"{at}: the model has no such parameter"
                continue
            yield from self.value(shape.members[members[part]], child, at)
        for wire, name in members.items():
            if name in shape.required_members and wire not in node.parts:
                yield f"{_join(path, wire)}: is required"

    def value(self, shape: Shape, node: Node, path: str) -> Iterator[str]:
        if isinstance(shape, StructureShape):
            yield from self.structure(shape, node, path)
        elif isinstance(shape, ListShape):
            yield from self.list(shape, node, path)
        else:
            yield from (f"{path}.{part}: is below a scalar" for part in node.parts)
            if len(node.texts) != 1:
                yield f"{path}: is there {len(node.texts)} times"
            for text in node.texts:
                said = complaints(shape, text, answered=False)
                yield from (f"{path}: {complaint}" for complaint in said)

    def list(self, shape: ListShape, node: Node, path: str) -> Iterator[str]:
        numbered = node
        if self.ec2 or shape.serialization.get("flattened"):
            if node.texts:
                yield f"{path}: a text stands for a list"
        else:
            if node.texts not in ([], [""]):
                yield f"{path}: a text stands for a list"
            word = shape.member.serialization.get("name", "member")
            yield from (
                f"{path}.{part}: is no element of a list" for part in node.parts if part != word
            )
            numbered = node.parts.get(word, Node())
        expected = [str(number) for number in range(1, len(numbered.parts) + 1)]
        if sorted(numbered.parts) != sorted(expected):
            yield f"{path}: the numbers of its elements are {', '.join(numbered.parts)}"
        yield from self._length(shape, len(numbered.parts), path)
        for number, element in numbered.parts.items():
            yield from self.value(shape.member, element, f"{path}.{number}")

    def _length(self, shape: ListShape, length: int, path: str) -> Iterator[str]:
        least, most = shape.metadata.get("min"), shape.metadata.get("max")
        if least is not None and length < least:
            yield f"{path}: has {length} elements, fewer than {least}"
        if most is not None and length > most:
            yield f"{path}: has {length} elements, more than {most}"

    def _wire_name(self, name: str, member: Shape) -> str:
        """EC2 has a name of its own for requests, else that of answers with a capital letter."""
        given = member.serialization
        if self.ec2 and "queryName" in given:
            wire = given["queryName"]
        elif self.ec2 and "name" in given:
            wire = given["name"][:1].upper() + given["name"][1:]
        else:
            wire = given.get("name", name)
        if not self.ec2 and isinstance(member, ListShape) and member.serialization.get("flattened"):
            wire = member.member.serialization.get("name", wire)
        return wire


def _join(path: str, part: str) -> str:
    return f"{path}.{part}" if path else part
