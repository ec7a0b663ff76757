"""A consumer of a shared database whose account the provider block no longer leads to."""

import pytest

from harness.networks import Network, through
from harness.shared import Shared
from harness.simulator import LATER
from harness.world import CONSUMER, PROVIDER


@pytest.fixture(params=["endpoint", "service_network"])
def parted(shared, request) -> Shared:
    """The consumer is taken out, and so is its account's entry."""
    if request.param == "service_network":
        network = Network(shared)
        network.let_in()
        shared.arguments["consumers"]["app"] = through(network)
    shared.apply()
    shared.parted = shared.values()["consumers"]["app"]
    shared.arguments["consumers"] = {}
    shared.provider["accounts"] = {}
    return shared


def connections(consumer: dict) -> list[str]:
    """What connects a consumer, by id."""
    return [*consumer["endpoint_ids"].values(), *consumer["association_ids"].values()]


def test_its_objects_are_named_and_the_entry_is_asked_back(parted):
    """The error tells what is where, and both ways out; nothing is touched."""
    parted.simulator.forget_calls()
    run = parted.try_plan()
    assert run.code == 1
    said = run.said()
    [connection] = connections(parted.parted)
    assert connection in said and CONSUMER in said
    assert "on_unreachable" in said
    assert parted.simulator.mutating() == []


def test_its_connection_can_be_cut_from_the_owners_side(parted):
    """`reject` forgets the objects, says which, and leaves the client without a way through."""
    parted.arguments["on_unreachable"] = "reject"
    said = parted.apply().said("warning")
    [connection] = connections(parted.parted)
    assert connection in said, said
    for it in parted.parted["dns_names"].values():
        assert not parted.reach(it)["reachable"]
    assert not parted.changes()
    parted.workspace.destroy()
    parted.simulator.advance(LATER)
    assert {row["account"] for row in parted.left()} <= {CONSUMER}


def test_destroy_asks_for_the_entry_too(shared):
    """What can't be reached can't be removed: destroy says so before it begins."""
    shared.apply()
    [connection] = connections(shared.values()["consumers"]["app"])
    shared.arguments["consumers"] = {}
    shared.provider["accounts"] = {}
    shared.write()
    shared.simulator.forget_calls()
    run = shared.workspace.try_("destroy", "-json", "-auto-approve")
    assert run.code == 1
    assert connection in run.said()
    assert shared.simulator.mutating() == []


def test_an_entry_that_does_not_work_is_told_with_what_it_led_to(shared):
    """The role is gone, or the account is closed: the way out is told, and works."""
    shared.apply()
    [connection] = connections(shared.values()["consumers"]["app"])
    role = f"arn:aws:iam::{CONSUMER}:role/gone"
    shared.provider["accounts"] = {"app": {"assume_role": {"role_arn": role}}}
    shared.simulator.fault("AssumeRole", {"error": "AccessDenied"}, nth="every")
    shared.arguments["consumers"] = {}
    said = shared.try_plan().said()
    assert "Account not usable" in said and connection in said
    shared.provider["accounts"] = {}
    shared.arguments["on_unreachable"] = "reject"
    shared.apply()
    assert not shared.changes()


def test_another_account_under_the_same_key_takes_nothing_over(shared):
    """The consumer's entry leads to somebody else now, and the consumer is gone."""
    shared.apply()
    [connection] = connections(shared.values()["consumers"]["app"])
    entry = {"access_key": PROVIDER + "444444444444", "secret_key": "secret"}
    shared.provider["accounts"] = {"app": entry}
    shared.arguments["consumers"] = {}
    said = shared.try_plan().said()
    assert connection in said and CONSUMER in said
