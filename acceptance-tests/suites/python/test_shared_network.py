"""Consumers that come through a service network: what is put into it, who reaches the database, what a change does."""

import pytest

from harness.configuration import Raw
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
from harness.world import CONSUMER, OWNER, PROVIDER, REGION

KEYS = {"orders", "orders.reader", "orders.orders-1", "orders.orders-2"}


def endpoints(shared: Shared) -> list[dict]:
    """The living endpoints that the provider has made."""
    rows = [row for row in shared.simulator.objects() if row["kind"] == "vpc-endpoint"]
    rows = [row for row in rows if row["created_by"]["access_key"].startswith(PROVIDER)]
    return [row for row in rows if row["fields"]["state"] not in ("deleting", "deleted")]


@pytest.mark.parametrize("way", ["endpoint", "association"])
def test_what_is_shared_is_reached_through_the_network(shared, way):
    """Whichever way the VPC has into it; nothing but the associations is made, and the ways stay."""
    network = Network(shared)
    entry = network.let_in(way)
    shared.arguments["consumers"]["app"] = through(network)
    shared.apply()
    values = app(shared)
    cluster = shared.world.cluster()
    assert set(values["dns_names"]) == set(values["association_dns_names"]) == KEYS
    assert values["dns_names"]["orders"] == cluster["Endpoint"]
    assert values["dns_names"]["orders.reader"] == cluster["ReaderEndpoint"]
    assert all(("vpce-" in it) == (way == "endpoint") for it in values["association_dns_names"].values())
    assert list(network.inside()) == [values["association_ids"]["orders"]]
    assert (values["endpoint_ids"], values["state"]) == ({}, "available")
    assert [values[it] for it in ("subnet_ids", "allow_from", "security_group_id")] == [None] * 3
    assert endpoints(shared) == []
    rule = values["client_rule"]
    lists = {"association": f"com.amazonaws.{REGION}.vpc-lattice"}
    assert (rule["ports"], rule["prefix_list_name"]) == ([5432], lists.get(way))
    assert bool(rule["security_group_id"]) == (way == "endpoint")
    assert_reached(shared)
    let_out_no_further(shared, rule)
    assert_reached(shared)
    shared.workspace.destroy()
    assert shared.left() == []
    assert network.inside() == {}
    objects = {row["id"] for row in shared.simulator.objects()}
    assert {network.id, entry} <= objects


@pytest.mark.parametrize("seed", range(1, 5))
def test_it_lives_whatever_aws_is_like(share, seed):
    """Reads lag, calls are throttled, waits take their time, and what nobody knows is drawn."""
    drawn = ("--seed", str(seed), "--doubts", str(seed))
    shared = share("--lag", "aws", "--throttle", "aws", *drawn, scale=100)
    network = Network(shared)
    network.let_in("association" if seed % 2 else "endpoint")
    shared.simulator.advance(600)
    by_endpoint = shared.arguments["consumers"]["app"]
    shared.arguments["consumers"]["app"] = through(network)
    shared.apply()
    shared.simulator.advance(600)
    assert_reached(shared)
    add_replica(shared)
    shared.arguments["endpoints"]["replica"]["custom_domain_name"] = ""
    shared.apply()
    shared.simulator.advance(600)
    assert_reached(shared)
    shared.arguments["consumers"]["app"] = by_endpoint
    shared.apply()
    shared.simulator.advance(600)
    assert_reached(shared)
    shared.workspace.destroy()
    assert shared.left() == []
    assert network.inside() == {}


def let_out_no_further(shared: Shared, rule: dict) -> None:
    """The client's own group lets out what the rule says, and nothing else."""
    ec2, group = shared.world.ec2(CONSUMER), shared.world.consumer.client_group
    [found] = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=found["IpPermissionsEgress"])
    for name in shared.names().values():
        assert shared.reach(name)["hop"] == "client_group"
    [port] = rule["ports"]
    wanted = {"IpProtocol": rule["protocol"], "FromPort": port, "ToPort": port}
    if rule["security_group_id"]:
        wanted["UserIdGroupPairs"] = [{"GroupId": rule["security_group_id"]}]
    else:
        named = [{"Name": "prefix-list-name", "Values": [rule["prefix_list_name"]]}]
        [there] = ec2.describe_managed_prefix_lists(Filters=named)["PrefixLists"]
        wanted["PrefixListIds"] = [{"PrefixListId": there["PrefixListId"]}]
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[wanted])


