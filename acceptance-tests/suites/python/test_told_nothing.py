"""What stands and no earlier values tell of: creates that failed twice, imports after a kill, things without marks."""

import pytest

from harness.bridge import ADDRESS, Bridge, consumer_arguments
from harness.killing import DONE, Moment, both, kill_during
from harness.world import CONSUMER, OWNER, PROVIDER, REGION

APPLY = ["apply", "-json", "-auto-approve", "-lock=false"]
THIRD = "333333333333"


def kinds(bridge: Bridge, *names: str) -> list[int]:
    """How many there are of each kind, once what was deleted is gone."""
    bridge.simulator.advance(3600)
    made = [row["kind"] for row in bridge.made()]
    return [made.count(name) for name in names]


@pytest.mark.parametrize("inside", ["", "lifecycle { create_before_destroy = true }"], ids=["plain", "before"])
def test_a_consumer_of_the_first_of_two_failed_creates_goes(bridge, inside):
    """Terraform tells the third create nothing of the first one's values; the tags do."""
    bridge.inside = inside
    place = bridge.world.add_place(THIRD)
    bridge.provider["accounts"]["third"] = {"access_key": PROVIDER + THIRD, "secret_key": "secret"}
    bridge.consumers["third"] = consumer_arguments(place, "third")
    bridge.fail("DeleteTags")
    del bridge.consumers["third"]
    assert "DeleteVpcEndpoints" in bridge.fail("DeleteVpcEndpoints")
    bridge.apply()
    assert not bridge.changes()
    assert kinds(bridge, "vpc-endpoint") == [1]
    bridge.workspace.destroy()
    assert bridge.left() == []


def zones(bridge: Bridge, *wanted: int) -> None:
    """Both sides in these of the two zones, whatever has to be made anew for it."""
    bridge.arguments["subnet_ids"] = [bridge.world.owner.subnets[it] for it in wanted]
    bridge.arguments["replace_nlb"] = "interrupt"
    subnets = [bridge.world.consumer.subnets[it] for it in wanted]
    bridge.consumers["analytics"]["subnet_ids"] = subnets


@pytest.mark.parametrize("then", [(0,), (0, 1), (1,)], ids=["on", "back", "other"])
@pytest.mark.parametrize(
    "operation",
    ["CreateListener", "ModifyVpcEndpointServiceConfiguration", "DeleteVpcEndpoints", "DeleteLoadBalancer", "DeleteTargetGroup"],
)
def test_an_exchange_that_failed_in_a_second_create_ends(bridge, operation, then):
    """On, back or elsewhere: one of each is left, and nothing is to be done."""
    bridge.fail("DeleteTags")
    zones(bridge, 0)
    bridge.fail(operation)
    zones(bridge, *then)
    bridge.apply()
    assert not bridge.changes()
    assert kinds(bridge, "load-balancer", "listener", "target-group", "vpc-endpoint") == [1] * 4
    assert bridge.reach()["reachable"], bridge.reach()


@pytest.mark.parametrize("back", [False, True], ids=["on", "back"])
@pytest.mark.parametrize(
    "moment",
    [
        Moment("DeleteSecurityGroup", CONSUMER, "stall"),
        Moment("DeleteVpcEndpoints", CONSUMER, "stall"),
        Moment("CreateVpcEndpoint", CONSUMER, DONE),
    ],
    ids=str,
)
def test_a_move_that_was_killed_is_imported(bridge, moment, back):
    """Two VPCs bear the marks of one consumer: it is in one, and the other is cleaned up."""
    bridge.apply()
    service, place = bridge.values()["service_id"], bridge.world.add_place(CONSUMER)
    bridge.consumers["analytics"] = consumer_arguments(place)
    bridge.write()
    kill_during(bridge, APPLY, moment, both)
    if back:
        place = bridge.world.consumer
        bridge.consumers["analytics"] = consumer_arguments(place)
    bridge.lose_and_import(service)
    bridge.apply("-lock=false")
    assert bridge.reach(place=place)["reachable"]
    assert not bridge.changes()
    assert sum(kinds(bridge, "vpc-endpoint", "security-group")) == 3


