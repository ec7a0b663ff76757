"""Every request of the provider is one that AWS's models allow, and every answer it gets is one too."""

from . import recording
from .judge import judge, operations


def test_the_life_of_a_bridge_is_within_the_models(bridge):
    """Apply, an empty plan, a consumer's leaving, and destroy, all recorded and judged."""
    recording.start(bridge.simulator.url)
    bridge.apply()
    assert not bridge.changes()
    bridge.consumers.clear()
    bridge.apply()
    bridge.workspace.destroy()
    exchanges = recording.take(bridge.simulator.url)
    exchanges = [exchange for exchange in exchanges if is_providers(exchange)]
    called = {operation for _, operation in operations(exchanges)}
    for step in (
        "CreateLoadBalancer",
        "CreateVpcEndpoint",
        "DeleteVpcEndpointServiceConfigurations",
    ):
        assert step in called
    assert [str(finding) for exchange in exchanges for finding in judge(exchange)] == []


def is_providers(exchange) -> bool:
    """Whether the provider sent it, and not the one who made the world."""
    return "Credential=AKIAPROV" in exchange.request_headers["authorization"]
