"""Which programs to run, as the Makefile says it."""

import os
import shutil
from pathlib import Path

from harness.workspace import Tool

PYTHON = Path(__file__).resolve().parents[1]
ROOT = PYTHON.parents[2]
WORK = ROOT / "acceptance-tests" / ".work"


class NotBuilt(Exception):
    """A program is missing; says which, and what builds it."""


def plugin() -> Path:
    """The folder of the provider's program."""
    folder = Path(os.environ.get("PRIVATELINK_PROVIDER_DIR", ROOT / "target/debug")).resolve()
    return _there(folder / "terraform-provider-privatelink", "make build").parent


def simulator() -> Path:
    """The simulator's program."""
    program = os.environ.get("PRIVATELINK_SIMULATOR", ROOT / "target/debug/aws-simulator")
    return _there(Path(program).resolve(), "make build")


def tool() -> Tool:
    """terraform where it is on the PATH, else the tofu that `make tofu` builds."""
    found = shutil.which(os.environ.get("PRIVATELINK_TOOL", "terraform"))
    if found:
        return Tool(Path(found).name, Path(found))
    tofu = os.environ.get("PRIVATELINK_TOFU", "~/.cache/privatelink/bin/tofu")
    return Tool("tofu", _there(Path(tofu).expanduser(), "make tofu"))


def tfplugindocs() -> Path:
    """The program that makes the pages in docs/."""
    program = os.environ.get("PRIVATELINK_TFPLUGINDOCS", "~/.cache/privatelink/bin/tfplugindocs")
    return _there(Path(program).expanduser(), "make tfplugindocs")


def _there(program: Path, target: str) -> Path:
    if not program.exists():
        raise NotBuilt(f"{program} is missing: {target}")
    return program
