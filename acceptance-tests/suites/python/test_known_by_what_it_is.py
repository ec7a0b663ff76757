"""Parts are known by what they are: a rule by what it says, a listener by its port, a consumer by its VPC.

States from before, kills and renamed keys in any mixture must lead back to what stands.
"""

import pytest

from harness.bridge import Bridge, consumer_arguments
from harness.killing import DONE, Moment, both, kill_during
from harness.world import CONSUMER, OWNER

APPLY = ["apply", "-json", "-auto-approve"]


def shut(bridge: Bridge) -> None:
    """Takes every inbound rule out of the ALB's group."""
    ec2, group = bridge.world.ec2(), bridge.world.alb_group
    [found] = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=found["IpPermissions"])


def assert_well(bridge: Bridge) -> None:
    """One apply is enough, and its only consumer gets through."""
    bridge.apply("-lock=false")
    assert bridge.reach()["reachable"], bridge.reach()
    assert not bridge.changes()


def test_a_rule_made_by_a_killed_apply_stays(bridge):
    """Somebody revokes it, and the apply that mends it dies before it can tell."""
    bridge.apply()
    shut(bridge)
    kill_during(bridge, APPLY, Moment("AuthorizeSecurityGroupIngress", OWNER, DONE), both)
    assert_well(bridge)


@pytest.mark.parametrize("how", ["revoked", "taken out", "another port"])
def test_a_rule_made_since_an_old_state_stays(standing, how):
    """The same content under another id than the state remembers."""
    old = standing.workspace.state_file.read_text()
    if how == "revoked":
        shut(standing)
    elif how == "taken out":
        groups = standing.arguments.pop("alb_security_group_ids")
        standing.apply()
        standing.arguments["alb_security_group_ids"] = groups
    else:
        standing.world.add_alb_listener(8080)
        standing.arguments["listeners"]["http"]["alb_port"] = 8080
        standing.apply()
        del standing.arguments["listeners"]["http"]["alb_port"]
    standing.apply()
    standing.workspace.state_file.write_text(old)
    assert_well(standing)


@pytest.mark.parametrize("operation", ["CreateTargetGroup", "CreateLoadBalancer"])
def test_a_listener_is_renamed_after_a_killed_create(bridge, operation):
    """What was made for its port is taken up under the new key."""
    bridge.write()
    kill_during(bridge, APPLY, Moment(operation, OWNER, DONE), both)
    bridge.arguments["listeners"] = {"renamed": {"port": 80}}
    bridge.apply("-lock=false")
    bridge.assert_whole()


def test_a_listener_is_renamed_with_an_old_state(standing):
    """It came after the state, and keeps its target group."""
    old = standing.workspace.state_file.read_text()
    standing.arguments["listeners"]["more"] = {"port": 81, "alb_port": 80}
    standing.apply()
    group = standing.values()["listeners"]["more"]["target_group_arn"]
    standing.workspace.state_file.write_text(old)
    standing.arguments["listeners"]["less"] = standing.arguments["listeners"].pop("more")
    assert_well(standing)
    assert standing.values()["listeners"]["less"]["target_group_arn"] == group


def test_a_consumer_is_renamed_with_an_old_state(standing):
    """It came after the state, and keeps its endpoint."""
    place = standing.world.add_place(CONSUMER)
    old = standing.workspace.state_file.read_text()
    standing.consumers["more"] = consumer_arguments(place)
    standing.apply()
    endpoint = standing.consumer("more")["endpoint_id"]
    standing.workspace.state_file.write_text(old)
    standing.consumers["less"] = standing.consumers.pop("more")
    assert_well(standing)
    assert standing.consumer("less")["endpoint_id"] == endpoint


def test_fewer_zones_after_a_failed_create_are_refused_before_anything_moves(bridge):
    """AWS takes no zone from a load balancer in use: that is said, and not tried until the time is over."""
    bridge.simulator.fault("DeleteTags", {"error": "UnauthorizedOperation"})
    assert bridge.try_apply().code == 1
    bridge.simulator.forget_faults()
    bridge.arguments["subnet_ids"] = bridge.world.owner.subnets[:1]
    bridge.consumers["analytics"]["subnet_ids"] = bridge.world.consumer.subnets[:1]
    bridge.simulator.forget_calls()
    assert "Zones can't be taken away" in bridge.try_apply().said()
    assert "SetSubnets" not in bridge.simulator.mutating()
    del bridge.arguments["subnet_ids"]
    bridge.apply()
    bridge.assert_whole()
