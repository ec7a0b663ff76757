"""A run of a shared database was killed, and what it did is in no state: nobody stays in, and nothing is lost."""

import pytest

from harness.killing import DONE, Moment, both, kill_during
from harness.shared import ADDRESS, Shared
from harness.stranger import STRANGER, Stranger, connected, members
from harness.world import CONSUMER, OWNER

APPLY = ["apply", "-json", "-auto-approve"]


def kill_at(shared: Shared, operation: str, account: str = OWNER) -> None:
    shared.write()
    kill_during(shared, APPLY, Moment(operation, account, DONE), both)


def apply(shared: Shared) -> None:
    shared.write()
    shared.workspace.apply("-lock=false")


def test_whoever_a_killed_run_let_in_is_put_out(shared):
    """The account was taken out of the configuration again: the plan says so, the apply does it."""
    shared.apply()
    shared.arguments["allowed_accounts"] = [STRANGER]
    kill_at(shared, "AssociateResourceShare")
    Stranger(shared).accept()
    Stranger(shared).connect()
    del shared.arguments["allowed_accounts"]
    shared.write()
    plan = shared.workspace.plan("-lock=false")
    changes = plan.change(ADDRESS)["after"]["changes"]
    assert any(STRANGER in it and "no longer" in it for it in changes), changes
    apply(shared)
    assert members(shared) == {CONSUMER}
    assert connected(shared) == {CONSUMER}
    assert not shared.changes()


def other_groups(shared: Shared) -> None:
    """The gateway goes out by another group, and the database must let that one in."""
    made = shared.world.ec2().create_security_group(
        GroupName="q", Description="q", VpcId=shared.world.owner.vpc
    )
    shared.simulator.advance(60)
    shared.arguments["security_group_ids"] = [made["GroupId"]]
    name = shared.world.cluster()["Endpoint"]
    shared.arguments["endpoints"] = {"orders": {"dns_name": name, "port": 5432}}


@pytest.mark.parametrize(
    ("operation", "account"),
    [
        ("AuthorizeSecurityGroupIngress", OWNER),
        ("CreateResourceConfiguration", OWNER),
        ("CreateVpcEndpoint", CONSUMER),
    ],
)
@pytest.mark.parametrize("then", ["on", "back", "destroy"])
def test_the_database_lets_the_gateway_in(shared, operation, account, then):
    """Whoever made the rule: it is there while it is wanted, and gone with the rest."""
    shared.apply()
    before = dict(shared.arguments)
    other_groups(shared)
    kill_at(shared, operation, account)
    if then == "back":
        shared.arguments = before
    if then != "destroy":
        apply(shared)
        for name in shared.names().values():
            assert shared.reach(name)["reachable"], shared.reach(name)
        assert not shared.changes()
    shared.workspace.run("destroy", "-json", "-auto-approve", "-lock=false")
    assert shared.left() == []
    groups = shared.world.ec2().describe_security_groups(GroupIds=[shared.world.group])
    assert groups["SecurityGroups"][0]["IpPermissions"] == []


@pytest.mark.parametrize("then", ["back", "destroy"])
def test_another_gateway_of_a_killed_run_goes_with_what_is_behind_it(shared, then):
    """It has the same part in its tags as the one that serves."""
    shared.apply()
    before = dict(shared.arguments)
    shared.arguments["subnet_ids"] = shared.world.owner.subnets[:1]
    kill_at(shared, "CreateResourceConfiguration")
    if then == "back":
        shared.arguments = before
        apply(shared)
        assert not shared.changes()
        gateways = shared.world.lattice().list_resource_gateways()["items"]
        assert [it["id"] for it in gateways] == [shared.values()["id"]]
    shared.workspace.run("destroy", "-json", "-auto-approve", "-lock=false")
    assert shared.left() == []
