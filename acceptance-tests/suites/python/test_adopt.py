"""A stack that somebody made by hand is taken over by its service's id, by its shape."""

import pytest

from harness.bridge import ADDRESS, Bridge
from harness.killing import DONE, Moment, both, kill_during, the_provider
from harness.world import CONSUMER, OWNER, World


@pytest.fixture
def by_hand(bridge) -> Bridge:
    """All that a bridge is made of, made by hand; the configuration that describes it is written."""
    world = bridge.world
    stack = build(world)
    bridge.arguments |= {
        "security_group_ids": [stack["nlb_group"]],
        "listeners": {"http": {"port": 80}},
        "acceptance_required": True,
    }
    del bridge.arguments["alb_security_group_ids"]
    bridge.consumers["analytics"]["security_group_ids"] = [stack["endpoint_group"]]
    bridge.stack = stack
    return bridge


def test_the_first_apply_after_the_import_adds_marks_and_nothing_else(by_hand):
    """Nothing is replaced, nobody is cut off; besides tags only the bridge's anchor is made."""
    stack = by_hand.stack
    by_hand.others = f'import {{\n  to = {ADDRESS}\n  id = "{stack["service"]}"\n}}\n'
    change = by_hand.plan().change(ADDRESS)
    assert change["actions"] == ["update"], change
    by_hand.simulator.forget_calls()
    by_hand.apply()
    by_hand.others = ""
    calls = set(by_hand.simulator.mutating())
    anchor = {"CreateSecurityGroup", "RevokeSecurityGroupEgress"}
    attributes = {"ModifyLoadBalancerAttributes", "SetSecurityGroups", "ModifyTargetGroup"}
    assert calls <= {"CreateTags", "AddTags", "DeleteTags"} | anchor | attributes, calls
    values = by_hand.values()
    assert values["service_id"] == stack["service"]
    assert values["nlb_arn"] == stack["nlb"]
    assert values["consumers"]["analytics"]["endpoint_id"] == stack["endpoint"]
    assert values["name"] == "orders"
    assert by_hand.reach()["reachable"], by_hand.reach()
    assert not by_hand.changes()


def test_what_was_adopted_can_be_lost_and_found_again(by_hand):
    """From the first apply on it bears marks: an import after a lost state gives an empty plan."""
    service = by_hand.stack["service"]
    block = f'import {{\n  to = {ADDRESS}\n  id = "{service}"\n}}\n'
    by_hand.others = block
    by_hand.apply()
    by_hand.workspace.state_file.unlink()
    by_hand.apply()
    by_hand.others = ""
    assert not by_hand.changes()
    assert by_hand.values()["service_id"] == service


def test_the_users_groups_outlive_what_was_adopted(by_hand):
    """Destroy removes the stack and leaves the groups: they were given, not made."""
    stack = by_hand.stack
    by_hand.others = f'import {{\n  to = {ADDRESS}\n  id = "{stack["service"]}"\n}}\n'
    by_hand.apply()
    by_hand.others = ""
    by_hand.workspace.destroy()
    by_hand.simulator.advance(24 * 3600)
    kinds = {row["id"]: row["kind"] for row in by_hand.simulator.objects()}
    assert stack["nlb_group"] in kinds and stack["endpoint_group"] in kinds
    assert stack["nlb"] not in kinds


def test_what_is_no_bridge_is_refused_with_the_reason(by_hand):
    """A load balancer that leads to no ALB is no bridge's."""
    world = by_hand.world
    made = world.elb().create_load_balancer(
        Name="plain",
        Type="network",
        Scheme="internal",
        Subnets=world.owner.subnets,
        SecurityGroups=[by_hand.stack["nlb_group"]],
    )
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    service = create_service(world, arn)
    by_hand.others = f'import {{\n  to = {ADDRESS}\n  id = "{service}"\n}}\n'
    run = by_hand.try_plan()
    assert run.code == 1
    assert "application load balancer" in run.said()


def test_whoever_is_connected_from_an_account_out_of_reach_is_told(by_hand):
    """Nobody's credentials lead there, so it becomes no consumer: the import says how it can."""
    del by_hand.provider["accounts"], by_hand.arguments["consumers"]
    service = by_hand.stack["service"]
    by_hand.others = f'import {{\n  to = {ADDRESS}\n  id = "{service}"\n}}\n'
    said = by_hand.try_plan().said("warning")
    assert "Connected accounts become no consumers" in said
    assert f"{CONSUMER}: {by_hand.stack['endpoint']}" in said
    assert "accounts in the provider block" in said and "import it again" in said