def test_what_a_killed_update_has_left_is_found_by_an_import(bridge):
    """It bears our marks, and the configuration does not want it."""
    bridge.world.add_alb_listener(8080)
    bridge.apply()
    service = bridge.values()["service_id"]
    bridge.arguments["listeners"]["more"] = {"port": 81, "alb_port": 8080}
    bridge.write()
    kill_during(bridge, APPLY, Moment("CreateTargetGroup", OWNER, DONE), both)
    del bridge.arguments["listeners"]["more"]
    bridge.lose_and_import(service)
    bridge.apply("-lock=false")
    assert not bridge.changes()
    assert kinds(bridge, "target-group") == [1]


def test_a_strangers_notification_survives_an_import(standing):
    """It bears no marks, and the configuration names none: so it is not ours to remove."""
    service, ec2 = standing.values()["service_id"], standing.world.ec2()
    made = ec2.create_vpc_endpoint_connection_notification(
        ServiceId=service,
        ConnectionNotificationArn=f"arn:aws:sns:{REGION}:{OWNER}:theirs",
        ConnectionEvents=["Accept"],
    )["ConnectionNotification"]["ConnectionNotificationId"]
    assert not standing.changes()
    standing.lose_and_import(service)
    standing.apply()
    assert not standing.changes()
    left = ec2.describe_vpc_endpoint_connection_notifications()["ConnectionNotificationSet"]
    assert [row["ConnectionNotificationId"] for row in left] == [made]


def test_a_far_consumer_comes_while_a_listener_with_an_idle_timeout_goes(bridge):
    """AWS takes no other region while the listener is there: the region waits for it."""
    far = bridge.world.add_place(CONSUMER, region="us-east-1")
    bridge.arguments["listeners"]["more"] = {"port": 81, "alb_port": 80}
    bridge.arguments["tcp_idle_timeout_seconds"] = 600
    bridge.apply()
    del bridge.arguments["listeners"]["more"], bridge.arguments["tcp_idle_timeout_seconds"]
    bridge.consumers["far"] = consumer_arguments(far) | {"region": "us-east-1"}
    bridge.simulator.fault("DeleteListener", {"delay": 2.0})
    bridge.apply()
    assert not bridge.changes()


def test_a_listener_that_was_led_elsewhere_is_told_in_words(standing):
    """Not in those of how the provider hands over."""
    elb = standing.world.elb()
    group = elb.create_target_group(
        Name="theirs", Protocol="TCP", Port=80, VpcId=standing.world.owner.vpc, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    listener = standing.values()["components"]["listener.http"]["id"]
    elb.modify_listener(
        ListenerArn=listener, DefaultActions=[{"Type": "forward", "TargetGroupArn": group}]
    )
    drift = standing.plan().change(ADDRESS)["before"]["drift"]
    assert drift == ['the listener "http" no longer leads to the ALB, or is on the way to it'], drift


def killed_update(bridge: Bridge) -> str:
    """An update that made an endpoint and was killed; its id."""
    bridge.apply()
    place = bridge.world.add_place(CONSUMER)
    bridge.consumers["more"] = consumer_arguments(place)
    bridge.write()
    kill_during(bridge, APPLY, Moment("CreateVpcEndpoint", CONSUMER, DONE), both)
    del bridge.consumers["more"]
    known = bridge.consumer()["endpoint_id"]
    made = {row["id"] for row in bridge.made() if row["kind"] == "vpc-endpoint"}
    [left] = made - {known}
    return left


def test_what_a_killed_update_has_left_is_told_as_drift(bridge):
    """By id, and by the consumer that its tags name; then it goes."""
    left = killed_update(bridge)
    change = bridge.plan("-lock=false").change(ADDRESS)
    drift = change["before"]["drift"]
    assert any(left in it and "consumer.more.endpoint" in it for it in drift), drift
    said = change["after"]["changes"]
    assert any(left in it and "takes up or removes" in it for it in said), said
    bridge.apply("-lock=false")
    assert not bridge.changes()
    assert kinds(bridge, "vpc-endpoint") == [1]


def test_what_a_killed_update_has_left_stays_where_nothing_is_to_be_mended(bridge):
    """With heal = false it is told, until something else is to be done."""
    bridge.arguments["heal"] = False
    left = killed_update(bridge)
    run = bridge.try_plan("-lock=false", "-detailed-exitcode")
    assert run.code == 0 and left in run.said("warning"), run.said("warning")
    bridge.arguments["tags"] = {"team": "orders"}
    bridge.apply("-lock=false")
    assert kinds(bridge, "vpc-endpoint") == [1]
