"""An import takes what carries the bridge's tags, and nothing that somebody put beside it or in its place."""

import pytest

from harness.bridge import ADDRESS, Bridge
from harness.world import CONSUMER, OWNER

STRANGER = "arn:aws:iam::777777777777:root"


@pytest.fixture
def reimported(standing):
    """Loses the state of a bridge and imports it again."""

    def run() -> Bridge:
        service = standing.values()["service_id"]
        standing.workspace.state_file.unlink()
        assert standing.workspace.try_("import", "-no-color", ADDRESS, service).code == 0
        return standing

    return run


def test_a_load_balancer_that_others_attached_is_not_taken(standing, reimported):
    """The second one, first by its name, is theirs: a destroy leaves it where it is."""
    values = standing.values()
    made = standing.world.elb().create_load_balancer(
        Name="aaa", Subnets=standing.world.owner.subnets, Scheme="internal", Type="network"
    )
    theirs = made["LoadBalancers"][0]["LoadBalancerArn"]
    standing.world.ec2().modify_vpc_endpoint_service_configuration(
        ServiceId=values["service_id"], AddNetworkLoadBalancerArns=[theirs]
    )
    reimported()
    assert standing.values()["components"]["nlb"]["id"] == values["nlb_arn"]
    standing.workspace.destroy()
    assert standing.left() == []
    assert theirs in load_balancers(standing)


def test_a_target_group_that_others_put_in_place_is_not_taken(standing, reimported):
    """The listener was led to somebody's group: the next apply leads it back, and theirs stays."""
    values = standing.values()
    elb = standing.world.elb()
    made = elb.create_target_group(
        Name="theirs", Protocol="TCP", Port=80, VpcId=standing.world.owner.vpc, TargetType="ip"
    )
    theirs = made["TargetGroups"][0]["TargetGroupArn"]
    listener = values["listeners"]["http"]["listener_arn"]
    action = {"Type": "forward", "TargetGroupArn": theirs}
    elb.modify_listener(ListenerArn=listener, DefaultActions=[action])
    reimported()
    standing.apply()
    assert not standing.changes()
    assert standing.reach()["reachable"]
    standing.workspace.destroy()
    assert standing.left() == []
    groups = elb.describe_target_groups()["TargetGroups"]
    assert [group["TargetGroupArn"] for group in groups] == [theirs]


def test_a_principal_that_others_allowed_stays(standing, reimported):
    """An import can't tell whose it is: the first apply after it takes nobody off the list."""
    standing.world.ec2().modify_vpc_endpoint_service_permissions(
        ServiceId=standing.values()["service_id"], AddAllowedPrincipals=[STRANGER]
    )
    reimported()
    standing.apply()
    assert STRANGER in standing.principals()
    assert not standing.changes()


def test_a_service_that_only_bears_a_tag_is_refused(bridge):
    """Tags on a service alone make no bridge: nothing is imported, and nothing can be destroyed."""
    made = bridge.world.elb().create_load_balancer(
        Name="theirs", Subnets=bridge.world.owner.subnets, Scheme="internal", Type="network"
    )
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    owner = f"bridge/{OWNER}/{bridge.provider['region']}/orders"
    tags = [{"Key": "privatelink:owner", "Value": owner}]
    service = bridge.world.ec2().create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[arn],
        TagSpecifications=[{"ResourceType": "vpc-endpoint-service", "Tags": tags}],
    )
    bridge.write()
    service_id = service["ServiceConfiguration"]["ServiceId"]
    run = bridge.workspace.try_("import", "-no-color", ADDRESS, service_id)
    assert run.code == 1
    assert "none that can be imported" in " ".join(run.text.split())


def load_balancers(bridge: Bridge) -> list[str]:
    found = bridge.world.elb().describe_load_balancers()["LoadBalancers"]
    return [it["LoadBalancerArn"] for it in found]


def test_the_import_block_that_a_refusal_shows_works_as_it_stands(bridge):
    """Also where the owner is not the default account: the block can be pasted."""
    owner = {name: bridge.provider.pop(name) for name in ("access_key", "secret_key")}
    bridge.provider |= bridge.provider["accounts"].pop("analytics")
    bridge.provider["accounts"]["platform"] = owner
    del bridge.consumers["analytics"]["account"]
    bridge.consumers["analytics"]["account"] = "self"
    bridge.provider["accounts"]["self"] = {"account_id": CONSUMER}
    bridge.arguments["account"] = "platform"
    bridge.apply()
    bridge.workspace.state_file.unlink()
    said = bridge.try_apply().said()
    pasted = said[said.index("import {") : said.index("}", said.index("import {")) + 1]
    bridge.others = pasted.replace("NAME", "orders")
    bridge.apply()
    bridge.others = ""
    assert not bridge.changes()


@pytest.mark.parametrize("form", ["{service_arn}", "{region}/{service_id}"])
def test_an_import_id_may_name_the_place(standing, form):
    """The ARN as AWS's own pages show it, or the region before the id."""
    identifier = form.format(**standing.values())
    standing.workspace.state_file.unlink()
    standing.write()
    assert standing.workspace.try_("import", "-no-color", ADDRESS, identifier).code == 0
    assert not standing.changes()