def test_the_network_may_be_given_by_its_arn(shared, network):
    """Another spelling changes nothing."""
    shared.apply()
    before = app(shared)
    shared.arguments["consumers"]["app"]["service_network_id"] = network.arn
    shared.simulator.forget_calls()
    shared.apply()
    assert shared.simulator.mutating() == []
    assert app(shared) == before | {"service_network_id": network.arn}
    assert_reached(shared)


def test_apply_and_refresh_make_few_calls(shared, network):
    """At most thirty-two for one endpoint and one consumer; a lone refresh makes at most sixteen."""
    shared.write()
    plan = shared.workspace.plan()
    shared.simulator.forget_calls()
    shared.workspace.run("apply", "-json", str(plan.path))
    assert len(shared.simulator.operations()) <= 32, shared.simulator.operations()
    shared.simulator.forget_calls()
    shared.workspace.run("plan", "-refresh-only", "-json")
    assert len(shared.simulator.operations()) <= 16, shared.simulator.operations()
    assert shared.simulator.mutating() == []


def test_without_private_dns_there_are_awss_names_by_the_same_keys(shared, network):
    """Switching it makes the association anew, which interrupts: AWS takes a pair once."""
    shared.arguments["consumers"]["app"]["private_dns_enabled"] = False
    shared.apply()
    before = app(shared)
    assert set(before["dns_names"]) == KEYS
    assert before["dns_names"] == before["association_dns_names"]
    assert_reached(shared)
    del shared.arguments["consumers"]["app"]["private_dns_enabled"]
    changes = shared.plan().change(ADDRESS)["after"]["changes"]
    assert any(it.startswith("interrupts app while its association") for it in changes), changes
    shared.apply()
    assert app(shared)["association_ids"] != before["association_ids"]
    assert shared.names()["orders"] == shared.world.cluster()["Endpoint"]
    assert_reached(shared)


def test_each_endpoint_is_an_association_of_its_own(shared, network):
    """A consumer may get some of them; the others notice nothing when one comes or goes."""
    add_replica(shared)
    shared.arguments["consumers"]["app"]["endpoints"] = ["orders"]
    shared.apply()
    [orders] = app(shared)["association_ids"].values()
    assert list(network.inside()) == [orders]
    del shared.arguments["consumers"]["app"]["endpoints"]
    shared.apply()
    ids = app(shared)["association_ids"]
    assert ids["orders"] == orders and set(network.inside()) == set(ids.values())
    assert_reached(shared)
    del shared.arguments["endpoints"]["replica"]
    shared.apply()
    assert list(network.inside()) == [orders]
    assert_reached(shared)


@pytest.mark.parametrize("way", ["endpoint", "association"])
def test_a_group_is_one_association_for_all(shared, way):
    """Another child comes along without another one."""
    network = Network(shared)
    network.let_in(way)
    shared.arguments["consumers"]["app"] = through(network)
    domain, name = "db.example.com", shared.world.cluster()["Endpoint"]
    shared.arguments["group"] = {"domain": domain}
    child = {"dns_name": name, "port": 5432}
    shared.arguments["endpoints"] = {"writer": child | {"custom_domain_name": f"writer.{domain}"}}
    shared.apply()
    [association] = network.inside()
    assert app(shared)["association_ids"] == {"writer": association}
    assert shared.names() == {"writer": f"writer.{domain}"}
    assert_reached(shared)
    shared.arguments["endpoints"]["any"] = child | {"custom_domain_name": ""}
    shared.apply()
    assert list(network.inside()) == [association]
    assert shared.names()["any"].endswith(".on.aws")
    assert_reached(shared)
    shared.workspace.destroy()
    assert shared.left() == []


def test_it_goes_with_a_gateway_and_a_share_that_exist_already(shared, network):
    """Both are used, and left."""
    world = shared.world
    group = world.ec2().create_security_group(
        GroupName="gateway", Description="gateway", VpcId=world.owner.vpc
    )["GroupId"]
    gateway = world.lattice().create_resource_gateway(
        name="users-own",
        vpcIdentifier=world.owner.vpc,
        subnetIds=world.owner.subnets,
        securityGroupIds=[group],
    )["id"]
    share = world.ram().create_resource_share(name="users-own", principals=[CONSUMER])
    del shared.arguments["subnet_ids"]
    shared.arguments["resource_gateway_id"] = gateway
    shared.arguments["resource_share_arn"] = share["resourceShare"]["resourceShareArn"]
    shared.apply()
    assert_reached(shared)
    shared.workspace.destroy()
    assert shared.left() == []


