"""Subnets that AWS would refuse once something that stood has gone: the plan says so, nothing is touched."""

import pytest

from harness.bridge import Bridge
from harness.world import CONSUMER


def refused(bridge: Bridge) -> str:
    """The plan's errors; it changes nothing."""
    bridge.simulator.forget_calls()
    run = bridge.try_plan()
    assert run.code == 1, run.text
    assert bridge.simulator.mutating() == []
    return run.said()


def zone_id(bridge: Bridge, account: str, subnet: str) -> str:
    [found] = bridge.world.ec2(account).describe_subnets(SubnetIds=[subnet])["Subnets"]
    return found["AvailabilityZoneId"]


def test_an_endpoint_in_a_zone_that_goes_is_told_before_it_is_cut(standing):
    """Another load balancer in fewer zones: whoever stands in the lost one could not come back."""
    standing.arguments["subnet_ids"] = standing.world.owner.subnets[:1]
    standing.arguments["replace_nlb"] = "interrupt"
    said = refused(standing)
    lost = standing.world.consumer.subnets[1]
    assert "Zone not offered" in said and lost in said
    assert zone_id(standing, CONSUMER, lost) in said
    assert 'consumers["analytics"]' in said
    standing.consumers["analytics"]["subnet_ids"] = standing.world.consumer.subnets[:1]
    standing.apply()
    standing.assert_whole()


def test_an_endpoint_goes_to_zones_that_the_service_offers_alone(standing):
    """A zone more on the consumer's side, and none on the owner's."""
    more = standing.world.add_subnet(standing.world.consumer, "172.31.64.0/20")
    standing.consumers["analytics"]["subnet_ids"] = [*standing.world.consumer.subnets, more]
    said = refused(standing)
    assert "Zone not offered" in said and more in said


def test_an_endpoint_is_not_exchanged_for_one_that_can_not_be(standing):
    """Another VPC with the subnets of the old one, or with two of one zone."""
    place = standing.world.add_place(CONSUMER)
    standing.consumers["analytics"]["vpc_id"] = place.vpc
    said = refused(standing)
    assert "Subnets of another VPC" in said and standing.world.consumer.vpc in said
    ec2 = standing.world.ec2(CONSUMER)
    [first] = ec2.describe_subnets(SubnetIds=place.subnets[:1])["Subnets"]
    zone = first["AvailabilityZone"]
    made = ec2.create_subnet(VpcId=place.vpc, CidrBlock="172.31.64.0/20", AvailabilityZone=zone)
    twin = made["Subnet"]["SubnetId"]
    standing.consumers["analytics"]["subnet_ids"] = [place.subnets[0], twin]
    said = refused(standing)
    assert "Two subnets in one zone" in said and twin in said
    standing.consumers["analytics"]["subnet_ids"] = place.subnets
    standing.apply()
    assert standing.reach(place=place)["reachable"]


@pytest.mark.parametrize("side", ["owner", "consumer"])
def test_ipv6_needs_subnets_that_have_it(lay, side):
    """Said before anything is made; with IPv6 everywhere it works."""
    bridge = lay()
    bridge.arguments["ip_address_type"] = "dualstack"
    bridge.arguments["subnet_ids"] = bridge.world.owner.subnets
    if side == "consumer":
        bridge.world.add_ipv6(bridge.world.owner)
        bridge.consumers["analytics"]["ip_address_type"] = "dualstack"
    said = refused(bridge)
    place = getattr(bridge.world, side)
    assert "Subnets without IPv6" in said and all(it in said for it in place.subnets)
    bridge.world.add_ipv6(place)
    bridge.apply()
    bridge.assert_whole()


def test_ipv6_can_not_go_together_with_a_subnet_that_has_none(lay):
    """The load balancer is dualstack until the end: one apply for the family, one for the subnet."""
    bridge = lay()
    bridge.world.add_ipv6(bridge.world.owner)
    bridge.arguments["ip_address_type"] = "dualstack"
    bridge.arguments["subnet_ids"] = bridge.world.owner.subnets
    bridge.apply()
    more = bridge.world.add_subnet(bridge.world.owner, "172.31.64.0/20")
    bridge.arguments["ip_address_type"] = "ipv4"
    bridge.arguments["subnet_ids"] = [*bridge.world.owner.subnets, more]
    said = refused(bridge)
    assert more in said and bridge.world.owner.subnets[0] not in said
    bridge.arguments["subnet_ids"] = bridge.world.owner.subnets
    bridge.apply()
    bridge.arguments["subnet_ids"] = [*bridge.world.owner.subnets, more]
    bridge.apply()
    bridge.assert_whole()


def test_without_the_permission_to_look_aws_judges(standing):
    """The check is a help, and no condition."""
    standing.simulator.fault("DescribeSubnets", {"error": "UnauthorizedOperation"}, nth="every")
    standing.consumers["analytics"]["subnet_ids"] = standing.world.consumer.subnets[:1]
    standing.apply()
    assert not standing.changes()


def test_a_zone_that_a_new_consumer_cannot_have_is_told_by_name(bridge):
    """A first endpoint is AWS's to judge: its subnets and the zones that there are stand in the error."""
    outside = bridge.world.add_subnet(bridge.world.consumer, "172.31.64.0/20")
    bridge.consumers["analytics"]["subnet_ids"] = [*bridge.world.consumer.subnets, outside]
    run = bridge.try_apply()
    assert run.code == 1
    [error] = run.diagnostics()
    zones = zone_ids(bridge)
    assert f"{outside} ({zones[2]}) is in no zone that the service offers" in error["summary"]
    assert f"offers {zones[0]}, {zones[1]}, and" in error["detail"]


def zone_ids(bridge) -> list[str]:
    zones = bridge.world.ec2().describe_availability_zones()["AvailabilityZones"]
    return sorted(zone["ZoneId"] for zone in zones)
