"""An update is killed, tool and plugin, and the state knows nothing of it: whatever is wanted next is
done by one apply or destroy, and nothing stays behind.
"""

import pytest

from harness.bridge import Bridge, consumer_arguments
from harness.killing import DONE, Moment, both, kill_during
from harness.world import CONSUMER, OWNER

APPLY = ["apply", "-json", "-auto-approve"]


class Change:
    """A change of a bridge, and the way back."""

    def __init__(self, bridge: Bridge):
        self.bridge = bridge


class Narrow(Change):
    """Another choice of subnets, which needs another load balancer."""

    def do(self, zone: int = 0) -> None:
        bridge = self.bridge
        bridge.arguments["subnet_ids"] = [bridge.world.owner.subnets[zone]]
        bridge.arguments["replace_nlb"] = "interrupt"
        bridge.consumers["analytics"]["subnet_ids"] = [bridge.world.consumer.subnets[zone]]

    def undo(self) -> None:
        bridge = self.bridge
        bridge.arguments["subnet_ids"] = bridge.world.owner.subnets
        bridge.arguments.pop("replace_nlb", None)
        bridge.consumers["analytics"]["subnet_ids"] = bridge.world.consumer.subnets


class Port(Change):
    """One more listener."""

    def do(self) -> None:
        self.bridge.arguments["listeners"]["more"] = {"port": 81, "alb_port": 8080}

    def undo(self) -> None:
        self.bridge.arguments["listeners"].pop("more", None)


class Both(Change):
    """One more listener, and another load balancer."""

    def do(self) -> None:
        Narrow(self.bridge).do()
        Port(self.bridge).do()

    def undo(self) -> None:
        Narrow(self.bridge).undo()
        Port(self.bridge).undo()


class Consumer(Change):
    """One more consumer."""

    def do(self) -> None:
        self.bridge.consumers["reports"] = consumer_arguments(self.bridge.place)

    def undo(self) -> None:
        self.bridge.consumers.pop("reports")


@pytest.fixture
def roomy(bridge) -> Bridge:
    """A bridge that is not applied yet, in a world with a port and a VPC more."""
    bridge.world.add_alb_listener(8080)
    bridge.place = bridge.world.add_place(CONSUMER)
    return bridge


def made(operation: str, account: str = OWNER, nth: int = 1) -> Moment:
    """The moment after a call was carried out."""
    return Moment(operation, account, DONE, nth)


MOVED = made("ModifyVpcEndpointServiceConfiguration")
CASES = [
    (Narrow, MOVED),
    (Narrow, made("DeleteVpcEndpoints", CONSUMER)),
    (Port, made("CreateTargetGroup")),
    (Port, made("AuthorizeSecurityGroupIngress")),
    (Port, made("CreateListener")),
    (Both, made("CreateListener", nth=2)),
    (Both, MOVED),
    (Both, made("CreateVpcEndpoint", CONSUMER)),
    (Both, made("DeleteLoadBalancer")),
    (Consumer, made("CreateSecurityGroup", CONSUMER)),
    (Consumer, made("CreateVpcEndpoint", CONSUMER)),
    (Consumer, made("AcceptVpcEndpointConnections")),
]


def name(parameter) -> str:
    """A parameter in a test's id."""
    return getattr(parameter, "__name__", str(parameter))


def cut_off(bridge: Bridge, change, moment: Moment) -> None:
    """The bridge stands, and an update of it was killed."""
    bridge.apply()
    change(bridge).do()
    bridge.write()
    kill_during(bridge, APPLY, moment, both)


def assert_one_of_each(bridge: Bridge) -> None:
    """As many listeners and target groups as are wanted, one load balancer, no unknown endpoint."""
    kinds = [row["kind"] for row in bridge.made()]
    wanted = len(bridge.arguments["listeners"])
    assert (kinds.count("listener"), kinds.count("target-group")) == (wanted, wanted)
    balancers = {row["id"] for row in bridge.made() if row["kind"] == "load-balancer"}
    assert balancers == {bridge.values()["nlb_arn"]}
    endpoints = {row["endpoint_id"] for row in bridge.values()["consumers"].values()}
    assert endpoints == {row["id"] for row in bridge.made() if row["kind"] == "vpc-endpoint"}


