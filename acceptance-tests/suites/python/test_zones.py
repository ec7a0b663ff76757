"""Zones of the network load balancer: added in place, never taken away while somebody is connected."""

from harness.bridge import ADDRESS
from harness.world import CONSUMER


def test_a_zone_can_be_added_and_used(lay):
    """The load balancer and the service get it in place; a consumer can stand in it afterwards."""
    bridge = lay()
    bridge.apply()
    before = bridge.values()
    more = bridge.world.add_subnet(bridge.world.owner, "172.31.64.0/20")
    bridge.arguments["subnet_ids"] = [*bridge.world.owner.subnets, more]
    there = bridge.world.add_subnet(bridge.world.consumer, "172.31.64.0/20")
    bridge.consumers["analytics"]["subnet_ids"] = [*bridge.world.consumer.subnets, there]
    change = bridge.plan().change(ADDRESS)
    assert change["actions"] == ["update"]
    assert change["after_unknown"]["availability_zone_ids"]
    assert "offers the service in more zones" in change["after"]["changes"]
    bridge.apply()
    after = bridge.values()
    assert after["service_name"] == before["service_name"]
    assert set(after["subnet_ids"]) == {*bridge.world.owner.subnets, more}
    assert len(after["availability_zone_ids"]) == 3
    assert len(bridge.consumer()["zonal_dns_names"]) == 3
    assert bridge.consumer()["endpoint_id"] == before["consumers"]["analytics"]["endpoint_id"]
    assert bridge.reach()["reachable"]
    assert not bridge.changes()


def test_a_zone_cannot_be_taken_away_while_somebody_is_connected(standing):
    """AWS would refuse it in the middle of an apply: the plan says so and names who is connected."""
    standing.arguments["subnet_ids"] = standing.world.owner.subnets[:1]
    standing.simulator.forget_calls()
    run = standing.try_plan()
    assert run.code == 1
    said = run.said()
    assert standing.consumer()["endpoint_id"] in said
    assert CONSUMER in said and standing.world.owner.subnets[1] in said
    assert standing.simulator.mutating() == []
