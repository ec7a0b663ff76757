"""The provider against moto, as far as moto goes: a bridge without consumers, from apply to destroy.

Consumers need endpoint connections, which moto does not have (`test_moto.LACKED`).
"""

from types import SimpleNamespace

import pytest

from harness.bridge import Bridge
from harness.world import make_world

# What moto forgets of a bridge, as the provider tells it. When moto learns it, take it out here.
FORGOTTEN = ["nlb: enforce inbound rules changed outside Terraform (now true)"]


@pytest.fixture
def lonely(moto_url, open_workspace) -> Bridge:
    """A bridge without consumers, in moto's one account."""
    world = make_world(moto_url)
    bridge = Bridge(None, world, open_workspace(SimpleNamespace(url=moto_url, scale=20)))
    bridge.provider.pop("accounts")
    bridge.arguments.pop("consumers")
    return bridge


def test_a_bridge_without_consumers_is_made_kept_and_taken_down(lonely):
    """What was made is there, a plan finds only what moto forgets, and destroy leaves what there was."""
    before = everything(lonely)
    lonely.apply()
    values = lonely.values()
    made = everything(lonely)
    assert made["services"] == [values["service_id"]]
    assert set(made["balancers"]) - set(before["balancers"]) == {values["nlb_arn"]}
    assert len(made["groups"]) == len(before["groups"]) + 1
    health = lonely.world.elb().describe_target_health(
        TargetGroupArn=values["listeners"]["http"]["target_group_arn"]
    )["TargetHealthDescriptions"]
    assert [target["Target"] for target in health] == [{"Id": lonely.world.alb, "Port": 80}]

    plan = lonely.plan().content
    drift = [row["change"]["after"]["drift"] for row in plan.get("resource_drift", [])]
    assert drift == [FORGOTTEN]

    lonely.workspace.destroy()
    assert everything(lonely) == before


def test_another_listener_and_account_are_changes_in_place(lonely):
    """Nothing is made anew for them."""
    lonely.apply()
    values = lonely.values()
    lonely.world.add_alb_listener(8080)
    lonely.arguments["listeners"]["other"] = {"port": 8080}
    lonely.arguments["allowed_accounts"] = ["222222222222"]
    lonely.apply()
    changed = lonely.values()
    assert changed["service_id"] == values["service_id"]
    assert changed["nlb_arn"] == values["nlb_arn"]
    permitted = lonely.world.ec2().describe_vpc_endpoint_service_permissions(
        ServiceId=values["service_id"]
    )["AllowedPrincipals"]
    assert "arn:aws:iam::222222222222:root" in [row["Principal"] for row in permitted]
    listeners = lonely.world.elb().describe_listeners(LoadBalancerArn=values["nlb_arn"])
    assert sorted(row["Port"] for row in listeners["Listeners"]) == [80, 8080]


def everything(bridge: Bridge) -> dict:
    """What exists, by kind."""
    elb, ec2 = bridge.world.elb(), bridge.world.ec2()
    groups = ec2.describe_security_groups()["SecurityGroups"]
    services = ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
    return {
        "balancers": [
            row["LoadBalancerArn"] for row in elb.describe_load_balancers()["LoadBalancers"]
        ],
        "targets": [row["TargetGroupArn"] for row in elb.describe_target_groups()["TargetGroups"]],
        "services": [row["ServiceId"] for row in services],
        "groups": {row["GroupId"]: row["IpPermissions"] for row in groups},
    }
