"""Mistakes that the configuration alone shows are caught by `validate`, at the attribute's name."""

import copy
from dataclasses import dataclass, field

import pytest

from conftest import ROOT
from harness.bridge import KIND, Bridge
from harness.configuration import SOURCES, resource
from harness.simulator import Simulator
from harness.world import OWNER, Place, World

ALB = "arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:loadbalancer/app/orders/50dc6c495c0c9188"
PLACE = Place(
    "222222222222", "vpc-0b1c2d3e4f5a60718", ["subnet-0c1d2e3f4a5b60718"], "sg-0a1b2c3d4e5f60718"
)
WORLD = World("", PLACE, PLACE, alb=ALB, alb_group="sg-0a1b2c3d4e5f60718")


@dataclass(frozen=True)
class Mistake:
    """A value at a path, and what the message must say beside the path's name."""

    path: str
    value: object
    word: str
    # Further values that make it a mistake.
    beside: dict = field(default_factory=dict)

    def __str__(self):
        return f"{self.path}={self.value}"[:60]


CONSUMER = 'consumers["analytics"]'
LISTENER = 'listeners["http"]'
CHECK = f"{LISTENER}.health_check"
ENFORCE = "enforce_security_group_inbound_rules_on_private_link_traffic"

ROLE = {"role_arn": f"arn:aws:iam::{OWNER}:role/network"}
WEB_IDENTITY = ROLE | {"web_identity_token_file": "token"}
TEAM = {"tags": {"team": "network"}}

MISTAKES = [
    Mistake("name", "or", "3 to 24"),
    Mistake("name", "Orders", "lower-case"),
    Mistake("name", "orders-", "letter or digit"),
    Mistake("name", "or--ders", "single hyphens"),
    Mistake("name", "sg-orders", "AWS keeps"),
    Mistake("name", "internal-orders", "AWS keeps"),
    Mistake("name", "a-name-that-is-much-too-long-for-aws", "3 to 24"),
    Mistake("alb_arn", "orders", "Expected the ARN"),
    Mistake("alb_arn", ALB.replace("/app/", "/net/"), "network load balancer"),
    Mistake("alb_arn", ALB.replace("loadbalancer/app", "listener/app"), "load_balancer_arn"),
    Mistake("listeners", {}, "at least one"),
    Mistake('listeners["HTTP"]', {"port": 81}, "lower-case"),
    Mistake('listeners["a-name-far-too-long"]', {"port": 81}, "16"),
    Mistake('listeners["other"].port', 80, "already"),
    Mistake(f"{LISTENER}.port", 0, "65535"),
    Mistake(f"{LISTENER}.listener_arn", "arn:aws:x", "Remove the line"),
    Mistake(f"{CONSUMER}.endpoint_id", "vpce-1", "Remove the line"),
    Mistake(f"{LISTENER}.alb_port", 65536, "65535"),
    Mistake(f"{CHECK}.protocol", "TCP", "HTTPS"),
    Mistake(f"{CHECK}.path", "health", "/"),
    Mistake(f"{CHECK}.port", 0, "65535"),
    Mistake(f"{CHECK}.interval", 301, "300"),
    Mistake(f"{CHECK}.timeout", 1, "120"),
    Mistake(f"{CHECK}.timeout", 10, "below the interval"),
    Mistake(f"{CHECK}.healthy_threshold", 1, "10"),
    Mistake(f"{CHECK}.unhealthy_threshold", 11, "10"),
    Mistake("subnet_ids", [], "empty"),
    Mistake("subnet_ids", ["eni-0c1d2e3f4a5b60718"], "subnet-"),
    Mistake("alb_security_group_ids", [], "empty"),
    Mistake("alb_security_group_ids", ["alb"], "sg-"),
    Mistake(ENFORCE, True, '"on"'),
    Mistake("client_cidr_blocks", ["10.0.0.0/8"], "only with"),
    Mistake("client_cidr_blocks", ["10.0.0.1/8"], "CIDR", {ENFORCE: "on"}),
    Mistake("allowed_accounts", ["1234"], "twelve digits"),
    Mistake('consumers["an account"]', {}, "letters, digits"),
    Mistake(f"{CONSUMER}.vpc_id", "analytics", "vpc-"),
    Mistake(f"{CONSUMER}.subnet_ids", [], "empty"),
    Mistake(f"{CONSUMER}.subnet_ids", ["a"], "subnet-"),
    Mistake('consumers["twin"].vpc_id', PLACE.vpc, "already"),
    Mistake(f"{CONSUMER}.allow_from", {}, "Nobody"),
    Mistake(f"{CONSUMER}.allow_from.cidr_blocks", ["10.0.0.0"], "CIDR"),
    Mistake(f"{CONSUMER}.allow_from.cidr_blocks", ["2001:DB8::/32"], "2001:db8::/32"),
    Mistake(f"{CONSUMER}.region", "us-east", "no code of a region"),
    Mistake(f"{CONSUMER}.region", "", "no code of a region"),
    Mistake(f"{CHECK}.matcher", "200-", "codes from 200 to 499"),
    Mistake(f"{CHECK}.matcher", "499-200", "codes from 200 to 499"),
    Mistake(f"{CHECK}.path", "/" + 1024 * "a", "1,024"),
    Mistake(f"{CONSUMER}.allow_from.security_group_ids", ["all"], "sg-"),
    Mistake(f"{CONSUMER}.allow_from.prefix_list_ids", ["s3"], "pl-"),
    Mistake(f'{CONSUMER}.tags["aws:team"]', "a", "aws:"),
    Mistake('tags["privatelink:owner"]', "me", "provider's"),
    Mistake('tags["AWS:team"]', "a", "aws:"),
    Mistake("timeouts.create", "1 hour", "30m"),
    Mistake("timeouts.delete", "0s", "30m"),
]

