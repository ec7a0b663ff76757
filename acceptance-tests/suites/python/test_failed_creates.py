"""A create fails half-way: the error tells the way on, and the next apply goes on with what is there."""

from collections.abc import Callable
from datetime import datetime

import pytest

from harness.bridge import ADDRESS, LASTING, Bridge
from harness.configuration import Raw, resource
from harness.world import CONSUMER, OUTSIDER, OWNER

DENIED = {"error": "UnauthorizedOperation"}

# Calls of a create that make something, in the order of the chain, with the account that makes it.
CALLS = [
    ("CreateSecurityGroup", OWNER),
    ("CreateLoadBalancer", OWNER),
    ("CreateTargetGroup", OWNER),
    ("RegisterTargets", OWNER),
    ("CreateListener", OWNER),
    ("AuthorizeSecurityGroupIngress", OWNER),
    ("CreateVpcEndpointServiceConfiguration", OWNER),
    ("ModifyVpcEndpointServicePermissions", OWNER),
    ("CreateSecurityGroup", CONSUMER),
    ("CreateVpcEndpoint", CONSUMER),
    ("AcceptVpcEndpointConnections", OWNER),
]
IDS = [f"{operation}-{account[0]}" for operation, account in CALLS]


@pytest.mark.parametrize(("operation", "account"), CALLS, ids=IDS)
def test_a_denied_call_is_named_and_the_next_apply_keeps_what_was_made(bridge, operation, account):
    """The error says which action which account lacks; nothing that exists by then is made twice."""
    bridge.simulator.fault(operation, DENIED, account=account, nth="every")
    run = bridge.try_apply()
    assert run.code == 1
    said = run.said()
    assert operation in said
    assert account in said
    assert "Allow" in said
    assert minutes(bridge) < 10
    made = bridge.lasting()
    assert bridge.workspace.addresses() == ([ADDRESS] if bridge.made() else [])

    bridge.simulator.forget_faults()
    bridge.apply()
    assert made <= bridge.lasting()
    bridge.assert_whole()


@pytest.mark.parametrize(("operation", "account"), CALLS[3:], ids=IDS[3:])
def test_destroy_after_a_failed_create_leaves_nothing(bridge, operation, account):
    """Who changes their mind is rid of everything with one destroy."""
    before = bridge.users()
    bridge.simulator.fault(operation, DENIED, account=account, nth="every")
    assert bridge.try_apply().code == 1
    bridge.simulator.forget_faults()
    bridge.workspace.destroy()
    assert bridge.left() == []
    assert bridge.users() == before


def test_a_failed_create_names_what_is_kept_and_both_ways_on(bridge):
    """The error lists what exists by now, and says to apply again or destroy; the state is tainted."""
    bridge.simulator.fault("CreateVpcEndpoint", DENIED)
    said = bridge.try_apply().said()
    for row in bridge.made():
        if row["kind"] in LASTING:
            assert row["id"] in said
    assert "Apply again" in said
    assert "destroy" in said
    assert bridge.workspace.is_tainted(ADDRESS)


def test_the_plan_after_a_failed_create_replaces_in_words_only(bridge):
    """Terraform says "tainted, must be replaced"; load balancer and service name stay all the same."""
    bridge.simulator.fault("CreateVpcEndpoint", DENIED)
    bridge.try_apply()
    before = bridge.values()
    assert before["nlb_arn"]
    assert before["service_name"]
    plan = bridge.plan()
    assert plan.change(ADDRESS)["actions"] == ["delete", "create"]
    bridge.workspace.run("apply", "-json", str(plan.path))
    after = bridge.values()
    assert after["nlb_arn"] == before["nlb_arn"]
    assert after["service_name"] == before["service_name"]
    bridge.assert_whole()


def test_a_create_can_fail_again_and_again(bridge):
    """Each apply goes on a little further; at the end there is one of everything."""
    for operation, account in CALLS[4:]:
        bridge.simulator.fault(operation, DENIED, account=account)
        bridge.try_apply()
        bridge.simulator.forget_faults()
    bridge.apply()
    bridge.assert_whole()
    bridge.workspace.destroy()
    assert bridge.left() == []


def test_what_is_no_longer_wanted_goes_when_a_failed_create_is_taken_up(bridge):
    """A consumer that was connected before the failure and has left the configuration is removed."""
    place = bridge.world.add_place(OWNER)
    bridge.consumers["batch"] = {"vpc_id": place.vpc, "subnet_ids": place.subnets}
    bridge.simulator.fault("CreateVpcEndpoint", DENIED, account=CONSUMER)
    assert bridge.try_apply().code == 1
    del bridge.consumers["batch"]
    bridge.apply()
    bridge.assert_whole()


