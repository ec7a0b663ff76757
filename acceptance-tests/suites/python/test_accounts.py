"""Whose credentials: roles, guards, missing keys; and messages that tell the way out."""

from harness.bridge import ADDRESS, Bridge
from harness.world import CONSUMER, OWNER, PROVIDER, REGION

ROLE = f"arn:aws:iam::{CONSUMER}:role/network"


def test_both_sides_can_be_entered_by_roles(bridge):
    """A third account's key assumes a role in the owner's account and one in the consumer's."""
    bridge.provider |= {
        "access_key": PROVIDER + "333333333333",
        "assume_role": {"role_arn": f"arn:aws:iam::{OWNER}:role/network", "external_id": "bridges"},
        "account_id": OWNER,
        "accounts": {"analytics": {"assume_role": {"role_arn": ROLE}, "account_id": CONSUMER}},
    }
    bridge.apply()
    assert bridge.reach()["reachable"]
    keys = {row["created_by"]["access_key"][:4] for row in bridge.made()}
    assert keys == {"ASIA"}
    # Once an account in each of the two processes that talk to AWS: plan and apply.
    assert bridge.simulator.operations().count("AssumeRole") == 2 * 2
    assert not bridge.changes()


def test_the_environment_is_as_good_as_the_provider_block(bridge):
    """Region and keys from the environment; the block only names the other account."""
    bridge.provider = {"accounts": {"analytics": {"assume_role": {"role_arn": ROLE}}}}
    bridge.workspace.environment |= {
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": PROVIDER + OWNER,
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    bridge.apply()
    assert bridge.reach()["reachable"]
    bridge.workspace.destroy()
    assert bridge.left() == []


def test_profiles_of_the_shared_files_work(bridge):
    """Each account has a profile in ~/.aws."""
    folder = bridge.workspace.directory / ".aws"
    folder.mkdir()
    keys = "[{}]\naws_access_key_id = {}\naws_secret_access_key = secret\n"
    text = keys.format("platform", PROVIDER + OWNER) + keys.format("team", PROVIDER + CONSUMER)
    (folder / "credentials").write_text(text)
    (folder / "config").write_text(f"[profile platform]\nregion = {REGION}\n")
    bridge.provider = {"profile": "platform", "accounts": {"analytics": {"profile": "team"}}}
    bridge.apply()
    assert bridge.reach()["reachable"]


def test_a_profile_in_the_provider_block_goes_before_keys_in_the_environment(bridge):
    """Who writes a profile means it, whatever the shell has exported."""
    folder = bridge.workspace.directory / ".aws"
    folder.mkdir()
    keys = f"[team]\naws_access_key_id = {PROVIDER}{CONSUMER}\naws_secret_access_key = secret\n"
    (folder / "credentials").write_text(keys)
    bridge.workspace.environment |= {
        "AWS_ACCESS_KEY_ID": PROVIDER + OWNER,
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    bridge.provider = {"region": REGION, "accounts": {"analytics": {"profile": "team"}}}
    bridge.apply()
    assert bridge.consumer()["account_id"] == CONSUMER
    assert bridge.reach()["reachable"]


def test_the_owners_side_may_be_another_account_than_the_default(bridge):
    """The ALB's account is found among the entries by its id; the default one is the consumer's."""
    keys = bridge.provider.pop("accounts")["analytics"]
    owner = {key: bridge.provider[key] for key in ("access_key", "secret_key")}
    bridge.provider |= keys | {"accounts": {"platform": owner}}
    del bridge.consumers["analytics"]["account"]
    bridge.arguments["account"] = "platform"
    bridge.provider["accounts"]["analytics"] = keys
    bridge.consumers["analytics"]["account"] = "analytics"
    bridge.apply()
    assert bridge.reach()["reachable"]
    del bridge.arguments["account"]
    bridge.simulator.forget_calls()
    bridge.apply()
    assert bridge.simulator.mutating() == []
    assert not bridge.changes()


def test_a_guard_against_the_wrong_account_names_both(bridge):
    """Credentials of another account than `account_id` says: nothing is made anywhere."""
    bridge.provider["accounts"]["analytics"]["account_id"] = "333333333333"
    said = refused(bridge)
    assert "333333333333" in said
    assert CONSUMER in said
    assert "analytics" in said


def test_a_key_that_the_provider_lacks_is_named_with_those_it_has(bridge):
    """A typing error in `account`: the message lists the keys that there are."""
    bridge.consumers["analytics"]["account"] = "analitics"
    said = refused(bridge)
    assert "analitics" in said
    assert "use one of: analytics" in said


def test_missing_credentials_name_the_account_and_what_to_check(bridge):
    """No keys anywhere: which account, and where they are looked for."""
    for key in ("access_key", "secret_key"):
        del bridge.provider[key]
    said = refused(bridge)
    assert "default account" in said
    assert "Check the credentials" in said


def test_one_vpc_through_two_keys_of_one_account_is_refused(bridge):
    """Which account a key is shows only at plan: two consumers that are one are named."""
    bridge.provider["accounts"]["again"] = bridge.provider["accounts"]["analytics"]
    bridge.consumers["other"] = bridge.consumers["analytics"] | {"account": "again"}
    run = bridge.try_plan()
    assert run.code == 1
    assert "VPC given twice" in run.said()
    assert bridge.made() == []


def test_a_missing_region_says_where_to_set_it(bridge):
    """No region anywhere: the way out, and nothing of the program's inside."""
    del bridge.provider["region"]
    run = bridge.try_plan()
    assert run.code == 1
    assert "AWS_REGION" in run.said()
    assert "DispatchFailure" not in run.said()


def test_expired_credentials_name_the_account_and_what_to_check(bridge):
    """AWS says that the token has expired: which account's, and what to do."""
    bridge.simulator.fault(
        "GetCallerIdentity", {"error": "ExpiredToken"}, nth="every", account=CONSUMER
    )
    said = refused(bridge)
    assert "ExpiredToken" in said
    assert 'accounts["analytics"]' in said
    assert "Check the credentials" in said


def test_a_role_that_may_not_be_assumed_is_named(bridge):
    """AWS denies AssumeRole: the message names the role or the entry, and what to allow."""
    bridge.provider["accounts"]["analytics"] = {"assume_role": {"role_arn": ROLE}}
    bridge.simulator.fault("AssumeRole", {"error": "AccessDenied"}, nth="every")
    said = refused(bridge)
    assert 'accounts["analytics"]' in said
    assert "AccessDenied" in said
    assert "AssumeRole" in said or "Check the credentials" in said


def test_an_alb_of_an_account_that_nobody_has_is_refused(bridge):
    """The ARN's account is none of the provider's."""
    bridge.arguments["alb_arn"] = bridge.world.alb.replace(OWNER, "444444444444")
    said = refused(bridge)
    assert "444444444444" in said
    assert "accounts" in said


def test_refresh_with_another_accounts_credentials_never_says_gone(standing):
    """Somebody is logged in to the wrong account: an error that names it; the state is untouched."""
    state = standing.workspace.state_file.read_text()
    standing.provider["access_key"] = PROVIDER + "333333333333"
    for command in ("plan", "apply"):
        standing.write()
        auto = ["-auto-approve"] if command == "apply" else []
        run = standing.workspace.try_(command, "-json", *auto)
        assert run.code == 1
        assert OWNER in run.said()
    assert standing.workspace.state_file.read_text() == state


def test_an_entry_that_is_taken_away_while_its_consumer_exists_is_an_error(standing):
    """The message names the account; nothing is forgotten."""
    del standing.provider["accounts"]
    del standing.consumers["analytics"]["account"]
    standing.arguments["consumers"] = {}
    run = standing.try_apply()
    assert run.code == 1
    assert CONSUMER in run.said()
    assert standing.consumer()["endpoint_id"]


def test_another_key_for_the_same_account_changes_nothing(standing):
    """A key is a name: what counts is the account that it leads to."""
    standing.provider["accounts"]["science"] = standing.provider["accounts"].pop("analytics")
    standing.consumers["analytics"]["account"] = "science"
    change = standing.plan().change(ADDRESS)
    assert (
        change["after"]["consumers"]["analytics"]["endpoint_id"]
        == standing.consumer()["endpoint_id"]
    )
    standing.simulator.forget_calls()
    standing.apply()
    assert standing.simulator.mutating() == []
    assert not standing.changes()


def refused(bridge: Bridge) -> str:
    """What an apply says that must fail before it makes anything."""
    run = bridge.try_apply()
    assert run.code == 1
    assert bridge.made() == []
    assert bridge.workspace.addresses() == []
    return run.said()
