"""The pages in docs/ are those of the provider as it is, and a registry takes them."""

import os
import re
from pathlib import Path

import pytest

from conftest import ROOT
from harness.bridge import ADDRESS, Bridge
from harness.simulator import Simulator
from harness.world import CONSUMER, OWNER, PROVIDER
from pages import folder, generate

DOCS = ROOT / "docs"
EXAMPLES = ROOT / "examples"
# Registries cut off what is beyond.
PAGE_MAX_BYTES = 500_000
BRIDGE_PAGE = "resources/alb_bridge.md"

# What the folder of a resource, data source or function must hold.
EXAMPLE_FILES = {
    "resources": ("resource.tf", "import.sh", "import-by-string-id.tf"),
    "data-sources": ("data-source.tf",),
    "functions": ("function.tf",),
}

ACTION = re.compile(r"\b(?:ec2|elasticloadbalancing|ram|rds|sts|vpc-lattice):[A-Z]\w+")
FENCE = re.compile(r"^```terraform\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
TOPIC = "arn:aws:sns:ap-northeast-1:111111111111:events"
SERVICES = {"elbv2": "elasticloadbalancing"}


@pytest.fixture
def schema(tmp_path, tool, plugin) -> Path:
    """The provider's schema, as the tool tells it."""
    return generate.schema(tool, plugin, tmp_path / "schema")


def test_the_pages_are_fresh(schema, tmp_path):
    """Whoever reads docs/ reads about the provider beside it; `make docs` makes them anew."""
    fresh = generate.generate(schema, tmp_path / "fresh")
    there = folder.pages(DOCS)
    stale = [place for place in fresh.keys() | there.keys() if fresh.get(place) != there.get(place)]
    assert sorted(stale) == [], "run `make docs`"


def test_the_pages_are_what_registries_take(schema):
    """Front matter, names and folders: nothing is missing, nothing is left over from earlier."""
    generate.validate(schema)


def test_a_page_of_another_name_is_noticed(schema, tmp_path, monkeypatch):
    """The check itself works: with the bridge's page under a wrong name it fails and says which."""
    pages = folder.pages(DOCS)
    folder.replace(tmp_path / "docs", {"resources/bridge.md": pages[BRIDGE_PAGE]})
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    with pytest.raises(generate.Failed, match="missing .* privatelink_alb_bridge"):
        generate.validate(schema)


def test_a_new_set_of_pages_replaces_the_old_one_and_nothing_else(tmp_path):
    """Pages of what no longer exists go, pages that are new come, the project's own papers stay."""
    papers = tmp_path / "internals" / "testing.md"
    papers.parent.mkdir()
    papers.write_text("ours")
    assert folder.replace(tmp_path, {"index.md": "a", "resources/old.md": "b"})
    changed = folder.replace(tmp_path, {"index.md": "a", "resources/new.md": "c"})
    assert changed == ["resources/new.md", "resources/old.md"]
    assert folder.pages(tmp_path) == {"index.md": "a", "resources/new.md": "c"}
    assert papers.read_text() == "ours"


def test_no_page_is_cut_off():
    """The end of a page, the import, is shown as well."""
    sizes = {place: len(text.encode()) for place, text in folder.pages(DOCS).items()}
    assert len(sizes) >= 2
    assert {place: size for place, size in sizes.items() if size > PAGE_MAX_BYTES} == {}


def test_every_example_that_is_named_exists():
    """Whoever looks an example up in the repository finds it."""
    texts = [file.read_text() for file in (ROOT / "templates").rglob("*.tmpl")]
    texts += [*folder.pages(DOCS).values(), (ROOT / "README.md").read_text()]
    named = {name for text in texts for name in re.findall(r"\bexamples/[\w./-]+\w", text)}
    assert named
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


@pytest.mark.parametrize("kind", ["resources", "data-sources", "functions"])
def test_every_page_has_something_to_copy(kind):
    """A resource's page shows how to write and how to import it; the others how they are used."""
    for page in (DOCS / kind).glob("*.md"):
        # Functions, and what is also served under a name without the provider's, have examples under it.
        name = page.stem if (EXAMPLES / kind / page.stem).is_dir() else f"privatelink_{page.stem}"
        for file in EXAMPLE_FILES[kind]:
            text = (EXAMPLES / kind / name / file).read_text().strip()
            assert text in page.read_text(), f"{page.name} does not show {file}"


def test_every_link_leads_somewhere():
    """Links from page to page, and to headings in them."""
    pages = folder.pages(DOCS)
    lost = []
    for place, text in pages.items():
        for link in LINK.findall(text):
            if "://" in link:
                continue
            path, _, anchor = link.partition("#")
            there = os.path.normpath(Path(place).parent / path) if path else place
            if there not in pages or (anchor and anchor not in anchors(pages[there])):
                lost.append(f"{place}: {link}")
    assert lost == []


def test_what_pages_show_is_formatted(open_workspace):
    """What is copied from a page passes `fmt -check`."""
    workspace = open_workspace(Simulator(ROOT, 1))
    for place, text in folder.pages(DOCS).items():
        for number, fence in enumerate(FENCE.findall(text)):
            name = f"{place.replace('/', '-')}-{number}.tf"
            (workspace.directory / name).write_text(fence)
    assert len(list(workspace.directory.glob("*.tf"))) > 4
    done = workspace.try_("fmt", "-check", "-diff")
    assert done.code == 0, done.text


def test_no_action_that_the_provider_calls_is_missing_from_the_pages():
    """An administrator who allows what the pages list has allowed everything, and nothing beside."""
    listed = {action for text in folder.pages(DOCS).values() for action in ACTION.findall(text)}
    code = [file.read_text() for file in (ROOT / "src").rglob("*.rs")]
    called = {action for text in code for action in re.findall(f'"({ACTION.pattern})"', text)}
    assert len(called) > 20
    assert listed == called


def test_each_side_is_asked_only_for_what_its_list_has(standing):
    """A bridge made, changed, broken, mended, imported and removed: no call that a side's policy lacks."""
    lists = permissions()
    live(standing)
    for account, listed in lists.items():
        assert called(standing, account) - listed == set()


def live(bridge: Bridge) -> None:
    """A life with everything in it that makes calls of its own."""
    world, ec2 = bridge.world, bridge.world.ec2(CONSUMER)
    consumer = bridge.consumers["analytics"]
    world.add_ipv6(world.owner)
    bridge.arguments["ip_address_type"] = "dualstack"
    bridge.apply()
    del bridge.arguments["ip_address_type"]
    bridge.apply()
    more = world.add_subnet(world.owner, "172.31.64.0/20")
    bridge.arguments["subnet_ids"] = [*world.owner.subnets, more]
    bridge.arguments["tcp_idle_timeout_seconds"] = 400
    bridge.arguments["cross_zone_load_balancing"] = False
    bridge.arguments["tags"] = {"team": "a"}
    bridge.arguments["notifications"] = {"sns_topic_arn": TOPIC}
    consumer["allow_from"] = {"cidr_blocks": ["10.0.0.0/8"]}
    consumer["subnet_ids"] = world.consumer.subnets[:1]
    bridge.apply()
    del bridge.arguments["tags"], bridge.arguments["notifications"]
    bridge.arguments["alb_arn"] = world.add_alb("other")
    bridge.arguments["allowed_accounts"] = ["333333333333"]
    bridge.apply()
    ec2.delete_vpc_endpoints(VpcEndpointIds=[bridge.consumer()["endpoint_id"]])
    bridge.apply()
    service = bridge.values()["service_id"]
    bridge.workspace.state_file.unlink()
    assert bridge.workspace.try_("import", "-no-color", ADDRESS, service).code == 0
    bridge.apply()
    bridge.workspace.destroy()


def called(bridge: Bridge, account: str) -> set[str]:
    """The actions that the provider has called in an account, as policies write them."""
    calls = [it for it in bridge.simulator.calls() if it["access_key"] == PROVIDER + account]
    actions = {f"{SERVICES.get(it['service'], it['service'])}:{it['operation']}" for it in calls}
    assert len(actions) > 10, actions
    return actions - {"sts:GetCallerIdentity"}


def permissions() -> dict[str, set[str]]:
    """The bridge's page's lists of actions, by account."""
    page = (DOCS / BRIDGE_PAGE).read_text()
    _, owner, consumer = re.split(r"\*\*(?:Owner's account|Each consumer's account)\*\*", page)
    consumer = consumer.split("With consumers in other regions")[0]
    return {OWNER: set(ACTION.findall(owner)), CONSUMER: set(ACTION.findall(consumer))}


def anchors(text: str) -> set[str]:
    """What can follow # in a link to a page: its headings, and what is named in it."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)"', text))
