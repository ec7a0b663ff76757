"""Something is changed behind Terraform's back: refresh shows it, the plan says it, apply mends it."""

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from harness.bridge import ADDRESS, Bridge
from harness.workspace import CHANGES
from harness.world import CONSUMER, OWNER


@dataclass(frozen=True)
class Sabotage:
    """What somebody does, where connections end then (nowhere if `None`), a word of the drift, and
    the components (patterns) that can only be mended by a new one."""

    act: Callable[[Bridge], object]
    hop: str | None
    word: str
    anew: tuple[str, ...] = ()


def delete_the_listener(bridge: Bridge):
    arn = bridge.values()["listeners"]["http"]["listener_arn"]
    bridge.world.elb().delete_listener(ListenerArn=arn)


def deregister_the_target(bridge: Bridge):
    group = bridge.values()["listeners"]["http"]["target_group_arn"]
    target = [{"Id": bridge.world.alb, "Port": 80}]
    bridge.world.elb().deregister_targets(TargetGroupArn=group, Targets=target)


def revoke_what_the_nlb_lets_out(bridge: Bridge):
    revoke(bridge.world.ec2(), component(bridge, "nlb.security_group"), outbound=True)


def revoke_what_the_alb_lets_in(bridge: Bridge):
    revoke(bridge.world.ec2(), bridge.world.alb_group, outbound=False)


def revoke_what_the_endpoint_lets_in(bridge: Bridge):
    group = bridge.consumer()["security_group_id"]
    revoke(bridge.world.ec2(CONSUMER), group, outbound=False)


def reject_the_connection(bridge: Bridge):
    bridge.world.ec2().reject_vpc_endpoint_connections(
        ServiceId=bridge.values()["service_id"],
        VpcEndpointIds=[bridge.consumer()["endpoint_id"]],
    )


def take_the_permissions_away(bridge: Bridge):
    bridge.world.ec2().modify_vpc_endpoint_service_permissions(
        ServiceId=bridge.values()["service_id"],
        RemoveAllowedPrincipals=[f"arn:aws:iam::{CONSUMER}:root"],
    )


def remove_a_tag_of_the_endpoint(bridge: Bridge):
    bridge.world.ec2(CONSUMER).delete_tags(
        Resources=[bridge.consumer()["endpoint_id"]], Tags=[{"Key": "team"}]
    )


def remove_a_tag_of_the_load_balancer(bridge: Bridge):
    arn = bridge.values()["nlb_arn"]
    bridge.world.elb().remove_tags(ResourceArns=[arn], TagKeys=["team"])


def enforce_the_groups_rules(bridge: Bridge):
    bridge.world.elb().set_security_groups(
        LoadBalancerArn=bridge.values()["nlb_arn"],
        SecurityGroups=[component(bridge, "nlb.security_group")],
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic="on",
    )


def keep_traffic_in_its_zone(bridge: Bridge):
    attribute = {"Key": "load_balancing.cross_zone.enabled", "Value": "false"}
    bridge.world.elb().modify_load_balancer_attributes(
        LoadBalancerArn=bridge.values()["nlb_arn"], Attributes=[attribute]
    )


def accept_whoever_comes(bridge: Bridge):
    bridge.world.ec2().modify_vpc_endpoint_service_configuration(
        ServiceId=bridge.values()["service_id"], AcceptanceRequired=False
    )


SABOTAGES = [
    Sabotage(delete_the_listener, "nlb_listener", "listener.http", ("listener.http",)),
    Sabotage(deregister_the_target, "target", "the ALB as the target of listener"),
    Sabotage(revoke_what_the_nlb_lets_out, "nlb_group_out", "nlb.security_group"),
    Sabotage(revoke_what_the_alb_lets_in, "target_security_group", "alb_rule", ("alb_rule.*",)),
    Sabotage(revoke_what_the_endpoint_lets_in, "endpoint_group", "analytics.security_group"),
    Sabotage(reject_the_connection, "endpoint", "analytics", ("consumer.analytics.endpoint",)),
    Sabotage(take_the_permissions_away, None, "the list of who may connect"),
    Sabotage(remove_a_tag_of_the_endpoint, None, "analytics.endpoint"),
    Sabotage(remove_a_tag_of_the_load_balancer, None, "nlb"),
    Sabotage(enforce_the_groups_rules, "nlb_group_in", "nlb"),
    Sabotage(keep_traffic_in_its_zone, None, "nlb"),
]


@pytest.fixture
def tagged(bridge) -> Bridge:
    """An applied bridge with a tag of its user's."""
    bridge.arguments["tags"] = {"team": "network"}
    bridge.apply()
    return bridge


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda it: it.act.__name__)
def test_sabotage_is_seen_told_and_mended(tagged, sabotage):
    """The plan names what is broken, the next apply mends it, and then there is nothing to do."""
    before = tagged.values()
    sabotage.act(tagged)
    assert tagged.reach()["hop"] == sabotage.hop

    plan = tagged.plan()
    change = plan.change(ADDRESS)
    assert change["actions"] == ["update"]
    assert any(sabotage.word in sentence for sentence in change["before"]["drift"]), change[
        "before"
    ]
    assert change["after"]["drift"] == []
    assert change["after"]["changes"], "a plan that does something says what"

    tagged.workspace.run("apply", "-json", str(plan.path))
    assert tagged.reach()["reachable"], tagged.reach()
    assert not tagged.changes()
    after = tagged.values()
    assert kept(after, sabotage) == kept(before, sabotage)


