"""What was taken away and is wanted once more, otherwise; and what is known late."""

import pytest

from harness.configuration import Raw
from harness.shared import ADDRESS, Shared
from harness.stranger import STRANGER, Stranger
from harness.world import CONSUMER

CACHE = {"ip_address": "172.31.0.77", "port": 6379}


def retag(shared: Shared) -> None:
    shared.arguments["tags"] = {"of": "b"}


def another_port(shared: Shared) -> None:
    shared.arguments["endpoints"]["cache"] = CACHE | {"port": 6380}


def shareable(shared: Shared) -> None:
    shared.arguments["allow_association_to_shareable_service_network"] = True


@pytest.mark.parametrize("change", [retag, another_port, shareable], ids=lambda it: it.__name__)
def test_an_endpoint_comes_back_otherwise(shared, change):
    """AWS remembers the token of the first one; with other parameters it takes it for nothing."""
    shared.arguments["endpoints"]["cache"] = dict(CACHE)
    shared.apply()
    del shared.arguments["endpoints"]["cache"]
    shared.apply()
    shared.arguments["endpoints"]["cache"] = dict(CACHE)
    change(shared)
    shared.apply()
    assert set(shared.values()["endpoints"]) == {"orders", "cache"}
    assert not shared.changes()


def test_a_gateway_comes_back_with_other_tags(shared):
    """The same for the gateway, which other subnets replace."""
    shared.apply()
    shared.arguments["subnet_ids"] = shared.world.owner.subnets[:1]
    shared.apply()
    shared.arguments["subnet_ids"] = shared.world.owner.subnets
    retag(shared)
    shared.apply()
    assert shared.reach(shared.names()["orders"])["reachable"]
    assert not shared.changes()


def test_names_are_told_by_the_same_keys_once_private_dns_is_off(shared):
    """Whoever reads them in the same apply finds them."""
    shared.apply()
    keys = set(shared.names())
    shared.arguments["consumers"]["app"]["private_dns_enabled"] = False
    shared.others = f'output "writer" {{\n  value = {ADDRESS}.consumers["app"].dns_names["orders"]\n}}\n'
    shared.apply()
    assert set(shared.names()) == keys
    assert shared.names()["orders"].endswith(".on.aws")
    assert not shared.changes()


LATE = {
    "endpoints": ("endpoints", None),
    "an endpoint": ("endpoints", "orders"),
    "a port": ("endpoints.orders", "port"),
    "ports": ("endpoints.orders", "port_ranges"),
    "whether there are names": ("consumers.app", "private_dns_enabled"),
    "the preference": ("consumers.app", "private_dns_preference"),
}
VALUES = {"private_dns_enabled": "false", "private_dns_preference": '"ALL_DOMAINS"', "port": "5432", "port_ranges": '["5432"]'}


@pytest.mark.parametrize("stands", [False, True], ids=["create", "update"])
@pytest.mark.parametrize("what", LATE)
def test_what_is_known_late_is_promised_late(shared, what, stands):
    """No plan promises what only the apply can know."""
    name = shared.world.cluster()["Endpoint"]
    by_name = {"dns_name": name, "port": 5432}
    if "port" in what:
        shared.arguments["endpoints"]["orders"] = by_name
    if stands:
        shared.apply()
    where, field = LATE[what]
    value = VALUES.get(field or "", f'{{ orders = {{ dns_name = "{name}", port = 5432 }} }}')
    if field == "orders":
        value = f'{{ dns_name = "{name}", port = 5432 }}'
    shared.others = f'resource "terraform_data" "late" {{\n  input = {value}\n}}\n'
    holder = shared.arguments
    for step in where.split(".") if field else []:
        holder = holder[step]
    if field == "port_ranges":
        del holder["port"]
    holder[field or where] = Raw("terraform_data.late.output")
    if field in ("orders", None):
        text = 'tomap({ for key, it in terraform_data.late.output : key => { dns_name = it.dns_name, port = it.port } })'
        one = "{ dns_name = terraform_data.late.output.dns_name, port = terraform_data.late.output.port }"
        holder[field or where] = Raw(one if field else text)
    shared.apply()
    assert not shared.changes()


def test_into_a_share_of_the_users_without_a_stranger(shared):
    """Who is not in it is cut off, as the plan says; the consumer stays connected and is not said to go."""
    shared.arguments["allowed_accounts"] = [STRANGER]
    shared.apply()
    stranger = Stranger(shared)
    stranger.accept()
    stranger.connect()
    name = shared.names()["orders"]
    assert stranger.reaches(name)
    made = shared.world.ram().create_resource_share(name="theirs", principals=[CONSUMER])
    shared.simulator.advance(60)
    del shared.arguments["allowed_accounts"]
    shared.arguments["resource_share_arn"] = made["resourceShare"]["resourceShareArn"]
    changes = shared.plan().change(ADDRESS)["after"]["changes"]
    assert any(STRANGER in it and "cuts its endpoints off" in it for it in changes), changes
    assert not any(CONSUMER in it and "no longer" in it for it in changes), changes
    shared.apply()
    assert not stranger.reaches(name)
    assert shared.reach(name)["reachable"]
    assert not shared.changes()


def test_outsiders_and_a_closed_share_are_told_at_once(shared):
    """No apply waits half an hour for what will not come."""
    shared.apply()
    shared.arguments["allow_external_principals"] = False
    run = shared.try_apply()
    assert run.code == 1
    assert "not of the owner's organization" in run.said(), run.said()


def test_a_range_of_all_ports_is_no_burden(shared):
    """Ports are told one by one only where they are few."""
    address = {"ip_address": "172.31.0.77", "port_ranges": ["1-65535"]}
    shared.arguments["endpoints"]["all"] = address
    shared.apply()
    assert shared.values()["consumers"]["app"]["client_rule"]["ports"] is None
    assert not shared.changes()


def test_no_ports_are_no_ports(shared):
    """An empty list is found by validate."""
    shared.arguments["endpoints"]["cache"] = {"ip_address": "172.31.0.77", "port_ranges": []}
    shared.write()
    said = str(shared.workspace.show_validation()["diagnostics"])
    assert "No ports" in said
