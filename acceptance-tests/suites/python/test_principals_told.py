"""What a plan says of who may connect is what becomes of it, whoever else has a hand in the list."""

import pytest

from harness.bridge import ADDRESS, Bridge
from harness.connections import STRANGER, allow, ask_in, root, state_of
from harness.killing import DONE, Moment, both, kill_during
from harness.world import OWNER


def told(bridge: Bridge) -> list[str]:
    """What the plan says of the stranger."""
    changes = bridge.plan().change(ADDRESS)["after"]["changes"]
    return [it for it in changes if root(STRANGER) in it]


@pytest.fixture
def open_to(standing) -> Bridge:
    """Whoever is allowed is connected at once."""
    standing.arguments["acceptance_required"] = False
    standing.apply()
    return standing


def test_an_entry_that_others_had_made_before_stays_and_is_told(open_to):
    """It was wanted for a while; whose it was before it is again."""
    allow(open_to, root(STRANGER))
    endpoint = ask_in(open_to)
    open_to.arguments["allowed_accounts"] = [STRANGER]
    open_to.apply()
    del open_to.arguments["allowed_accounts"]
    [sentence] = told(open_to)
    assert sentence.startswith("leaves") and "others had put it before" in sentence
    open_to.apply()
    assert root(STRANGER) in open_to.principals()
    assert state_of(open_to, endpoint) == "available"
    assert not open_to.changes()


def test_an_entry_of_a_killed_run_is_taken_back(open_to):
    """The run that let somebody in was killed, and an apply of the same went well: it is no other's."""
    open_to.arguments["allowed_accounts"] = [STRANGER]
    open_to.write()
    moment = Moment("ModifyVpcEndpointServicePermissions", OWNER, DONE)
    kill_during(open_to, ["apply", "-json", "-auto-approve"], moment, both)
    open_to.apply("-lock=false")
    endpoint = ask_in(open_to)
    del open_to.arguments["allowed_accounts"]
    [sentence] = told(open_to)
    assert sentence.startswith("no longer lets")
    open_to.apply()
    assert root(STRANGER) not in open_to.principals()
    assert state_of(open_to, endpoint) == "rejected"


def test_others_that_may_not_be_there_are_named(open_to):
    """`exclusive_principals` takes them off the list and cuts nobody, which the plan says."""
    allow(open_to, root(STRANGER))
    endpoint = ask_in(open_to)
    open_to.arguments["exclusive_principals"] = True
    [sentence] = told(open_to)
    assert sentence.startswith("takes") and "stays connected" in sentence
    open_to.apply()
    assert root(STRANGER) not in open_to.principals()
    assert state_of(open_to, endpoint) == "available"
    allow(open_to, root(STRANGER))
    plan = open_to.plan()
    assert "left alone" not in plan.run.said("warning")
    assert told(open_to)
    open_to.apply()
    assert not open_to.changes()


def test_an_import_that_may_leave_nobody_says_so(open_to):
    """Nobody can tell who let him in before; with `exclusive_principals` he goes all the same."""
    allow(open_to, root(STRANGER))
    service = open_to.values()["service_id"]
    open_to.arguments["exclusive_principals"] = True
    open_to.lose_and_import(service)
    [sentence] = told(open_to)
    assert sentence.startswith("takes"), sentence
    open_to.apply()
    assert root(STRANGER) not in open_to.principals()
