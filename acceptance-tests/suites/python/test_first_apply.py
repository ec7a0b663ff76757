"""What a first apply meets: an ALB that is not ready, or has no listener yet, in the same apply."""

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
