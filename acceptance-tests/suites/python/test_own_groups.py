"""Security groups that the user gives: used as they are, never changed; and other settings of the NLB."""

from harness.bridge import ADDRESS
from harness.simulator import LATER

IN, OUT = "IpPermissions", "IpPermissionsEgress"


def test_own_groups_are_used_and_left_as_they_are(bridge):
    """Both sides carry the user's groups and nothing else; the rules in these stay the user's."""
    world = bridge.world
    nlb = world.add_group(world.owner, "nlb-own")
    endpoint = world.add_group(world.consumer, "endpoint-own", port=80)
    before = {group: rules(bridge, group) for group in (nlb,)}
    bridge.arguments["security_group_ids"] = [nlb]
    bridge.consumers["analytics"]["security_group_ids"] = [endpoint]
    bridge.apply()
    assert bridge.reach()["reachable"], bridge.reach()
    assert bridge.consumer()["security_group_id"] is None
    assert bridge.consumer()["allow_from"] is None
    assert {group: rules(bridge, group) for group in before} == before
    assert not bridge.changes()
    bridge.workspace.destroy()
    assert bridge.left() == []
    assert {group: rules(bridge, group) for group in before} == before


def test_own_groups_come_and_go_in_place(standing):
    """Given later they replace ours; taken away ours come back; nobody is cut off for good."""
    world = standing.world
    before = standing.values()
    nlb = world.add_group(world.owner, "nlb-own")
    endpoint = world.add_group(world.consumer, "endpoint-own", port=80)
    standing.arguments["security_group_ids"] = [nlb]
    standing.consumers["analytics"]["security_group_ids"] = [endpoint]
    standing.apply()
    assert standing.reach()["reachable"], standing.reach()
    assert standing.consumer()["endpoint_id"] == before["consumers"]["analytics"]["endpoint_id"]
    assert "consumer.analytics.security_group" not in standing.values()["components"]
    assert not standing.changes()

    del standing.arguments["security_group_ids"]
    del standing.consumers["analytics"]["security_group_ids"]
    standing.apply()
    assert standing.reach()["reachable"], standing.reach()
    assert standing.consumer()["security_group_id"]
    assert standing.values()["nlb_arn"] == before["nlb_arn"]
    assert not standing.changes()


def test_a_strangers_load_balancer_of_our_name_is_not_taken_for_ours(bridge):
    """With the user's group on both, only tags tell: the apply fails and leaves it as it is."""
    world = bridge.world
    nlb = world.add_group(world.owner, "nlb-own")
    made = world.elb().create_load_balancer(
        Name="orders-pl",
        Type="network",
        Scheme="internal",
        Subnets=world.owner.subnets,
        SecurityGroups=[nlb],
    )
    bridge.arguments["security_group_ids"] = [nlb]
    run = bridge.try_apply()
    assert run.code == 1
    assert "orders-pl" in run.said()
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    tags = world.elb().describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
    assert tags == []


def test_rules_and_own_groups_exclude_each_other(bridge):
    """What would have no effect is an error that says where the rules belong."""
    world = bridge.world
    consumer = bridge.consumers["analytics"]
    consumer["security_group_ids"] = [world.add_group(world.consumer, "own")]
    consumer["allow_from"] = {"cidr_blocks": ["10.0.0.0/8"]}
    bridge.write()
    report = bridge.workspace.show_validation()
    assert "security_group_ids" in report["diagnostics"][0]["detail"]


def test_cross_zone_and_idle_time_out_change_in_place(standing):
    """Set, changed and removed: AWS has what is written, and its own default without the line."""
    standing.arguments["cross_zone_load_balancing"] = False
    standing.arguments["tcp_idle_timeout_seconds"] = 600
    standing.apply()
    assert (attributes(standing), idle(standing)) == ({"false"}, "600")
    assert not standing.changes()
    standing.arguments["tcp_idle_timeout_seconds"] = 700
    del standing.arguments["cross_zone_load_balancing"]
    standing.apply()
    assert (attributes(standing), idle(standing)) == ({"true"}, "700")
    assert not standing.changes()
    del standing.arguments["tcp_idle_timeout_seconds"]
    standing.apply()
    assert idle(standing) == "350"
    assert not standing.changes()


def test_deletion_protection_holds_destroy_back_before_anything_is_touched(bridge):
    """The error comes first; switched off, destroy goes through."""
    bridge.arguments["deletion_protection"] = True
    bridge.apply()
    assert not bridge.changes()
    bridge.simulator.forget_calls()
    run = bridge.workspace.try_("destroy", "-json", "-auto-approve")
    assert run.code == 1
    assert "deletion_protection = false" in run.said()
    assert bridge.simulator.mutating() == []
    assert bridge.reach()["reachable"]
    bridge.arguments["deletion_protection"] = False
    bridge.apply()
    bridge.workspace.destroy()
    assert bridge.left() == []


def test_an_apply_can_wait_for_a_healthy_alb(lay):
    """Only asked for: the apply ends when the ALB is healthy, or says what it waited for."""
    bridge = lay()
    bridge.arguments["wait_for_healthy_targets"] = True
    del bridge.arguments["alb_security_group_ids"]
    bridge.arguments["timeouts"] = {"create": "8m"}
    run = bridge.try_apply()
    assert run.code == 1
    assert "the ALB is unhealthy" in run.said()
    bridge.arguments["alb_security_group_ids"] = [bridge.world.alb_group]
    bridge.apply()
    group = bridge.values()["listeners"]["http"]["target_group_arn"]
    health = bridge.world.elb().describe_target_health(TargetGroupArn=group)
    assert health["TargetHealthDescriptions"][0]["TargetHealth"]["State"] == "healthy"


def test_drift_is_left_alone_where_it_is_not_to_be_healed(standing):
    """`heal = false` keeps the sentence and the plan quiet; an apply with more to do mends it."""
    standing.arguments["heal"] = False
    standing.apply()
    listener = standing.values()["listeners"]["http"]["listener_arn"]
    standing.world.elb().delete_listener(ListenerArn=listener)
    assert not standing.changes()
    standing.apply("-refresh-only")
    assert "listener.http" in standing.values()["drift"][0]
    standing.arguments["tags"] = {"team": "network"}
    standing.apply()
    assert standing.values()["drift"] == []
    standing.simulator.advance(LATER)
    assert standing.reach()["reachable"]
    assert standing.workspace.values(ADDRESS)["heal"] is False


def rules(bridge, group: str) -> tuple:
    """The rules of a group of the owner's."""
    [found] = bridge.world.ec2().describe_security_groups(GroupIds=[group])["SecurityGroups"]
    return found[IN], found[OUT]


def attributes(bridge) -> set[str]:
    """Whether the load balancer is cross-zone, in AWS's words."""
    arn = bridge.values()["nlb_arn"]
    found = bridge.world.elb().describe_load_balancer_attributes(LoadBalancerArn=arn)
    key = "load_balancing.cross_zone.enabled"
    return {it["Value"] for it in found["Attributes"] if it["Key"] == key}


def idle(bridge) -> str:
    """The listener's idle time-out."""
    arn = bridge.values()["listeners"]["http"]["listener_arn"]
    found = bridge.world.elb().describe_listener_attributes(ListenerArn=arn)["Attributes"]
    [value] = [it["Value"] for it in found if it["Key"] == "tcp.idle_timeout.seconds"]
    return value