def test_a_network_of_the_owners_own_needs_no_share(shared):
    """A consumer in the owner's account; of the owner's own VPC the names have to be said."""
    place = another_place(shared, OWNER)
    network = Network(shared, account=OWNER)
    network.let_in("association", place)
    wanted = through(network, place)
    del wanted["account"]
    shared.arguments["consumers"] = {"near": wanted}
    shared.apply()
    assert not [it for it in shared.values()["components"].values() if it["type"] == "resource_share"]
    assert_reached(shared, "near", place)


def test_consumers_come_and_go_without_the_others_noticing(shared, network):
    """One through the network, one by endpoints, in another VPC of one account."""
    shared.apply()
    before = app(shared)
    place = another_place(shared)
    shared.arguments["consumers"]["more"] = consumer(place)
    shared.apply()
    assert app(shared) == before
    assert_reached(shared, "more", place)
    del shared.arguments["consumers"]["app"]
    shared.apply()
    assert network.inside() == {}
    assert_reached(shared, "more", place)
    shared.arguments["consumers"]["app"] = through(network)
    shared.apply()
    assert_reached(shared)


def test_another_key_is_the_same_consumer(shared, network):
    """Tags alone change."""
    shared.apply()
    ids = app(shared)["association_ids"]
    shared.arguments["consumers"] = {"renamed": shared.arguments["consumers"]["app"]}
    shared.simulator.forget_calls()
    shared.apply()
    assert set(shared.simulator.mutating()) == {"TagResource"}
    assert app(shared, "renamed")["association_ids"] == ids
    assert_reached(shared, "renamed")


def test_from_endpoints_into_a_network_and_back(shared):
    """A VPC can't have one name by two ways: the plan says that the consumer is interrupted."""
    network = Network(shared)
    network.let_in()
    by_endpoint = shared.arguments["consumers"]["app"]
    shared.apply()
    assert len(endpoints(shared)) == 1
    shared.arguments["consumers"]["app"] = through(network)
    changes = shared.plan().change(ADDRESS)["after"]["changes"]
    assert any(it.startswith("interrupts app") for it in changes), changes
    assert "connects app to orders through its service network" in changes
    shared.apply()
    assert endpoints(shared) == []
    assert app(shared)["endpoint_ids"] == {} and app(shared)["security_group_id"] is None
    assert_reached(shared)
    shared.arguments["consumers"]["app"] = by_endpoint
    shared.apply()
    assert network.inside() == {}
    assert app(shared)["association_ids"] == {}
    assert len(endpoints(shared)) == 1
    assert_reached(shared)
    shared.workspace.destroy()
    assert shared.left() == []


def test_into_another_network(shared, network):
    """The VPC is in both: what is in the first goes before it comes into the second."""
    shared.apply()
    other = Network(shared, "others")
    other.let_in("association")
    shared.arguments["consumers"]["app"] = through(other)
    changes = shared.plan().change(ADDRESS)["after"]["changes"]
    assert any("another network is wanted" in it for it in changes), changes
    shared.apply()
    assert network.inside() == {} and len(other.inside()) == 1
    assert_reached(shared)


def test_from_another_vpc_of_the_network(shared, network):
    """The network is the consumer: its association stays, and is told for another VPC."""
    shared.apply()
    before = app(shared)
    place = another_place(shared)
    entry = network.let_in("endpoint", place)
    shared.arguments["consumers"]["app"]["vpc_id"] = place.vpc
    changes = shared.plan().change(ADDRESS)["after"]["changes"]
    assert "leads app to orders from another VPC" in changes, changes
    shared.apply()
    after = app(shared)
    assert after["association_ids"] == before["association_ids"]
    assert all(entry in name for name in after["association_dns_names"].values())
    assert_reached(shared, place=place)


