"""Who is given less, or nothing any more, and what becomes of the endpoints."""

import pytest

from harness.configuration import Raw
from harness.shared import ADDRESS, Shared
from harness.stranger import STRANGER, Stranger, connected, members
from harness.world import CONSUMER, OWNER, REGION

ORGANIZATION = f"arn:aws:organizations::{OWNER}:organization/o-exampleorgid"


def let_in(shared: Shared, **more) -> Stranger:
    """Another team, let in by its account, connected to the database."""
    shared.arguments |= {"allowed_accounts": [STRANGER], **more}
    shared.apply()
    stranger = Stranger(shared)
    stranger.accept()
    stranger.connect()
    assert connected(shared) == {CONSUMER, STRANGER}
    return stranger


def second_endpoint(shared: Shared) -> None:
    shared.arguments["endpoints"]["replica"] = {"ip_address": "172.31.0.77", "port": 5432}


def test_who_is_taken_out_is_cut_off(shared):
    """Its endpoint stays, and leads nowhere; nobody else notices."""
    stranger = let_in(shared)
    name = shared.names()["orders"]
    assert stranger.reaches(name)
    del shared.arguments["allowed_accounts"]
    said = shared.plan().change(ADDRESS)["after"]["changes"]
    assert f"no longer shares with {STRANGER}, and cuts its endpoints off" in said
    shared.apply()
    assert connected(shared) == {CONSUMER}
    assert not stranger.reaches(name)
    assert shared.reach(name)["reachable"]
    assert not shared.changes()


def test_who_is_taken_out_is_cut_off_though_the_share_goes_with_it(shared):
    """Nobody else is in it, and so it is deleted."""
    del shared.arguments["consumers"]
    shared.arguments["allowed_accounts"] = [STRANGER]
    shared.apply()
    stranger = Stranger(shared)
    stranger.accept()
    stranger.connect()
    del shared.arguments["allowed_accounts"]
    shared.apply()
    assert connected(shared) == set()
    assert members(shared) == set()
    assert not shared.changes()


@pytest.mark.parametrize("before", [True, False], ids=["from before", "set with it"])
def test_who_is_taken_out_stays_connected_where_that_is_wanted(shared, before):
    """Said before, or in the apply that takes it out."""
    stranger = let_in(shared, **({"reject_on_revoke": False} if before else {}))
    shared.arguments["reject_on_revoke"] = False
    del shared.arguments["allowed_accounts"]
    shared.apply()
    assert connected(shared) == {CONSUMER, STRANGER}
    assert stranger.reaches(shared.names()["orders"])
    assert not shared.changes()


def test_a_cut_that_failed_is_made_up_for(shared):
    """The account is out of the share by then, and no look at that tells what is left to do."""
    let_in(shared)
    del shared.arguments["allowed_accounts"]
    cut = "DeleteResourceEndpointAssociation"
    shared.simulator.fault(cut, {"error": "AccessDeniedException"}, nth="every")
    run = shared.try_apply()
    assert run.code == 1 and cut in run.said()
    shared.simulator.forget_faults()
    shared.apply()
    assert connected(shared) == {CONSUMER}
    assert not shared.changes()


def test_who_is_given_less_loses_that_alone(shared):
    """A consumer's account has an endpoint of its own beside ours, to each of what is shared."""
    second_endpoint(shared)
    shared.apply()
    theirs = Stranger(shared, CONSUMER)
    theirs.connect("orders"), theirs.connect("replica")
    shared.arguments["consumers"]["app"]["endpoints"] = ["orders"]
    shared.apply()
    assert connected(shared) == {CONSUMER}
    assert connected(shared, "replica") == set()
    assert shared.reach(shared.names()["orders"])["reachable"]
    assert not shared.changes()


def in_organization(shared: Shared, *accounts: str) -> None:
    for account in accounts:
        shared.simulator.set_account(
            account, organization=ORGANIZATION.rsplit("/", 1)[1], organization_sharing=True
        )


def test_an_organization_that_is_taken_out_is_cut_off(shared):
    """All of its accounts but those that are given something by themselves."""
    in_organization(shared, OWNER, CONSUMER, STRANGER)
    shared.arguments["allowed_principals"] = [ORGANIZATION]
    shared.apply()
    stranger = Stranger(shared)
    stranger.connect()
    assert connected(shared) == {CONSUMER, STRANGER}
    del shared.arguments["allowed_principals"]
    shared.apply()
    assert connected(shared) == {CONSUMER}
    assert shared.reach(shared.names()["orders"])["reachable"]
    assert not shared.changes()


