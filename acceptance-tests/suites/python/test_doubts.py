"""What nobody knows about AWS is drawn by lot: a bridge's life is the same under every draw."""

import pytest

from harness.bridge import consumer_arguments
from harness.simulator import LATER
from harness.world import OWNER

# Faster than the other suites: here AWS keeps one waiting at every step.
SCALE = 100


@pytest.mark.parametrize("seed", range(1, 4))
def test_a_bridge_lives_under_every_reading_of_the_doubts(lay, seed):
    """Made, extended, cut down and removed while reads lag, with other answers where AWS is unclear."""
    bridge = lay("--lag", "aws", "--seed", str(seed), "--doubts", str(seed), scale=SCALE)
    bridge.simulator.advance(LATER)
    before = bridge.users()
    bridge.apply()
    assert bridge.reach()["reachable"], bridge.reach()
    assert not bridge.changes()

    place = bridge.world.add_place(OWNER)
    bridge.consumers["batch"] = consumer_arguments(place, account=None)
    bridge.world.add_alb_listener(8080)
    bridge.arguments["listeners"]["admin"] = {"port": 8080}
    bridge.apply()
    assert bridge.reach("batch", port=8080, place=place)["reachable"]

    del bridge.consumers["analytics"]
    del bridge.arguments["listeners"]["admin"]
    bridge.apply()
    assert not bridge.changes()
    bridge.workspace.destroy()
    assert bridge.left() == []
    assert before.keys() <= bridge.users().keys()
