"""S1: another VPC's ALB, in one account, connected unasked; from the example."""

import json
import shutil
from types import SimpleNamespace

import pytest

from conftest import ROOT
from harness.simulator import LATER
from harness.workspace import NO_CHANGES
from harness.world import OWNER, PROVIDER, REGION, is_users, make_world

ADDRESS = "privatelink_alb_bridge.web"
EXAMPLE = ROOT / "examples/scenarios/s1-another-vpc"
STRANGER = "333333333333"


@pytest.fixture
def scenario(simulate, open_workspace):
    """The example, as AWS is: reads lag, calls are throttled, waits take their time."""
    simulator = simulate("--lag", "aws", "--throttle", "aws")
    world = make_world(simulator.url)
    there = world.add_place(OWNER, "10.20.0.0/16")
    workspace = open_workspace(simulator)
    shutil.copy(EXAMPLE / "main.tf", workspace.directory)
    variables = {
        "alb_arn": world.alb,
        "alb_security_group_id": world.alb_group,
        "alb_port": 80,
        "subnet_ids": world.owner.subnets,
        "allowed_account_ids": [STRANGER],
        "consumer_vpc_id": there.vpc,
        "consumer_subnet_ids": there.subnets,
    }
    (workspace.directory / "terraform.tfvars.json").write_text(json.dumps(variables))
    workspace.environment |= {
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": PROVIDER + OWNER,
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    return SimpleNamespace(simulator=simulator, world=world, there=there, workspace=workspace)


def test_another_vpc_is_connected_kept_and_parted_without_a_trace(scenario):
    """One apply connects, nothing more is ever to do, one destroy leaves nothing behind."""
    simulator, workspace = scenario.simulator, scenario.workspace
    workspace.apply()
    outputs = json.loads(workspace.state_file.read_text())["outputs"]
    reach = simulator.reach(scenario.there.client, outputs["dns_name"]["value"], 80)
    assert reach["reachable"], reach
    assert workspace.run("plan", "-json", "-detailed-exitcode").code == NO_CHANGES
    workspace.destroy()
    simulator.advance(LATER)
    assert [row["id"] for row in simulator.objects() if not is_users(row)] == []


def test_an_allowed_account_connects_by_itself(scenario):
    """Nobody has to accept it: its own endpoint is available, and its clients get through."""
    scenario.workspace.apply()
    values = scenario.workspace.values(ADDRESS)
    place = scenario.world.add_place(STRANGER)
    ec2 = scenario.world.ec2(STRANGER)
    group = scenario.world.add_group(place, "endpoint", port=80)
    made = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        ServiceName=values["hand_over"]["service_name"],
        VpcId=place.vpc,
        SubnetIds=place.subnets,
        SecurityGroupIds=[group],
    )
    scenario.simulator.advance(600)
    endpoint = made["VpcEndpoint"]["VpcEndpointId"]
    [found] = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"]
    assert found["State"].lower() == "available"
    reach = scenario.simulator.reach(place.client, found["DnsEntries"][0]["DnsName"], 80)
    assert reach["reachable"], reach
