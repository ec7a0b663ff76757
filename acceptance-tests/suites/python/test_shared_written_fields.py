"""Every field that is written for a shared database: changed behind its back, shown by the plan, mended by apply."""

import pytest

from drifts.journal import written
from drifts.shared_table import TABLE
from harness.networks import Network, another_place, through
from harness.shared import ADDRESS, Shared

ROWS = [(f"{field[0]}.{field[1]}", act) for field, act in TABLE.items() if callable(act)]
# One test for each act, by the first field that it stands for.
FIRST = {act: name for name, act in reversed(ROWS)}


def everything(shared: Shared) -> Shared:
    """A database by ARN, one by name and one by address, for a consumer of each kind."""
    shared.arguments["tags"] = {"team": "network"}
    name = shared.world.cluster()["ReaderEndpoint"]
    shared.arguments["endpoints"] |= {
        # By AWS's names alone: the cluster's are those of the first.
        "reports": {"dns_name": name, "port": 5432, "custom_domain_name": ""},
        "cache": {"ip_address": "172.31.0.77", "port": 6379},
    }
    place = another_place(shared)
    network = Network(shared)
    network.let_in(place=place)
    batch = through(network, place) | {"endpoints": ["orders"]}
    shared.arguments["consumers"]["batch"] = batch
    shared.apply()
    return shared


def grouped(shared: Shared) -> Shared:
    """Databases that are children of a group, which has a domain."""
    name = shared.world.cluster()["Endpoint"]
    shared.arguments["group"] = {"domain": "db.example.com"}
    shared.arguments["endpoints"]["orders"] = {
        "dns_name": name,
        "port": 5432,
        "custom_domain_name": "orders.db.example.com",
    }
    shared.apply()
    return shared


def test_the_table_has_what_is_written_and_nothing_else(shared):
    """What the journal shows has a row, and each row is of a field that the journal shows."""
    fields = written(everything(shared))
    shared.simulator.forget_calls()
    shared.workspace.destroy()
    shared.arguments.pop("tags")
    del shared.arguments["consumers"]["batch"]
    shared.arguments["endpoints"] = {}
    fields |= {it for it in written(grouped(shared)) if it[0].startswith(("Create", "Authorize"))}
    assert fields - TABLE.keys() == set()
    assert TABLE.keys() - fields == set()


@pytest.mark.parametrize("act", sorted(FIRST, key=FIRST.get), ids=FIRST.get)
def test_a_field_that_was_changed_is_mended(shared, act):
    """The plan names what has changed, the apply mends it, and then there is nothing to do."""
    everything(shared)
    assert not shared.changes()
    act(shared)
    change = shared.plan().change(ADDRESS)
    assert change["before"]["drift"] and change["after"]["changes"], change
    shared.apply()
    assert not shared.changes()
    for name in shared.names().values():
        if "cache" not in name:
            assert name.endswith(".on.aws") or shared.reach(name)["reachable"], shared.reach(name)
