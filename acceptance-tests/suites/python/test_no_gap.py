"""Several things change at once, and nobody is without a way through in between."""

import pytest

from harness.bridge import ADDRESS, Bridge

ENFORCE = "enforce_security_group_inbound_rules_on_private_link_traffic"


def groups(bridge: Bridge) -> list[str]:
    """The security groups of the load balancer that serves."""
    arn = bridge.values()["nlb_arn"]
    [found] = bridge.world.elb().describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
    return found["SecurityGroups"]


@pytest.mark.parametrize("what", ["alb", "port", "back to the made group"])
def test_own_groups_and_another_target_come_in_one_apply(bridge, what):
    """The load balancer carries both until its listeners lead to the new target."""
    world = bridge.world
    world.add_alb_listener(8080)
    own = world.add_group(world.owner, "own")
    if what == "back to the made group":
        bridge.arguments["security_group_ids"] = [own]
    bridge.apply()
    if what == "alb":
        group = world.add_group(world.owner, "alb2")
        bridge.arguments |= {"alb_arn": world.add_alb("other", group=group), "alb_security_group_ids": [group]}
    else:
        bridge.arguments["listeners"]["http"]["alb_port"] = 8080
    if what == "back to the made group":
        del bridge.arguments["security_group_ids"]
    else:
        bridge.arguments["security_group_ids"] = [own]
    bridge.fail("ModifyListener")
    assert bridge.reach()["reachable"], bridge.reach()
    bridge.apply()
    assert bridge.reach()["reachable"], bridge.reach()
    assert (groups(bridge) == [own]) == (what != "back to the made group")
    assert len(groups(bridge)) == 1
    assert not bridge.changes()


def test_own_groups_do_not_help_a_closed_alb_in(lay):
    """The former target stays healthy, and so nothing that is not takes over."""
    bridge = lay(scale=600)
    bridge.apply()
    world = bridge.world
    own, closed, unrelated = (world.add_group(world.owner, name) for name in ("own", "closed", "unrelated"))
    bridge.arguments |= {"alb_arn": world.add_alb("other", group=closed), "alb_security_group_ids": [unrelated]}
    bridge.arguments |= {"security_group_ids": [own], "timeouts": {"update": "10m"}}
    assert bridge.try_apply().code == 1
    assert bridge.reach()["reachable"], bridge.reach()


@pytest.mark.parametrize("what", ["off", "own"])
def test_enforcement_that_ends_cuts_nobody_off(bridge, what):
    """The rules for the clients go after the load balancer has stopped to ask for them."""
    bridge.arguments[ENFORCE] = "on"
    bridge.apply()
    anchor = bridge.values()["components"]["nlb.security_group"]["id"]
    if what == "off":
        del bridge.arguments[ENFORCE]
    else:
        own = bridge.world.add_group(bridge.world.owner, "own", port=80)
        bridge.arguments["security_group_ids"] = [own]
    bridge.fail("SetSecurityGroups")
    assert bridge.reach()["reachable"], bridge.reach()
    bridge.apply()
    assert bridge.reach()["reachable"], bridge.reach()
    [group] = bridge.world.ec2().describe_security_groups(GroupIds=[anchor])["SecurityGroups"]
    assert group["IpPermissions"] == []
    assert not bridge.changes()


@pytest.mark.parametrize("what", ["closed alb", "answers 503"])
def test_a_replacement_waits_for_a_healthy_target(lay, what):
    """No endpoint goes before clients can be sure to get through afterwards."""
    bridge = lay(scale=600)
    bridge.apply()
    before = bridge.consumer()["endpoint_id"]
    bridge.narrow(0)
    bridge.arguments["timeouts"] = {"update": "15m"}
    if what == "closed alb":
        closed = bridge.world.add_group(bridge.world.owner, "closed")
        bridge.arguments["alb_arn"] = bridge.world.add_alb("other", group=closed)
    else:
        bridge.simulator.answer(bridge.world.add_alb_listener(8080), 503)
        bridge.arguments["listeners"]["http"]["alb_port"] = 8080
    run = bridge.try_apply()
    assert (run.code, bridge.consumer()["endpoint_id"]) == (1, before)
    assert bridge.reach()["reachable"], bridge.reach()


def test_a_replacement_without_another_target_is_healthy_first(lay):
    """A new target group has to be checked too."""
    bridge = lay(scale=600)
    bridge.apply()
    bridge.narrow(0)
    bridge.apply()
    assert bridge.reach()["reachable"], bridge.reach()
    assert ADDRESS in bridge.workspace.addresses()
    assert not bridge.changes()
