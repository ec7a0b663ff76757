"""Runs tfplugindocs, on the schema that terraform or tofu tell."""

import json
import shutil
import subprocess
from pathlib import Path

from demo import settings
from harness.configuration import SOURCES
from harness.simulator import Simulator
from harness.workspace import Tool, Workspace
from pages import folder

ROOT = settings.ROOT
NAME = "privatelink"
# What the pages are made of, beside the schema.
SOURCE_FOLDERS = ("templates", "examples")


class Failed(Exception):
    """tfplugindocs has refused; its output is the message."""


def schema(tool: Tool, plugin: Path, directory: Path) -> Path:
    """The provider's schema as a file: that of this tool, under the name that tfplugindocs looks for."""
    workspace = Workspace(directory, tool, plugin, Simulator(ROOT, 1))
    try:
        workspace.write(SOURCES)
        told = workspace.run("providers", "schema", "-json").lines[-1]
    finally:
        workspace.close()
    [only] = told["provider_schemas"].values()
    only["resource_schemas"] = {_prefixed(name): it for name, it in only["resource_schemas"].items()}
    told["provider_schemas"] = {NAME: only}
    file = directory / "schema.json"
    file.write_text(json.dumps(told))
    return file


def _prefixed(name: str) -> str:
    """A type's name as tfplugindocs wants it: for one that lacks the provider's, it finds no page."""
    return name if name.startswith(f"{NAME}_") else f"{NAME}_{name}"


def generate(file: Path, directory: Path) -> dict[str, str]:
    """The pages of a schema, made in an empty directory."""
    for name in SOURCE_FOLDERS:
        shutil.copytree(ROOT / name, directory / name)
    _run("generate", file, directory)
    return folder.pages(directory / "docs")


def validate(file: Path) -> None:
    """Fails unless the pages in docs/ are what a registry takes, and none is missing or left over."""
    _run("validate", file, ROOT)


def _run(command: str, file: Path, directory: Path) -> None:
    arguments = [f"--provider-dir={directory}", f"--provider-name={NAME}", f"--providers-schema={file}"]
    done = subprocess.run(
        [settings.tfplugindocs(), command, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(done.stdout)
