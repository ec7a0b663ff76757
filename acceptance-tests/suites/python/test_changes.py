"""What a plan says of its intentions: old and new values where they are short, nothing twice, nothing hidden."""

import pytest

from harness.bridge import ADDRESS, Bridge


def change_health_check(bridge: Bridge) -> str:
    check = {"path": "/healthz", "interval": 30}
    bridge.arguments["listeners"]["http"]["health_check"] = check
    return "changes the health check of listener 80: path / → /healthz, interval 10 → 30"


def change_alb_port(bridge: Bridge) -> str:
    bridge.world.add_alb_listener(8080)
    bridge.arguments["listeners"]["http"]["alb_port"] = 8080
    return "leads listener 80 to another target: ALB port 80 → 8080"


def change_alb(bridge: Bridge) -> str:
    bridge.arguments["alb_arn"] = bridge.world.add_alb("next")
    return "leads listener 80 to another target: ALB orders → next"


def change_cross_zone(bridge: Bridge) -> str:
    bridge.arguments["cross_zone_load_balancing"] = False
    return "changes the network load balancer: cross zone true → false"


def change_acceptance(bridge: Bridge) -> str:
    bridge.arguments["acceptance_required"] = False
    return "changes the endpoint service: acceptance required true → false"


def change_idle_timeout(bridge: Bridge) -> str:
    bridge.arguments["tcp_idle_timeout_seconds"] = 600
    return "changes the idle time-out of listener 80: 350 → 600 s"


def drop_a_subnet(bridge: Bridge) -> str:
    [first, second] = bridge.world.consumer.subnets
    bridge.consumers["analytics"]["subnet_ids"] = [first]
    return f"changes the endpoint of analytics: subnets -{second}"


def admit_others(bridge: Bridge) -> str:
    bridge.consumers["analytics"]["allow_from"] = {"cidr_blocks": ["10.0.0.0/8"]}
    return "changes who may use the endpoint of analytics: +10.0.0.0/8, -172.31.0.0/16"


CHANGES = [
    change_health_check,
    change_alb_port,
    change_alb,
    change_cross_zone,
    change_acceptance,
    change_idle_timeout,
    drop_a_subnet,
    admit_others,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda it: it.__name__)
def test_old_and_new_values_are_told(standing, change):
    """The sentence alone says what will be different."""
    sentence = change(standing)
    assert sentence in changes(standing)


def test_tags_are_one_sentence_with_what_changes(standing):
    """Each object has them: how many there are is told, not which."""
    standing.arguments["tags"] = {"team": "network"}
    [sentence] = changes(standing)
    assert sentence.startswith("changes the tags of ")
    assert sentence.endswith(" objects: +team network")
    standing.apply()
    standing.arguments["tags"] = {"team": "data"}
    [sentence] = changes(standing)
    assert sentence.endswith(" objects: team network → data")


def test_zones_that_are_exchanged_are_not_more(lay):
    """One subnet comes and another goes: that is told for what it is."""
    bridge = lay()
    del bridge.arguments["consumers"]
    bridge.apply()
    more = bridge.world.add_subnet(bridge.world.owner, "172.31.64.0/20")
    bridge.arguments["subnet_ids"] = [bridge.world.owner.subnets[0], more]
    said = changes(bridge)
    assert "offers the service in other zones" in said
    assert "offers the service in more zones" not in said


def test_a_listener_that_goes_is_told_by_its_port(standing):
    """Its key is in the configuration no more."""
    standing.world.add_alb_listener(8080)
    standing.arguments["listeners"]["admin"] = {"port": 8080}
    standing.apply()
    del standing.arguments["listeners"]["admin"]
    assert "removes listener 8080" in changes(standing)


def changes(bridge: Bridge) -> list[str]:
    """The sentences of a plan."""
    return bridge.plan().change(ADDRESS)["after"]["changes"]