PROVIDER_MISTAKES = [
    Mistake("account_id", "1234", "twelve digits"),
    Mistake("secret_key", None, "access_key needs"),
    Mistake('accounts["222222222222"]', {"region": "us-east-1"}, "Use a name"),
    Mistake('accounts["analytics"].account_id', "222", "twelve digits"),
    Mistake('accounts["analytics"].assume_role.role_arn', "admin", "arn:aws:iam"),
    Mistake('default_tags.tags["privatelink:owner"]', "me", "provider's own"),
    Mistake("endpoints.ec2", "localhost", "https://"),
    Mistake("allowed_account_ids", ["1234"], "twelve digits"),
    Mistake("forbidden_account_ids", ["prod"], "twelve digits"),
    Mistake("forbidden_account_ids", [OWNER], "too", {"allowed_account_ids": [OWNER]}),
    Mistake("profile", "platform", "not both"),
    Mistake("token", "x", "needs access_key", {"access_key": None, "secret_key": None}),
    Mistake("assume_role_with_web_identity", WEB_IDENTITY, "not both"),
    Mistake('accounts["analytics"].profile', "team", "not both"),
    Mistake("assume_role_chain", [ROLE, {"role_arn": "admin"}], "arn:aws:iam"),
    Mistake("assume_role_chain", [ROLE], "either", {"assume_role": ROLE}),
    Mistake("assume_role", ROLE | {"duration": "1 hour"}, '"1h"'),
    Mistake("assume_role", ROLE | {"duration": "10m"}, "15m"),
    Mistake("assume_role", ROLE | {"session_name": "my session"}, "letters, digits"),
    Mistake("assume_role", ROLE | {"source_identity": "a"}, "letters, digits"),
    Mistake("assume_role", ROLE | {"policy": "all"}, "JSON"),
    Mistake("ignore_tags", {"keys": ["privatelink:owner"]}, "its own"),
    Mistake("ignore_tags", {"key_prefixes": ["private"]}, "its own"),
    Mistake("ignore_tags", {"keys": ["team"]}, "ignore_tags too", {"default_tags": TEAM}),
    Mistake("max_retries", -1, "100"),
    Mistake("retry_mode", "legacy", "adaptive"),
    Mistake("http_proxy", "proxy:3128", "http://HOST:PORT"),
    Mistake("https_proxy", "socks5://proxy", "http://HOST:PORT"),
    Mistake("use_fips_endpoint", True, "either", {"endpoints": {"ec2": "https://ec2.corp"}}),
]


@pytest.fixture
def paper(open_workspace) -> Bridge:
    """A bridge on paper: nobody is there to be asked."""
    nowhere = Simulator(ROOT, 1)
    return Bridge(nowhere, WORLD, open_workspace(nowhere))


def test_a_configuration_without_mistakes_is_valid(paper):
    """`validate` has nothing to say about the usual bridge, and needs no AWS for that."""
    report = report_on(paper)
    assert report["valid"]
    assert not paper.workspace.complaints(report)


