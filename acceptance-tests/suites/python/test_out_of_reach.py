"""A consumer whose account the provider block no longer leads to."""

import pytest

from harness.bridge import Bridge
from harness.simulator import LATER
from harness.world import CONSUMER, OWNER, PROVIDER


@pytest.fixture(params=["gone", "another account's"])
def parted(standing, request) -> Bridge:
    """The consumer is taken out, and its account's entry is gone, or leads elsewhere."""
    del standing.consumers["analytics"]
    if request.param == "gone":
        del standing.provider["accounts"]
    else:
        entry = {"access_key": PROVIDER + "444444444444", "secret_key": "secret"}
        standing.provider["accounts"] = {"analytics": entry}
    return standing


def test_its_objects_are_named_and_the_entry_is_asked_back(parted):
    """The error tells what is where, and both ways out; nothing is touched."""
    endpoint = parted.consumer()["endpoint_id"]
    parted.simulator.forget_calls()
    run = parted.try_plan()
    assert run.code == 1
    said = run.said()
    assert endpoint in said and CONSUMER in said
    assert "on_unreachable" in said and "one more apply" in said
    assert parted.simulator.mutating() == []


def test_its_connection_can_be_cut_from_the_owners_side(parted):
    """`reject` forgets the objects, says which, and leaves the client without a way through."""
    consumer = parted.consumer()
    parted.arguments["on_unreachable"] = "reject"
    run = parted.apply()
    assert consumer["endpoint_id"] in run.said("warning")
    reach = parted.simulator.reach(parted.world.consumer.client, consumer["dns_name"], 80)
    assert not reach["reachable"]
    assert parted.principals() == [f"arn:aws:iam::{OWNER}:root"]
    assert not parted.changes()
    parted.workspace.destroy()
    parted.simulator.advance(LATER)
    assert {row["account"] for row in parted.made()} == {CONSUMER}


def test_destroy_asks_for_the_entry_too(standing):
    """What can't be reached can't be removed: destroy says so before it begins."""
    del standing.provider["accounts"]
    standing.consumers["analytics"].pop("account")
    del standing.consumers["analytics"]
    standing.write()
    standing.simulator.forget_calls()
    run = standing.workspace.try_("destroy", "-json", "-auto-approve")
    assert run.code == 1
    assert standing.consumer()["endpoint_id"] in run.said()
    assert standing.simulator.mutating() == []


def test_destroy_names_them_though_the_consumer_still_stands_there(standing):
    """Whoever takes the provider's entry away first is told of what it led to."""
    del standing.provider["accounts"]
    standing.write()
    standing.simulator.forget_calls()
    run = standing.workspace.try_("destroy", "-json", "-auto-approve")
    assert run.code == 1
    said = run.said()
    assert 'has no account "analytics"' in said or "no accounts at all" in said, said
    assert standing.consumer()["endpoint_id"] in said and CONSUMER in said
    assert standing.simulator.mutating() == []


def test_an_entry_that_does_not_work_is_told_with_what_it_led_to(standing):
    """The role is gone, or the account is closed: both ways out are told, and the second one works."""
    endpoint = standing.consumer()["endpoint_id"]
    role = f"arn:aws:iam::{CONSUMER}:role/gone"
    standing.provider["accounts"]["analytics"] = {"assume_role": {"role_arn": role}}
    standing.simulator.fault("AssumeRole", {"error": "AccessDenied"}, nth="every")
    del standing.consumers["analytics"]
    run = standing.try_plan()
    assert run.code == 1
    assert "Account not usable" in run.said() and endpoint in run.said()
    assert "on_unreachable" in run.said()
    standing.provider["accounts"] = {}
    standing.arguments["on_unreachable"] = "reject"
    standing.apply()
    assert standing.consumers == {}
    assert not standing.changes()
