"""What somebody does to a bridge that would make an apply or a destroy stop half-way."""

import pytest

from harness.bridge import ADDRESS, Bridge
from harness.world import CONSUMER, OWNER

STRANGER = "bridge/999999999999/ap-northeast-1/theirs"


def test_a_protected_load_balancer_keeps_destroy_from_touching_anything(standing):
    """Whoever switched the protection on; the way on is told, and works."""
    nlb = standing.values()["nlb_arn"]
    on = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    standing.world.elb().modify_load_balancer_attributes(LoadBalancerArn=nlb, Attributes=on)
    before = standing.lasting()
    run = standing.workspace.try_("destroy", "-json", "-auto-approve")
    assert run.code == 1
    assert "switched on outside Terraform" in run.said()
    assert standing.lasting() == before
    assert standing.reach()["reachable"]
    standing.apply()
    standing.workspace.destroy()
    assert standing.left() == []


def test_an_endpoint_that_was_given_away_is_made_anew(standing):
    """Its client token would give the same one back for ever."""
    given = standing.consumer()["endpoint_id"]
    give_away(standing.world.ec2(CONSUMER), given)
    standing.apply()
    assert standing.consumer()["endpoint_id"] != given
    assert standing.reach()["reachable"]
    assert not standing.changes()


def test_a_service_that_was_given_away_is_told_with_the_tag_that_takes_it_back(standing):
    """It stands on our load balancer, which takes no second one: nothing can be made instead."""
    service = standing.values()["service_id"]
    give_away(standing.world.ec2(), service)
    before = standing.lasting()
    run = standing.try_apply()
    assert run.code == 1
    owner = f"bridge/{OWNER}/ap-northeast-1/orders"
    assert f"{service}, which stands on the network load balancer" in run.said()
    assert f"put its tag privatelink:owner back to {owner}" in run.said()
    assert standing.lasting() == before
    give_away(standing.world.ec2(), service, owner)
    standing.apply()
    standing.assert_whole()


@pytest.mark.parametrize("everything", [False, True])
def test_ipv6_that_nobody_wanted_is_told_by_the_first_plan_and_gone_after_one_apply(
    standing, everything
):
    """The endpoints lose it before the service, and the service before the load balancer."""
    world, values = standing.world, standing.values()
    world.add_ipv6(world.owner)
    world.add_ipv6(world.consumer)
    nlb, service = values["nlb_arn"], values["service_id"]
    world.elb().set_ip_address_type(LoadBalancerArn=nlb, IpAddressType="dualstack")
    if everything:
        world.ec2().modify_vpc_endpoint_service_configuration(
            ServiceId=service, AddSupportedIpAddressTypes=["ipv6"]
        )
        world.ec2(CONSUMER).modify_vpc_endpoint(
            VpcEndpointId=standing.consumer()["endpoint_id"], IpAddressType="dualstack"
        )
    assert standing.plan().change(ADDRESS)["actions"] == ["update"]
    standing.apply()
    standing.assert_whole()
    [balancer] = world.elb().describe_load_balancers(LoadBalancerArns=[nlb])["LoadBalancers"]
    assert balancer["IpAddressType"] == "ipv4"
    assert standing.values()["service_id"] == service


def test_a_rule_of_somebody_that_names_our_group_is_told_where_it_is(standing):
    """Destroy waits for it, and says in which group it is."""
    ec2, ours = standing.world.ec2(), standing.values()["components"]["nlb.security_group"]["id"]
    theirs = ec2.create_security_group(
        GroupName="theirs", Description="theirs", VpcId=standing.world.owner.vpc
    )["GroupId"]
    pairs = [{"GroupId": ours}]
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "UserIdGroupPairs": pairs}
    ec2.authorize_security_group_ingress(GroupId=theirs, IpPermissions=[rule])
    standing.arguments["timeouts"] = {"delete": "10m"}
    standing.apply()
    run = standing.workspace.try_("destroy", "-json", "-auto-approve")
    assert run.code == 1
    assert f"Rules that name it are in {theirs}" in run.said()
    ec2.revoke_security_group_ingress(GroupId=theirs, IpPermissions=[rule])
    standing.workspace.destroy()
    assert standing.left() == []


class Mistake:
    """A consumer that can't be had: nothing of it is ever made."""

    def __init__(self, bridge: Bridge, place):
        self.bridge, self.place = bridge, place

    def make(self) -> None:
        """In a region that there is not."""
        consumer = {"account": "analytics", "vpc_id": self.place.vpc, "region": "us-est-1"}
        self.bridge.consumers["reports"] = consumer | {"subnet_ids": self.place.subnets}

    def correct(self) -> None:
        """Written as it was meant."""
        self.bridge.consumers["reports"].pop("region")

    def remove(self) -> None:
        """Given up."""
        self.bridge.consumers.pop("reports")


@pytest.fixture
def mistaken(standing) -> Mistake:
    """A bridge on which an apply failed by such a consumer."""
    mistake = Mistake(standing, standing.world.add_place(CONSUMER))
    mistake.make()
    assert standing.try_apply().code == 1
    return mistake


@pytest.mark.parametrize("way", [Mistake.correct, Mistake.remove])
def test_a_consumer_of_which_nothing_was_made_can_be_corrected_or_removed(mistaken, way):
    """What can't be looked for is told, and keeps nobody from putting it right."""
    bridge = mistaken.bridge
    way(mistaken)
    bridge.apply()
    assert bridge.reach()["reachable"]
    assert not bridge.changes()
    bridge.workspace.destroy()
    assert bridge.left() == []


def test_a_bridge_with_such_a_consumer_can_be_destroyed(mistaken):
    """Nothing of it is there, and nothing is waited for."""
    mistaken.bridge.workspace.destroy()
    assert mistaken.bridge.left() == []


def give_away(ec2, resource: str, owner: str = STRANGER) -> None:
    """Marks an object as somebody else's."""
    ec2.create_tags(Resources=[resource], Tags=[{"Key": "privatelink:owner", "Value": owner}])
