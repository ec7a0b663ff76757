"""An update that failed is taken back by the configuration that was there before."""

import pytest

from harness.bridge import Bridge


def test_a_target_that_was_drained_is_registered_when_it_comes_back(lay):
    """The exchange had taken it out of its group already."""
    bridge = lay(scale=600)
    bridge.apply()
    bridge.arguments["alb_arn"] = bridge.world.add_alb("other")
    bridge.fail("DeleteTargetGroup")
    bridge.arguments["alb_arn"] = bridge.world.alb
    bridge.apply()
    assert bridge.reach()["reachable"], bridge.reach()
    assert not bridge.changes()


@pytest.mark.parametrize("operation", ["CreateLoadBalancer", "CreateListener", "DeleteVpcEndpoints"])
def test_a_failed_replacement_is_undone_by_taking_the_lines_out(bridge, operation):
    """Subnets that are left out stay as they are, and not as they were to be."""
    bridge.apply()
    bridge.narrow(0)
    bridge.fail(operation)
    del bridge.arguments["subnet_ids"], bridge.arguments["replace_nlb"]
    bridge.consumers["analytics"]["subnet_ids"] = bridge.world.consumer.subnets
    bridge.apply()
    assert sorted(bridge.values()["subnet_ids"]) == sorted(bridge.world.owner.subnets)
    bridge.assert_whole()


def test_a_subnet_that_aws_does_not_take_goes_with_its_line(standing: Bridge):
    """It never was one of the load balancer's."""
    third = standing.world.add_subnet(standing.world.owner, "172.31.64.0/20")
    standing.arguments["subnet_ids"] = [*standing.world.owner.subnets, third]
    standing.simulator.fault("SetSubnets", {"error": "InvalidSubnet"}, nth="every")
    assert standing.try_apply().code == 1
    del standing.arguments["subnet_ids"]
    standing.apply()
    assert third not in standing.values()["subnet_ids"]
    standing.assert_whole()
