"""What a first apply meets: an ALB that is not ready, or has no listener yet, in the same apply."""

import pytest

from harness.bridge import Bridge
from harness.world import OWNER


def test_an_alb_that_answers_503_is_a_warning(lay):
    """Nothing behind the ALB yet: the bridge stands, and a refresh says how the ALB is."""
    bridge = lay()
    bridge.simulator.answer(albs_listener(bridge), 503)
    bridge.apply()
    assert bridge.reach()["reachable"]
    bridge.simulator.advance(120)
    plan = bridge.plan()
    assert "unhealthy" in plan.run.said("warning")
    assert not bridge.changes()


def test_an_albs_listener_may_come_in_the_same_apply(lay):
    """While it is missing the apply waits; nothing fails, and the rest is made meanwhile."""
    bridge = lay()
    bridge.world.elb().delete_listener(ListenerArn=albs_listener(bridge))
    bridge.write()
    process = bridge.workspace.start_apply()
    wait_for(bridge, "CreateSecurityGroup")
    bridge.world.add_alb_listener(80)
    run = bridge.workspace.finish(process)
    assert run.code == 0, run.said()
    assert bridge.reach()["reachable"]
    assert not bridge.changes()


def test_an_alb_may_be_called_as_the_bridge(bridge):
    """ALBs and NLBs share their names: the bridge's own has another one."""
    names = [it["LoadBalancerName"] for it in balancers(bridge)]
    assert names == [bridge.arguments["name"]]
    bridge.apply()
    assert len(balancers(bridge)) == 2
    assert not bridge.changes()


def albs_listener(bridge: Bridge) -> str:
    """The ARN of the ALB's only listener."""
    found = bridge.world.elb().describe_listeners(LoadBalancerArn=bridge.world.alb)
    [listener] = found["Listeners"]
    return listener["ListenerArn"]


def balancers(bridge: Bridge) -> list[dict]:
    return bridge.world.elb(OWNER).describe_load_balancers()["LoadBalancers"]


def wait_for(bridge: Bridge, operation: str) -> None:
    """Until the provider has made such a call, or the run has ended without."""
    while operation not in bridge.simulator.mutating():
        pass


@pytest.mark.parametrize("protocol", [None, "HTTP"])
def test_an_alb_that_does_not_listen_is_told_within_minutes(lay, protocol):
    """A typing error in alb_port ends long before the time limit, and names the ports that there are."""
    bridge = lay()
    bridge.world.add_alb_listener(8080)
    bridge.arguments["listeners"]["http"]["alb_port"] = 8443
    if protocol:
        bridge.arguments["listeners"]["http"]["health_check"] = {"protocol": protocol}
    run = bridge.try_apply()
    assert run.code == 1
    [error] = run.diagnostics()
    assert error["summary"].endswith('"orders": the ALB has no listener on port 8443')
    assert "listens on ports 80, 8080" in error["detail"]
    assert "aws_lb_listener.NAME.load_balancer_arn" in error["detail"]


@pytest.mark.parametrize("what", ["vpc", "alb"])
def test_what_does_not_exist_is_named(bridge, what):
    """The id that was given stands in the heading."""
    if what == "vpc":
        given = bridge.consumers["analytics"]["vpc_id"] = "vpc-0b1c2d3e4f5a60718"
    else:
        given = bridge.arguments["alb_arn"] = f"{bridge.world.alb[:-4]}beef"
    run = bridge.try_apply()
    assert run.code == 1
    assert any(f"{given} does not exist" in one["summary"] for one in run.diagnostics()), run.said()
