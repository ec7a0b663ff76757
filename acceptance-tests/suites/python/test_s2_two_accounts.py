"""S2: two accounts with overlapping CIDRs, acceptance required, an ALB behind it; from the example."""

import json
import shutil
from types import SimpleNamespace

import pytest

from conftest import ROOT
from harness.simulator import LATER
from harness.workspace import NO_CHANGES
from harness.world import CONSUMER, OWNER, PROVIDER, REGION, is_users, make_world

ADDRESS = "privatelink_alb_bridge.web"
EXAMPLE = ROOT / "examples/scenarios/s2-two-accounts"

# As AWS is: reads lag, calls are throttled, waits take their time.
AS_AWS = ("--lag", "aws", "--throttle", "aws")


@pytest.fixture
def scenario(simulate, open_workspace):
    """The example with the values of a world, and the credentials of its user in the environment."""
    simulator = simulate(*AS_AWS)
    world = make_world(simulator.url)
    workspace = open_workspace(simulator)
    shutil.copy(EXAMPLE / "main.tf", workspace.directory)
    variables = {
        "alb_arn": world.alb,
        "alb_security_group_id": world.alb_group,
        "alb_port": 80,
        "consumer_role_arn": f"arn:aws:iam::{CONSUMER}:role/network",
        "consumer_vpc_id": world.consumer.vpc,
        "consumer_subnet_ids": world.consumer.subnets,
        "client_security_group_id": world.consumer.client_group,
    }
    (workspace.directory / "terraform.tfvars.json").write_text(json.dumps(variables))
    workspace.environment |= {
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": PROVIDER + OWNER,
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    return SimpleNamespace(simulator=simulator, world=world, workspace=workspace)


def test_two_accounts_are_connected_kept_and_parted_without_a_trace(scenario):
    """One apply connects, nothing more is ever to do, one destroy leaves the accounts as they were."""
    simulator, workspace = scenario.simulator, scenario.workspace
    simulator.advance(LATER)
    before = users(simulator)
    assert workspace.show_validation()["valid"]

    workspace.apply()
    client = scenario.world.consumer.client
    reach = simulator.reach(client, outputs(workspace)["dns_name"], 80)
    assert reach["reachable"], reach
    assert workspace.run("plan", "-json", "-detailed-exitcode").code == NO_CHANGES

    values = workspace.values(ADDRESS)
    simulator.forget_calls()
    workspace.apply()
    assert simulator.mutating() == []
    workspace.apply("-refresh-only")
    assert workspace.values(ADDRESS) == values

    workspace.destroy()
    simulator.advance(LATER)
    assert [row["id"] for row in simulator.objects() if not is_users(row)] == []
    assert users(simulator) == before


def test_the_client_rule_is_what_the_client_lacks(scenario):
    """A client whose group lets nothing out is told exactly the rule to add, and then gets through."""
    world, workspace = scenario.world, scenario.workspace
    ec2 = world.ec2(CONSUMER)
    group = world.consumer.client_group
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
    workspace.apply()
    told = outputs(workspace)
    reach = scenario.simulator.reach(world.consumer.client, told["dns_name"], 80)
    assert reach["hop"] == "client_group"

    rule = told["client_rule"]
    peer = [{"GroupId": rule["security_group_id"]}]
    permissions = [
        {"IpProtocol": rule["protocol"], "FromPort": port, "ToPort": port, "UserIdGroupPairs": peer}
        for port in rule["ports"]
    ]
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=permissions)
    reach = scenario.simulator.reach(world.consumer.client, told["dns_name"], 80)
    assert reach["reachable"], reach


def users(simulator) -> dict:
    """What was there before."""
    rows = [row for row in simulator.objects() if is_users(row)]
    return {row["id"]: (row["kind"], row["tags"], row["fields"]) for row in rows}


def outputs(workspace) -> dict:
    """The outputs, by name."""
    found = json.loads(workspace.state_file.read_text())["outputs"]
    return {name: it["value"] for name, it in found.items()}
