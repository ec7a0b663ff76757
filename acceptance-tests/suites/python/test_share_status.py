"""The data source that tells the owner of a shared database who has it, who was asked, who is connected."""

import datetime
import json

import pytest

from harness.configuration import SOURCES, Raw, block, output
from harness.shared import ADDRESS, Shared
from harness.stranger import STRANGER, Stranger
from harness.world import CONSUMER, OWNER

HEAD = 'data "privatelink_share_status" "orders"'
VALUE = "data.privatelink_share_status.orders"
UNKNOWN = "rgw-0a1b2c3d4e5f60718"


class Reader:
    """A configuration with nothing but the data source, as a monitoring job has it."""

    def __init__(self, shared: Shared, workspace):
        self.shared, self.workspace = shared, workspace

    def told(self, **arguments) -> dict:
        """What the data source says; about the whole shared database if nothing else is asked."""
        self.write(**arguments or {"resource_gateway_id": self.shared.values()["id"]})
        self.workspace.apply()
        return json.loads(self.workspace.state_file.read_text())["outputs"]["told"]["value"]

    def refused(self, **arguments) -> str:
        """Why it says nothing."""
        self.write(**arguments)
        run = self.workspace.try_plan()
        assert run.code == 1
        return run.said()

    def write(self, **arguments) -> None:
        provider = block('provider "privatelink"', self.shared.provider)
        told = block(HEAD, arguments) + output("told", VALUE)
        self.workspace.write("\n".join([SOURCES, provider, told]))


@pytest.fixture
def reader(shared, open_workspace) -> Reader:
    return Reader(shared, open_workspace(shared.simulator, "reader"))


def principals(told: dict) -> dict[str, dict]:
    return {row["principal"]: row for row in told["principals"]}


def configuration(shared: Shared, key: str = "orders") -> str:
    return shared.values()["endpoints"][key]["resource_configuration_id"]


def test_everybody_is_listed_and_those_who_wait_apart(shared, reader):
    """Own consumers and strangers, with the share that they are in; until when who waits may accept."""
    shared.arguments["allowed_accounts"] = [STRANGER]
    shared.apply()
    stranger = Stranger(shared)
    [invitation] = stranger.invitations()
    told = reader.told()
    share = shared.values()["components"]["share"]["id"]
    own, waiting = principals(told)[CONSUMER], principals(told)[STRANGER]
    assert own == {
        "principal": CONSUMER,
        "status": "ASSOCIATED",
        "until": None,
        "external": True,
        "resource_share_arn": share,
        "resource_configuration_ids": [configuration(shared)],
    }
    assert waiting["status"] == "PENDING_ACCEPTANCE"
    end = invitation["invitationTimestamp"] + datetime.timedelta(hours=12)
    until = datetime.datetime.fromisoformat(waiting["until"])
    assert abs(until - end) < datetime.timedelta(minutes=1), (until, end)
    assert told["pending"] == [STRANGER]
    [connection] = told["connections"]
    [endpoint] = shared.values()["consumers"]["app"]["endpoint_ids"].values()
    assert (connection["endpoint_id"], connection["account_id"]) == (endpoint, CONSUMER)
    assert connection["resource_configuration_id"] == configuration(shared)
    assert connection["created_at"].endswith("Z")
    assert told["service_networks"] == []
    stranger.accept()
    theirs = stranger.connect()
    told = reader.told()
    assert told["pending"] == []
    assert principals(told)[STRANGER]["status"] == "ASSOCIATED"
    accounts = {row["endpoint_id"]: row["account_id"] for row in told["connections"]}
    assert accounts == {endpoint: CONSUMER, theirs: STRANGER}


def test_it_reads_beside_the_resource_itself(shared):
    """In the same configuration, by the resource's own id."""
    shared.others = block(HEAD, {"resource_gateway_id": Raw(f"{ADDRESS}.id")})
    shared.others += output("accounts", f"{VALUE}.connections[*].account_id")
    shared.apply()
    state = json.loads(shared.workspace.state_file.read_text())
    assert state["outputs"]["accounts"]["value"] == [CONSUMER]
    assert not shared.changes()


def test_it_makes_few_calls_and_only_reads(shared, reader):
    """Seven for one endpoint and one share."""
    shared.apply()
    reader.write(resource_gateway_id=shared.values()["id"])
    shared.simulator.forget_calls()
    reader.workspace.plan()
    calls = [it for it in shared.simulator.operations() if it != "GetCallerIdentity"]
    assert len(calls) <= 7, calls
    assert shared.simulator.mutating() == []


def test_who_did_not_accept_in_time_and_who_refused_is_out(shared, reader):
    """Nobody is pending any more, and there is nothing left to accept."""
    fourth = "444444444444"
    shared.arguments["allowed_accounts"] = [STRANGER, fourth]
    shared.apply()
    Stranger(shared, fourth).refuse()
    told = principals(reader.told())
    assert told[fourth]["status"] == "FAILED"
    shared.simulator.advance(12 * 3600 + 60)
    told = reader.told()
    assert told["pending"] == []
    out = principals(told)[STRANGER]
    assert (out["status"], out["until"]) == ("DISASSOCIATED", None)
    shared.apply()
    assert set(reader.told()["pending"]) == {STRANGER, fourth}