def test_who_is_let_in_is_told_with_its_drift(tagged):
    """The sentence names who is still on the list, and the plan says that it will mend it."""
    owner = f"arn:aws:iam::{OWNER}:root"
    tagged.world.ec2().modify_vpc_endpoint_service_permissions(
        ServiceId=tagged.values()["service_id"],
        RemoveAllowedPrincipals=[f"arn:aws:iam::{CONSUMER}:root"],
    )
    change = tagged.plan().change(ADDRESS)
    [sentence] = change["before"]["drift"]
    assert sentence.endswith(f"changed outside Terraform (now {owner})")
    assert change["after"]["changes"] == ["puts the list of who may connect as it is written"]


def test_a_refresh_alone_shows_the_drift_and_touches_nothing(tagged):
    """`plan -refresh-only` has something to tell, and AWS is only read."""
    delete_the_listener(tagged)
    tagged.simulator.forget_calls()
    run = tagged.workspace.run("plan", "-refresh-only", "-json", "-detailed-exitcode")
    assert run.code == CHANGES
    tagged.workspace.apply("-refresh-only")
    assert any("listener.http" in sentence for sentence in tagged.values()["drift"])
    assert tagged.simulator.mutating() == []
    assert tagged.reach()["hop"] == "nlb_listener"


def test_the_owner_may_turn_acceptance_off_by_hand_and_apply_turns_it_on(tagged):
    """A setting changed in the console is an ordinary difference of an argument."""
    accept_whoever_comes(tagged)
    change = tagged.plan().change(ADDRESS)
    assert change["actions"] == ["update"]
    tagged.apply()
    assert not tagged.changes()
    services = tagged.world.ec2().describe_vpc_endpoint_service_configurations()
    assert services["ServiceConfigurations"][0]["AcceptanceRequired"]


def test_an_endpoint_that_was_deleted_is_made_anew_and_nothing_else_is(tagged):
    """The consumer gets a new endpoint; the plan leaves everything else known."""
    before = tagged.values()
    endpoint = tagged.consumer()["endpoint_id"]
    tagged.world.ec2(CONSUMER).delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    tagged.simulator.advance(3600)
    change = tagged.plan().change(ADDRESS)
    assert change["actions"] == ["update"]
    unknown = change["after_unknown"]
    assert unknown["consumers"]["analytics"]["endpoint_id"]
    assert not unknown.get("service_name")
    tagged.apply()
    assert tagged.reach()["reachable"]
    assert tagged.consumer()["endpoint_id"] != endpoint
    assert tagged.values()["service_name"] == before["service_name"]
    assert not tagged.changes()


def test_strangers_things_beside_the_bridge_are_left_alone(tagged):
    """Tags and permissions that somebody else added are no drift and survive an apply."""
    ec2 = tagged.world.ec2()
    stranger = "arn:aws:iam::333333333333:root"
    ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=tagged.values()["service_id"], AddAllowedPrincipals=[stranger]
    )
    opening = {
        "IpProtocol": "tcp",
        "FromPort": 22,
        "ToPort": 22,
        "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
    }
    ec2.authorize_security_group_ingress(GroupId=tagged.world.alb_group, IpPermissions=[opening])
    run = tagged.workspace.run("plan", "-json", "-detailed-exitcode")
    assert run.code == 0
    assert stranger in run.said("warning")
    tagged.arguments["tags"] = {"team": "platform"}
    tagged.apply()
    allowed = ec2.describe_vpc_endpoint_service_permissions(ServiceId=tagged.values()["service_id"])
    assert stranger in [it["Principal"] for it in allowed["AllowedPrincipals"]]
    group = ec2.describe_security_groups(GroupIds=[tagged.world.alb_group])["SecurityGroups"][0]
    assert 22 in [it.get("FromPort") for it in group["IpPermissions"]]


def kept(values: dict, sabotage: Sabotage) -> dict:
    """The ids that must not move when something is mended."""
    components = values["components"]
    anew = {it for pattern in sabotage.anew for it in fnmatch.filter(components, pattern)}
    return {address: components[address]["id"] for address in components.keys() - anew}


def component(bridge: Bridge, address: str) -> str:
    """The id of a component."""
    return bridge.values()["components"][address]["id"]


def revoke(ec2, group: str, *, outbound: bool) -> None:
    """Takes every rule of one direction out of a group."""
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    ids = [
        rule["SecurityGroupRuleId"]
        for rule in rules["SecurityGroupRules"]
        if rule["IsEgress"] == outbound
    ]
    take = ec2.revoke_security_group_egress if outbound else ec2.revoke_security_group_ingress
    take(GroupId=group, SecurityGroupRuleIds=ids)


def test_what_is_left_as_it_is_is_told(standing):
    """With heal = false a plan does nothing about drift, and says so."""
    standing.arguments["heal"] = False
    standing.apply()
    standing.world.elb().modify_load_balancer_attributes(
        LoadBalancerArn=standing.values()["nlb_arn"],
        Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "false"}],
    )
    run = standing.try_plan()
    assert run.code == 0
    said = run.said("warning")
    assert "left as it is" in said and "nlb: cross zone changed outside Terraform" in said


def test_drift_can_not_be_ignored(standing):
    """`ignore_changes` would have core hold the value back: that is told, and not as a bug."""
    standing.inside = "  lifecycle {\n    ignore_changes = [drift]\n  }"
    assert not standing.changes()
    deregister_the_target(standing)
    run = standing.try_plan()
    assert run.code == 1
    assert "Take it out of ignore_changes" in run.said() and "bug" not in run.said()
    standing.inside = ""
    assert standing.changes()
