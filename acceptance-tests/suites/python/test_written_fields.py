"""Every field that the provider writes: changed behind its back, shown by the plan, mended by apply."""

import pytest

from drifts.journal import written
from drifts.table import TABLE
from harness.bridge import Bridge, consumer_arguments
from harness.workspace import CHANGES
from harness.world import CONSUMER, OWNER, REGION

ACTS = {act for act in TABLE.values() if callable(act)}
ROWS = [(f"{field[0]}.{field[1]}", act) for field, act in TABLE.items() if callable(act)]
# One test for each act, by the first field that it stands for.
FIRST = {act: name for name, act in reversed(ROWS)}


def near(bridge: Bridge) -> Bridge:
    """With an idle time-out of its own, which no bridge with far consumers can have."""
    bridge.arguments |= everything(bridge) | {"tcp_idle_timeout_seconds": 600}
    bridge.apply()
    return bridge


def far(bridge: Bridge) -> Bridge:
    """With a consumer in another region."""
    bridge.arguments |= everything(bridge)
    place = bridge.world.add_place(CONSUMER, "10.50.0.0/16", region="us-east-1")
    bridge.consumers["far"] = consumer_arguments(place) | {"region": "us-east-1"}
    bridge.apply()
    return bridge


def everything(bridge: Bridge) -> dict:
    """Arguments that make the provider write whatever it can write."""
    world = bridge.world
    world.add_ipv6(world.owner)
    world.add_ipv6(world.consumer)
    bridge.consumers["analytics"]["ip_address_type"] = "dualstack"
    return {
        "tags": {"team": "network"},
        "ip_address_type": "dualstack",
        "notifications": {"sns_topic_arn": f"arn:aws:sns:{REGION}:{OWNER}:one"},
    }


def test_every_field_that_is_written_has_a_row(bridge):
    """What the journal shows is in the table."""
    assert written(near(bridge)) - TABLE.keys() == set()


def test_every_row_is_of_a_field_that_is_written(bridge):
    """A row for what is never written would test nothing."""
    idle = {field for field in TABLE if field[0] == "ModifyListenerAttributes"}
    fields = written(far(bridge))
    assert fields - TABLE.keys() == set()
    assert TABLE.keys() - fields == idle


@pytest.mark.parametrize("act", sorted(FIRST, key=FIRST.get), ids=FIRST.get)
def test_a_field_that_was_changed_is_mended(bridge, act):
    """The plan has something to do, the apply does it, and then there is nothing to do."""
    far(bridge) if "SupportedRegion" in FIRST[act] else near(bridge)
    before = bridge.values()
    assert not bridge.changes()
    act(bridge)
    plan = bridge.workspace.run("plan", "-json", "-detailed-exitcode")
    assert plan.code == CHANGES
    bridge.apply()
    assert not bridge.changes()
    after = bridge.values()
    assert after["service_name"] == before["service_name"]
    assert after["tags_all"] == before["tags_all"]
    assert bridge.reach()["reachable"], bridge.reach()
