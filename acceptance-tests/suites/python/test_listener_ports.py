"""A listener is its port: keys may be exchanged, used again and moved to other ports."""

from harness.bridge import ADDRESS, Bridge
from harness.configuration import Raw


def listeners(bridge: Bridge, **ports: int) -> None:
    """Configures these and applies; what is offered then is these ports and no others."""
    bridge.arguments["listeners"] = {
        key: {"port": port, "alb_port": 80} for key, port in ports.items()
    }
    bridge.apply()
    assert not bridge.changes()
    bridge.simulator.advance(60)
    kinds = [row["kind"] for row in bridge.made()]
    assert kinds.count("listener") == kinds.count("target-group") == len(ports), kinds
    for port in (80, 81, 82):
        assert bridge.reach(port=port)["reachable"] == (port in ports.values()), port


def test_a_key_moves_to_another_port(standing):
    """The new port works, the old one is closed, and the plan says that the listener is another."""
    standing.arguments["listeners"] = {"http": {"port": 81, "alb_port": 80}}
    change = standing.plan().change(ADDRESS)
    assert change["after_unknown"]["listeners"]["http"]["listener_arn"]
    listeners(standing, http=81)


def test_a_key_moves_with_the_albs_port(standing):
    """Both ports change: another listener, another target group."""
    standing.world.add_alb_listener(8080)
    standing.arguments["listeners"] = {"http": {"port": 8080}}
    standing.apply()
    assert standing.reach(port=8080)["reachable"]
    assert not standing.reach(port=80)["reachable"]
    assert not standing.changes()


def test_a_key_takes_over_the_port_of_another(standing):
    """The other listener goes, the port's own listener stays under the new key."""
    listeners(standing, a=80, b=82)
    kept = standing.values()["listeners"]["a"]["listener_arn"]
    listeners(standing, b=80)
    assert standing.values()["listeners"]["b"]["listener_arn"] == kept


def test_keys_exchange_their_ports(standing):
    """Nothing is made anew."""
    listeners(standing, a=80, b=82)
    made = {row["id"] for row in standing.made()}
    listeners(standing, a=82, b=80)
    assert {row["id"] for row in standing.made()} == made


def test_a_key_is_used_again_after_its_listener_was_renamed(standing):
    """Later, or in the same apply."""
    listeners(standing, web=80, http=81)
    listeners(standing, web=80, http=81, more=82)
    listeners(standing, http=80, more=81)


def test_ports_may_be_known_late(bridge):
    """A port that another resource tells: the plan leaves open what hangs on it, the apply is complete."""
    bridge.others = 'resource "terraform_data" "port" {\n  input = 80\n}'
    for argument in ("port", "alb_port"):
        ports = {"port": 80, "alb_port": 80} | {argument: Raw("terraform_data.port.output")}
        bridge.arguments["listeners"] = {"http": ports}
        bridge.apply()
        assert not bridge.changes()
        assert bridge.reach()["reachable"]
        bridge.workspace.destroy()
