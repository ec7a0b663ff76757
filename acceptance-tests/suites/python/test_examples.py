"""Every example in the repository is valid."""

import shutil

import pytest

from conftest import ROOT
from harness.configuration import SOURCES
from harness.simulator import Simulator

EXAMPLES = ROOT / "examples"
FOLDERS = sorted({file.parent for file in EXAMPLES.rglob("*.tf")})


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda it: str(it.relative_to(EXAMPLES)))
def test_an_example_can_be_copied_and_is_valid(folder, open_workspace):
    """A reader copies an example into an empty directory, and `validate` has nothing to say."""
    workspace = open_workspace(nowhere())
    for file in folder.glob("*.tf"):
        shutil.copy(file, workspace.directory)
    text = "".join(file.read_text() for file in folder.glob("*.tf"))
    if "required_providers" not in text:
        (workspace.directory / "versions.tf").write_text(SOURCES)
    report = workspace.show_validation()
    assert report["valid"], report["diagnostics"]
    assert not workspace.complaints(report)


def nowhere() -> Simulator:
    """No simulator at all: `validate` asks nobody."""
    return Simulator(ROOT, 1)