def test_every_mistake_is_told_once_at_its_name(paper):
    """One error for each, that names the attribute and says what to write instead."""
    bridges = []
    for number, mistake in enumerate(MISTAKES):
        arguments = copy.deepcopy(paper.arguments) | mistake.beside
        put(arguments, mistake)
        bridges.append(resource(KIND, f"mistake_{number}", arguments))
    paper.workspace.write("\n".join([SOURCES, *bridges]))
    found = paper.workspace.complaints(paper.workspace.show_validation())
    failures = []
    for number, mistake in enumerate(MISTAKES):
        address = f"{KIND}.mistake_{number}"
        failures += complaints(mistake, [one for one in found if one["address"] == address])
    assert failures == []


def test_every_mistake_in_the_provider_block_is_told_at_its_name(paper):
    """Half a key, an account id that is none, a role that is none."""
    usual = copy.deepcopy(paper.provider)
    failures = []
    for mistake in PROVIDER_MISTAKES:
        paper.provider = copy.deepcopy(usual) | mistake.beside
        put(paper.provider, mistake)
        paper.provider = {name: it for name, it in paper.provider.items() if it is not None}
        failures += complaints(mistake, paper.workspace.complaints(report_on(paper)))
    assert failures == []


def test_several_mistakes_are_told_at_once(paper):
    """Nobody has to run `validate` once for each mistake."""
    for mistake in (MISTAKES[0], MISTAKES[7], MISTAKES[14]):
        put(paper.arguments, mistake)
    assert len(paper.workspace.complaints(report_on(paper))) == 3


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ('colour = "red"', "colour"),
        ('consumers = [{ vpc_id = "vpc-1" }]', "consumers"),
        ('listeners = { http = { port = "eighty" } }', "listeners"),
        ("listeners {\n    port = 80\n  }", "listeners"),
        ("alb_arn = null", "alb_arn"),
    ],
)
def test_what_is_no_argument_at_all_is_told_by_name(paper, line, word):
    """Unknown names, wrong types, blocks in place of arguments, missing arguments."""
    name = line.split()[0]
    arguments = {key: it for key, it in paper.arguments.items() if key != name}
    paper.workspace.write(SOURCES + resource(KIND, "orders", arguments, inside=f"  {line}"))
    report = paper.workspace.show_validation()
    assert not report["valid"]
    assert any(word in told(one) for one in paper.workspace.complaints(report))


@pytest.mark.parametrize(
    "path", [f"{CONSUMER}.subnet_ids", f"{CONSUMER}.allow_from", f"{LISTENER}.port"]
)
def test_the_line_that_is_shown_is_the_elements(paper, path):
    """Tools look for the last name of a path among the resource's own arguments, and show these or none."""
    wrong = {"subnet_ids": [], "allow_from": {}, "port": 0}
    paper.arguments["subnet_ids"] = PLACE.subnets
    put(paper.arguments, Mistake(path, wrong[path.split(".")[-1]], ""))
    [found] = paper.workspace.complaints(report_on(paper))
    element = path.split('"')[1]
    assert found["snippet"]["code"].strip().startswith(f"{element} = "), found


def complaints(mistake: Mistake, found: list[dict]) -> list[str]:
    """What is wrong with how a mistake is told."""
    if len(found) != 1:
        return [f"{mistake}: {len(found)} errors: {[one['detail'] for one in found]}"]
    text = told(found[0])
    wanted = mistake.path if "." in mistake.path else mistake.path.split("[")[0]
    return [
        f"{mistake}: {it!r} is not in {text!r}" for it in (wanted, mistake.word) if it not in text
    ]


def told(diagnostic: dict) -> str:
    """All that a user sees of a diagnostic: the line, the summary and the detail."""
    line = (diagnostic.get("snippet") or {}).get("code", "")
    return f"{line} | {diagnostic['summary']} | {diagnostic['detail']}"


def report_on(bridge: Bridge) -> dict:
    bridge.write()
    return bridge.workspace.show_validation()


def put(arguments: dict, mistake: Mistake) -> None:
    """Puts a value at a path; what is missing on the way is made like the usual."""
    steps = mistake.path.replace('"]', "").replace('["', "\0").replace(".", "\0").split("\0")
    if steps[0] == "consumers" and steps[1] != "analytics":
        usual = arguments["consumers"]["analytics"]
        other = "subnet-0d1e2f3a4b5c60718"
        arguments["consumers"][steps[1]] = usual | {
            "vpc_id": PLACE.vpc + "9",
            "subnet_ids": [other],
        }
        if len(steps) == 2:
            return
    here = arguments
    for step in steps[:-1]:
        here = here.setdefault(step, {})
    if mistake.value is None:
        del here[steps[-1]]
    else:
        here[steps[-1]] = mistake.value
