"""A year in the life of a bridge's own side: listeners, permissions, tags, acceptance, enforcement."""

from harness.bridge import ADDRESS, Bridge
from harness.world import CONSUMER, OWNER

STRANGER = "333333333333"
ENFORCE = "enforce_security_group_inbound_rules_on_private_link_traffic"


def test_a_listener_can_be_added_and_removed(standing):
    """The new port works for those who are connected; once removed it leads nowhere, and 80 goes on."""
    standing.world.add_alb_listener(8080)
    before = standing.values()
    standing.arguments["listeners"]["admin"] = {"port": 8080}
    change = standing.plan().change(ADDRESS)
    assert change["actions"] == ["update"]
    assert not change["after_unknown"]["consumers"]["analytics"].get("endpoint_id")
    standing.apply()
    assert standing.reach(port=8080)["reachable"]
    assert not standing.changes()

    del standing.arguments["listeners"]["admin"]
    standing.apply()
    assert not standing.reach(port=8080)["reachable"]
    assert standing.reach()["reachable"]
    assert not standing.changes()
    after = standing.values()
    assert after["components"].keys() == before["components"].keys()


def test_another_port_than_the_albs_is_offered(bridge):
    """Clients connect to one port, the ALB listens on another."""
    bridge.arguments["listeners"] = {"http": {"port": 8080, "alb_port": 80}}
    bridge.apply()
    assert bridge.reach(port=8080)["reachable"]
    assert bridge.reach(port=80)["hop"] == "endpoint_group"
    assert not bridge.changes()


def test_renaming_a_listener_keeps_it(standing):
    """A listener is recognised by its port: the key is a name."""
    before = standing.values()["listeners"]["http"]
    standing.arguments["listeners"] = {"web": {"port": 80}}
    standing.apply()
    assert standing.values()["listeners"]["web"]["listener_arn"] == before["listener_arn"]
    assert standing.reach()["reachable"]
    assert not standing.changes()


def test_an_account_can_be_allowed_and_disallowed(standing):
    """Its root stands in the service's permissions while it is listed; others stay."""
    standing.arguments["allowed_accounts"] = [STRANGER]
    standing.apply()
    assert root(STRANGER) in standing.principals()
    assert not standing.changes()
    del standing.arguments["allowed_accounts"]
    standing.apply()
    assert standing.principals() == sorted([root(OWNER), root(CONSUMER)])
    assert not standing.changes()


def test_tags_reach_every_object_and_leave_it(standing):
    """Tags are added, changed and removed in place, on everything in both accounts."""
    standing.arguments["tags"] = {"team": "network", "cost": "1"}
    standing.apply()
    assert all(row["tags"].get("team") == "network" for row in tagged(standing))
    standing.arguments["tags"] = {"team": "platform"}
    standing.apply()
    assert {row["tags"].get("team") for row in tagged(standing)} == {"platform"}
    assert all("cost" not in row["tags"] for row in tagged(standing))
    del standing.arguments["tags"]
    standing.apply()
    assert all("team" not in row["tags"] for row in tagged(standing))
    assert standing.values()["tags_all"] == {}
    assert not standing.changes()


def test_default_tags_are_everywhere_and_a_resources_own_win(standing):
    """The provider's tags are on all objects; the same key on the resource takes precedence."""
    standing.provider["default_tags"] = {"tags": {"team": "network", "stage": "test"}}
    standing.arguments["tags"] = {"stage": "production"}
    # What changed is the configuration: nothing has drifted.
    assert standing.plan().change(ADDRESS)["before"]["drift"] == []
    standing.apply()
    assert standing.values()["tags_all"] == {"team": "network", "stage": "production"}
    for row in tagged(standing):
        assert row["tags"]["team"] == "network"
        assert row["tags"]["stage"] == "production"
    assert not standing.changes()
    del standing.provider["default_tags"]
    standing.apply()
    assert all("team" not in row["tags"] for row in tagged(standing))
    assert not standing.changes()


def test_a_consumers_own_tags_are_on_its_objects_only(standing):
    """`tags` of a consumer add to those of the bridge, for that consumer."""
    standing.consumers["analytics"]["tags"] = {"owner": "analytics"}
    standing.apply()
    assert {row["account"] for row in standing.made() if "owner" in row["tags"]} == {CONSUMER}
    assert not standing.changes()
    del standing.consumers["analytics"]["tags"]
    standing.apply()
    assert not [row for row in standing.made() if "owner" in row["tags"]]
    assert not standing.changes()


def test_acceptance_can_be_turned_off_and_on_without_cutting_anybody(standing):
    """The setting changes in place; removing the line brings the default back."""
    endpoint = standing.consumer()["endpoint_id"]
    standing.arguments["acceptance_required"] = False
    standing.apply()
    assert standing.reach()["reachable"]
    assert not standing.values()["hand_over"]["acceptance_required"]
    assert not standing.changes()
    del standing.arguments["acceptance_required"]
    standing.apply()
    assert standing.values()["acceptance_required"]
    assert standing.reach()["reachable"]
    assert standing.consumer()["endpoint_id"] == endpoint
    assert not standing.changes()


def test_enforcement_admits_the_consumers_addresses_and_can_be_narrowed(standing):
    """With enforcement on, the clients' addresses decide; by default those of the consumers' VPCs."""
    standing.arguments[ENFORCE] = "on"
    standing.apply()
    assert standing.values()["client_cidr_blocks"] == ["172.31.0.0/16"]
    assert standing.reach()["reachable"]
    assert not standing.changes()

    standing.arguments["client_cidr_blocks"] = ["10.9.0.0/16"]
    standing.apply()
    assert standing.reach()["hop"] == "nlb_group_in"
    assert not standing.changes()

    del standing.arguments["client_cidr_blocks"]
    del standing.arguments[ENFORCE]
    standing.apply()
    assert standing.values()[ENFORCE] == "off"
    assert standing.reach()["reachable"]
    assert not standing.changes()


def test_the_albs_group_can_be_given_later_and_taken_away(bridge):
    """Without it the ALB's group keeps the bridge out; the rule comes and goes with the argument."""
    group = bridge.arguments.pop("alb_security_group_ids")
    bridge.apply()
    assert bridge.reach()["hop"] == "target_security_group"
    bridge.arguments["alb_security_group_ids"] = group
    bridge.apply()
    assert bridge.reach()["reachable"]
    assert not bridge.changes()
    del bridge.arguments["alb_security_group_ids"]
    bridge.apply()
    assert bridge.reach()["hop"] == "target_security_group"
    assert not bridge.changes()


def test_another_name_is_another_bridge(standing):
    """`name` replaces: the plan says so, and afterwards nothing of the old one is left."""
    before = standing.values()
    standing.arguments["name"] = "invoices"
    assert standing.plan().change(ADDRESS)["actions"] == ["delete", "create"]
    standing.apply()
    assert standing.reach()["reachable"]
    assert standing.values()["service_id"] != before["service_id"]
    assert not standing.changes()
    standing.workspace.destroy()
    assert standing.left() == []


def root(account: str) -> str:
    """The principal that stands for an account."""
    return f"arn:aws:iam::{account}:root"


def tagged(bridge: Bridge) -> list[dict]:
    """The provider's objects, in both accounts, that carry its ownership tag."""
    rows = [row for row in bridge.made() if "privatelink:owner" in row["tags"]]
    assert {row["account"] for row in rows} == {OWNER, CONSUMER}
    return rows
