"""A service network of consumers in which somebody else has a say, and what goes wrong on the way."""

import re

import pytest

from conftest import ROOT
from harness.networks import (
    NETWORK,
    Network,
    add_replica,
    another_place,
    app,
    assert_reached,
    can_be_shared,
    through,
)
from harness.shared import ADDRESS, Shared, consumer
from harness.stranger import STRANGER, Stranger
from harness.world import CONSUMER, OWNER, PROVIDER

CREATE = "CreateServiceNetworkResourceAssociation"
ACTION = re.compile(r"\b(?:ec2|ram|vpc-lattice):[A-Z]\w+")


@pytest.mark.parametrize("account", [CONSUMER, OWNER], ids=["its own", "the owner"])
def test_what_somebody_took_out_is_put_back(shared, network, account):
    """Either side may; the next plan tells."""
    shared.apply()
    [association] = network.inside()
    network.take_out(association, account)
    change = shared.plan().change(ADDRESS)
    assert any(association in it for it in change["before"]["drift"]), change["before"]["drift"]
    shared.apply()
    assert list(network.inside()) == list(app(shared)["association_ids"].values()) != [association]
    assert_reached(shared)


def test_tags_that_somebody_took_off_are_put_back(shared, network):
    """It is known by its id all the same."""
    shared.apply()
    [row] = network.inside().values()
    tags = network.lattice.list_tags_for_resource(resourceArn=row["arn"])["tags"]
    assert tags["privatelink:vpc"] == shared.world.consumer.vpc
    network.lattice.untag_resource(resourceArn=row["arn"], tagKeys=list(tags))
    assert shared.plan().change(ADDRESS)["before"]["drift"]
    shared.apply()
    assert network.lattice.list_tags_for_resource(resourceArn=row["arn"])["tags"] == tags
    assert list(network.inside()) == [row["id"]]
    assert_reached(shared)


def test_what_somebody_put_in_by_hand_is_in_the_way_and_told(shared, network):
    """AWS takes a pair once, and it is not ours to take out."""
    shared.apply()
    [row] = network.inside().values()
    network.take_out(row["id"])
    by_hand = network.lattice.create_service_network_resource_association(
        serviceNetworkIdentifier=network.id,
        resourceConfigurationIdentifier=row["resourceConfigurationArn"],
    )["id"]
    shared.simulator.advance(60)
    run = shared.try_apply()
    assert run.code == 1 and by_hand in run.said() and "in the way" in run.said(), run.said()
    assert list(network.inside()) == [by_hand]
    network.take_out(by_hand)
    shared.apply()
    assert_reached(shared)


def test_a_vpc_that_has_left_the_network_is_told(shared, network):
    """Nothing that an apply could mend: a warning, and no change. It comes back by another way."""
    shared.apply()
    [entry] = network.ec2.describe_vpc_endpoints()["VpcEndpoints"]
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[entry["VpcEndpointId"]])
    shared.simulator.advance(3600)
    shared.write()
    run = shared.try_plan()
    said = run.said("warning")
    assert run.code == 0 and shared.world.consumer.vpc in said and "has no way into" in said, said
    shared.apply()
    network.let_in("association")
    shared.apply()
    assert_reached(shared)
def test_a_failed_create_goes_on_and_leaves_nothing(shared, network):
    """What is missing then is the association alone."""
    shared.simulator.fault(CREATE, {"error": "AccessDeniedException"}, nth="every")
    run = shared.try_apply()
    assert run.code == 1 and CREATE in run.said()
    gateway = shared.values()["id"]
    shared.simulator.forget_faults()
    shared.apply()
    assert shared.values()["id"] == gateway
    assert_reached(shared)
    shared.workspace.destroy()
    assert shared.left() == []


def test_an_answer_that_was_lost_is_found(shared, network):
    """The pair is taken, and bears our marks."""
    shared.simulator.fault(CREATE, "drop_after")
    shared.apply()
    assert len(network.inside()) == 1
    assert_reached(shared)


def test_a_lost_state_is_imported_without_a_difference(shared, network):
    """VPC and network are told by the association's marks."""
    add_replica(shared)
    shared.arguments["consumers"]["app"]["endpoints"] = ["orders"]
    shared.arguments["consumers"]["app"]["tags"] = {"team": "app"}
    shared.arguments["consumers"]["near"] = consumer(another_place(shared)) | {"endpoints": ["replica"]}
    shared.apply()
    gateway = shared.values()["id"]
    shared.workspace.state_file.unlink()
    assert "exists already" in shared.try_apply().said()
    shared.others = f'import {{\n  to = {ADDRESS}\n  id = "{gateway}"\n}}\n'
    change = shared.plan().change(ADDRESS)
    before, after = change["before"], change["after"]
    differ = {key: (before[key], it) for key, it in after.items() if before.get(key) != it}
    assert change["actions"] == ["no-op"], differ
    shared.apply()
    shared.others = ""
    assert_reached(shared)
    shared.workspace.destroy()
    assert shared.left() == []