def with_create_before_destroy(bridge: Bridge) -> None:
    """A dependant that must be made before its old self goes drags the bridge along."""
    bridge.others = resource(
        "terraform_data",
        "dependant",
        {
            "input": Raw(f"{ADDRESS}.service_name"),
            "triggers_replace": Raw(f"{ADDRESS}.service_name"),
        },
        inside="  lifecycle {\n    create_before_destroy = true\n  }",
    )


def with_create_before_destroy_itself(bridge: Bridge) -> None:
    """The bridge itself is to be made before its old self goes."""
    bridge.inside = "  lifecycle {\n    create_before_destroy = true\n  }"


@pytest.mark.parametrize("twist", [with_create_before_destroy, with_create_before_destroy_itself])
@pytest.mark.parametrize("operation", ["CreateListener", "CreateVpcEndpoint"])
def test_create_before_destroy_goes_on_all_the_same(bridge, operation, twist: Callable):
    """The new half takes over what the old half made, and the old half's delete touches nothing."""
    twist(bridge)
    bridge.simulator.fault(operation, DENIED)
    assert bridge.try_apply().code == 1
    made = bridge.lasting()
    assert bridge.plan().change(ADDRESS)["actions"] == ["create", "delete"]
    bridge.apply()
    assert made <= bridge.lasting()
    bridge.assert_whole()
    assert bridge.workspace.addresses().count(ADDRESS) == 1
    bridge.workspace.destroy()
    assert bridge.left() == []


def test_a_half_built_bridge_in_another_vpc_has_to_go_first(bridge):
    """The new half can't take it over and can't stand beside it: that is said before anything is touched."""
    with_create_before_destroy_itself(bridge)
    bridge.fail("CreateVpcEndpoint")
    place = bridge.world.add_place(OWNER, "10.77.0.0/16")
    group = bridge.world.add_group(place, "other-alb")
    bridge.arguments["alb_arn"] = bridge.world.add_alb("other", place, group=group)
    bridge.arguments["alb_security_group_ids"] = [group]
    bridge.simulator.forget_calls()
    said = bridge.try_apply().said()
    assert "stands in another VPC" in said and "create_before_destroy" in said
    assert bridge.simulator.mutating() == []
    bridge.inside = ""
    bridge.apply()
    assert bridge.values()["consumers"]["analytics"]["state"] == "available"
    assert not bridge.changes()
    bridge.workspace.destroy()
    assert bridge.left() == []


def test_replacing_a_complete_bridge_makes_a_new_one(standing):
    """`-replace` means it: another service, and nothing of the old one is left."""
    before = standing.lasting()
    standing.apply(f"-replace={ADDRESS}")
    assert not before & standing.lasting()
    standing.assert_whole()


def test_replacing_a_complete_bridge_that_fails_goes_on(standing):
    """The create of a replacement may fail too; then what *it* made is kept."""
    standing.simulator.fault("CreateVpcEndpoint", DENIED)
    run = standing.try_apply(f"-replace={ADDRESS}")
    assert run.code == 1
    made = standing.lasting()
    standing.apply()
    assert made <= standing.lasting()
    standing.assert_whole()


def test_replacing_a_complete_bridge_before_destroying_it_is_refused(standing):
    """Two bridges of one name can't be: the error says so, and the old one goes on working."""
    with_create_before_destroy_itself(standing)
    standing.apply()
    before = standing.lasting()
    run = standing.try_apply(f"-replace={ADDRESS}")
    assert run.code == 1
    assert "create_before_destroy" in run.said() or "another name" in run.said()
    assert standing.lasting() == before
    assert standing.reach()["reachable"]
    assert not standing.changes()


def minutes(bridge: Bridge) -> float:
    """How long AWS was called, by AWS's clock."""
    times = [datetime.fromisoformat(call["time"]) for call in provider_calls(bridge)]
    return (times[-1] - times[0]).total_seconds() / 60


def provider_calls(bridge: Bridge) -> list[dict]:
    """The journal without what made the world."""
    return [it for it in bridge.simulator.calls() if not it["access_key"].startswith(OUTSIDER)]


def test_a_failed_create_may_be_untainted(bridge):
    """Then the next plan is an update that makes what is missing, also where nothing may be destroyed."""
    bridge.inside = "  lifecycle {\n    prevent_destroy = true\n  }"
    bridge.simulator.fault("CreateVpcEndpoint", DENIED, nth="every")
    assert bridge.try_apply().code == 1
    made = bridge.lasting()
    bridge.simulator.forget_faults()
    assert bridge.workspace.try_("untaint", ADDRESS).code == 0
    assert bridge.plan().change(ADDRESS)["actions"] == ["update"]
    bridge.apply()
    assert made <= bridge.lasting()
    bridge.assert_whole()
