"""A shared database that somebody made by hand is taken over as it stands."""

import pytest

from harness.handmade import HandMade, HandMadeGroup, HandMadeNetwork
from harness.killing import DONE, Moment, both, kill_during
from harness.shared import ADDRESS, Shared
from harness.world import OWNER

APPLY = ["apply", "-json", "-auto-approve"]


def standing(shared: Shared, kind: type[HandMade]) -> HandMade:
    """It stands, and is written in the configuration."""
    made = kind(shared)
    made.describe()
    return made


@pytest.fixture
def made(shared) -> HandMade:
    return standing(shared, HandMade)


def take_over(shared: Shared, id: str) -> None:
    shared.others = f'import {{\n  to = {ADDRESS}\n  id = "{id}"\n}}\n'


def components(shared: Shared) -> set[str]:
    return {row["id"] for row in shared.values()["components"].values()}


@pytest.mark.parametrize("root", ["gateway", "configuration"])
@pytest.mark.parametrize("kind", [HandMade, HandMadeGroup, HandMadeNetwork])
def test_the_first_apply_adds_marks_and_an_anchor(shared, kind, root):
    """An update in place; everything keeps its id, and nobody is interrupted."""
    made = standing(shared, kind)
    take_over(shared, getattr(made, root))
    change = shared.plan().change(ADDRESS)
    assert change["actions"] == ["update"], change
    assert not any("interrupts" in it or "removes" in it for it in change["after"]["changes"])
    shared.simulator.forget_calls()
    shared.apply()
    operations = set(shared.simulator.mutating())
    assert operations <= {"CreateSecurityGroup", "RevokeSecurityGroupEgress", "CreateTags", "DeleteTags", "TagResource"}, operations
    assert made.ids() <= components(shared)
    assert shared.reach(shared.names()["orders"])["reachable"]
    shared.others = ""
    assert not shared.changes()


def test_what_was_taken_over_is_imported_again_and_destroyed(made):
    """It is as any other, though it has names of its own; the user's groups stay."""
    shared = made.shared
    take_over(shared, made.gateway)
    shared.apply()
    shared.workspace.state_file.unlink()
    shared.others = ""
    said = shared.try_apply().said()
    assert "exists already" in said and made.gateway in said, said
    take_over(shared, made.configuration)
    change = shared.plan().change(ADDRESS)
    differ = {key for key, it in change["after"].items() if change["before"].get(key) != it}
    # That a rule of the user's serves the database's group is written nowhere else.
    assert differ == {"database_security_group_ids", "changes"}, differ
    shared.simulator.forget_calls()
    shared.apply()
    assert shared.simulator.mutating() == []
    shared.others = ""
    assert not shared.changes()
    shared.workspace.destroy()
    left = {row["id"] for row in shared.simulator.objects() if row["fields"].get("status") != "DELETED"}
    assert {made.gateway_group, made.endpoint_group} <= left
    assert not {made.gateway, made.configuration} & left


def test_a_gateway_that_is_given_stays_its_makers(made):
    """`resource_gateway_id` says that it is the user's: destroy leaves it."""
    shared = made.shared
    del shared.arguments["security_group_ids"], shared.arguments["subnet_ids"]
    shared.arguments["resource_gateway_id"] = made.gateway
    take_over(shared, made.configuration)
    change = shared.plan().change(ADDRESS)
    assert not any("removes" in it or "interrupts" in it for it in change["after"]["changes"]), change["after"]["changes"]
    shared.apply()
    assert made.ids() - {made.gateway} <= components(shared)
    shared.others = ""
    assert not shared.changes()
    shared.workspace.destroy()
    shared.world.lattice().get_resource_gateway(resourceGatewayIdentifier=made.gateway)


def test_who_was_put_out_before_is_not_imported(shared):
    """RAM lists for a while who was in a share."""
    shared.arguments["allowed_accounts"] = ["333333333333"]
    shared.apply()
    del shared.arguments["allowed_accounts"]
    shared.apply()
    gateway = shared.values()["id"]
    shared.workspace.state_file.unlink()
    take_over(shared, gateway)
    assert shared.plan().change(ADDRESS)["actions"] == ["no-op"]


def test_who_is_not_written_is_taken_out(made):
    """The plan says who is disconnected and what is no longer shared with whom."""
    shared = made.shared
    shared.arguments["consumers"] = {}
    take_over(shared, made.gateway)
    changes = shared.plan().change(ADDRESS)["after"]["changes"]
    assert any("disconnects app" in it for it in changes), changes
    shared.apply()
    shared.others = ""
    assert not shared.changes()


@pytest.mark.parametrize("lost", [False, True], ids=["kept", "lost"])
def test_a_takeover_that_was_killed_goes_on(made, lost):
    """With the state that has it, or imported once more: what bears marks by then is known by them, the
    rest by its shape."""
    shared = made.shared
    take_over(shared, made.gateway)
    shared.write()
    kill_during(shared, APPLY, Moment("TagResource", OWNER, DONE), both)
    for file in shared.workspace.directory.glob("*tfstate*") if lost else ():
        file.unlink()
    shared.write()
    shared.workspace.apply("-lock=false")
    assert made.ids() <= components(shared)
    shared.others = ""
    assert not shared.changes()


def test_what_is_no_shared_database_is_told(shared):
    """A gateway with nothing behind it, and an id of something else."""
    gateway = shared.world.lattice().create_resource_gateway(
        name="empty", vpcIdentifier=shared.world.owner.vpc, subnetIds=shared.world.owner.subnets
    )["id"]
    shared.simulator.advance(600)
    for id, expected in ((gateway, "has no configurations"), ("vpce-0a1b2c3d4e5f60718", "rgw-")):
        take_over(shared, id)
        run = shared.try_plan()
        assert run.code == 1 and expected in run.said(), run.said()


def test_another_key_for_an_endpoint_touches_nothing_but_tags(shared):
    """The same database by another name in the configuration: who is connected stays connected."""
    shared.apply()
    before = components(shared)
    shared.arguments["endpoints"]["invoices"] = shared.arguments["endpoints"].pop("orders")
    change = shared.plan().change(ADDRESS)
    assert not any("interrupts" in it for it in change["after"]["changes"]), change["after"]["changes"]
    shared.simulator.forget_calls()
    shared.apply()
    assert set(shared.simulator.mutating()) <= {"CreateTags", "TagResource"}
    assert components(shared) == before
    assert shared.reach(shared.names()["invoices"])["reachable"]
    assert not shared.changes()
    shared.workspace.destroy()
    assert shared.left() == []