def test_nobody_is_cut_off_while_an_organization_is_let_in(shared):
    """Which accounts it has, RAM does not tell."""
    in_organization(shared, OWNER, CONSUMER, STRANGER)
    shared.arguments["allowed_accounts"] = [STRANGER]
    shared.arguments["allowed_principals"] = [ORGANIZATION]
    shared.apply()
    Stranger(shared).connect()
    del shared.arguments["allowed_accounts"]
    shared.apply()
    assert connected(shared) == {CONSUMER, STRANGER}
    assert not shared.changes()


def test_outsiders_go_with_the_permission_for_them(shared):
    """RAM takes the permission back only when they are out."""
    in_organization(shared, OWNER, CONSUMER)
    let_in(shared)
    del shared.arguments["allowed_accounts"]
    shared.arguments["allow_external_principals"] = False
    shared.apply()
    assert connected(shared) == {CONSUMER}
    assert not shared.changes()


def test_who_is_out_already_can_be_taken_out(shared):
    """Somebody was faster, by hand."""
    let_in(shared)
    share = shared.values()["components"]["share"]["id"]
    shared.world.ram().disassociate_resource_share(resourceShareArn=share, principals=[STRANGER])
    shared.simulator.advance(60)
    drift = shared.plan().change(ADDRESS)["before"]["drift"]
    assert any(STRANGER in sentence for sentence in drift), drift
    del shared.arguments["allowed_accounts"]
    shared.apply()
    assert connected(shared) == {CONSUMER}
    assert not shared.changes()


def test_what_somebody_uses_is_not_taken_away_by_surprise(shared):
    """The plan names who holds it; with force_delete, in the same apply, they are cut off."""
    second_endpoint(shared)
    shared.arguments["allowed_accounts"] = [STRANGER]
    shared.apply()
    stranger = Stranger(shared)
    stranger.accept()
    endpoint = stranger.connect("replica")
    del shared.arguments["endpoints"]["replica"]
    run = shared.try_plan()
    assert run.code == 1 and endpoint in run.said() and "Others are connected" in run.said()
    shared.arguments["force_delete"] = True
    shared.apply()
    assert set(shared.values()["endpoints"]) == {"orders"}
    assert not shared.changes()


def test_an_own_endpoint_that_was_cut_off_is_made_anew(shared):
    """By the owner's people, by hand: the endpoint is still there, and leads nowhere."""
    shared.apply()
    lattice = shared.world.lattice()
    configuration = shared.values()["endpoints"]["orders"]["resource_configuration_id"]
    [row] = lattice.list_resource_endpoint_associations(
        resourceConfigurationIdentifier=configuration
    )["items"]
    lattice.delete_resource_endpoint_association(resourceEndpointAssociationIdentifier=row["id"])
    drift = shared.plan().change(ADDRESS)["before"]["drift"]
    assert any("cut off" in sentence for sentence in drift), drift
    shared.apply()
    assert shared.reach(shared.names()["orders"])["reachable"]
    assert not shared.changes()


def test_what_a_consumer_gets_may_be_known_late(shared):
    """Nothing is promised of names that may not be there."""
    shared.apply()
    shared.others = 'resource "terraform_data" "keys" {\n  input = ["orders"]\n}\n'
    shared.arguments["consumers"]["app"]["endpoints"] = Raw("terraform_data.keys.output")
    unknown = shared.plan().change(ADDRESS)["after_unknown"]["consumers"]["app"]
    assert unknown["dns_names"] is True and unknown["endpoint_ids"] is True, unknown
    shared.apply()
    assert shared.reach(shared.names()["orders"])["reachable"]
    assert not shared.changes()


def test_names_that_lead_nowhere_are_told(shared):
    """Verified domains only, and nobody has verified this one: only AWS's names are left."""
    shared.arguments["endpoints"]["orders"] = {
        "dns_name": shared.world.cluster()["Endpoint"],
        "port": 5432,
        "custom_domain_name": "db.example.com",
    }
    shared.arguments["consumers"]["app"]["private_dns_preference"] = "VERIFIED_DOMAINS_ONLY"
    shared.apply()
    assert shared.names()["orders"].endswith(".on.aws")
    said = shared.try_plan().said("warning")
    assert "VERIFIED_DOMAINS_ONLY" in said and "leads anywhere" in said, said


def test_names_are_the_same_in_any_case(shared):
    """And with the dot at their end."""
    cluster = shared.world.cluster()
    shared.arguments["consumers"]["app"]["private_dns_specified_domains"] = [
        cluster["Endpoint"].upper(),
        cluster["ReaderEndpoint"] + ".",
    ]
    shared.apply()
    assert not shared.changes()
    assert REGION in shared.names()["orders"]
