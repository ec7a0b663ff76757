"""A shared database through what is there already: somebody's gateway, somebody's share; and as a group."""

import pytest

from harness.shared import ADDRESS, Shared, consumer
from harness.world import CIDR, CONSUMER, PROVIDER, make_place

THIRD = "333333333333"
DOMAIN = "db.example.com"


def make_gateway(shared: Shared, **settings) -> str:
    """A gateway of the user's with a group of its own, which lets everything out."""
    world = shared.world
    group = world.ec2().create_security_group(
        GroupName=f"gateway-{len(settings)}", Description="gateway", VpcId=world.owner.vpc
    )["GroupId"]
    made = world.lattice().create_resource_gateway(
        name="users-own",
        vpcIdentifier=world.owner.vpc,
        subnetIds=world.owner.subnets,
        securityGroupIds=[group],
        **settings,
    )
    return made["id"]


def through(shared: Shared, gateway: str) -> None:
    """Takes the user's gateway in place of an own one."""
    del shared.arguments["subnet_ids"]
    shared.arguments["resource_gateway_id"] = gateway


def make_share(shared: Shared, *principals: str) -> str:
    """A share of the user's with somebody in it."""
    made = shared.world.ram().create_resource_share(name="users-own", principals=list(principals))
    return made["resourceShare"]["resourceShareArn"]


def in_share(shared: Shared, share: str) -> set[str]:
    """The ids of what is in a share."""
    rows = shared.world.ram().get_resource_share_associations(
        associationType="RESOURCE", resourceShareArns=[share]
    )["resourceShareAssociations"]
    inside = [row for row in rows if row["status"] in ("ASSOCIATED", "ASSOCIATING")]
    return {row["associatedEntity"].rsplit("/", 1)[1] for row in inside}


def test_a_gateway_that_exists_is_used_and_left_as_it_was(shared):
    """Its own groups are let into the database's; a destroy leaves the gateway."""
    gateway = make_gateway(shared)
    through(shared, gateway)
    shared.apply()
    values = shared.values()
    assert values["id"] == gateway
    assert (values["ip_address_type"], values["dns_resolution"]) == ("ipv4", "PUBLIC")
    assert shared.reach(shared.names()["orders"])["reachable"], shared.reach(shared.names()["orders"])
    assert not shared.changes()
    gateways = shared.world.lattice().list_resource_gateways()["items"]
    assert [row["id"] for row in gateways] == [gateway]
    before = shared.world.lattice().get_resource_gateway(resourceGatewayIdentifier=gateway)
    shared.workspace.destroy()
    assert shared.left() == []
    after = shared.world.lattice().get_resource_gateway(resourceGatewayIdentifier=gateway)
    assert after["securityGroupIds"] == before["securityGroupIds"]


def test_from_an_own_gateway_to_one_that_exists_and_back(shared):
    """Consumers move over; then the former gateway goes, or stays its owner's."""
    shared.apply()
    own = shared.values()["id"]
    subnets = shared.arguments["subnet_ids"]
    gateway = make_gateway(shared)
    through(shared, gateway)
    shared.apply()
    assert shared.values()["id"] == gateway
    assert shared.reach(shared.names()["orders"])["reachable"], shared.reach(shared.names()["orders"])
    assert not shared.changes()
    ids = [row["id"] for row in shared.world.lattice().list_resource_gateways()["items"]]
    assert ids == [gateway]
    del shared.arguments["resource_gateway_id"]
    shared.arguments["subnet_ids"] = subnets
    shared.apply()
    assert shared.values()["id"] not in (own, gateway)
    assert shared.reach(shared.names()["orders"])["reachable"]
    assert not shared.changes()


