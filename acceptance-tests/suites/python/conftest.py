"""Fixtures: every test has its own simulator, world and directory, and runs under both tools."""

import os
import shutil
from pathlib import Path

import pytest

from harness.bridge import Bridge
from harness.networks import Network, through
from harness.shared import Shared
from harness.simulator import Simulator
from harness.workspace import Tool, Workspace
from harness.world import make_world

# The traffic of every test is judged by AWS's own models.
pytest_plugins = ["wire.plugin"]
# What tables of rows are held to says what differs, as tests do.
pytest.register_assert_rewrite("attributes.table")

ROOT = Path(__file__).resolve().parents[3]

# Both clocks run this much faster than the wall's.
SCALE = 60


@pytest.fixture(params=["terraform", "tofu"])
def tool(request) -> Tool:
    """terraform where it is installed; tofu always."""
    if request.param == "tofu":
        path = os.environ.get("PRIVATELINK_TOFU", "~/.cache/privatelink/bin/tofu")
        path = Path(path).expanduser()
        assert path.exists(), f"{path} is missing: build it with `make tofu`"
        return Tool("tofu", path)
    found = shutil.which("terraform")
    if not found:
        pytest.skip("terraform is not on the PATH")
    return Tool("terraform", Path(found))


@pytest.fixture(scope="session")
def plugin() -> Path:
    """The directory of the provider's program."""
    directory = Path(os.environ.get("PRIVATELINK_PROVIDER_DIR", ROOT / "target/debug")).resolve()
    program = directory / "terraform-provider-privatelink"
    assert program.exists(), f"{program} is missing: cargo build"
    return directory


@pytest.fixture
def simulate():
    """Starts simulators: `simulate("--waits", "zero", scale=60)`."""
    default = ROOT / "target/debug/aws-simulator"
    program = Path(os.environ.get("PRIVATELINK_SIMULATOR", default)).resolve()
    running = []

    def start(*switches: str, scale: float = SCALE) -> Simulator:
        simulator = Simulator(program, scale, *switches)
        running.append(simulator.__enter__())
        return simulator

    yield start
    for simulator in running:
        simulator.__exit__()


@pytest.fixture
def open_workspace(tmp_path, tool, plugin):
    """Opens workspaces: `open_workspace(simulator, "name")`."""
    opened = []

    def open_(simulator: Simulator, name: str = "work") -> Workspace:
        workspace = Workspace(tmp_path / name, tool, plugin, simulator)
        opened.append(workspace)
        return workspace

    yield open_
    for workspace in opened:
        workspace.close()


@pytest.fixture
def lay(simulate, open_workspace):
    """Lays bridges in worlds of their own: `lay("--lag", "aws", scale=100)`."""

    def lay_(*switches: str, scale: float = SCALE) -> Bridge:
        simulator = simulate(*switches, scale=scale)
        return Bridge(simulator, make_world(simulator.url), open_workspace(simulator))

    return lay_


@pytest.fixture
def bridge(lay) -> Bridge:
    """A bridge that is not applied yet, in a world where AWS never keeps anybody waiting."""
    return lay("--waits", "zero")


@pytest.fixture
def standing(bridge) -> Bridge:
    """A bridge that is applied."""
    bridge.apply()
    return bridge


@pytest.fixture
def share(simulate, open_workspace):
    """Lays shared databases in worlds of their own: `share("--lag", "aws", scale=60)`."""

    def share_(*switches: str, scale: float = SCALE, name: str = "work") -> Shared:
        simulator = simulate(*switches, scale=scale)
        return Shared(simulator, open_workspace(simulator, name))

    return share_


@pytest.fixture
def shared(share) -> Shared:
    """Not applied yet, in a world where AWS never keeps anybody waiting."""
    return share("--waits", "zero")


@pytest.fixture
def network(shared) -> Network:
    """The consumer's service network, with an endpoint of his VPC into it; what is shared is wanted there."""
    made = Network(shared)
    made.let_in()
    shared.arguments["consumers"]["app"] = through(made)
    return made
