"""A create failed, and the configuration was edited before the next apply: what is half-built goes on as the
new configuration has it, and what only the old one wanted is gone."""

import pytest

from harness.bridge import consumer_arguments
from harness.world import CONSUMER, OWNER

STRANGER = "333333333333"


@pytest.fixture
def check(bridge):
    """Applies what is now configured, which must leave one of everything, and nothing after a destroy."""

    def run() -> None:
        bridge.apply()
        assert not bridge.changes()
        bridge.simulator.advance(3600)
        kinds = [row["kind"] for row in bridge.made()]
        for kind in ("vpc-endpoint", "listener", "target-group"):
            assert kinds.count(kind) == 1, kinds
        bridge.workspace.destroy()
        assert bridge.left() == []

    return run


def test_a_listener_less(bridge, check):
    """Its listener, its target group and its rules are removed."""
    bridge.world.add_alb_listener(8080)
    bridge.arguments["listeners"]["admin"] = {"port": 8080}
    bridge.fail("CreateVpcEndpoint")
    del bridge.arguments["listeners"]["admin"]
    check()


def test_another_vpc_under_the_same_key(bridge, check):
    """The endpoint in the first VPC is removed."""
    bridge.fail("AcceptVpcEndpointConnections")
    bridge.consumers["analytics"] = consumer_arguments(bridge.world.add_place(CONSUMER))
    check()


def test_no_group_of_the_alb_any_more(bridge, check):
    """The rule in the ALB's group is removed: else the group that it names could never be deleted."""
    bridge.fail("CreateVpcEndpoint")
    del bridge.arguments["alb_security_group_ids"]
    check()


def test_an_account_less(bridge, check):
    """It is taken off the list of those who may connect."""
    bridge.arguments["allowed_accounts"] = [STRANGER]
    bridge.fail("CreateVpcEndpoint")
    del bridge.arguments["allowed_accounts"]
    bridge.apply()
    assert not [principal for principal in bridge.principals() if STRANGER in principal]
    check()


def test_other_keys(bridge, check):
    """Consumers and listeners are what they are, not what they are called: nothing is made twice."""
    bridge.fail("AcceptVpcEndpointConnections")
    made = bridge.lasting()
    bridge.arguments["consumers"] = {"reports": bridge.consumers["analytics"]}
    bridge.arguments["listeners"] = {"web": {"port": 80}}
    bridge.apply()
    assert made == bridge.lasting()
    check()


def test_another_alb_in_another_vpc(bridge, check):
    """Nothing of it can be used: it is removed, and all is made anew."""
    bridge.fail("CreateVpcEndpoint")
    place = bridge.world.add_place(OWNER)
    made = bridge.world.elb().create_load_balancer(
        Name="other",
        Subnets=place.subnets,
        SecurityGroups=[place.client_group],
        Scheme="internal",
        Type="application",
    )
    alb = made["LoadBalancers"][0]["LoadBalancerArn"]
    bridge.world.add_alb_listener(80, alb)
    bridge.arguments |= {"alb_arn": alb, "alb_security_group_ids": [place.client_group]}
    check()


def test_a_port_that_the_alb_never_had(bridge, check):
    """A wrong port is corrected: neither the plan nor the apply asks for the wrong one again."""
    bridge.arguments["listeners"] = {"http": {"port": 443}}
    bridge.arguments["timeouts"] = {"create": "20s"}
    assert bridge.try_apply().code == 1
    bridge.arguments["listeners"] = {"http": {"port": 80}}
    del bridge.arguments["timeouts"]
    check()


def test_a_port_that_the_alb_never_had_can_be_destroyed(bridge):
    """Whoever gives up is rid of everything."""
    bridge.arguments["listeners"] = {"http": {"port": 443}}
    bridge.arguments["timeouts"] = {"create": "20s"}
    assert bridge.try_apply().code == 1
    bridge.workspace.destroy()
    assert bridge.left() == []


def test_another_port_and_no_state(bridge, check):
    """The state is lost too: the tags tell what was made for the first configuration."""
    bridge.world.add_alb_listener(8080)
    bridge.consumers["reports"] = consumer_arguments(bridge.world.add_place(CONSUMER))
    bridge.fail("AcceptVpcEndpointConnections")
    for file in bridge.workspace.directory.glob("terraform.tfstate*"):
        file.unlink()
    bridge.arguments["consumers"] = {"new": bridge.consumers["analytics"]}
    bridge.arguments["listeners"] = {"http": {"port": 8080}}
    check()