def test_a_gateway_that_does_not_fit_is_refused(shared):
    """One of another VPC; one that takes no databases by ARN; one without groups to let in."""
    world = shared.world
    other = make_place(world.ec2(), "111111111111", "10.9.0.0/16")
    elsewhere = world.lattice().create_resource_gateway(
        name="elsewhere", vpcIdentifier=other.vpc, subnetIds=other.subnets
    )["id"]
    through(shared, elsewhere)
    said = shared.try_apply().said()
    assert other.vpc in said and "vpc_id" in said, said
    inside = make_gateway(shared, resourceConfigDnsResolution="IN_VPC")
    shared.arguments["resource_gateway_id"] = inside
    said = shared.try_apply().said()
    assert "IN_VPC" in said and "dns_name" in said, said
    shared.arguments["resource_gateway_id"] = "rgw-0123456789abcdef0"
    said = shared.try_apply().said()
    assert "rgw-0123456789abcdef0" in said, said
    shared.workspace.destroy()
    assert shared.left() == []


@pytest.mark.parametrize("root", ["configuration", "gateway"])
def test_a_lost_state_behind_a_given_gateway_is_imported(shared, root):
    """By any of its configurations, or by the gateway, of which they are all of one."""
    gateway = make_gateway(shared)
    through(shared, gateway)
    shared.apply()
    shared.workspace.state_file.unlink()
    configuration = shared.world.lattice().list_resource_configurations(
        resourceGatewayIdentifier=gateway
    )["items"]
    [own] = [row["id"] for row in configuration if not row.get("amazonManaged")]
    said = shared.try_apply().said()
    assert "exists already" in said and own in said, said
    assert_imported(shared, own if root == "configuration" else gateway)


def assert_imported(shared: Shared, identifier: str) -> None:
    """An import by this id finds everything as configured, and a destroy leaves nothing."""
    shared.others = f'import {{\n  to = {ADDRESS}\n  id = "{identifier}"\n}}\n'
    change = shared.plan().change(ADDRESS)
    before, after = change["before"], change["after"]
    differ = {key: (before[key], it) for key, it in after.items() if before.get(key) != it}
    assert change["actions"] == ["no-op"], differ
    shared.apply()
    shared.others = ""
    shared.workspace.destroy()
    assert shared.left() == []


def test_a_share_that_exists_takes_in_what_is_shared(shared):
    """Who is in it connects; what else is in it stays; a destroy takes out what was put in."""
    share = make_share(shared, CONSUMER, THIRD)
    shared.arguments["resource_share_arn"] = share
    shared.apply()
    configuration = shared.values()["endpoints"]["orders"]["resource_configuration_id"]
    assert in_share(shared, share) == {configuration}
    assert shared.reach(shared.names()["orders"])["reachable"], shared.reach(shared.names()["orders"])
    assert not shared.changes()
    shared.world.ram().disassociate_resource_share(
        resourceShareArn=share, resourceArns=[shared.values()["endpoints"]["orders"]["resource_configuration_arn"]]
    )
    change = shared.plan().change(ADDRESS)
    assert change["before"]["drift"], change["before"]
    shared.apply()
    assert in_share(shared, share) == {configuration}
    shared.workspace.destroy()
    assert shared.left() == []
    [left] = shared.world.ram().get_resource_shares(resourceOwner="SELF", resourceShareStatus="ACTIVE")[
        "resourceShares"
    ]
    assert left["resourceShareArn"] == share


def test_who_is_not_in_a_given_share_is_told(shared):
    """Its owner decides who is in: the resource lets nobody in there."""
    share = make_share(shared, THIRD)
    shared.arguments["resource_share_arn"] = share
    said = shared.try_apply().said()
    assert CONSUMER in said and "is not in" in said, said
    principals = shared.world.ram().get_resource_share_associations(
        associationType="PRINCIPAL", resourceShareArns=[share]
    )["resourceShareAssociations"]
    assert {row["associatedEntity"] for row in principals} == {THIRD}
    shared.world.ram().associate_resource_share(resourceShareArn=share, principals=[CONSUMER])
    shared.apply()
    assert shared.reach(shared.names()["orders"])["reachable"]


