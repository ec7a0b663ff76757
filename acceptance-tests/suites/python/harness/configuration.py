"""Writes configuration as users do, in HCL. A JSON value is an HCL expression, so values are JSON."""

import json
import re

SOURCES = """\
terraform {
  required_providers {
    privatelink = { source = "privatelink/privatelink" }
  }
}
"""


class Raw(str):
    """An expression that is written as it stands."""


def block(head: str, attributes: dict, *, inside: str = "") -> str:
    """A block: `head` is its type with labels, `inside` are nested blocks as text."""
    lines = [f"  {name} = {expression(value)}" for name, value in attributes.items()]
    return "\n".join([f"{head} {{", *lines, inside, "}", ""])


def resource(kind: str, name: str, attributes: dict, *, inside: str = "") -> str:
    """A resource block."""
    return block(f'resource "{kind}" "{name}"', attributes, inside=inside)


def output(name: str, value: str) -> str:
    """An output of an expression."""
    return block(f'output "{name}"', {"value": Raw(value)})


def expression(value, indent: int = 2) -> str:
    """A value in HCL, one attribute on a line so that diagnostics show which one they mean."""
    if isinstance(value, Raw):
        return value
    if isinstance(value, dict) and value:
        pad = " " * (indent + 2)
        lines = [f"{pad}{key(name)} = {expression(it, indent + 2)}" for name, it in value.items()]
        return "\n".join(["{", *lines, " " * indent + "}"])
    if isinstance(value, list):
        return "[" + ", ".join(expression(it, indent) for it in value) + "]"
    return json.dumps(value)


def key(name: str) -> str:
    """An object's key, in quotation marks where it is no identifier."""
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else json.dumps(name)
