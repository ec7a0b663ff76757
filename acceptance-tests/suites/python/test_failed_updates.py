"""An update that fails, is stopped or times out forgets nothing: what it was to take down is taken down by
the next apply, or by a destroy."""

import signal

import pytest

from harness import processes
from harness.bridge import ADDRESS, Bridge, consumer_arguments
from harness.world import CONSUMER

DENIED = {"error": "UnauthorizedOperation"}
STRANGER = "333333333333"


def drop_consumers(bridge: Bridge) -> None:
    del bridge.arguments["consumers"]


def drop_listener(bridge: Bridge) -> None:
    del bridge.arguments["listeners"]["admin"]


def drop_alb_groups(bridge: Bridge) -> None:
    del bridge.arguments["alb_security_group_ids"]


def drop_account(bridge: Bridge) -> None:
    del bridge.arguments["allowed_accounts"]


REMOVALS = [
    ("DeleteVpcEndpoints", drop_consumers),
    ("DeleteSecurityGroup", drop_consumers),
    ("DeleteListener", drop_listener),
    ("DeleteTargetGroup", drop_listener),
    ("RevokeSecurityGroupIngress", drop_alb_groups),
    ("ModifyVpcEndpointServicePermissions", drop_account),
]
removals = pytest.mark.parametrize(
    ("operation", "drop"), REMOVALS, ids=[operation for operation, _ in REMOVALS]
)


@pytest.fixture
def rich(bridge) -> Bridge:
    """A bridge that is applied, with something to take away of each sort."""
    bridge.world.add_alb_listener(8080)
    bridge.arguments["listeners"]["admin"] = {"port": 8080}
    bridge.arguments["allowed_accounts"] = [STRANGER]
    bridge.apply()
    return bridge


@removals
def test_the_next_apply_removes_what_the_failed_one_did_not(rich, operation, drop):
    """The plan after the failure has something to do; after the next apply nothing is left to do or over."""
    drop(rich)
    rich.simulator.fault(operation, DENIED, nth="every")
    assert rich.try_apply().code == 1
    rich.simulator.forget_faults()
    assert rich.plan().change(ADDRESS)["actions"] == ["update"]
    rich.apply()
    assert not rich.changes()
    addresses = rich.values()["components"]
    assert ids_of(rich) == {row["id"] for row in addresses.values()}
    if drop is drop_account:
        assert not [it for it in rich.principals() if STRANGER in it]


@removals
def test_destroy_removes_what_the_failed_update_did_not(rich, operation, drop):
    """Whoever gives up after the failure is rid of everything with one destroy."""
    drop(rich)
    rich.simulator.fault(operation, DENIED, nth="every")
    assert rich.try_apply().code == 1
    rich.simulator.forget_faults()
    rich.workspace.destroy()
    assert rich.left() == []


def test_a_plan_that_reads_nothing_sees_what_a_failed_update_left(rich):
    """Without a refresh the state alone must say that something is to be done."""
    drop_consumers(rich)
    rich.simulator.fault("DeleteVpcEndpoints", DENIED, nth="every")
    assert rich.try_apply().code == 1
    rich.simulator.forget_faults()
    assert rich.plan("-refresh=false").change(ADDRESS)["actions"] == ["update"]


def test_a_stopped_removal_goes_on(lay):
    """Ctrl-C while an endpoint goes away: the next apply waits for it and removes its group."""
    bridge = lay()
    bridge.apply()
    drop_consumers(bridge)
    bridge.write()
    process = bridge.workspace.start_apply()
    processes.wait_for(
        lambda: "DeleteVpcEndpoints" in bridge.simulator.operations(), "the delete of the endpoint"
    )
    process.send_signal(signal.SIGINT)
    assert bridge.workspace.finish(process).code == 1
    bridge.apply()
    bridge.simulator.advance(3600)
    assert [row for row in bridge.made() if row["account"] == CONSUMER] == []


