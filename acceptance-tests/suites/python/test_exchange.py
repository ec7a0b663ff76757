"""Another ALB, or another of its ports, takes over without a connection being lost."""

import pytest

from harness.bridge import ADDRESS, Bridge
from harness.killing import DONE, Moment, both, kill_during
from harness.plans import unknown_names
from harness.simulator import LATER
from harness.world import OWNER

MODIFY, DEREGISTER, DELETE = "ModifyListener", "DeregisterTargets", "DeleteTargetGroup"


@pytest.mark.parametrize("what", ["alb_arn", "alb_port"])
def test_a_new_target_is_healthy_before_it_takes_over(lay, what):
    """Ids, names and everything of the consumers stay; the old target drains; nothing is left over."""
    bridge = lay()
    bridge.apply()
    before = bridge.values()
    target = exchange(bridge, what)
    change = bridge.plan().change(ADDRESS)
    assert change["actions"] == ["update"]
    said = change["after"]["changes"]
    assert any(it.startswith("leads listener 80 to another target: ALB") for it in said), said
    assert unknown_names(change["after_unknown"]) <= {"listeners", "components"}
    bridge.simulator.forget_calls()
    bridge.apply()
    assert served(bridge) == target
    after = bridge.values()
    assert after["consumers"] == before["consumers"]
    assert after["listeners"]["http"]["listener_arn"] == before["listeners"]["http"]["listener_arn"]
    assert_gently(bridge)
    assert not bridge.changes()
    assert len(listeners(bridge)) == 1
    assert ports_out(bridge) == {8080 if what == "alb_port" else 80}


def test_an_unhealthy_new_target_does_not_take_over(lay):
    """The apply ends with an error, the old ALB serves on; with the ALB mended it goes through."""
    bridge = lay()
    bridge.apply()
    old = served(bridge)
    other = bridge.world.add_alb("other", group=bridge.world.add_group(bridge.world.owner, "closed"))
    bridge.arguments["alb_arn"] = other
    bridge.arguments["timeouts"] = {"update": "3m"}
    warned = bridge.try_plan().said("warning")
    assert "The new ALB may be closed to the bridge" in warned
    assert "alb_security_group_ids" in warned
    run = bridge.try_apply()
    assert run.code == 1
    assert "not healthy yet" in run.said()
    assert served(bridge) == old
    assert bridge.reach()["reachable"]

    bridge.world.elb().set_security_groups(
        LoadBalancerArn=other, SecurityGroups=[bridge.world.alb_group]
    )
    del bridge.arguments["timeouts"]
    bridge.apply()
    assert served(bridge) == other
    assert not bridge.changes()
    assert len(listeners(bridge)) == 1


def test_an_exchange_can_be_given_up(lay):
    """Put back, the old values make what was begun go away again."""
    bridge = lay()
    bridge.apply()
    before = bridge.values()
    old = bridge.arguments["alb_arn"]
    closed = bridge.world.add_group(bridge.world.owner, "closed")
    bridge.arguments["alb_arn"] = bridge.world.add_alb("other", group=closed)
    bridge.arguments["timeouts"] = {"update": "3m"}
    assert bridge.try_apply().code == 1
    bridge.arguments["alb_arn"] = old
    del bridge.arguments["timeouts"]
    bridge.apply()
    assert served(bridge) == old
    assert not bridge.changes()
    assert bridge.values()["components"] == before["components"]
    assert len(listeners(bridge)) == 1
    bridge.workspace.destroy()
    assert bridge.left() == []


def test_an_unhealthy_old_target_does_not_hold_anybody_up(lay):
    """Where the old ALB is not healthy either, the new one takes over as soon as it is judged."""
    bridge = lay()
    del bridge.arguments["alb_security_group_ids"]
    bridge.apply()
    other = bridge.world.add_alb("other")
    bridge.arguments["alb_arn"] = other
    bridge.apply()
    assert served(bridge) == other
    assert not bridge.changes()


def test_an_alb_of_another_vpc_is_refused_at_plan(standing):
    """A load balancer forwards only within its VPC: the plan says so, and nothing is touched."""
    place = standing.world.add_place("111111111111")
    standing.arguments["alb_arn"] = standing.world.add_alb("other", place)
    standing.simulator.forget_calls()
    run = standing.try_plan()
    assert run.code == 1
    assert "another VPC" in run.said() and place.vpc in run.said()
    assert standing.simulator.mutating() == []


