"""The state file is lost: while the bridge is being built, or after it was complete."""

import json
import re

import pytest

from harness.bridge import ADDRESS, Bridge
from harness.processes import marked, wait_for
from harness.world import CONSUMER, OWNER, REGION


@pytest.mark.parametrize(
    ("operation", "account"),
    [
        ("CreateLoadBalancer", OWNER),
        ("CreateListener", OWNER),
        ("CreateVpcEndpoint", CONSUMER),
        ("AcceptVpcEndpointConnections", OWNER),
    ],
)
def test_a_state_lost_while_building_costs_nothing(bridge, operation, account):
    """A create failed and its state is gone too: the next apply goes on with what is there."""
    bridge.simulator.fault(
        operation, {"error": "UnauthorizedOperation"}, account=account, nth="every"
    )
    assert bridge.try_apply().code == 1
    made = bridge.lasting()
    lose_state(bridge)
    bridge.simulator.forget_faults()
    bridge.apply()
    assert made <= bridge.lasting()
    bridge.assert_whole()
    bridge.workspace.destroy()
    assert bridge.left() == []


def test_a_state_lost_while_destroying_costs_nothing(standing):
    """A destroy failed and its state is gone too: an apply and a destroy leave nothing."""
    standing.simulator.fault("DeleteLoadBalancer", {"error": "UnauthorizedOperation"}, nth="every")
    assert standing.workspace.try_("destroy", "-json", "-auto-approve").code == 1
    lose_state(standing)
    standing.simulator.forget_faults()
    standing.apply()
    standing.assert_whole()
    standing.workspace.destroy()
    assert standing.left() == []


def test_a_complete_bridge_without_state_is_refused_with_the_import_block(standing):
    """The create touches nothing and prints what to paste; that import gives an empty plan."""
    standing.arguments["tags"] = {"team": "network"}
    standing.consumers["analytics"]["tags"] = {"stage": "test"}
    standing.apply()
    before = standing.values()
    lose_state(standing)
    standing.simulator.forget_calls()
    run = standing.try_apply()
    assert run.code == 1
    assert "exists already" in run.said()
    assert standing.simulator.mutating() == []
    assert standing.workspace.addresses() == []

    paste(standing, run.said())
    plan = standing.plan()
    change = plan.change(ADDRESS)
    assert change["actions"] == ["no-op"], differences(change)
    standing.workspace.run("apply", "-json", str(plan.path))
    # What a plan said is in no object: it is forgotten with the state.
    assert standing.values() == before | {"timeouts": None, "changes": None}
    assert standing.simulator.mutating() == []
    standing.workspace.destroy()
    assert standing.left() == []


def test_the_import_command_takes_the_same_id(standing):
    """`terraform import ADDRESS ID` does what the block does, with the account's key or without."""
    lose_state(standing)
    identifier = import_id(standing.try_apply().said())
    standing.workspace.run("import", ADDRESS, identifier)
    assert not standing.changes()
    lose_state(standing)
    standing.workspace.run("import", ADDRESS, identifier.split("/")[-1])
    assert not standing.changes()


@pytest.mark.parametrize("own", [{}, {"tags": {"team": "network"}}], ids=["bare", "tagged"])
def test_default_tags_are_told_from_a_bridges_own_when_imported(bridge, own):
    """What the provider's default tags put on the objects does not show as the resource's tags."""
    bridge.arguments |= own
    bridge.provider["default_tags"] = {"tags": {"stage": "test"}}
    bridge.apply()
    lose_state(bridge)
    paste(bridge, bridge.try_apply().said())
    change = bridge.plan().change(ADDRESS)
    assert change["actions"] == ["no-op"], differences(change)


@pytest.mark.parametrize("change", ["acceptance", "enforcement", "port", "allowed", "narrowed", "notified"])
def test_every_kind_of_bridge_is_imported_without_a_difference(bridge, change):
    """Whatever the arguments: after an import of what they made the plan is empty."""
    arrange(bridge, change)
    bridge.apply()
    lose_state(bridge)
    paste(bridge, bridge.try_apply().said())
    change = bridge.plan().change(ADDRESS)
    assert change["actions"] == ["no-op"], differences(change)


def test_importing_what_is_not_there_says_so(bridge):
    """A typing error in the id is no bridge."""
    bridge.write()
    run = bridge.workspace.try_("import", "-no-color", ADDRESS, "vpce-svc-0123456789abcdef0")
    assert run.code == 1
    assert "There is nothing to import" in run.text
    assert "vpce-svc-0123456789abcdef0" in run.text
    assert bridge.workspace.addresses() == []


def arrange(bridge: Bridge, change: str) -> None:
    """Other arguments than the usual ones."""
    arguments, consumer = bridge.arguments, bridge.consumers["analytics"]
    if change == "acceptance":
        arguments["acceptance_required"] = False
    elif change == "enforcement":
        arguments["enforce_security_group_inbound_rules_on_private_link_traffic"] = "on"
    elif change == "port":
        check = {"path": "/health", "interval": 20}
        arguments["listeners"] = {"web": {"port": 8080, "alb_port": 80, "health_check": check}}
    elif change == "notified":
        topic = f"arn:aws:sns:{REGION}:{OWNER}:events"
        arguments["notifications"] = {"sns_topic_arn": topic, "events": ["Accept", "Reject"]}
    elif change == "allowed":
        arguments["allowed_accounts"] = ["333333333333"]
    else:
        consumer["allow_from"] = {"security_group_ids": [bridge.world.consumer.client_group]}


def paste(bridge: Bridge, said: str) -> None:
    """Puts the import block of an error into the configuration."""
    found = re.search(r"import \{.*?\n\s*\}", said, re.DOTALL)
    assert found, said
    bridge.others += found.group().replace(".NAME", ".orders") + "\n"


def import_id(said: str) -> str:
    """The id in an error's import block."""
    found = re.search(r'id = "([^"]+)"', said)
    assert found, said
    return found.group(1)


def lose_state(bridge: Bridge) -> None:
    """Deletes the state and its backup."""
    wait_for(lambda: not marked(bridge.workspace.mark), "every run has ended")
    for file in bridge.workspace.directory.glob("terraform.tfstate*"):
        file.unlink()


def differences(change: dict) -> str:
    """What an import would change, for the message of a failed test."""
    before, after = change["before"] or {}, change["after"] or {}
    found = {
        key: (before.get(key), after.get(key)) for key in after if before.get(key) != after[key]
    }
    return json.dumps({"differ": found, "unknown": change["after_unknown"]}, indent=1)[:4000]