def test_what_was_queued_when_the_user_stopped_is_not_sent(lay):
    """AWS lets four endpoints be made at once: those that wait for their turn are not made after Ctrl-C."""
    bridge = lay("--waits", "zero", scale=2)
    for number in range(12):
        place = bridge.world.add_place(CONSUMER)
        bridge.consumers[f"c{number}"] = consumer_arguments(place)
    bridge.write()
    process = bridge.workspace.start_apply()
    processes.wait_for(
        lambda: bridge.simulator.operations().count("CreateVpcEndpoint") >= 4, "four endpoints", 60
    )
    process.send_signal(signal.SIGINT)
    bridge.workspace.finish(process)
    assert bridge.simulator.operations().count("CreateVpcEndpoint") < 12


def test_a_consumer_that_moves_while_its_last_move_is_not_over(standing):
    """From one VPC to a second and a third, each move failing half-way: one endpoint is left at the end."""
    standing.simulator.fault("DeleteVpcEndpoints", DENIED, nth="every")
    for _ in range(2):
        place = standing.world.add_place(CONSUMER)
        standing.consumers["analytics"] = consumer_arguments(place)
        assert standing.try_apply().code == 1
    standing.simulator.forget_faults()
    standing.apply()
    assert standing.reach(place=place)["reachable"]
    assert kinds(standing).count("vpc-endpoint") == 1
    standing.workspace.destroy()
    assert standing.left() == []


def test_a_consumer_that_moves_back_keeps_its_endpoint(standing):
    """The endpoint that the failed move could not delete is the one that is wanted again."""
    before = standing.consumer()["endpoint_id"]
    first = standing.consumers["analytics"]
    standing.simulator.fault("DeleteVpcEndpoints", DENIED, nth="every")
    standing.consumers["analytics"] = consumer_arguments(standing.world.add_place(CONSUMER))
    assert standing.try_apply().code == 1
    standing.simulator.forget_faults()
    standing.consumers["analytics"] = first
    standing.apply()
    assert standing.consumer()["endpoint_id"] == before
    standing.assert_whole()


def test_connections_of_an_account_that_lost_its_place_are_rejected_in_the_end(standing):
    """Off the list, but the call that cuts failed: the next apply cuts."""
    standing.arguments |= {"allowed_accounts": [STRANGER], "acceptance_required": False}
    standing.apply()
    place = standing.world.add_place(STRANGER)
    ec2 = standing.world.ec2(STRANGER)
    made = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        ServiceName=standing.values()["service_name"],
        VpcId=place.vpc,
        SubnetIds=place.subnets,
        SecurityGroupIds=[place.client_group],
    )
    endpoint = made["VpcEndpoint"]["VpcEndpointId"]
    drop_account(standing)
    standing.simulator.fault("RejectVpcEndpointConnections", DENIED, nth="every")
    assert standing.try_apply().code == 1
    standing.simulator.forget_faults()
    standing.apply()
    seen = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"]
    assert seen[0]["State"].lower() == "rejected"
    assert not standing.changes()


def kinds(bridge: Bridge) -> list[str]:
    bridge.simulator.advance(3600)
    return [row["kind"] for row in bridge.made()]


def ids_of(bridge: Bridge) -> set[str]:
    """What the provider has made and is to stay, without what AWS makes for it; with its rules in the ALB's
    group."""
    bridge.simulator.advance(3600)
    objects = {row["id"] for row in bridge.made() if row["kind"] != "network-interface"}
    ec2 = bridge.world.ec2()
    of_alb = [{"Name": "group-id", "Values": [bridge.world.alb_group]}]
    rules = ec2.describe_security_group_rules(Filters=of_alb)["SecurityGroupRules"]
    return objects | {rule["SecurityGroupRuleId"] for rule in rules if rule["Tags"]}


def test_a_failure_is_told_in_the_words_of_the_configuration(standing):
    """Each object that was made stands on a line of its own, and nothing else does."""
    standing.world.add_alb_listener(8080)
    standing.arguments["listeners"]["http"]["alb_port"] = 8080
    standing.simulator.fault("DeleteTargetGroup", DENIED, nth="every")
    run = standing.try_apply()
    assert run.code == 1
    said = run.said()
    assert 'the former target group of listener "http" failed' in said
    assert '\n  the target group of listener "http": arn:' in said
    assert "the network load balancer: arn:" not in said
    assert "~" not in said
    drift = standing.values()["drift"]
    assert 'the former target group of listener "http" is still to be removed' in drift
