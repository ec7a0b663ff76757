"""Much at once, and neighbours: what one change needs does not stand in another one's way."""

from harness.bridge import ADDRESS, consumer_arguments
from harness.configuration import resource
from harness.world import CONSUMER


def test_everything_changes_in_one_apply(lay):
    """Another load balancer, another ALB on another port, a consumer comes, one goes, tags change."""
    bridge = lay()
    first = bridge.world.add_place(CONSUMER)
    bridge.consumers["first"] = consumer_arguments(first)
    bridge.apply()
    service = bridge.values()["service_name"]
    other = bridge.world.add_alb("other")
    bridge.world.add_alb_listener(8080, other)
    place = bridge.world.add_place(CONSUMER)
    del bridge.consumers["first"]
    one = {"subnet_ids": place.subnets[:1]}
    bridge.consumers["second"] = consumer_arguments(place) | one
    bridge.consumers["analytics"]["subnet_ids"] = bridge.world.consumer.subnets[:1]
    bridge.arguments |= {
        "alb_arn": other,
        "listeners": {"http": {"port": 80, "alb_port": 8080}, "more": {"port": 81, "alb_port": 80}},
        "subnet_ids": bridge.world.owner.subnets[:1],
        "replace_nlb": "interrupt",
        "tags": {"team": "network"},
    }
    bridge.apply()
    assert bridge.values()["service_name"] == service
    for port in (80, 81):
        assert bridge.reach(port=port)["reachable"]
        assert bridge.reach("second", port=port, place=place)["reachable"]
    assert not bridge.changes()
    bridge.simulator.advance(3600)
    kinds = [row["kind"] for row in bridge.made()]
    assert kinds.count("load-balancer") == 1 and kinds.count("target-group") == 2
    bridge.workspace.destroy()
    assert bridge.left() == []


def test_neighbours_whose_names_begin_alike_leave_each_other_alone(lay):
    """`orders` replaces its load balancer and goes; that of `orders-pl` stays where it is."""
    bridge = lay()
    place = bridge.world.add_place(CONSUMER)
    neighbour = dict(bridge.arguments) | {"name": "orders-pl", "listeners": {"http": {"port": 80}}}
    # Two load balancers before one ALB are all that AWS takes, and a replacement needs one beside its own.
    neighbour["alb_arn"] = bridge.world.add_alb("neighbour")
    neighbour["consumers"] = {"analytics": consumer_arguments(place)}
    bridge.others = resource("privatelink_alb_bridge", "neighbour", neighbour)
    bridge.apply()
    kept = bridge.workspace.values("privatelink_alb_bridge.neighbour")
    bridge.arguments["subnet_ids"] = bridge.world.owner.subnets[:1]
    bridge.arguments["replace_nlb"] = "interrupt"
    bridge.consumers["analytics"]["subnet_ids"] = bridge.world.consumer.subnets[:1]
    bridge.apply()
    assert bridge.workspace.values("privatelink_alb_bridge.neighbour") == kept
    assert bridge.reach()["reachable"]
    assert not bridge.changes()
    bridge.workspace.run("destroy", "-json", "-auto-approve", f"-target={ADDRESS}")
    name = kept["consumers"]["analytics"]["dns_name"]
    assert bridge.simulator.reach(place.client, name, 80)["reachable"]
    bridge.workspace.destroy()
    assert bridge.left() == []


def test_a_listener_that_somebody_made_on_ours_stays(standing):
    """Where temporary ones listen, and without our marks: an exchange walks around it."""
    balancer = standing.values()["nlb_arn"]
    elb = standing.world.elb()
    made = elb.create_target_group(
        Name="theirs", Protocol="TCP", Port=80, VpcId=standing.world.owner.vpc, TargetType="ip"
    )
    group = made["TargetGroups"][0]["TargetGroupArn"]
    ports = {61_000 + 80}
    for port in ports:
        elb.create_listener(
            LoadBalancerArn=balancer,
            Protocol="TCP",
            Port=port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )
    standing.arguments["alb_arn"] = standing.world.add_alb("other")
    standing.apply()
    assert standing.reach()["reachable"]
    assert not standing.changes()
    left = elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    assert {it["Port"] for it in left} == ports | {80}
