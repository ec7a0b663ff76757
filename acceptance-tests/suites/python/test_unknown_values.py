"""Values that are known only after apply: plans are made all the same, and promise no more than they know."""

import pytest

from harness.bridge import ADDRESS, Bridge
from harness.configuration import Raw, block, expression, resource
from harness.world import CONSUMER


def later(bridge: Bridge, name: str, value) -> Raw:
    """An expression for a value that no plan knows before it was applied once."""
    bridge.others += resource("terraform_data", name, {"input": value})
    return Raw(f"terraform_data.{name}.output")


@pytest.mark.parametrize(
    "attribute", ["alb_arn", "subnet_ids", "alb_security_group_ids", "listeners"]
)
def test_an_argument_may_be_unknown_when_the_bridge_is_planned(bridge, attribute):
    """The ALB, its groups or the subnets are made in the same apply: one apply makes it all."""
    values = {"subnet_ids": bridge.world.owner.subnets} | bridge.arguments
    bridge.arguments[attribute] = later(bridge, "given", values[attribute])
    change = bridge.plan().change(ADDRESS)
    assert change["actions"] == ["create"]
    assert change["after_unknown"][attribute]
    bridge.apply()
    assert bridge.reach()["reachable"]
    assert not bridge.changes()


@pytest.mark.parametrize("attribute", ["vpc_id", "subnet_ids", "account", "allow_from", "tags"])
def test_a_part_of_a_consumer_may_be_unknown(bridge, attribute):
    """The consumer's VPC, its subnets or whom it admits come from another resource."""
    group = {"security_group_ids": [bridge.world.consumer.client_group]}
    values = {"allow_from": group, "tags": {"team": "a"}} | bridge.consumers["analytics"]
    bridge.consumers["analytics"][attribute] = later(bridge, "given", values[attribute])
    assert bridge.plan().change(ADDRESS)["actions"] == ["create"]
    bridge.apply()
    assert bridge.reach()["reachable"]
    assert not bridge.changes()


@pytest.mark.parametrize("what", ["one consumer", "all consumers"])
def test_consumers_may_be_unknown_as_a_whole(bridge, what):
    """Who connects is known only after apply: the plan leaves open what will be made."""
    if what == "one consumer":
        bridge.consumers["analytics"] = later(bridge, "given", bridge.consumers["analytics"])
    else:
        bridge.arguments["consumers"] = later(bridge, "given", bridge.consumers)
    change = bridge.plan().change(ADDRESS)
    assert change["actions"] == ["create"]
    assert change["after_unknown"]["components"] is True
    bridge.apply()
    assert bridge.reach()["reachable"]
    assert not bridge.changes()


def test_an_unknown_consumer_added_later_does_not_disturb_the_others(standing):
    """Those that are connected stay known in the plan and connected in the apply."""
    before = standing.consumer()
    place = standing.world.add_place(CONSUMER)
    value = {"account": "analytics", "vpc_id": place.vpc, "subnet_ids": place.subnets}
    standing.consumers["reports"] = later(standing, "given", value)
    change = standing.plan().change(ADDRESS)
    assert change["actions"] == ["update"]
    assert change["after"]["consumers"]["analytics"]["dns_name"] == before["dns_name"]
    assert change["after"]["service_name"]
    standing.apply()
    assert standing.reach("reports", place=place)["reachable"]
    assert standing.consumer() == before
    assert not standing.changes()


@pytest.mark.parametrize("attribute", ["alb_arn", "listeners", "consumers"])
def test_what_becomes_unknown_and_turns_out_the_same_changes_nothing(standing, attribute):
    """An upstream resource is replaced and gives the same value: nothing is replaced or cut here."""
    before = standing.values()
    standing.arguments[attribute] = later(standing, "given", standing.arguments[attribute])
    assert standing.plan().change(ADDRESS)["actions"] in (["update"], ["no-op"])
    standing.apply()
    after = standing.values()
    assert after["service_id"] == before["service_id"]
    assert after["consumers"] == before["consumers"]
    assert after["nlb_arn"] == before["nlb_arn"]
    assert not standing.changes()


