"""Who may connect, who is accepted, and who is cut off."""

import pytest

from harness.connections import STRANGER, allow, ask_in, root, state_of
from harness.simulator import LATER
from harness.world import CONSUMER, OWNER

ROLE = f"arn:aws:iam::{STRANGER}:role/network"


def test_connections_of_an_account_are_accepted_at_every_apply(standing):
    """Whoever waits by then is connected; refresh says that somebody waits."""
    standing.arguments["allowed_accounts"] = [STRANGER]
    standing.apply()
    first = ask_in(standing)
    assert not standing.changes()
    standing.arguments["accepted_accounts"] = [STRANGER]
    standing.apply()
    assert state_of(standing, first) == "available"
    assert not standing.changes()

    second = ask_in(standing)
    drift = standing.plan().change("privatelink_alb_bridge.orders")["before"]["drift"]
    assert len(drift) == 1 and drift[0].startswith("waits to be accepted: vpce-"), drift
    standing.apply()
    assert state_of(standing, second) == "available"
    assert not standing.changes()


def test_a_single_endpoint_is_accepted_by_its_id(standing):
    """Others of the same account go on waiting, and nobody is surprised."""
    standing.arguments["allowed_accounts"] = [STRANGER]
    standing.apply()
    chosen, other = ask_in(standing), ask_in(standing)
    standing.arguments["accepted_endpoint_ids"] = [chosen]
    standing.apply()
    assert state_of(standing, chosen) == "available"
    assert state_of(standing, other) == "pendingAcceptance"
    assert not standing.changes()


def test_a_role_can_be_allowed_and_everybody_with_acceptance(standing):
    """Principals stand on the list as they are written, and leave it with their line."""
    standing.arguments["allowed_principals"] = [ROLE, "*"]
    standing.apply()
    assert {ROLE, "*"} <= set(standing.principals())
    assert not standing.changes()
    del standing.arguments["allowed_principals"]
    standing.apply()
    assert standing.principals() == sorted([root(OWNER), root(CONSUMER)])
    assert not standing.changes()


def test_others_principals_are_left_alone_unless_they_may_not_be_there(standing):
    """By default a warning names them; `exclusive_principals` takes them off and cuts nobody."""
    allow(standing, ROLE)
    plan = standing.plan()
    assert ROLE in plan.run.said("warning")
    assert plan.change("privatelink_alb_bridge.orders")["actions"] == ["no-op"]
    standing.arguments["exclusive_principals"] = True
    standing.apply()
    assert standing.principals() == sorted([root(OWNER), root(CONSUMER)])
    assert not standing.changes()


@pytest.mark.parametrize("reject", [True, False])
def test_who_is_no_longer_allowed_is_cut_off_or_not(standing, reject):
    """AWS leaves connections alive when their permission goes; `reject_on_revoke` decides."""
    standing.arguments |= {"allowed_accounts": [STRANGER], "accepted_accounts": [STRANGER]}
    standing.arguments["reject_on_revoke"] = reject
    standing.apply()
    endpoint = ask_in(standing)
    standing.apply()
    del standing.arguments["allowed_accounts"], standing.arguments["accepted_accounts"]
    standing.apply()
    assert state_of(standing, endpoint) == ("rejected" if reject else "available")
    assert standing.reach()["reachable"]
    assert not standing.changes()


def test_destroy_is_held_up_by_strangers_unless_it_may_cut_them_off(standing):
    """Without `force_delete` the error names who holds the service; with it nothing is left."""
    standing.arguments |= {"allowed_accounts": [STRANGER], "accepted_accounts": [STRANGER]}
    standing.apply()
    endpoint = ask_in(standing)
    standing.apply()
    standing.simulator.forget_calls()
    run = standing.workspace.try_("destroy", "-json", "-auto-approve")
    assert run.code == 1
    assert endpoint in run.said() and STRANGER in run.said() and "force_delete" in run.said()
    assert standing.simulator.mutating() == []
    assert standing.reach()["reachable"]

    standing.arguments["force_delete"] = True
    standing.apply()
    standing.workspace.destroy()
    standing.simulator.advance(LATER)
    assert standing.left() == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("allowed_principals", ["arn:aws:organizations::1:organization/o-1"], "no organizations"),
        ("allowed_principals", ["somebody"], "arn:aws:iam::ACCOUNT:root"),
        ("accepted_endpoint_ids", ["vpce-svc-1"], "vpce-"),
        ("accepted_accounts", ["1"], "twelve digits"),
    ],
)
def test_nonsense_is_refused_before_aws_is_asked(bridge, name, value, words):
    """The error is on the attribute, and says what would be right."""
    bridge.arguments[name] = value
    bridge.write()
    report = bridge.workspace.show_validation()
    assert not report["valid"]
    assert words in report["diagnostics"][0]["detail"]


def test_everybody_unasked_is_refused(bridge):
    """`*` without acceptance would connect every account there is."""
    bridge.arguments |= {"allowed_principals": ["*"], "acceptance_required": False}
    bridge.write()
    report = bridge.workspace.show_validation()
    assert "acceptance_required" in report["diagnostics"][0]["detail"]


def test_accounts_that_are_accepted_and_not_allowed_are_a_warning(standing):
    """Nobody can ever come from there; the owner's own, consumers and those allowed may."""
    named = [OWNER, CONSUMER, STRANGER]
    standing.arguments["accepted_accounts"] = named
    said = standing.try_plan().said("warning")
    assert "Accepted, but not allowed" in said
    assert f"come from {STRANGER}:" in said
    for allowed in (
        {"allowed_accounts": [STRANGER]},
        {"allowed_principals": [f"arn:aws:iam::{STRANGER}:role/network"]},
        {"allowed_principals": ["*"]},
    ):
        arguments = standing.arguments.copy()
        standing.arguments |= allowed
        assert "not allowed" not in standing.try_plan().said("warning")
        standing.arguments = arguments
