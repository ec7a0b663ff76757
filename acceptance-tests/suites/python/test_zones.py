"""Zones of the network load balancer: added in place, never taken away while somebody is connected."""

import pytest

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


def test_with_nobody_connected_a_zone_goes_unasked(lay):
    """Another load balancer takes the old one's place behind the service, which keeps its name."""
    bridge = lay()
    del bridge.arguments["consumers"]
    bridge.apply()
    before = bridge.values()
    bridge.arguments["subnet_ids"] = bridge.world.owner.subnets[:1]
    bridge.apply()
    after = bridge.values()
    assert after["subnet_ids"] == bridge.world.owner.subnets[:1]
    assert after["service_name"] == before["service_name"]
    assert after["nlb_arn"] != before["nlb_arn"]
    assert len(after["availability_zone_ids"]) == 1
    assert after["components"].keys() == before["components"].keys()
    assert not bridge.changes()
    bridge.workspace.destroy()
    assert bridge.left() == []


def test_an_interruption_that_is_allowed_leaves_everybody_connected(lay):
    """Service and groups stay; the plan shows which values of whom are made anew."""
    bridge = lay()
    bridge.apply()
    before = bridge.values()
    bridge.arguments["subnet_ids"] = bridge.world.owner.subnets[:1]
    bridge.arguments["replace_nlb"] = "interrupt"
    bridge.consumers["analytics"]["subnet_ids"] = bridge.world.consumer.subnets[:1]
    change = bridge.plan().change(ADDRESS)
    assert change["actions"] == ["update"]
    unknown = change["after_unknown"]
    assert unknown["nlb_arn"] and unknown["consumers"]["analytics"]["endpoint_id"]
    assert not unknown.get("service_name")
    assert any("replaces the endpoint of analytics" in it for it in change["after"]["changes"])
    bridge.apply()
    after = bridge.values()
    assert after["service_name"] == before["service_name"]
    assert after["nlb_arn"] != before["nlb_arn"]
    assert bridge.consumer()["endpoint_id"] != before["consumers"]["analytics"]["endpoint_id"]
    assert bridge.reach()["reachable"], bridge.reach()
    assert not bridge.changes()
    bridge.assert_whole()


@pytest.mark.parametrize(
    "operation", ["CreateListener", "ModifyVpcEndpointServiceConfiguration", "CreateVpcEndpoint"]
)
def test_an_interruption_that_dies_is_gone_on_with(lay, operation):
    """Wherever it stops, the next apply ends with everybody connected and one of everything."""
    bridge = lay()
    bridge.apply()
    bridge.arguments["subnet_ids"] = bridge.world.owner.subnets[:1]
    bridge.arguments["replace_nlb"] = "interrupt"
    bridge.consumers["analytics"]["subnet_ids"] = bridge.world.consumer.subnets[:1]
    bridge.simulator.fault(operation, {"error": "InvalidParameterCombination"})
    assert bridge.try_apply().code == 1
    bridge.apply()
    bridge.assert_whole()


def test_strangers_are_never_interrupted(standing):
    """An endpoint that can't be made anew from here keeps the load balancer where it is."""
    standing.arguments |= {"acceptance_required": False, "allowed_accounts": ["333333333333"]}
    standing.apply()
    place = standing.world.add_place("333333333333")
    made = standing.world.ec2("333333333333").create_vpc_endpoint(
        VpcEndpointType="Interface",
        ServiceName=standing.values()["service_name"],
        VpcId=place.vpc,
        SubnetIds=place.subnets,
    )
    standing.arguments["subnet_ids"] = standing.world.owner.subnets[:1]
    standing.arguments["replace_nlb"] = "interrupt"
    run = standing.try_plan()
    assert run.code == 1
    assert made["VpcEndpoint"]["VpcEndpointId"] in run.said()
    assert standing.consumer()["endpoint_id"] not in run.said()