def test_the_provider_block_may_be_unknown_at_plan(bridge):
    """The credentials come from a resource of the same apply."""
    bridge.provider["secret_key"] = later(bridge, "given", "secret")
    change = bridge.plan().change(ADDRESS)
    assert change["actions"] == ["create"]
    bridge.apply()
    assert bridge.reach()["reachable"]
    assert not bridge.changes()


def test_a_provider_block_that_becomes_unknown_leaves_what_stands(standing):
    """Refresh says what it said before; the apply finds nothing to do to the bridge."""
    before = standing.values()
    standing.provider["region"] = later(standing, "given", standing.provider["region"])
    change = standing.plan().change(ADDRESS)
    assert change["actions"] in (["no-op"], ["update"])
    assert change["after"]["service_name"] == before["service_name"]
    standing.apply()
    assert standing.values() == before
    assert not standing.changes()


def test_outputs_that_depend_on_a_bridge_are_known_when_nothing_changes(standing):
    """Another resource that uses the DNS name is not touched by a change of tags."""
    name = f'{ADDRESS}.consumers["analytics"].dns_name'
    standing.others = resource("terraform_data", "user", {"triggers_replace": Raw(name)})
    standing.others += block('output "whole"', {"value": Raw(expression(Raw(ADDRESS)))})
    standing.apply()
    standing.arguments["tags"] = {"team": "network"}
    plan = standing.plan()
    assert plan.change("terraform_data.user")["actions"] == ["no-op"]
    standing.workspace.run("apply", "-json", str(plan.path))
    assert not standing.changes()


def test_a_permission_may_come_late(standing):
    """Whether the load balancer may be exchanged comes from another resource: the plan does not refuse."""
    standing.arguments["subnet_ids"] = standing.world.owner.subnets[:1]
    standing.consumers["analytics"]["subnet_ids"] = standing.world.consumer.subnets[:1]
    standing.arguments["replace_nlb"] = later(standing, "given", "interrupt")
    unknown = standing.plan().change(ADDRESS)["after_unknown"]
    assert unknown["nlb_arn"] and unknown["consumers"]["analytics"]["endpoint_id"]
    standing.apply()
    standing.assert_whole()


@pytest.mark.parametrize("whole", [True, False], ids=["all", "one"])
def test_a_zone_may_come_late(lay, whole):
    """A subnet of another resource of the same apply, which brings a zone."""
    bridge = lay()
    bridge.arguments["subnet_ids"] = bridge.world.owner.subnets
    bridge.apply()
    more = bridge.world.add_subnet(bridge.world.owner, "172.31.64.0/20")
    subnets = [*bridge.world.owner.subnets, more]
    late = later(bridge, "given", subnets if whole else more)
    bridge.arguments["subnet_ids"] = late if whole else [*bridge.world.owner.subnets, late]
    assert bridge.plan().change(ADDRESS)["after_unknown"]["availability_zone_ids"] is True
    bridge.apply()
    assert len(bridge.values()["availability_zone_ids"]) == 3
    assert not bridge.changes()


def test_what_is_not_known_yet_is_never_planned_as_unchanged(standing):
    """Subnets that another resource tells anew: the plan leaves them open instead of showing the old ones."""
    subnets = standing.world.owner.subnets
    standing.others = resource("terraform_data", "given", {"input": subnets, "triggers_replace": 1})
    standing.arguments["subnet_ids"] = Raw("terraform_data.given.output")
    standing.apply()
    standing.others = resource("terraform_data", "given", {"input": subnets, "triggers_replace": 2})
    change = standing.plan().change(ADDRESS)
    assert change["actions"] == ["update"]
    assert change["after_unknown"]["subnet_ids"] is True
