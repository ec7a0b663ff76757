"""A shared database whose run is killed, tool and plugin: the next apply converges, the next destroy leaves nothing."""

import pytest

from harness.killing import DONE, Moment, both, kill_during, the_provider
from harness.networks import Network, another_place, through
from harness.shared import Shared, consumer
from harness.world import CONSUMER, OWNER

APPLY = ["apply", "-json", "-auto-approve"]
DESTROY = ["destroy", "-json", "-auto-approve"]


def made(operation: str, account: str = OWNER, nth: int = 1) -> Moment:
    """The moment after a call was carried out."""
    return Moment(operation, account, DONE, nth)


ENDPOINT = made("CreateVpcEndpoint", CONSUMER)
CREATING = [
    (the_provider, made("CreateResourceGateway")),
    (the_provider, made("CreateResourceConfiguration")),
    (both, made("CreateResourceShare")),
    (both, made("AcceptResourceShareInvitation", CONSUMER)),
    (both, ENDPOINT),
]
DELETING = [
    (both, made("DeleteVpcEndpoints", CONSUMER)),
    (the_provider, made("DeleteResourceShare")),
    (both, made("DeleteResourceGateway")),
]


def name(parameter) -> str:
    """A parameter in a test's id."""
    return getattr(parameter, "__name__", str(parameter))


def assert_one_of_each(shared: Shared) -> None:
    """What the state knows is all that the provider has made."""
    known = {row["id"] for row in shared.values()["components"].values()}
    kinds = ("resource-gateway", "resource-configuration", "resource-share", "vpc-endpoint")
    stands = {row["id"] for row in shared.left() if row["kind"] in kinds}
    children = {row["id"] for row in shared.left() if row["fields"].get("type") == "CHILD"}
    assert stands - children - known == set()


@pytest.mark.parametrize(("victims", "moment"), CREATING, ids=name)
def test_an_apply_that_was_killed_is_taken_up_by_the_next(shared, victims, moment):
    """Whoever dies whenever: apply again, and there is one of everything."""
    shared.write()
    kill_during(shared, APPLY, moment, victims)
    shared.write()
    shared.workspace.apply("-lock=false")
    assert shared.reach(shared.names()["orders"])["reachable"]
    assert not shared.changes()
    assert_one_of_each(shared)
    shared.workspace.destroy()
    assert shared.left() == []


@pytest.mark.parametrize(("victims", "moment"), DELETING, ids=name)
def test_a_destroy_that_was_killed_is_finished_by_the_next(shared, victims, moment):
    """Whoever dies whenever: destroy again, and nothing is left."""
    shared.apply()
    kill_during(shared, DESTROY, moment, victims)
    shared.workspace.run(*DESTROY, "-lock=false")
    assert shared.left() == []


def add_a_consumer(shared: Shared) -> None:
    shared.arguments["consumers"]["more"] = consumer(another_place(shared))


def add_an_endpoint(shared: Shared) -> None:
    shared.arguments["endpoints"]["cache"] = {"ip_address": "172.31.0.77", "port": 6379}


def lead_elsewhere(shared: Shared) -> None:
    name = shared.world.cluster()["Endpoint"]
    shared.arguments["endpoints"]["orders"] = {"dns_name": name, "port": 5432}


def come_through_a_network(shared: Shared) -> None:
    network = Network(shared)
    network.let_in()
    shared.arguments["consumers"]["app"] = through(network)


UPDATING = [
    (add_a_consumer, ENDPOINT),
    (add_an_endpoint, made("CreateResourceConfiguration")),
    (add_an_endpoint, made("AssociateResourceShare")),
    (lead_elsewhere, made("CreateResourceConfiguration")),
    (lead_elsewhere, made("DeleteVpcEndpoints", CONSUMER)),
    (come_through_a_network, made("CreateServiceNetworkResourceAssociation", CONSUMER)),
]


@pytest.mark.parametrize("then", ["on", "back", "destroy"])
@pytest.mark.parametrize(("change", "moment"), UPDATING, ids=name)
def test_an_update_that_was_killed_goes_on_or_back_or_away(shared, change, moment, then):
    """One apply, whether the change is still wanted or not; and a destroy leaves nothing."""
    shared.apply()
    before = {key: dict(value) for key, value in shared.arguments.items() if isinstance(value, dict)}
    change(shared)
    shared.write()
    kill_during(shared, APPLY, moment, both)
    if then == "back":
        shared.arguments |= before
    if then != "destroy":
        shared.write()
        shared.workspace.apply("-lock=false")
        for it in shared.names().values():
            assert it.endswith(".on.aws") or shared.reach(it)["reachable"], shared.reach(it)
        assert not shared.changes()
        assert_one_of_each(shared)
    shared.workspace.run(*DESTROY, "-lock=false")
    assert shared.left() == []


def test_an_old_state_finds_what_came_since(shared):
    """A state from before a consumer came, with the configuration of that time: it goes again."""
    shared.apply()
    kept = shared.workspace.state_file.read_text()
    add_a_consumer(shared)
    add_an_endpoint(shared)
    shared.apply()
    shared.workspace.state_file.write_text(kept)
    del shared.arguments["consumers"]["more"], shared.arguments["endpoints"]["cache"]
    assert shared.changes()
    shared.apply()
    assert not shared.changes()
    assert_one_of_each(shared)


def test_an_old_state_is_enough_to_destroy_everything(shared):
    """Also what it does not know."""
    shared.apply()
    kept = shared.workspace.state_file.read_text()
    add_a_consumer(shared)
    shared.apply()
    shared.workspace.state_file.write_text(kept)
    shared.workspace.run(*DESTROY)
    assert shared.left() == []