def test_one_endpoint_can_be_asked_about_alone(shared, reader):
    """By its configuration's id or ARN: those of other endpoints are left out."""
    name = shared.world.cluster()["ReaderEndpoint"]
    shared.arguments["endpoints"]["replica"] = {"dns_name": name, "port": 5432}
    shared.arguments["consumers"]["app"]["endpoints"] = ["orders"]
    shared.arguments["allowed_accounts"] = [STRANGER]
    shared.apply()
    whole = reader.told()
    assert set(principals(whole)) == {CONSUMER, STRANGER}
    both = {configuration(shared), configuration(shared, "replica")}
    assert set(principals(whole)[STRANGER]["resource_configuration_ids"]) == both
    alone = reader.told(resource_configuration_id=configuration(shared, "replica"))
    assert set(principals(alone)) == {STRANGER}
    assert alone["connections"] == []
    arn = shared.values()["endpoints"]["orders"]["resource_configuration_arn"]
    alone = reader.told(resource_configuration_id=arn)
    assert [row["account_id"] for row in alone["connections"]] == [CONSUMER]


def test_shares_that_others_made_count_while_they_are_there(shared, reader):
    """Whoever let somebody in: the share is named. A deleted one lets nobody in, and cuts nobody."""
    shared.apply()
    ram = shared.world.ram()
    arn = shared.values()["endpoints"]["orders"]["resource_configuration_arn"]
    made = ram.create_resource_share(name="by-hand", resourceArns=[arn], principals=[STRANGER])
    share = made["resourceShare"]["resourceShareArn"]
    stranger = Stranger(shared)
    stranger.accept()
    endpoint = stranger.connect()
    assert principals(reader.told())[STRANGER]["resource_share_arn"] == share
    ram.delete_resource_share(resourceShareArn=share)
    told = reader.told()
    assert set(principals(told)) == {CONSUMER}
    assert endpoint in {row["endpoint_id"] for row in told["connections"]}


def test_networks_are_listed_with_their_owners(shared, reader):
    """A consumer that goes by a service network of its own is seen as well."""
    shared.arguments["allowed_accounts"] = [STRANGER]
    shared.apply()
    stranger = Stranger(shared)
    stranger.accept()
    network = stranger.lattice.create_service_network(
        name="theirs", sharingConfig={"enabled": False}
    )
    made = stranger.lattice.create_service_network_resource_association(
        serviceNetworkIdentifier=network["id"],
        resourceConfigurationIdentifier=shared.values()["endpoints"]["orders"][
            "resource_configuration_arn"
        ],
    )
    [row] = reader.told()["service_networks"]
    assert row.pop("created_at").endswith("Z")
    assert row == {
        "service_network_arn": network["arn"],
        "account_id": STRANGER,
        "resource_configuration_id": configuration(shared),
        "association_id": made["id"],
        "status": "ACTIVE",
    }


def test_what_is_not_there_is_an_error_on_its_id(shared, reader):
    """The error names the id, where it was looked for, and what leads to the right place."""
    said = reader.refused(resource_gateway_id=UNKNOWN)
    assert UNKNOWN in said and OWNER in said and "account and region" in said
    unknown = UNKNOWN.replace("rgw", "rcfg")
    assert unknown in reader.refused(resource_configuration_id=unknown)


def test_a_consumer_s_account_is_told_that_it_is_not_the_owner_s(shared, reader):
    """By ARN before anything is asked; by id it finds nothing there."""
    shared.apply()
    values = shared.values()
    said = reader.refused(resource_gateway_id=values["resource_gateway_arn"], account="app")
    assert OWNER in said and CONSUMER in said and "Only the owner" in said
    said = reader.refused(resource_gateway_id=values["id"], account="app")
    assert CONSUMER in said and "Only the owner" in said


MISTAKES = {
    "nothing": ({}, "Give one of"),
    "both": (
        {"resource_gateway_id": UNKNOWN, "resource_configuration_id": "rcfg-0a1b2c3d4e5f60718"},
        "Give one of",
    ),
    "another kind": ({"resource_gateway_id": "rcfg-0a1b2c3d4e5f60718"}, "rgw-…"),
    "no id": ({"resource_configuration_id": "orders"}, "rcfg-…"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_told_before_anything_is_asked(reader, name):
    """`validate` alone finds them."""
    arguments, expected = MISTAKES[name]
    reader.write(**arguments)
    report = reader.workspace.show_validation()
    said = " ".join(f"{it['summary']} {it.get('detail', '')}" for it in report["diagnostics"])
    assert not report["valid"] and expected in said, said