def test_from_an_own_share_to_one_that_exists_and_back(shared):
    """Nobody is interrupted on the way; the own share goes, the given one stays."""
    shared.apply()
    endpoints = shared.values()["consumers"]["app"]["endpoint_ids"]
    share = make_share(shared, CONSUMER)
    shared.arguments["resource_share_arn"] = share
    shared.apply()
    assert shared.values()["consumers"]["app"]["endpoint_ids"] == endpoints
    assert not shared.changes()
    active = shared.world.ram().get_resource_shares(resourceOwner="SELF", resourceShareStatus="ACTIVE")
    assert [row["resourceShareArn"] for row in active["resourceShares"]] == [share]
    del shared.arguments["resource_share_arn"]
    shared.apply()
    assert shared.values()["consumers"]["app"]["endpoint_ids"] == endpoints
    assert in_share(shared, share) == set()
    assert not shared.changes()
    shared.workspace.destroy()
    assert shared.left() == []


def test_a_lost_state_with_a_given_share_is_imported(shared):
    """What is shared leads to the share."""
    shared.arguments["resource_share_arn"] = make_share(shared, CONSUMER)
    shared.apply()
    gateway = shared.values()["id"]
    shared.workspace.state_file.unlink()
    assert_imported(shared, gateway)


def test_who_is_in_a_given_share_is_cut_off_when_out_of_reach(shared):
    """Nobody is put out of a share that is somebody else's, so the connection itself is cut."""
    shared.arguments["resource_share_arn"] = make_share(shared, CONSUMER)
    shared.apply()
    name = shared.names()["orders"]
    shared.arguments["consumers"], shared.provider["accounts"] = {}, {}
    shared.arguments["on_unreachable"] = "reject"
    shared.apply()
    assert not shared.reach(name)["reachable"]
    assert not shared.changes()


def group_up(shared: Shared) -> None:
    """Two endpoints in one group."""
    name = shared.world.cluster()["Endpoint"]
    shared.arguments["group"] = {"domain": DOMAIN}
    shared.arguments["endpoints"] = {
        "writer": {"dns_name": name, "port": 5432, "custom_domain_name": f"writer.{DOMAIN}"},
        "any": {"dns_name": name, "port": 5432, "custom_domain_name": f"any.{DOMAIN}"},
    }


def test_a_group_is_one_endpoint_for_all(shared):
    """Its children's names lead to the one endpoint; another child is there without an interruption."""
    group_up(shared)
    shared.apply()
    values = shared.values()
    app = values["consumers"]["app"]
    assert app["dns_names"] == {"writer": f"writer.{DOMAIN}", "any": f"any.{DOMAIN}"}
    assert len(set(app["endpoint_ids"].values())) == 1
    endpoints = shared.world.ec2(CONSUMER).describe_vpc_endpoints()["VpcEndpoints"]
    assert [row["ResourceConfigurationArn"] for row in endpoints] == [
        values["group"]["resource_configuration_arn"]
    ]
    for name in [*app["dns_names"].values(), *app["association_dns_names"].values()]:
        assert shared.reach(name)["reachable"], shared.reach(name)
    assert not shared.changes()
    shared.arguments["endpoints"]["more"] = {
        "dns_name": shared.world.cluster()["ReaderEndpoint"],
        "port": 5432,
        "custom_domain_name": "",
    }
    shared.apply()
    now = shared.values()["consumers"]["app"]
    assert now["endpoint_ids"]["any"] == app["endpoint_ids"]["any"]
    assert now["dns_names"]["more"].endswith(".on.aws")
    assert not shared.changes()
    del shared.arguments["endpoints"]["any"]
    shared.apply()
    assert set(shared.names()) == {"writer", "more"}
    assert not shared.changes()
    shared.workspace.destroy()
    assert shared.left() == []


def test_into_a_group_and_out_of_it(shared):
    """Names can't be held twice, so the plan says that the consumer is interrupted."""
    group_up(shared)
    del shared.arguments["group"]
    shared.apply()
    shared.arguments["group"] = {"domain": DOMAIN}
    changes = shared.plan().change(ADDRESS)["after"]["changes"]
    assert any(it.startswith("interrupts app") for it in changes), changes
    shared.apply()
    assert len(set(shared.values()["consumers"]["app"]["endpoint_ids"].values())) == 1
    assert shared.reach(f"writer.{DOMAIN}")["reachable"], shared.reach(f"writer.{DOMAIN}")
    assert not shared.changes()
    del shared.arguments["group"]
    shared.apply()
    assert len(set(shared.values()["consumers"]["app"]["endpoint_ids"].values())) == 2
    assert shared.reach(f"writer.{DOMAIN}")["reachable"]
    assert not shared.changes()
    shared.workspace.destroy()
    assert shared.left() == []


