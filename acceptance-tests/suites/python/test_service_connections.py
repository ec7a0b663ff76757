"""The data source that tells an owner who is connected, who waits, and who may."""

import json

from harness.bridge import Bridge
from harness.configuration import block, output
from harness.world import CONSUMER, OWNER

STRANGER = "333333333333"
HEAD = 'data "privatelink_service_connections" "orders"'


def test_everybody_is_listed_and_those_who_wait_apart(standing):
    """Own consumers and strangers with account, region and state; the waiting ones by id; principals."""
    standing.arguments["allowed_accounts"] = [STRANGER]
    standing.apply()
    place = standing.world.add_place(STRANGER)
    made = standing.world.ec2(STRANGER).create_vpc_endpoint(
        VpcEndpointType="Interface",
        ServiceName=standing.values()["service_name"],
        VpcId=place.vpc,
        SubnetIds=place.subnets,
    )
    waiting = made["VpcEndpoint"]["VpcEndpointId"]
    told = read(standing, standing.values()["service_id"])
    assert told["pending"] == [waiting]
    rows = {row["endpoint_id"]: row for row in told["connections"]}
    own = rows[standing.consumer()["endpoint_id"]]
    assert (own["account_id"], own["state"]) == (CONSUMER, "available")
    assert rows[waiting]["state"] == "pendingAcceptance"
    assert rows[waiting]["account_id"] == STRANGER
    assert rows[waiting]["created_at"].endswith("Z")
    accounts = {principal.split(":")[4] for principal in told["principals"]}
    assert accounts == {OWNER, CONSUMER, STRANGER}


def test_an_unknown_service_is_an_error_on_its_id(standing):
    """The error names the id and where it was looked for."""
    standing.others = block(HEAD, {"service_id": "vpce-svc-0a1b2c3d4e5f60718"})
    run = standing.try_plan()
    assert run.code == 1
    assert "vpce-svc-0a1b2c3d4e5f60718" in run.said() and OWNER in run.said()


def test_another_account_is_asked_with_its_own_credentials(standing):
    """The service is not the consumer's: its account does not know it."""
    arguments = {"service_id": standing.values()["service_id"], "account": "analytics"}
    standing.others = block(HEAD, arguments)
    run = standing.try_plan()
    assert run.code == 1
    assert CONSUMER in run.said()


def read(bridge: Bridge, service: str) -> dict:
    """What the data source says."""
    value = "data.privatelink_service_connections.orders"
    bridge.others = block(HEAD, {"service_id": service}) + output("told", value)
    bridge.apply()
    return json.loads(bridge.workspace.state_file.read_text())["outputs"]["told"]["value"]
