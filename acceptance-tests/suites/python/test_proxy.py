"""How AWS is reached: proxies, certificates, endpoints, retries, and what the provider calls itself."""

import base64

import pytest

from harness.bridge import Bridge
from harness.proxy import Proxy, TlsFront
from harness.world import CONSUMER, OWNER, REGION
from wire import recording

NOWHERE = "http://127.0.0.1:9"
NAMED = "http://aws.corp.test"


@pytest.fixture
def behind(bridge) -> Bridge:
    """A bridge whose AWS has names that only a proxy knows."""
    bridge.workspace.environment["AWS_ENDPOINT_URL"] = NAMED
    return bridge


@pytest.fixture
def secure(bridge, tmp_path):
    """A bridge that calls AWS by its own names, and TLS with these names in front of the simulator."""
    del bridge.workspace.environment["AWS_ENDPOINT_URL"]
    with TlsFront(bridge.simulator.url, tmp_path) as front:
        with Proxy(NOWHERE, front.address) as proxy:
            bridge.provider["https_proxy"] = proxy.url
            yield bridge, front, proxy


@pytest.mark.parametrize("where", ["argument", "HTTP_PROXY", "http_proxy"])
def test_plain_calls_go_through_a_proxy(behind, where):
    """All of an apply, from the first call to the last."""
    with Proxy(behind.simulator.url) as proxy:
        if where == "argument":
            behind.provider["http_proxy"] = proxy.url
        else:
            behind.workspace.environment[where] = proxy.address
        behind.simulator.forget_calls()
        behind.apply()
    assert set(proxy.hosts) == {"aws.corp.test"}
    assert len(proxy.hosts) == len(behind.simulator.calls())


def test_a_proxy_may_ask_who_comes(behind):
    """User and password stand in the URL."""
    with Proxy(behind.simulator.url) as proxy:
        behind.provider["http_proxy"] = f"http://me:hunter2@{proxy.address}"
        behind.plan()
    expected = base64.b64encode(b"me:hunter2").decode()
    assert proxy.authorizations == {f"Basic {expected}"}


def test_what_needs_no_proxy_is_reached_without(bridge):
    """This machine never needs one; other hosts as `no_proxy` says; `""` is no proxy at all."""
    bridge.provider["http_proxy"] = NOWHERE
    bridge.plan()
    bridge.workspace.environment["HTTP_PROXY"] = NOWHERE
    bridge.provider["http_proxy"] = ""
    bridge.plan()
    with Proxy(bridge.simulator.url) as proxy:
        bridge.provider |= {"http_proxy": proxy.url, "no_proxy": "*.corp.test, 10.0.0.0/8"}
        bridge.workspace.environment["AWS_ENDPOINT_URL"] = NAMED
        run = bridge.try_plan()
        assert run.code == 1
        assert "sts:GetCallerIdentity" in run.said()
        assert proxy.hosts == []


def test_calls_are_tunnelled_to_awss_own_names(secure):
    """`https_proxy`, and a CA of one's own: whoever opens TLS on the way is trusted by its certificate."""
    bridge, front, proxy = secure
    bridge.provider["custom_ca_bundle"] = str(front.ca)
    bridge.apply()
    assert bridge.reach()["reachable"]
    services = ("sts", "ec2", "elasticloadbalancing")
    assert set(proxy.hosts) == {f"{name}.{REGION}.amazonaws.com" for name in services}


def test_the_environment_tells_proxy_and_certificates_too(secure):
    """`HTTPS_PROXY` and `AWS_CA_BUNDLE`."""
    bridge, front, proxy = secure
    del bridge.provider["https_proxy"]
    bridge.workspace.environment |= {"HTTPS_PROXY": proxy.url, "AWS_CA_BUNDLE": str(front.ca)}
    bridge.plan()
    assert set(proxy.hosts) == {f"sts.{REGION}.amazonaws.com"}


def test_a_certificate_that_nobody_trusts_is_told_with_the_way_out(secure):
    """A proxy opens TLS, and its CA was not named."""
    bridge, _, _ = secure
    said = refused(bridge)
    assert "custom_ca_bundle" in said
    assert "UnknownIssuer" in said