@pytest.mark.parametrize("named", [True, False], ids=["by names", "by AWS's names"])
def test_another_database_takes_the_place_of_the_first(shared, network, named):
    """Its configuration is made before the old one goes; without names to hold, so is its association."""
    shared.arguments["consumers"]["app"]["private_dns_enabled"] = named
    shared.apply()
    before = shared.values()
    name = shared.world.cluster()["ReaderEndpoint"]
    shared.arguments["endpoints"]["orders"] = {"dns_name": name, "port": 5432}
    changes = shared.plan().change(ADDRESS)["after"]["changes"]
    assert any(it.startswith("interrupts app") for it in changes) == named, changes
    shared.apply()
    after = shared.values()
    assert after["endpoints"] != before["endpoints"]
    assert set(network.inside()) == set(app(shared)["association_ids"].values())
    assert_reached(shared)
    shared.workspace.destroy()
    assert shared.left() == []


def test_another_gateway_takes_the_place_of_the_first(shared, network):
    """Everybody moves over before it goes."""
    shared.apply()
    shared.arguments["subnet_ids"] = shared.world.owner.subnets[:1]
    shared.apply()
    assert len(network.inside()) == 1
    assert len(shared.world.lattice().list_resource_gateways()["items"]) == 1
    assert_reached(shared)


@pytest.mark.parametrize("way", ["endpoint", "association"])
def test_names_that_the_vpc_does_not_take_are_told(shared, way):
    """Verified domains alone, as AWS has it unless it is told otherwise."""
    network = Network(shared)
    entry = network.let_in(way, dns={"preference": "VERIFIED_DOMAINS_ONLY"})
    shared.arguments["consumers"]["app"] = through(network)
    shared.arguments["endpoints"]["orders"] = {
        "dns_name": shared.world.cluster()["Endpoint"],
        "port": 5432,
        "custom_domain_name": "db.example.com",
    }
    shared.apply()
    assert shared.names()["orders"].endswith(".on.aws")
    said = shared.try_plan().said("warning")
    assert entry in said and "leads anywhere" in said, said
    assert_reached(shared)




def test_names_may_be_specified(shared):
    """By whoever puts the VPC into the network; all below a domain, or one by one."""
    network = Network(shared)
    name = shared.world.cluster()["Endpoint"]
    wanted = ["*." + name.split(".cluster-", 1)[1], name]
    network.let_in("association", dns={"preference": "SPECIFIED_DOMAINS_ONLY", "domains": wanted})
    shared.arguments["consumers"]["app"] = through(network)
    shared.apply()
    nameless = {key for key, it in shared.names().items() if it.endswith(".on.aws")}
    assert nameless == {"orders.reader"}, shared.names()
    assert_reached(shared)




def test_a_network_that_can_be_shared_takes_what_may_be_shared_on(shared):
    """The owner has to allow it."""
    can_be_shared(shared)
    shared.arguments["allow_association_to_shareable_service_network"] = True
    shared.apply()
    assert_reached(shared)
    shared.arguments["allow_association_to_shareable_service_network"] = False
    assert "allow_association_to_shareable_service_network" in shared.try_plan().said()


def test_an_unchanged_plan_asks_nothing_of_networks(shared, network):
    """Beyond the refresh."""
    shared.apply()
    shared.write()
    shared.simulator.forget_calls()
    shared.workspace.run("plan", "-refresh=false", "-json")
    assert set(shared.simulator.operations()) <= {"GetCallerIdentity"}


LATE = """
resource "terraform_data" "late" {
  input = "%s"
}
"""


@pytest.mark.parametrize("joined", [True, False])
def test_a_network_that_is_known_late_is_looked_at_in_the_apply(shared, joined):
    """The plan promises nothing of it; a VPC that is not in it fails the apply before anything is made."""
    network = Network(shared)
    if joined:
        network.let_in()
    shared.others = LATE % network.id
    late = Raw("terraform_data.late.output")
    shared.arguments["consumers"]["app"] = through(network) | {"service_network_id": late}
    if not joined:
        said = shared.try_apply().said()
        assert "has no way into the service network" in said and "Join the two first" in said, said
        assert shared.left() == []
        network.let_in()
    shared.apply()
    assert_reached(shared)


def test_how_it_is_connected_may_be_known_late(shared, network):
    """Nothing of the consumer is promised then."""
    shared.others = LATE % NETWORK
    shared.arguments["consumers"]["app"]["via"] = Raw("terraform_data.late.output")
    unknown = shared.plan().change(ADDRESS)["after_unknown"]["consumers"]["app"]
    assert unknown["association_ids"] is True and unknown["endpoint_ids"] is True, unknown
    shared.apply()
    assert_reached(shared)