def test_a_state_from_before_knows_its_own_from_strangers(shared, network):
    """What a run has made that nobody remembers is found by its marks, and goes."""
    wanted = shared.arguments["consumers"]
    shared.arguments["consumers"] = {}
    shared.apply()
    old = shared.workspace.state_file.read_text()
    shared.arguments["consumers"] = wanted
    shared.apply()
    shared.workspace.state_file.write_text(old)
    shared.workspace.destroy()
    assert shared.left() == []
    assert network.inside() == {}


def test_what_strangers_have_put_into_their_networks_keeps_it_from_being_destroyed(shared):
    """It is named before anything is touched; with force_delete it is taken out."""
    shared.arguments["allowed_accounts"] = [STRANGER]
    shared.apply()
    theirs = strange_association(shared)
    run = shared.workspace.try_("destroy", "-json", "-auto-approve")
    assert run.code == 1 and theirs in run.said() and STRANGER in run.said()
    assert shared.reach(shared.names()["orders"])["reachable"]
    shared.arguments["force_delete"] = True
    shared.apply()
    shared.workspace.destroy()
    assert shared.left() == []


def strange_association(shared: Shared) -> str:
    """Another team takes the share up, and puts the database into a network of its own."""
    Stranger(shared).accept()
    made = Network(shared, "theirs", STRANGER).lattice
    [network] = made.list_service_networks()["items"]
    arn = shared.values()["endpoints"]["orders"]["resource_configuration_arn"]
    joined = made.create_service_network_resource_association(
        serviceNetworkIdentifier=network["id"], resourceConfigurationIdentifier=arn
    )
    shared.simulator.advance(60)
    return joined["id"]


def test_who_is_taken_out_loses_what_is_in_its_network(shared, network):
    """RAM alone would leave it; nobody else notices."""
    shared.arguments["allowed_accounts"] = [STRANGER]
    shared.apply()
    theirs = strange_association(shared)
    del shared.arguments["allowed_accounts"]
    shared.apply()
    shared.simulator.advance(600)
    arn = shared.values()["endpoints"]["orders"]["resource_configuration_arn"]
    rows = shared.world.lattice().list_service_network_resource_associations(
        resourceConfigurationIdentifier=arn
    )["items"]
    assert {row["id"] for row in rows} == set(network.inside())
    assert theirs not in network.inside()
    assert_reached(shared)


@pytest.mark.parametrize("given", [False, True], ids=["an own share", "a given share"])
def test_an_account_out_of_reach_is_cut_from_the_owners_side(shared, network, given):
    """The association goes without the account's credentials; whoever asks for it back is told how."""
    if given:
        share = shared.world.ram().create_resource_share(name="own", principals=[CONSUMER])
        shared.arguments["resource_share_arn"] = share["resourceShare"]["resourceShareArn"]
    shared.apply()
    [association] = network.inside()
    name = shared.names()["orders"]
    shared.arguments["consumers"] = {}
    shared.provider["accounts"] = {}
    run = shared.try_plan()
    assert run.code == 1 and association in run.said() and "on_unreachable" in run.said()
    shared.arguments["on_unreachable"] = "reject"
    shared.apply()
    shared.simulator.advance(600)
    assert network.inside() == {}
    assert not shared.reach(name)["reachable"]
    assert not shared.changes()
    shared.workspace.destroy()
    assert shared.left() == []


def not_joined(shared: Shared) -> None:
    shared.arguments["consumers"]["app"] = through(Network(shared))


def of_others(shared: Shared) -> None:
    network = Network(shared, account=STRANGER)
    shared.arguments["consumers"]["app"] = through(network) | {"service_network_id": network.arn}


def not_there(shared: Shared) -> None:
    wanted = through(Network(shared))
    shared.arguments["consumers"]["app"] = wanted | {"service_network_id": "sn-0123456789abcdef0"}


def by_two_keys(shared: Shared) -> None:
    network = Network(shared)
    network.let_in()
    keys = {"access_key": PROVIDER + CONSUMER, "secret_key": "secret"}
    shared.provider["accounts"]["again"] = keys
    shared.arguments["consumers"] = {
        "one": through(network),
        "two": through(network, another_place(shared), "again"),
    }


REFUSED = {
    not_joined: "no way into the service network",
    can_be_shared: "allow_association_to_shareable_service_network = true",
    of_others: "AWS lets nobody join two things that were both shared with him",
    not_there: "has no service network sn-0123456789abcdef0",
    by_two_keys: "Service network given twice",
}


