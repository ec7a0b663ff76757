"""The shared database under the name that lacks the provider's: the same in every respect."""

import pytest

from harness.configuration import SOURCES, block
from harness.shared import ADDRESS, Shared

OTHER = "lattice_shared_db.orders"


def write(shared: Shared, others: str = "") -> None:
    """Writes the same block under the other name, which does not tell the provider."""
    body = block('resource "lattice_shared_db" "orders"', shared.arguments)
    body = body.replace("{\n", "{\n  provider = privatelink\n", 1)
    provider = block('provider "privatelink"', shared.provider)
    shared.workspace.write("\n".join([SOURCES, provider, body, others]))


def test_the_other_name_makes_the_same(shared):
    """Applied, idempotent, reached, destroyed."""
    write(shared)
    shared.workspace.apply()
    names = shared.workspace.values(OTHER)["consumers"]["app"]["dns_names"]
    assert shared.reach(names["orders"])["reachable"], shared.reach(names["orders"])
    assert not shared.workspace.changes()
    shared.workspace.destroy()
    assert shared.left() == []


@pytest.mark.parametrize("back", [False, True], ids=["there", "back"])
def test_a_state_moves_from_one_name_to_the_other(shared, back):
    """With nothing made, changed or removed in AWS."""
    moved = "moved {{\n  from = {}\n  to   = {}\n}}\n"
    if back:
        write(shared)
        shared.workspace.apply()
        before = shared.workspace.values(OTHER)
        shared.others = moved.format(OTHER, ADDRESS)
        shared.write()
        now = ADDRESS
    else:
        shared.apply()
        before = shared.values()
        write(shared, moved.format(ADDRESS, OTHER))
        now = OTHER
    shared.simulator.forget_calls()
    shared.workspace.apply()
    assert shared.simulator.mutating() == []
    assert shared.workspace.values(now) == before
    assert not shared.workspace.changes()
    shared.workspace.destroy()
    assert shared.left() == []


def test_nothing_else_moves_into_it(shared):
    """Another type's state is not a shared database's, and the error says what to do."""
    write(shared)
    shared.workspace.apply()
    moved = f"moved {{\n  from = {OTHER}\n  to   = privatelink_alb_bridge.orders\n}}\n"
    bridge = block(
        'resource "privatelink_alb_bridge" "orders"',
        {
            "name": "orders",
            "alb_arn": "arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:loadbalancer/app/x/0123456789abcdef",
            "listeners": {"http": {"port": 80}},
        },
    )
    provider = block('provider "privatelink"', shared.provider)
    shared.workspace.write("\n".join([SOURCES, provider, bridge, moved]))
    said = shared.workspace.try_plan().said()
    assert "can't take over the state" in said and "import" in said, said
