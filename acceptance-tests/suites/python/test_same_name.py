"""Two states want a bridge of the same name: the second is refused, and can do no harm."""

import pytest

from harness.bridge import ADDRESS, Bridge


@pytest.fixture
def second(standing, open_workspace) -> Bridge:
    """Somebody else's directory with the same configuration, in the same account."""
    workspace = open_workspace(standing.simulator, "second")
    other = Bridge(standing.simulator, standing.world, workspace)
    other.write()
    return other


def test_a_second_state_is_refused_and_its_destroy_touches_nothing(standing, second):
    """The error names the bridge and what to do; neither apply nor destroy of the second changes anything."""
    before = fingerprint(standing)
    standing.simulator.forget_calls()
    run = second.try_apply()
    assert run.code == 1
    assert "bridge/111111111111/ap-northeast-1/orders" in run.said()
    assert "choose another name" in run.said()
    second.workspace.destroy()
    assert standing.simulator.mutating() == []
    assert fingerprint(standing) == before
    assert not standing.changes()


def test_with_another_name_both_live_side_by_side(standing, second):
    """The same ALB can be behind two bridges; destroying one leaves the other working."""
    second.arguments["name"] = "invoices"
    place = second.world.add_place("222222222222")
    second.arguments["consumers"]["analytics"] |= {"vpc_id": place.vpc, "subnet_ids": place.subnets}
    second.apply()
    assert second.reach(place=place)["reachable"]
    assert not standing.changes()
    second.workspace.destroy()
    assert standing.reach()["reachable"]
    assert not standing.changes()


def test_a_bridge_of_a_state_that_imported_it_too_is_not_destroyed_twice(standing, second):
    """Two states by import: one destroys, the other finds nothing left and says so without an error."""
    second.workspace.run("import", ADDRESS, standing.values()["service_id"])
    assert not second.changes()
    second.workspace.destroy()
    standing.simulator.advance(3600)
    assert standing.left() == []
    assert standing.plan().change(ADDRESS)["actions"] == ["create"]
    standing.workspace.destroy()


def fingerprint(bridge: Bridge) -> dict:
    """Everything that the provider has made, with its tags and settings."""
    return {row["id"]: (row["tags"], row["fields"]) for row in bridge.made()}
