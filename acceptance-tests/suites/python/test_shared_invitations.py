"""Invitations to the share: accepted by the apply, not accepted in time, refused, or never needed."""

import pytest

from harness.shared import ADDRESS, Shared
from harness.stranger import STRANGER, Stranger, invitations
from harness.world import CONSUMER, OWNER

# Invitations run out after twelve hours, and are forgotten some time after that.
EXPIRED, PURGED = 13 * 3600, 40 * 24 * 3600


def drift(shared: Shared) -> list[str]:
    return shared.plan().change(ADDRESS)["before"]["drift"]


def test_an_invitation_that_ran_out_is_sent_anew(shared):
    """Nobody accepted it in twelve hours: `drift` says who is out, and the next apply invites again."""
    shared.arguments["allowed_accounts"] = [STRANGER]
    shared.apply()
    assert len(invitations(shared, STRANGER)) == 1
    assert not shared.changes()
    shared.simulator.advance(EXPIRED)
    assert invitations(shared, STRANGER) == []
    assert any(STRANGER in it for it in drift(shared))
    shared.apply()
    Stranger(shared).accept()
    assert not shared.changes()


def test_one_that_was_refused_is_told_and_sent_anew(shared):
    """Somebody said no, maybe by mistake: that shows as drift until the account is taken out."""
    shared.arguments["allowed_accounts"] = [STRANGER]
    shared.apply()
    Stranger(shared).refuse()
    shared.simulator.advance(60)
    assert any(STRANGER in it for it in drift(shared))
    shared.apply()
    assert len(invitations(shared, STRANGER)) == 1
    del shared.arguments["allowed_accounts"]
    shared.apply()
    assert not shared.changes()


def test_a_consumers_invitation_that_ran_out_while_it_could_not_be_accepted(shared):
    """The consumer's side was refused for a day; then one apply invites again and goes on."""
    accept = "AcceptResourceShareInvitation"
    shared.simulator.fault(accept, {"error": "AccessDeniedException"}, nth="every")
    run = shared.try_apply()
    assert run.code == 1 and "ram:AcceptResourceShareInvitation" in run.said()
    shared.simulator.forget_faults()
    shared.simulator.advance(EXPIRED)
    shared.apply()
    assert shared.reach(shared.names()["orders"])["reachable"]
    assert not shared.changes()
    shared.workspace.destroy()
    assert shared.left() == []


def test_an_old_invitation_that_is_forgotten_holds_nothing_up(shared):
    """Months later RAM knows nothing of it any more: refreshes are as quick as ever, and find no drift."""
    shared.apply()
    shared.simulator.advance(PURGED)
    assert invitations(shared, CONSUMER, None) == []
    shared.simulator.forget_calls()
    assert not shared.changes()
    assert "GetResourceShareInvitations" not in shared.simulator.operations()
    assert shared.reach(shared.names()["orders"])["reachable"]


@pytest.mark.parametrize("sharing", [True, False])
def test_an_organization_that_shares_with_itself_invites_nobody(shared, sharing):
    """With sharing off, accounts of one organization are invited as any others are."""
    for account in (OWNER, CONSUMER):
        shared.simulator.set_account(account, organization="o-1", organization_sharing=sharing)
    shared.arguments["allow_external_principals"] = not sharing
    shared.apply()
    accepted = "AcceptResourceShareInvitation" in shared.simulator.operations()
    assert accepted is not sharing
    assert bool(invitations(shared, CONSUMER, None)) is not sharing
    assert shared.reach(shared.names()["orders"])["reachable"]
    assert not shared.changes()
    shared.workspace.destroy()
    assert shared.left() == []


def test_an_account_that_joins_the_organization_later_stays_connected(shared):
    """It was invited as an outsider; nothing is to be done when it is one no more."""
    shared.apply()
    for account in (OWNER, CONSUMER):
        shared.simulator.set_account(account, organization="o-1", organization_sharing=True)
    assert not shared.changes()
    assert shared.reach(shared.names()["orders"])["reachable"]
