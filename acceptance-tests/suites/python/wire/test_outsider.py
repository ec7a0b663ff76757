"""An outsider with boto3 uses every operation of the simulator, and AWS's models allow every answer."""

from types import SimpleNamespace

import pytest

from . import recording, script
from .judge import judge, judge_all, operations
from .side import Side


@pytest.fixture
def outsider(simulate):
    """Runs the whole script on a simulator with these switches, and hands over what was said."""

    def run(*switches: str, strict: bool, **pace: float) -> SimpleNamespace:
        simulator = simulate(*switches, **pace)
        recording.start(simulator.url)
        side = Side(simulator.url, strict)
        script.run(side)
        return SimpleNamespace(
            known=recording.operations(simulator.url),
            exchanges=recording.take(simulator.url),
            side=side,
        )

    return run


def test_every_operation_is_used_and_the_models_allow_every_answer(outsider):
    """No operation is left out; a request that the models forbid is refused; no answer breaks them."""
    done = outsider("--waits", "zero", strict=True)
    assert done.known - operations(done.exchanges) == set()
    succeeded = {said.operation for said in done.side.said if said.code is None}
    assert {operation for _, operation in done.known} - succeeded == set()
    findings = [(finding, exchange) for exchange in done.exchanges for finding in judge(exchange)]
    assert [str(finding) for finding, _ in findings if finding.side == "answer"] == []
    accepted = [str(finding) for finding, exchange in findings if exchange.succeeded]
    assert accepted == []


@pytest.mark.parametrize("seed", range(1, 5))
def test_the_models_allow_every_answer_under_any_reading_of_the_doubts(outsider, seed):
    """Whatever nobody knows about AWS, it would not break its own model."""
    # Seconds of lag are over before the next call is made; minutes of waiting are not.
    switches = ("--lag", "aws", "--doubts", str(seed), "--seed", str(seed))
    done = outsider(*switches, strict=False, scale=3000)
    findings = [finding for exchange in done.exchanges for finding in judge(exchange)]
    assert [str(finding) for finding in findings if finding.side == "answer"] == []
    # What still waits ends a chapter early, yet it gets far beyond making networks.
    assert len(operations(done.exchanges)) > 40


def test_refusals_before_an_operation_begins_are_errors_of_their_protocol(simulate):
    """Throttled calls and broken services answer in the form of errors too."""
    simulator = simulate("--waits", "zero")
    recording.start(simulator.url)
    side = Side(simulator.url, strict=False, chapter="faults")
    for service, operation in ((side.ec2, "DescribeVpcs"), (side.elb, "DescribeLoadBalancers")):
        for action in ("throttle", "http_500", {"error": "AccessDenied"}):
            simulator.fault(operation, action)
            service.maybe(operation)
    exchanges = recording.take(simulator.url)
    assert [exchange.status for exchange in exchanges] == [503, 500, 403, 400, 500, 403]
    assert judge_all(exchanges) == []
