"""Edits that AWS takes only in an order of its own, asked for in one apply."""

import pytest

from harness.bridge import ADDRESS, consumer_arguments
from harness.configuration import Raw, resource
from harness.world import CONSUMER, REGION

FAR = "us-east-1"


@pytest.mark.parametrize("switches", [("--waits", "zero"), ("--lag", "aws")], ids=str)
def test_a_second_zone_and_a_consumer_far_away(lay, switches):
    """Another region needs two zones, and the service knows of the second only once it looked again."""
    bridge = lay(*switches, scale=100)
    world = bridge.world
    far = world.add_place(CONSUMER, region=FAR)
    bridge.arguments["subnet_ids"] = world.owner.subnets[:1]
    bridge.consumers["analytics"]["subnet_ids"] = world.consumer.subnets[:1]
    bridge.apply()
    bridge.arguments["subnet_ids"] = world.owner.subnets
    bridge.consumers["far"] = consumer_arguments(far) | {"region": FAR}
    bridge.apply()
    assert not bridge.changes()
    assert set(bridge.values()["supported_regions"]) == {FAR, REGION}


@pytest.mark.parametrize("how", ["rejected", "deleted"])
def test_fixed_addresses_outlive_their_endpoint(lay, how):
    """Its interfaces hold them for some time: the new endpoint waits for that."""
    bridge = lay(scale=60)
    one, two = bridge.world.consumer.subnets
    fixed = {one: "172.31.0.100", two: "172.31.16.100"}
    bridge.consumers["analytics"]["ipv4_addresses"] = fixed
    bridge.apply()
    endpoint = bridge.consumer()["endpoint_id"]
    if how == "rejected":
        bridge.world.ec2().reject_vpc_endpoint_connections(
            ServiceId=bridge.values()["service_id"], VpcEndpointIds=[endpoint]
        )
    else:
        bridge.world.ec2(CONSUMER).delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    bridge.apply()
    assert bridge.consumer()["endpoint_id"] != endpoint
    assert not bridge.changes()


@pytest.mark.parametrize("seed", range(3))
def test_fixed_addresses_are_exchanged_while_reads_lag(lay, seed):
    """Interfaces that no read shows yet end no apply."""
    bridge = lay("--lag", "aws", "--seed", str(seed), scale=120)
    bridge.apply()
    one, two = bridge.world.consumer.subnets
    fixed = {one: "172.31.0.100", two: "172.31.16.100"}
    bridge.consumers["analytics"]["ipv4_addresses"] = fixed
    bridge.apply()
    bridge.simulator.advance(600)
    assert bridge.reach()["reachable"], bridge.reach()


@pytest.mark.parametrize("seed", range(3))
def test_no_listener_for_checks_is_left_while_reads_lag(lay, seed):
    """A list that does not show it yet does not make it forgotten."""
    bridge = lay("--lag", "aws", "--seed", str(seed), scale=120)
    bridge.apply()
    elb = bridge.world.elb()
    made = elb.create_target_group(
        Name="theirs", Protocol="TCP", Port=80, VpcId=bridge.world.owner.vpc, TargetType="ip"
    )
    action = {"Type": "forward", "TargetGroupArn": made["TargetGroups"][0]["TargetGroupArn"]}
    listener = bridge.values()["listeners"]["http"]["listener_arn"]
    elb.modify_listener(ListenerArn=listener, DefaultActions=[action])
    bridge.apply()
    listeners = [row["fields"]["port"] for row in bridge.made() if row["kind"] == "listener"]
    assert listeners == [80]


@pytest.mark.parametrize("standing_before", [True, False])
def test_default_tags_that_a_plan_does_not_know(bridge, standing_before):
    """One apply puts them, also where nothing else changes."""
    if standing_before:
        bridge.apply()
    bridge.others = resource("terraform_data", "stage", {"input": "test"})
    bridge.provider["default_tags"] = {"tags": {"stage": Raw("terraform_data.stage.output")}}
    bridge.apply()
    assert not bridge.changes()
    assert bridge.workspace.values(ADDRESS)["tags_all"]["stage"] == "test"


def test_a_load_balancer_that_others_protect_is_not_replaced(standing):
    """The plan says so, before another one is made that the first would stand beside for ever."""
    on = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    standing.world.elb().modify_load_balancer_attributes(
        LoadBalancerArn=standing.values()["nlb_arn"], Attributes=on
    )
    narrower = standing.world.owner.subnets[:1]
    standing.arguments |= {"subnet_ids": narrower, "replace_nlb": "interrupt"}
    standing.consumers["analytics"]["subnet_ids"] = standing.world.consumer.subnets[:1]
    said = standing.try_plan().said()
    assert "The load balancer is protected" in said
    assert "Apply without the change of subnet_ids first" in said
