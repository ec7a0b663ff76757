"""Every test of the suites judges its traffic too: what went over the wire is within AWS's models.

A request counts against a test unless an outsider sent it in order to be refused.
"""

import pytest

from harness.simulator import Simulator

from . import recording
from .exchange import Exchange
from .judge import Finding, judge


@pytest.fixture(autouse=True)
def the_wire_is_true(monkeypatch):
    """Records every simulator of a test from its start to its end."""
    findings: dict[str, str] = {}
    enter, leave = Simulator.__enter__, Simulator.__exit__

    def start(simulator: Simulator) -> Simulator:
        enter(simulator)
        recording.start(simulator.url)
        return simulator

    def stop(simulator: Simulator, *error) -> None:
        for exchange in recording.take(simulator.url):
            for finding in judge(exchange):
                if counts(finding, exchange):
                    findings.setdefault(str(finding), str(exchange))
        leave(simulator, *error)

    monkeypatch.setattr(Simulator, "__enter__", start)
    monkeypatch.setattr(Simulator, "__exit__", stop)
    yield findings
    assert findings == {}


def counts(finding: Finding, exchange: Exchange) -> bool:
    """Whether a finding is the fault of the provider or of the simulator."""
    outsider = "Credential=AKIAWRLD" in exchange.request_headers.get("authorization", "")
    return finding.side == "answer" or not outsider or exchange.succeeded
