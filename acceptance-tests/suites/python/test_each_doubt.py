"""Every fact that no source settles, once in each of its other readings: a bridge lives all the same."""

import pytest

from harness.bridge import consumer_arguments
from harness.readings import readings
from harness.world import CONSUMER, OWNER, REGION

READINGS = readings()


@pytest.mark.parametrize("number", range(len(READINGS)), ids=READINGS.__getitem__)
def test_a_bridge_lives_under_another_reading(lay, tool, number):
    """Made, extended, led to another ALB, cut down and removed, without a trace."""
    if (number % 2 == 0) != (tool.name == "tofu"):
        pytest.skip("each reading under one of the tools")
    bridge = lay("--waits", "zero", "--doubts", READINGS[number])
    world = bridge.world
    world.add_ipv6(world.owner)
    world.add_ipv6(world.consumer)
    bridge.arguments |= {
        "ip_address_type": "dualstack",
        "notifications": {"sns_topic_arn": f"arn:aws:sns:{REGION}:{OWNER}:events"},
    }
    bridge.consumers["analytics"]["ip_address_type"] = "dualstack"
    bridge.apply()
    assert bridge.reach()["reachable"], bridge.reach()
    assert not bridge.changes()

    place = world.add_place(CONSUMER, "10.50.0.0/16", region="us-east-1")
    bridge.consumers["far"] = consumer_arguments(place) | {"region": "us-east-1"}
    bridge.arguments["alb_arn"] = world.add_alb("other")
    bridge.apply()
    assert bridge.reach("far", place=place)["reachable"]
    assert bridge.reach()["reachable"]
    assert not bridge.changes()

    del bridge.consumers["far"]
    del bridge.arguments["ip_address_type"], bridge.arguments["notifications"]
    del bridge.consumers["analytics"]["ip_address_type"]
    bridge.apply()
    assert bridge.reach()["reachable"]
    assert not bridge.changes()
    bridge.workspace.destroy()
    assert bridge.left() == []