@pytest.mark.parametrize(("text", "word"), [(None, "No such file"), ("no PEM", "it holds none")])
def test_a_bundle_that_cannot_be_used_is_named(bridge, tmp_path, text, word):
    """Missing, or something else."""
    path = tmp_path / "bundle.pem"
    if text:
        path.write_text(text)
    bridge.provider["custom_ca_bundle"] = str(path)
    said = refused(bridge)
    assert str(path) in said
    assert word in said


@pytest.mark.parametrize("where", ["argument", "environment"])
@pytest.mark.parametrize(
    ("kind", "host"),
    [
        ("use_fips_endpoint", f"sts-fips.{REGION}.amazonaws.com"),
        ("use_dualstack_endpoint", f"sts.{REGION}.api.aws"),
    ],
)
def test_endpoints_are_of_the_kind_that_is_asked_for(secure, where, kind, host):
    """FIPS-validated cryptography; reachable by IPv6."""
    bridge, front, proxy = secure
    bridge.provider["custom_ca_bundle"] = str(front.ca)
    if where == "argument":
        bridge.provider[kind] = True
    else:
        bridge.workspace.environment[f"AWS_{kind.upper()}"] = "true"
    bridge.plan()
    assert set(proxy.hosts) == {host}


@pytest.mark.parametrize("where", ["argument", "environment"])
def test_each_service_has_an_endpoint_of_its_own(bridge, where):
    """The general one leads nowhere; every service is told apart."""
    bridge.workspace.environment["AWS_ENDPOINT_URL"] = NOWHERE
    names = {
        "ec2": "EC2",
        "elbv2": "ELASTIC_LOAD_BALANCING_V2",
        "sts": "STS",
    }
    role = f"arn:aws:iam::{CONSUMER}:role/network"
    bridge.provider["accounts"]["analytics"] = {"assume_role": {"role_arn": role}}
    if where == "argument":
        bridge.provider["endpoints"] = dict.fromkeys(names, bridge.simulator.url)
    else:
        for name in names.values():
            bridge.workspace.environment[f"AWS_ENDPOINT_URL_{name}"] = bridge.simulator.url
    bridge.apply()
    assert bridge.reach()["reachable"]


@pytest.mark.parametrize(
    ("argument", "variable", "attempts"),
    [({}, {}, 3), ({"max_retries": 0}, {}, 1), ({}, {"AWS_MAX_ATTEMPTS": "2"}, 2),
     ({"max_retries": 1, "retry_mode": "adaptive"}, {"AWS_MAX_ATTEMPTS": "9"}, 2)],
)  # fmt: skip
def test_a_call_that_aws_failed_is_made_again_as_often_as_is_said(
    bridge, argument, variable, attempts
):
    """Argument, environment, AWS's default; the argument wins."""
    bridge.provider |= argument
    bridge.workspace.environment |= variable
    bridge.simulator.fault("GetCallerIdentity", "http_500", nth="every")
    bridge.simulator.forget_calls()
    refused(bridge)
    calls = [call for call in bridge.simulator.calls() if call["account"] == OWNER]
    assert len(calls) == attempts


def test_the_provider_says_who_it_is(bridge):
    """Its name and version in every user agent, and what the user appends."""
    bridge.workspace.environment["TF_APPEND_USER_AGENT"] = "pipeline/17 (nightly)"
    recording.take(bridge.simulator.url)
    bridge.plan()
    exchanges = recording.take(bridge.simulator.url)
    agents = {exchange.request_headers["user-agent"] for exchange in exchanges}
    assert agents
    for agent in agents:
        assert agent.startswith("aws-sdk-rust/")
        name, _, version = agent.split()[-3].partition("/")
        assert name == "terraform-provider-privatelink"
        assert version.count(".") == 2
        assert agent.endswith(" pipeline/17 (nightly)")


def refused(bridge: Bridge) -> str:
    """What a plan says that cannot reach AWS."""
    run = bridge.try_plan()
    assert run.code == 1
    return run.said()