@pytest.mark.parametrize("then", ["on", "back"])
@pytest.mark.parametrize(("change", "moment"), CASES, ids=name)
def test_the_next_apply_goes_on_or_back(roomy, change, moment, then):
    """One apply, whether the change is still wanted or not; a destroy leaves nothing."""
    users = roomy.users()
    cut_off(roomy, change, moment)
    if then == "back":
        change(roomy).undo()
    roomy.apply("-lock=false")
    assert roomy.reach()["reachable"]
    assert not roomy.changes()
    assert_one_of_each(roomy)
    allowed = [arn for arn in roomy.principals() if CONSUMER in arn]
    assert len(allowed) == 1
    roomy.workspace.destroy()
    assert roomy.left() == []
    assert roomy.users() == users


@pytest.mark.parametrize(("change", "moment"), CASES, ids=name)
def test_the_next_destroy_leaves_nothing(roomy, change, moment):
    """Also none of the rules in groups of others, and no endpoint that holds the service."""
    users = roomy.users()
    cut_off(roomy, change, moment)
    roomy.workspace.run("destroy", "-json", "-auto-approve", "-lock=false")
    assert roomy.left() == []
    assert roomy.users() == users


def test_a_third_choice_of_subnets_is_had_by_one_apply(roomy):
    """The service is on another load balancer than the state knows, and neither fits."""
    cut_off(roomy, Narrow, MOVED)
    Narrow(roomy).do(zone=1)
    roomy.apply("-lock=false")
    roomy.assert_whole()
    assert_one_of_each(roomy)


@pytest.fixture
def standing(roomy) -> Bridge:
    """One that is applied."""
    roomy.apply()
    return roomy


def test_an_endpoint_that_an_old_state_does_not_know_goes_with_the_bridge(standing):
    """A state from before a consumer came: destroy takes its endpoint as well."""
    kept = standing.workspace.state_file.read_text()
    Consumer(standing).do()
    standing.apply()
    standing.workspace.state_file.write_text(kept)
    standing.workspace.run("destroy", "-json", "-auto-approve")
    assert standing.left() == []


@pytest.mark.parametrize("wanted", [True, False])
def test_an_old_state_does_not_keep_a_load_balancer_from_being_replaced(standing, wanted):
    """What was made since is found, and makes room like the rest; also where it is not wanted."""
    kept = standing.workspace.state_file.read_text()
    Consumer(standing).do()
    standing.apply()
    standing.workspace.state_file.write_text(kept)
    Narrow(standing).do()
    if wanted:
        standing.consumers["reports"]["subnet_ids"] = standing.place.subnets[:1]
    else:
        Consumer(standing).undo()
    standing.apply()
    assert standing.reach()["reachable"]
    assert not standing.changes()
    assert_one_of_each(standing)


def test_without_a_refresh_a_plan_says_that_the_state_is_older_than_an_endpoint(standing):
    """It would hold the load balancer, and nobody has found it."""
    kept = standing.workspace.state_file.read_text()
    Consumer(standing).do()
    standing.apply()
    standing.workspace.state_file.write_text(kept)
    Narrow(standing).do()
    run = standing.try_apply("-refresh=false")
    assert run.code == 1
    assert "its state is older than they are" in run.said()


def test_what_an_old_state_does_not_know_is_told_by_a_plan_and_removed(standing):
    """A state from before, with the configuration of that time: what came since goes again."""
    kept = standing.workspace.state_file.read_text()
    Consumer(standing).do()
    Port(standing).do()
    standing.apply()
    standing.workspace.state_file.write_text(kept)
    Consumer(standing).undo()
    Port(standing).undo()
    assert standing.changes()
    standing.apply()
    standing.assert_whole()
    assert_one_of_each(standing)


def test_a_change_that_makes_nothing_is_not_marked(standing):
    """The mark costs a call, which only a change that makes something pays."""
    standing.simulator.forget_calls()
    standing.consumers["analytics"]["allow_from"] = {"cidr_blocks": ["10.0.0.0/8"]}
    standing.apply()
    assert "CreateTags" not in standing.simulator.operations()
    standing.simulator.forget_calls()
    Port(standing).do()
    standing.apply()
    operations = standing.simulator.operations()
    assert (operations.count("CreateTags"), operations.count("DeleteTags")) == (1, 0)
