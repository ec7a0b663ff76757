"""How much a bridge asks of AWS: bounds that every user's rate limits feel."""

from harness.simulator import READS

APPLY_MAX = 32
MUTATING_MAX = 17
REFRESH_MAX = 14


def test_an_apply_makes_few_calls_and_a_refresh_fewer(bridge):
    """One bridge, one consumer in another account, two subnets, static keys; waits over at the first look."""
    plan = bridge.plan()
    bridge.simulator.forget_calls()
    bridge.workspace.run("apply", "-json", str(plan.path))
    operations = bridge.simulator.operations()
    mutating = bridge.simulator.mutating()
    assert len(operations) <= APPLY_MAX, operations
    assert len(mutating) <= MUTATING_MAX, mutating

    bridge.simulator.forget_calls()
    bridge.workspace.run("plan", "-refresh-only", "-json")
    operations = bridge.simulator.operations()
    assert len(operations) <= REFRESH_MAX, operations
    assert all(name.startswith(READS) for name in operations)


def test_a_plan_of_a_new_bridge_asks_only_who_we_are(bridge):
    """Nothing is there to be read: one call an account."""
    bridge.simulator.forget_calls()
    bridge.plan()
    assert set(bridge.simulator.operations()) == {"GetCallerIdentity"}
    assert len(bridge.simulator.operations()) == 2


def test_validate_asks_nobody(bridge):
    """`validate` works without credentials and without a network."""
    bridge.write()
    bridge.simulator.forget_calls()
    assert bridge.workspace.show_validation()["valid"]
    assert bridge.simulator.operations() == []