def build(world: World) -> dict[str, str]:
    """What the write-ups do by hand, in two accounts."""
    elb, ec2 = world.elb(), world.ec2()
    nlb_group = world.add_group(world.owner, "nlb")
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
    permission["UserIdGroupPairs"] = [{"GroupId": nlb_group}]
    ec2.authorize_security_group_ingress(GroupId=world.alb_group, IpPermissions=[permission])
    made = elb.create_load_balancer(
        Name="by-hand",
        Type="network",
        Scheme="internal",
        Subnets=world.owner.subnets,
        SecurityGroups=[nlb_group],
    )
    nlb = made["LoadBalancers"][0]["LoadBalancerArn"]
    elb.set_security_groups(
        LoadBalancerArn=nlb,
        SecurityGroups=[nlb_group],
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic="off",
    )
    made = elb.create_target_group(
        Name="by-hand", Protocol="TCP", Port=80, VpcId=world.owner.vpc, TargetType="alb"
    )
    group = made["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": world.alb}])
    action = {"Type": "forward", "TargetGroupArn": group}
    elb.create_listener(LoadBalancerArn=nlb, Protocol="TCP", Port=80, DefaultActions=[action])
    service = create_service(world, nlb)
    principals = [f"arn:aws:iam::{account}:root" for account in (OWNER, CONSUMER)]
    ec2.modify_vpc_endpoint_service_permissions(ServiceId=service, AddAllowedPrincipals=principals)
    endpoint_group = world.add_group(world.consumer, "endpoint", port=80)
    endpoint = connect(world, service, endpoint_group)
    return {
        "nlb": nlb,
        "nlb_group": nlb_group,
        "service": service,
        "endpoint": endpoint,
        "endpoint_group": endpoint_group,
    }


def create_service(world: World, nlb: str) -> str:
    made = world.ec2().create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[nlb], AcceptanceRequired=True
    )
    return made["ServiceConfiguration"]["ServiceId"]


def connect(world: World, service: str, group: str) -> str:
    """The consumer's endpoint, accepted by the owner."""
    made = world.ec2(CONSUMER).create_vpc_endpoint(
        VpcEndpointType="Interface",
        ServiceName=f"com.amazonaws.vpce.ap-northeast-1.{service}",
        VpcId=world.consumer.vpc,
        SubnetIds=world.consumer.subnets,
        SecurityGroupIds=[group],
    )
    endpoint = made["VpcEndpoint"]["VpcEndpointId"]
    world.ec2().accept_vpc_endpoint_connections(ServiceId=service, VpcEndpointIds=[endpoint])
    return endpoint


def begin(bridge: Bridge, moment: Moment, victims) -> None:
    """A first apply after the import that is cut off."""
    bridge.others = f'import {{\n  to = {ADDRESS}\n  id = "{bridge.stack["service"]}"\n}}\n'
    bridge.write()
    kill_during(bridge, ["apply", "-json", "-auto-approve", "-lock=false"], moment, victims)


@pytest.mark.parametrize("victims", [the_provider, both])
@pytest.mark.parametrize(
    "moment",
    [
        Moment("CreateSecurityGroup", OWNER, DONE),
        Moment("CreateTags", OWNER, "stall"),
        Moment("AddTags", OWNER, DONE),
    ],
    ids=str,
)
def test_an_adoption_that_was_killed_goes_on(by_hand, moment, victims):
    """Some of it bears marks by then, and no state tells of them."""
    begin(by_hand, moment, victims)
    by_hand.apply("-lock=false")
    by_hand.others = ""
    assert by_hand.reach()["reachable"], by_hand.reach()
    assert not by_hand.changes()
    by_hand.workspace.run("destroy", "-json", "-auto-approve", "-lock=false")
    assert by_hand.left() == []


def test_a_destroy_after_a_killed_adoption_leaves_nothing(by_hand):
    """It takes down what was taken over, as after an adoption that was finished."""
    begin(by_hand, Moment("AddTags", OWNER, DONE), the_provider)
    by_hand.others = ""
    by_hand.write()
    by_hand.workspace.run("destroy", "-json", "-auto-approve", "-lock=false")
    assert by_hand.left() == []
    ids = {row["id"] for row in by_hand.simulator.objects()}
    assert not ids & {by_hand.stack[it] for it in ("nlb", "service", "endpoint")}
