"""Permissions that are taken back, whoever gave them, also where an apply was cut off in between."""

import pytest

from harness.bridge import ADDRESS, Bridge, consumer_arguments
from harness.connections import STRANGER, allow, ask_in, root, state_of
from harness.killing import Moment, both, kill_during, the_provider
from harness.world import CONSUMER, OWNER, PROVIDER, REGION
from test_no_gap import ENFORCE

FAR = "us-east-1"
APPLY = ["apply", "-json", "-auto-approve", "-lock=false"]


def connect(bridge: Bridge, region: str = REGION) -> str:
    """A stranger's endpoint, accepted by hand where it has to be."""
    made = ask_in(bridge, region)
    values = bridge.values()
    if values["acceptance_required"]:
        bridge.world.ec2().accept_vpc_endpoint_connections(
            ServiceId=values["service_id"], VpcEndpointIds=[made]
        )
    return made


def third_account(bridge: Bridge) -> None:
    """A consumer in a third account."""
    bridge.provider["accounts"]["third"] = {"access_key": PROVIDER + STRANGER, "secret_key": "secret"}
    bridge.consumers["third"] = consumer_arguments(bridge.world.add_place(STRANGER), "third")


def test_a_permission_that_others_gave_outlives_a_consumer(standing):
    """They had let the account in before, and have clients of their own in it."""
    allow(standing, root(STRANGER))
    theirs = connect(standing)
    assert not standing.changes()
    third_account(standing)
    standing.apply()
    assert not standing.changes()
    del standing.consumers["third"]
    standing.apply()
    assert root(STRANGER) in standing.principals()
    assert state_of(standing, theirs) == "available"
    assert not standing.changes()


def test_a_region_that_goes_is_cut_off_though_the_cut_failed_once(standing):
    """The service's list of regions would not tell that something is left to do."""
    standing.arguments |= {
        "supported_regions": [REGION, FAR],
        "allowed_accounts": [STRANGER],
        "acceptance_required": False,
    }
    standing.apply()
    endpoint = connect(standing, FAR)
    del standing.arguments["supported_regions"]
    standing.fail("RejectVpcEndpointConnections")
    standing.apply()
    assert not standing.changes()
    assert state_of(standing, endpoint) == "rejected"


def test_who_is_taken_out_is_cut_off_although_the_provider_died(standing):
    """Nothing that is remembered tells that it was let in."""
    standing.arguments |= {"allowed_accounts": [STRANGER], "acceptance_required": False}
    standing.apply()
    endpoint = connect(standing)
    del standing.arguments["allowed_accounts"]
    standing.write()
    kill_during(standing, APPLY, Moment("RejectVpcEndpointConnections", OWNER, "stall"), the_provider)
    standing.apply("-lock=false")
    assert not standing.changes()
    assert state_of(standing, endpoint) == "rejected"


def test_who_came_because_everybody_might_is_cut_off_with_that(standing):
    """Nobody else is."""
    standing.arguments["allowed_principals"] = ["*"]
    standing.apply()
    endpoint = connect(standing)
    del standing.arguments["allowed_principals"]
    standing.apply()
    assert state_of(standing, endpoint) == "rejected"
    assert standing.reach()["reachable"]


@pytest.mark.parametrize("victims", [both, the_provider])
def test_a_consumer_that_was_never_connected_is_taken_off_the_list(standing, victims):
    """A run that was killed had let its account in, and had made its group alone."""
    third_account(standing)
    standing.write()
    kill_during(standing, APPLY, Moment("CreateVpcEndpoint", STRANGER, "stall"), victims)
    del standing.consumers["third"]
    standing.apply("-lock=false")
    assert not standing.changes()
    assert standing.principals() == [root(OWNER), root(CONSUMER)]


def test_an_import_can_not_tell_who_let_somebody_in(standing):
    """The plan says that it stays; `exclusive_principals` takes it off."""
    standing.arguments["allowed_accounts"] = [STRANGER]
    standing.apply()
    standing.lose_and_import(standing.values()["service_id"])
    standing.apply()
    del standing.arguments["allowed_accounts"]
    said = standing.plan().change(ADDRESS)["after"]["changes"]
    stays = f"leaves {root(STRANGER)} on the list: others may have let it in before the import"
    assert said == [stays]
    standing.apply()
    assert root(STRANGER) in standing.principals()
    assert STRANGER in standing.try_plan().said("warning")
    standing.arguments["exclusive_principals"] = True
    standing.apply()
    assert root(STRANGER) not in standing.principals()


def test_enforcement_admits_clients_of_another_family_too(standing):
    """Who may come in follows the consumers' addresses."""
    standing.world.add_ipv6(standing.world.owner)
    standing.world.add_ipv6(standing.world.consumer)
    standing.arguments[ENFORCE] = "on"
    standing.apply()
    standing.arguments["ip_address_type"] = "dualstack"
    standing.consumers["analytics"]["ip_address_type"] = "dualstack"
    standing.apply()
    assert any(":" in cidr for cidr in standing.values()["client_cidr_blocks"])
    assert not standing.changes()
