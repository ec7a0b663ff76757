"""Every argument of a bridge: a value, another value, none. What it costs, and what a plan knows."""

import pytest

from attributes import consumers, owner
from attributes.row import KEPT, REQUIRED, Row, at, holder, same
from harness.bridge import ADDRESS, KIND, Bridge
from harness.plans import unknown_names

ROWS = owner.ROWS + owner.LISTENERS + consumers.ROWS
COMPUTED = owner.COMPUTED | consumers.COMPUTED

# The names that maps have in the rows.
KEYS = {"listeners": "http", "consumers": "analytics", "components": "nlb"}
WHOLES = {"listeners", "consumers", "timeouts"}


def test_every_attribute_of_the_schema_has_a_row(bridge):
    """An attribute that is added without a row is an attribute that nobody tests."""
    bridge.write()
    schemas = bridge.workspace.run("providers", "schema", "-json").lines[-1]
    [provider] = schemas["provider_schemas"].values()
    block = provider["resource_schemas"][KIND]["block"]
    written, computed = set(), set()
    for path, attribute in paths(block["attributes"]):
        is_written = attribute.get("optional") or attribute.get("required")
        (written if is_written else computed).add(path)
    containers = {path for path in written if any(it.startswith(f"{path}.") for it in written)}
    assert written - containers == {row.path for row in ROWS}
    assert computed == COMPUTED


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.path)
def test_an_argument_can_be_set_changed_and_taken_out(bridge, row):
    """In place, with the calls that it takes and no others; afterwards there is nothing to do."""
    row.beside(bridge)
    put(bridge, row, "first")
    bridge.apply()
    assert same(at(bridge.values(), row.path), at(bridge.arguments, row.path))
    assert not bridge.changes()
    change(bridge, row)
    if row.removed is REQUIRED or row.refused or row.replaces:
        return
    take_out(bridge, row)


def change(bridge: Bridge, row: Row) -> None:
    """From the first value to the second."""
    put(bridge, row, "second")
    if row.refused:
        run = bridge.try_plan()
        assert run.code == 1
        assert row.refused in run.said()
        return
    planned = bridge.plan().change(ADDRESS)
    if row.replaces:
        assert planned["actions"] == ["delete", "create"]
        return
    assert planned["actions"] in (["update"], ["no-op"]), planned["actions"]
    assert unknown_names(planned["after_unknown"]) == row.unknown
    bridge.simulator.forget_calls()
    bridge.apply()
    assert set(bridge.simulator.mutating()) == row.calls
    assert same(at(bridge.values(), row.path), at(bridge.arguments, row.path))
    assert not bridge.changes()


def take_out(bridge: Bridge, row: Row) -> None:
    """The line is removed, and what was there without it comes back."""
    expected = at(bridge.values(), row.path) if row.removed is KEPT else row.removed
    remove(bridge.arguments, row.path)
    planned = bridge.plan().change(ADDRESS)
    unknown = row.unknown if row.unknown_removed is None else row.unknown_removed
    assert unknown_names(planned["after_unknown"]) == unknown
    bridge.apply()
    assert same(at(bridge.values(), row.path), expected)
    assert not bridge.changes()


def test_everything_that_is_computed_is_there_after_an_apply(standing):
    """Nothing is null that a configuration could build on."""
    nothing = [path for path in sorted(COMPUTED) if at(standing.values(), path) is None]
    assert nothing == []


def put(bridge: Bridge, row: Row, which: str) -> None:
    value = row.value(which, bridge)
    object_, name = holder(bridge.arguments, row.path)
    object_[name] = value


def remove(arguments: dict, path: str) -> None:
    """Takes a line out, and objects that are empty without it."""
    object_, name = holder(arguments, path)
    del object_[name]
    parent = path.rpartition(".")[0]
    if parent and not object_:
        remove(arguments, parent)


def paths(attributes: dict, prefix: str = ""):
    """All attributes at all depths, by the paths of the rows."""
    for name, attribute in attributes.items():
        path = prefix + name
        yield path, attribute
        nested = attribute.get("nested_type")
        if nested:
            key = KEYS.get(path)
            below = f"{path}.{key}." if key else f"{path}."
            yield from paths(nested["attributes"], below)