def test_a_lost_state_of_a_group_is_imported(shared):
    """Group, children and the consumer's one endpoint are found again."""
    group_up(shared)
    shared.apply()
    gateway = shared.values()["id"]
    shared.workspace.state_file.unlink()
    assert_imported(shared, gateway)


def test_a_group_without_a_domain_has_names_of_aws_alone(shared):
    """AWS makes no private zones then."""
    group_up(shared)
    shared.arguments["group"] = {}
    for endpoint in shared.arguments["endpoints"].values():
        endpoint["custom_domain_name"] = ""
    shared.apply()
    assert all(name.endswith(".on.aws") for name in shared.names().values())
    for name in shared.names().values():
        assert shared.reach(name)["reachable"], shared.reach(name)
    assert not shared.changes()


def test_names_of_instances_are_told_without_private_dns(shared):
    """The keys are the same ones; only the names are AWS's."""
    shared.arguments["consumers"]["app"]["private_dns_enabled"] = False
    shared.apply()
    names = shared.names()
    assert set(names) == {"orders", "orders.reader", "orders.orders-1", "orders.orders-2"}
    for name in names.values():
        assert name.endswith(".on.aws")
        assert shared.reach(name)["reachable"], shared.reach(name)
    assert not shared.changes()


MISTAKES = {
    "no subnets": ({"subnet_ids": None}, "The gateway needs subnets"),
    "a gateway's setting": (
        {"resource_gateway_id": "rgw-0123456789abcdef0"},
        "Nothing is changed of a gateway that exists already",
    ),
    "no gateway": ({"resource_gateway_id": "gw-1", "subnet_ids": None}, "rgw-…"),
    "no share": ({"resource_share_arn": "arn:aws:s3:::x"}, "resource-share/ID"),
    "others in the share": (
        {
            "resource_share_arn": "arn:aws:ram:eu-west-1:111111111111:resource-share/x",
            "allowed_accounts": [THIRD],
        },
        "said where it is made",
    ),
    "a database in a group": ({"group": {}}, "no group in a group"),
    "no domain": ({"group": {"domain": "Not a domain"}}, "expected a domain"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_told_before_anything_is_asked(shared, name):
    """`validate` alone finds them."""
    arguments, expected = MISTAKES[name]
    shared.arguments |= arguments
    shared.arguments = {key: it for key, it in shared.arguments.items() if it is not None}
    shared.write()
    report = shared.workspace.show_validation()
    said = " ".join(f"{it['summary']} {it.get('detail', '')}" for it in report["diagnostics"])
    assert not report["valid"] and expected in said, said


def test_a_name_outside_of_the_group_is_told_at_plan(shared):
    """The default is the endpoint's own name, which is seldom below the group's."""
    group_up(shared)
    del shared.arguments["endpoints"]["any"]["custom_domain_name"]
    said = shared.try_plan().said()
    assert "not below the group's domain" in said and "custom_domain_name" in said, said


def test_choices_are_refused_where_there_is_none(shared):
    """Groups and given shares are for everybody alike."""
    third = make_place(shared.world.ec2(THIRD), THIRD, CIDR)
    shared.provider["accounts"]["reports"] = {"access_key": PROVIDER + THIRD, "secret_key": "secret"}
    group_up(shared)
    shared.arguments["consumers"]["reports"] = consumer(third, "reports") | {"endpoints": ["any"]}
    assert "shares a group as a whole" in shared.try_plan().said()
    del shared.arguments["group"]
    shared.arguments["resource_share_arn"] = make_share(shared, CONSUMER, THIRD)
    assert "Everybody in resource_share_arn gets all" in shared.try_plan().said()
