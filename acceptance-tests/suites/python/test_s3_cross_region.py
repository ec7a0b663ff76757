"""S3: consumers in another region than the service; from the example, and what AWS demands for it."""

import json
import shutil
from types import SimpleNamespace

import pytest

from conftest import ROOT
from harness.bridge import ADDRESS, consumer_arguments
from harness.connections import ask_in, state_of
from harness.plans import is_known
from harness.simulator import LATER
from harness.workspace import NO_CHANGES
from harness.world import CONSUMER, OWNER, PROVIDER, REGION, is_users, make_world

FAR = "us-east-1"
EXAMPLE = ROOT / "examples/scenarios/s3-cross-region"


@pytest.fixture
def scenario(simulate, open_workspace):
    """The example between Tokyo and Virginia, as AWS is: reads lag, calls are throttled."""
    simulator = simulate("--lag", "aws", "--throttle", "aws")
    world = make_world(simulator.url)
    there = world.add_place(OWNER, "10.40.0.0/16", region=FAR)
    workspace = open_workspace(simulator)
    shutil.copy(EXAMPLE / "main.tf", workspace.directory)
    variables = {
        "alb_arn": world.alb,
        "alb_security_group_id": world.alb_group,
        "alb_port": 80,
        "consumer_region": FAR,
        "consumer_vpc_id": there.vpc,
        "consumer_subnet_ids": there.subnets,
    }
    (workspace.directory / "terraform.tfvars.json").write_text(json.dumps(variables))
    workspace.environment |= {
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": PROVIDER + OWNER,
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    return SimpleNamespace(simulator=simulator, there=there, workspace=workspace)


def test_two_regions_are_connected_kept_and_parted_without_a_trace(scenario):
    """One apply connects Virginia to an ALB in Tokyo; one destroy leaves both as they were."""
    simulator, workspace = scenario.simulator, scenario.workspace
    workspace.apply()
    outputs = json.loads(workspace.state_file.read_text())["outputs"]
    name = outputs["dns_name"]["value"]
    assert f".{REGION}.vpce.amazonaws.com" in name
    reach = simulator.reach(scenario.there.client, name, 80)
    assert reach["reachable"], reach
    assert workspace.run("plan", "-json", "-detailed-exitcode").code == NO_CHANGES
    workspace.destroy()
    simulator.advance(LATER)
    assert [row["id"] for row in simulator.objects() if not is_users(row)] == []


@pytest.fixture
def far(bridge):
    """A bridge with a consumer in another region beside the near one."""
    place = bridge.world.add_place(CONSUMER, "10.50.0.0/16", region=FAR)
    bridge.consumers["far"] = consumer_arguments(place) | {"region": FAR}
    bridge.far = place
    return bridge


def test_near_and_far_consumers_stand_side_by_side(far):
    """The service supports both regions; the far endpoint has one name and no zonal ones."""
    far.apply()
    assert set(far.values()["supported_regions"]) == {REGION, FAR}
    consumer = far.consumer("far")
    assert (consumer["region"], consumer["state"]) == (FAR, "available")
    assert consumer["zonal_dns_names"] == {}
    assert consumer["endpoint_dns_names"] == [consumer["dns_name"]]
    assert far.reach("far", place=far.far)["reachable"]
    assert far.reach()["reachable"]
    assert not far.changes()


def test_a_far_consumer_is_added_and_removed_in_place(standing):
    """The near one notices nothing; with the last one of a region the service leaves the region."""
    near = standing.consumer()
    place = standing.world.add_place(CONSUMER, "10.50.0.0/16", region=FAR)
    standing.consumers["far"] = consumer_arguments(place) | {"region": FAR}
    change = standing.plan().change(ADDRESS)
    assert is_known(change["after_unknown"]["consumers"]["analytics"])
    standing.apply()
    assert standing.consumer() == near
    assert standing.reach("far", place=place)["reachable"]
    assert not standing.changes()

    del standing.consumers["far"]
    standing.apply()
    assert standing.values()["supported_regions"] == [REGION]
    assert not standing.changes()
    standing.simulator.advance(LATER)
    assert [row["id"] for row in standing.made() if row["region"] == FAR] == []


def test_an_accounts_entry_can_say_the_region(bridge):
    """An entry with a region of its own is a consumer's region too."""
    place = bridge.world.add_place(OWNER, "10.50.0.0/16", region=FAR)
    bridge.provider["accounts"]["dr"] = {"region": FAR}
    bridge.consumers["dr"] = consumer_arguments(place, account="dr")
    bridge.apply()
    assert bridge.consumer("dr")["region"] == FAR
    assert bridge.reach("dr", place=place)["reachable"]
    assert not bridge.changes()


def test_a_region_that_is_taken_away_loses_its_connections(standing):
    """AWS leaves them alive; taking the region out of the configuration does not."""
    standing.arguments["supported_regions"] = [REGION, FAR]
    standing.arguments["allowed_accounts"] = ["333333333333"]
    standing.arguments["acceptance_required"] = False
    standing.apply()
    endpoint = ask_in(standing, FAR)
    del standing.arguments["supported_regions"]
    standing.apply()
    assert state_of(standing, endpoint) == "rejected"
    assert standing.reach()["reachable"]
    assert not standing.changes()


def test_what_aws_demands_is_said_at_plan(far):
    """One zone, a region that is not listed, an idle time-out: errors that point at the attribute."""
    for name, value, words in [
        ("subnet_ids", far.world.owner.subnets[:1], "two zones"),
        ("supported_regions", [REGION], "supported_regions lacks"),
        ("supported_regions", [FAR], f"add {REGION}"),
        ("tcp_idle_timeout_seconds", 400, "idle time-out"),
    ]:
        far.arguments[name] = value
        run = far.try_plan()
        assert run.code == 1
        assert words in run.said(), run.said()
        del far.arguments[name]
    far.plan()


def test_a_lost_far_bridge_is_imported_whole(far):
    """The import finds the consumers in every region that the service names."""
    far.apply()
    before = far.values()
    far.workspace.state_file.unlink()
    far.others = f'import {{\n  to = {ADDRESS}\n  id = "{before["service_id"]}"\n}}\n'
    far.apply()
    far.others = ""
    assert far.values()["consumers"] == before["consumers"]
    assert not far.changes()


def test_an_idle_time_out_makes_room_for_another_region(lay):
    """AWS takes no other region while a listener has a time-out of its own: that goes first."""
    bridge = lay()
    bridge.arguments["tcp_idle_timeout_seconds"] = 600
    bridge.apply()
    del bridge.arguments["tcp_idle_timeout_seconds"]
    place = bridge.world.add_place(CONSUMER, "10.50.0.0/16", region=FAR)
    bridge.consumers["far"] = consumer_arguments(place) | {"region": FAR}
    bridge.apply()
    assert bridge.reach("far", place=place)["reachable"]
    assert not bridge.changes()
