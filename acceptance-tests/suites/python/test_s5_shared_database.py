"""S5: a database shared with another account, without a load balancer, by the names that it has."""

import json
import shutil

import pytest

from conftest import ROOT
from harness.databases import make_databases
from harness.shared import ADDRESS, Shared, consumer
from harness.simulator import LATER, Simulator
from harness.workspace import NO_CHANGES
from harness.world import CIDR, CONSUMER, OWNER, PROVIDER, REGION, is_users, make_place

EXAMPLE = ROOT / "examples/scenarios/s5-shared-database"
THIRD = "333333333333"


def test_the_example_connects_and_leaves_nothing(simulate, open_workspace):
    """As AWS is, with roles: writer and readers are reached by their own names, then all is taken back."""
    simulator = simulate("--lag", "aws", "--throttle", "aws", scale=60)
    world = make_databases(simulator.url)
    workspace = open_workspace(simulator)
    shutil.copy(EXAMPLE / "main.tf", workspace.directory)
    variables = {
        "vpc_id": world.owner.vpc,
        "subnet_ids": world.owner.subnets,
        "database_arn": world.arn,
        "database_security_group_id": world.group,
        "consumer_role_arn": f"arn:aws:iam::{CONSUMER}:role/network",
        "consumer_vpc_id": world.consumer.vpc,
        "consumer_subnet_ids": world.consumer.subnets,
        "client_security_group_id": world.consumer.client_group,
    }
    (workspace.directory / "terraform.tfvars.json").write_text(json.dumps(variables))
    workspace.environment |= {
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": PROVIDER + OWNER,
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    workspace.apply()
    simulator.advance(600)
    outputs = workspace.show()["values"]["outputs"]
    for output in ("writer", "readers"):
        name = outputs[output]["value"]
        reach = simulator.reach(world.consumer.client, name, 5432)
        assert reach["reachable"], reach
    assert workspace.run("plan", "-json", "-detailed-exitcode").code == NO_CHANGES
    workspace.destroy()
    assert lasting(simulator) == []


def test_a_cluster_is_reached_by_its_own_names(shared):
    """Writer, readers and each instance; and by AWS's names, which no certificate has."""
    shared.apply()
    values = shared.values()
    cluster = shared.world.cluster()
    names = shared.names()
    assert names["orders"] == cluster["Endpoint"]
    assert names["orders.reader"] == cluster["ReaderEndpoint"]
    assert set(names) == {"orders", "orders.reader", "orders.orders-1", "orders.orders-2"}
    for name in [*names.values(), *values["consumers"]["app"]["association_dns_names"].values()]:
        assert shared.reach(name)["reachable"], shared.reach(name)
    assert not shared.changes()


def test_apply_and_refresh_make_few_calls(shared):
    """At most thirty for one endpoint and one consumer; a lone refresh makes at most fourteen."""
    shared.write()
    plan = shared.workspace.plan()
    shared.simulator.forget_calls()
    shared.workspace.run("apply", "-json", str(plan.path))
    assert len(shared.simulator.operations()) <= 30, shared.simulator.operations()
    shared.simulator.forget_calls()
    shared.workspace.run("plan", "-refresh-only", "-json")
    operations = shared.simulator.operations()
    assert len(operations) <= 14, operations
    assert shared.simulator.mutating() == []
    shared.apply()
    assert shared.simulator.mutating() == []


def test_groups_let_in_what_is_needed_and_nothing_else(shared):
    """The gateway's has no inbound rule; the database's own keeps what others wrote."""
    ec2 = shared.world.ec2()
    others = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
    others["IpRanges"] = [{"CidrIp": "10.0.0.0/8"}]
    ec2.authorize_security_group_ingress(GroupId=shared.world.group, IpPermissions=[others])
    shared.apply()
    anchor = shared.values()["components"]["gateway.security_group"]["id"]
    [gateway] = ec2.describe_security_groups(GroupIds=[anchor])["SecurityGroups"]
    assert gateway["IpPermissions"] == []
    [out] = gateway["IpPermissionsEgress"]
    assert (out["FromPort"], out["ToPort"]) == (5432, 5432)
    assert [pair["GroupId"] for pair in out["UserIdGroupPairs"]] == [shared.world.group]
    assert ports_in(shared) == {22, 5432}
    shared.workspace.destroy()
    assert ports_in(shared) == {22}
    assert shared.left() == []


def test_names_and_addresses_are_shared_too(shared):
    """A name stays the name that clients use; an address has AWS's alone, and a warning."""
    address = "172.31.0.77"
    name = shared.world.cluster()["Endpoint"]
    shared.arguments["endpoints"] = {
        "by-name": {"dns_name": name, "port": 5432},
        "by-address": {"ip_address": address, "port_ranges": ["5432", "6000-6010"]},
    }
    assert "follows no fail-over" in shared.try_plan().said("warning")
    shared.apply()
    names = shared.names()
    assert names["by-name"] == name
    assert names["by-address"].endswith(".on.aws")
    assert shared.reach(name)["reachable"], shared.reach(name)
    assert not shared.changes()
    shared.arguments["endpoints"]["by-address"]["ip_address"] = "172.31.0.78"
    before = shared.values()["endpoints"]
    shared.apply()
    assert shared.values()["endpoints"] == before | {
        "by-address": before["by-address"] | {"ip_address": "172.31.0.78"}
    }
    shared.workspace.destroy()
    assert shared.left() == []


def test_consumers_of_two_accounts_get_what_they_are_given(shared):
    """One share for each distinct set of endpoints; who goes loses the connection, and nobody else does."""
    world = shared.world
    third = make_place(world.ec2(THIRD), THIRD, CIDR)
    world.ec2(THIRD).modify_vpc_attribute(VpcId=third.vpc, EnableDnsHostnames={"Value": True})
    shared.provider["accounts"]["reports"] = {"access_key": PROVIDER + THIRD, "secret_key": "secret"}
    shared.arguments["endpoints"]["replica"] = {
        "dns_name": world.cluster()["ReaderEndpoint"],
        "port": 5432,
    }
    shared.arguments["consumers"]["app"]["endpoints"] = ["orders"]
    shared.apply()
    before = shared.values()["consumers"]["app"]
    shared.arguments["consumers"]["reports"] = consumer(third, "reports") | {
        "endpoints": ["replica"]
    }
    shared.apply()
    assert shared.values()["consumers"]["app"] == before
    assert set(shared.names("reports")) == {"replica"}
    shares = [row for row in shared.values()["components"].values() if row["type"] == "resource_share"]
    assert len(shares) == 2
    assert not shared.changes()
    name = shared.names("reports")["replica"]
    assert shared.reach(name, third)["reachable"], shared.reach(name, third)
    del shared.arguments["consumers"]["reports"]
    shared.apply()
    assert not shared.reach(name, third)["reachable"]
    assert shared.reach(shared.names()["orders"])["reachable"]
    assert not shared.changes()


def test_another_database_takes_the_place_of_the_first(shared):
    """The plan says who is interrupted; the gateway and the share stay."""
    shared.apply()
    before = shared.values()
    name = shared.world.cluster()["Endpoint"]
    shared.arguments["endpoints"]["orders"] = {"dns_name": name, "port": 5432}
    change = shared.plan().change(ADDRESS)
    assert any(it.startswith("interrupts app") for it in change["after"]["changes"])
    shared.apply()
    after = shared.values()
    assert after["id"] == before["id"]
    assert after["components"]["share"] == before["components"]["share"]
    assert shared.reach(name)["reachable"], shared.reach(name)
    assert not shared.changes()
    shared.workspace.destroy()
    assert shared.left() == []


def test_other_subnets_are_another_gateway(shared):
    """Made beside the old one, which goes when everybody has moved."""
    shared.apply()
    before = shared.values()["id"]
    shared.arguments["subnet_ids"] = shared.world.owner.subnets[:1]
    shared.apply()
    assert shared.values()["id"] != before
    gateways = shared.world.lattice().list_resource_gateways()["items"]
    assert [it["id"] for it in gateways] == [shared.values()["id"]]
    assert shared.reach(shared.names()["orders"])["reachable"]
    assert not shared.changes()


@pytest.mark.parametrize(
    "operation", ["CreateResourceGateway", "CreateResourceShare", "CreateVpcEndpoint"]
)
def test_a_failed_create_goes_on_and_leaves_nothing(shared, operation):
    """With its state kept: the same ids; and a destroy instead leaves nothing."""
    shared.simulator.fault(operation, {"error": "AccessDeniedException"}, nth="every")
    assert shared.try_apply().code == 1
    kept = {row["id"] for row in shared.simulator.objects() if row["kind"] == "security-group"}
    shared.simulator.forget_faults()
    shared.apply()
    now = {row["id"] for row in shared.simulator.objects() if row["kind"] == "security-group"}
    assert kept <= now
    assert shared.reach(shared.names()["orders"])["reachable"]
    assert not shared.changes()
    shared.workspace.destroy()
    assert shared.left() == []


def test_a_lost_state_is_imported_without_a_difference(shared):
    """The create refuses and shows what to paste."""
    shared.apply()
    gateway = shared.values()["id"]
    shared.workspace.state_file.unlink()
    said = shared.try_apply().said()
    assert "exists already" in said and gateway in said
    shared.others = f'import {{\n  to = {ADDRESS}\n  id = "{gateway}"\n}}\n'
    change = shared.plan().change(ADDRESS)
    differ = {key: (change["before"][key], it) for key, it in change["after"].items() if change["before"].get(key) != it}
    assert change["actions"] == ["no-op"], differ
    shared.apply()
    shared.workspace.destroy()
    assert shared.left() == []


def test_strangers_keep_it_from_being_destroyed(shared):
    """Their endpoints are named before anything is touched; with force_delete they are cut off."""
    shared.arguments["allowed_accounts"] = [THIRD]
    shared.apply()
    assert "has not accepted" in shared.try_plan().said("warning")
    world = shared.world
    third = make_place(world.ec2(THIRD), THIRD, CIDR)
    [invitation] = world.ram(THIRD).get_resource_share_invitations()["resourceShareInvitations"]
    world.ram(THIRD).accept_resource_share_invitation(
        resourceShareInvitationArn=invitation["resourceShareInvitationArn"]
    )
    made = world.ec2(THIRD).create_vpc_endpoint(
        VpcEndpointType="Resource",
        VpcId=third.vpc,
        SubnetIds=third.subnets,
        ResourceConfigurationArn=shared.values()["endpoints"]["orders"]["resource_configuration_arn"],
    )
    stranger = made["VpcEndpoint"]["VpcEndpointId"]
    run = shared.workspace.try_("destroy", "-json", "-auto-approve")
    assert run.code == 1 and stranger in run.said()
    assert shared.reach(shared.names()["orders"])["reachable"]
    shared.arguments["force_delete"] = True
    shared.apply()
    shared.workspace.destroy()
    assert shared.left() == []


def test_another_region_is_refused_with_the_reason(shared):
    """Lattice ends at the region's border: the plan says so, and what crosses it."""
    shared.provider["accounts"]["app"]["region"] = "us-east-1"
    said = shared.try_plan().said()
    assert "A consumer in another region" in said and "PrivateLink" in said


MISTAKES = {
    "two targets": ({"endpoints": {"a": {"dns_name": "db.example", "ip_address": "10.0.0.1"}}}, "exactly one"),
    "an address for a name": ({"endpoints": {"a": {"dns_name": "10.0.0.1", "port": 1}}}, "give it as ip_address"),
    "a name with a port": ({"endpoints": {"a": {"dns_name": "db.example:5432", "port": 1}}}, "is no domain name"),
    "one name twice": (
        {
            "endpoints": {
                "a": {"dns_name": "db.example", "port": 1},
                "b": {"dns_name": "DB.example.", "port": 2},
            }
        },
        "Two endpoints of one name",
    ),
    "no port": ({"endpoints": {"a": {"dns_name": "db.example"}}}, "Give port"),
    "a proxy by arn": (
        {"endpoints": {"a": {"arn": "arn:aws:rds:x:1:db-proxy:prx-1"}}},
        "Proxies and everything else are shared by dns_name",
    ),
    "in the vpc": ({"dns_resolution": "IN_VPC"}, "takes no databases by their ARN"),
    "a role": ({"allowed_principals": ["arn:aws:iam::333333333333:role/x"]}, "roles and users can't"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_told_before_anything_is_asked(shared, name):
    """`validate` alone finds them."""
    arguments, expected = MISTAKES[name]
    shared.arguments |= arguments
    shared.write()
    report = shared.workspace.show_validation()
    said = " ".join(f"{it['summary']} {it.get('detail', '')}" for it in report["diagnostics"])
    assert not report["valid"] and expected in said, said


def ports_in(shared: Shared) -> set[int]:
    """By which ports the database's group lets somebody in."""
    groups = shared.world.ec2().describe_security_groups(GroupIds=[shared.world.group])
    return {rule["FromPort"] for rule in groups["SecurityGroups"][0]["IpPermissions"]}


def lasting(simulator: Simulator) -> list[dict]:
    """What users did not make and still stands; shares are remembered for hours."""
    simulator.advance(LATER)
    made = [row for row in simulator.objects() if not is_users(row)]
    return [row for row in made if row["fields"].get("status") != "DELETED"]