MOMENTS = [Moment(it, OWNER, DONE) for it in ("CreateListener", MODIFY, DEREGISTER)]


@pytest.mark.parametrize("then", ["on", "back", "destroy"])
@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_an_exchange_that_was_killed_leaves_nothing(lay, moment, then):
    """Gone on with, given up or destroyed: no listener of no use stays, and no target group."""
    bridge = lay()
    bridge.apply()
    old = bridge.world.alb
    new = exchange(bridge, "alb_arn")
    bridge.write()
    kill_during(bridge, ["apply", "-json", "-auto-approve"], moment, both)
    if then != "destroy":
        bridge.arguments["alb_arn"] = new if then == "on" else old
        bridge.apply("-lock=false")
        assert served(bridge) == bridge.arguments["alb_arn"]
        assert len(listeners(bridge)) == 1
        bridge.assert_whole()
    bridge.workspace.run("destroy", "-json", "-auto-approve", "-lock=false")
    assert bridge.left() == []


def test_an_old_target_that_could_not_be_taken_away_drains_later(lay):
    """The listener leads to the new one already: the next apply does the rest."""
    bridge = lay()
    bridge.apply()
    new = exchange(bridge, "alb_arn")
    bridge.simulator.fault(DEREGISTER, {"error": "AccessDenied"})
    assert bridge.try_apply().code == 1
    assert served(bridge) == new
    bridge.simulator.forget_calls()
    bridge.apply()
    names = bridge.simulator.operations()
    assert names.index(DEREGISTER) < names.index(DELETE)
    bridge.assert_whole()


def test_a_state_from_before_an_exchange_leads_back(lay):
    """A backup is restored: the old target serves again, without a gap, and nothing is left."""
    bridge = lay()
    bridge.apply()
    kept = bridge.workspace.state_file.read_text()
    old = bridge.world.alb
    exchange(bridge, "alb_arn")
    bridge.apply()
    bridge.workspace.state_file.write_text(kept)
    bridge.arguments["alb_arn"] = old
    bridge.simulator.forget_calls()
    bridge.apply()
    assert served(bridge) == old
    assert_gently(bridge)
    bridge.workspace.destroy()
    assert bridge.left() == []


def exchange(bridge: Bridge, what: str) -> str:
    """Writes another target down, and gives its ALB's ARN."""
    if what == "alb_arn":
        bridge.arguments["alb_arn"] = bridge.world.add_alb("other")
        return bridge.arguments["alb_arn"]
    bridge.world.add_alb_listener(8080)
    bridge.arguments["listeners"]["http"]["alb_port"] = 8080
    return bridge.world.alb


def served(bridge: Bridge) -> str:
    """The ALB to which the listener leads, as AWS has it."""
    elb = bridge.world.elb()
    [listener] = [it for it in listeners(bridge) if it["Port"] == 80]
    group = listener["DefaultActions"][0]["TargetGroupArn"]
    health = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    [target] = [it["Target"]["Id"] for it in health]
    return target


def listeners(bridge: Bridge) -> list[dict]:
    """All listeners of the network load balancer."""
    arn = bridge.values()["nlb_arn"]
    return bridge.world.elb().describe_listeners(LoadBalancerArn=arn)["Listeners"]


def ports_out(bridge: Bridge) -> set[int]:
    """The ports to which the load balancer's group lets out."""
    group = bridge.values()["components"]["nlb.security_group"]["id"]
    [found] = bridge.world.ec2().describe_security_groups(GroupIds=[group])["SecurityGroups"]
    return {rule["FromPort"] for rule in found["IpPermissionsEgress"]}


def assert_gently(bridge: Bridge) -> None:
    """The listener was led elsewhere after checks had passed; the old group was deleted at last."""
    calls = bridge.simulator.calls(failed=False)
    names = [call["operation"] for call in calls]
    assert names.index("CreateListener") < names.index(MODIFY) < names.index("DeleteListener")
    assert names.index(MODIFY) < names.index(DEREGISTER) < names.index(DELETE)
    times = {name: calls[names.index(name)]["time"] for name in (MODIFY, DELETE)}
    assert times[DELETE] != times[MODIFY]
    bridge.simulator.advance(LATER)