@pytest.mark.parametrize("prepare", REFUSED, ids=lambda it: it.__name__)
def test_what_aws_would_not_do_is_told_at_plan(shared, prepare):
    """With what was found, and the way out; nothing is made."""
    prepare(shared)
    run = shared.try_plan()
    assert run.code == 1 and REFUSED[prepare] in run.said(), run.said()
def listed() -> set[str]:
    """The actions that the page lists for a consumer's account with a service network."""
    page = (ROOT / "docs/resources/shared_db.md").read_text()
    _, plain, through_network = re.split(r"\*\*(?:Each consumer's account|With a service network)\*\*", page)
    through_network, *_ = re.split(r"^##+ ", through_network, flags=re.MULTILINE)
    ram = {action for action in ACTION.findall(plain) if action.startswith("ram:")}
    return ram | set(ACTION.findall(through_network))


def test_the_consumers_account_is_asked_only_for_what_the_page_lists(shared, network):
    """Made, broken, mended, imported and removed."""
    shared.apply()
    [row] = network.inside().values()
    network.take_out(row["id"])
    shared.arguments["tags"] = {"team": "a"}
    shared.apply()
    del shared.arguments["tags"]
    shared.apply()
    gateway = shared.values()["id"]
    shared.workspace.state_file.unlink()
    shared.others = f'import {{\n  to = {ADDRESS}\n  id = "{gateway}"\n}}\n'
    shared.apply()
    shared.others = ""
    shared.workspace.destroy()
    calls = [it for it in shared.simulator.calls() if it["access_key"] == PROVIDER + CONSUMER]
    called = {f"{it['service']}:{it['operation']}" for it in calls} - {"sts:GetCallerIdentity"}
    assert len(called) > 10
    assert called - listed() == set()


THERE = {"vpc_id": "vpc-0a1b2c3d", "via": NETWORK, "service_network_id": "sn-0a1b2c3d"}
HERE = {"vpc_id": "vpc-0a1b2c3d", "subnet_ids": ["subnet-0a1b2c3d"]}
MISTAKES = {
    "another word": (HERE | {"via": "peering"}, '"peering" is none of'),
    "no network": ({**THERE, "service_network_id": None}, "Through which service network?"),
    "no subnets": ({**HERE, "subnet_ids": None}, "The endpoints need subnets"),
    "a network for nothing": (
        HERE | {"service_network_id": "sn-0a1b2c3d"},
        "A service network without a use",
    ),
    "not a network": (THERE | {"service_network_id": "svc-1"}, "nor arn:aws:vpc-lattice"),
    **{
        name: (THERE | {name: value}, "A setting of endpoints")
        for name, value in {
            "subnet_ids": ["subnet-0a1b2c3d"],
            "allow_from": {"cidr_blocks": ["10.0.0.0/8"]},
            "security_group_ids": ["sg-0a1b2c3d"],
            "private_dns_preference": "ALL_DOMAINS",
            "private_dns_specified_domains": ["db.example.com"],
        }.items()
    },
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_told_before_anything_is_asked(shared, name):
    """`validate` alone finds them."""
    wanted, expected = MISTAKES[name]
    wanted = {key: value for key, value in wanted.items() if value is not None}
    shared.arguments["consumers"] = {"app": wanted}
    assert_refused(shared, expected)


def test_a_network_is_one_consumer(shared):
    """Whoever is in it reaches what is in it."""
    shared.arguments["consumers"] = {"one": THERE, "two": THERE | {"vpc_id": "vpc-0a1b2c3e"}}
    assert_refused(shared, "Service network given twice")


def test_a_vpc_has_no_name_by_two_ways(shared):
    """By endpoints and through a network; other endpoints, or one of the two without names, are fine."""
    shared.arguments["consumers"] = {"one": THERE, "two": HERE}
    assert_refused(shared, "One name by two ways")
    network = Network(shared)
    network.let_in()
    by_endpoint = consumer(shared.world.consumer)
    shared.arguments["consumers"] = {"one": through(network), "two": by_endpoint}
    keys = {"access_key": PROVIDER + CONSUMER, "secret_key": "secret"}
    shared.provider["accounts"]["again"] = keys
    by_endpoint["account"] = "again"
    assert "One name by two ways" in shared.try_plan().said()
    by_endpoint["private_dns_enabled"] = False
    shared.apply()
    assert_reached(shared, "one")
    assert_reached(shared, "two")


def assert_refused(shared: Shared, expected: str) -> None:
    shared.write()
    report = shared.workspace.show_validation()
    said = " ".join(f"{it['summary']} {it.get('detail', '')}" for it in report["diagnostics"])
    assert not report["valid"] and expected in said, said
