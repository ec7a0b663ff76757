"""Guards against the wrong account, and tags that are others' business."""

import pytest

from harness.bridge import Bridge
from harness.world import CONSUMER, OWNER, PROVIDER, is_users

STRANGER = "333333333333"
COST = {"cost:center": "17"}


@pytest.mark.parametrize(
    ("guard", "word"),
    [
        ({"account_id": STRANGER}, f"not of {STRANGER}"),
        ({"allowed_account_ids": [STRANGER, CONSUMER]}, "allowed_account_ids"),
        ({"forbidden_account_ids": [OWNER]}, "forbidden_account_ids"),
    ],
)
def test_a_guard_of_the_default_account_names_the_account_and_the_argument(bridge, guard, word):
    """Nothing is made with credentials of an account that they must not be of."""
    bridge.provider |= guard
    run = bridge.try_apply()
    assert run.code == 1
    assert f"The credentials of the default account are of account {OWNER}" in run.said()
    assert word in run.said()
    assert bridge.made() == []


def test_guards_are_the_default_accounts_own(bridge):
    """Entries are other accounts: no guard of the top level is theirs, and each may have its own."""
    bridge.provider |= {
        "account_id": OWNER,
        "allowed_account_ids": [OWNER],
        "forbidden_account_ids": [CONSUMER],
    }
    bridge.plan()
    bridge.provider["accounts"]["analytics"]["account_id"] = CONSUMER
    bridge.plan()
    bridge.provider["accounts"]["analytics"]["account_id"] = OWNER
    run = bridge.try_plan()
    assert run.code == 1
    assert f'The credentials of accounts["analytics"] are of account {CONSUMER}' in run.said()


def test_an_entry_that_is_not_needed_does_no_harm(bridge):
    """Credentials that nothing needs are never asked for, however wrong they are."""
    bridge.provider["accounts"]["broken"] = {"profile": "nobody-has-this", "account_id": STRANGER}
    bridge.apply()
    assert bridge.reach()["reachable"]
    assert not bridge.changes()


def test_accounts_are_believed_where_nobody_is_asked(bridge):
    """`skip_credentials_validation`: `account_id`, or the role's ARN, is taken at its word."""
    role = f"arn:aws:iam::{CONSUMER}:role/network"
    bridge.provider |= {"skip_credentials_validation": True, "account_id": OWNER}
    bridge.provider["accounts"]["analytics"] = {"assume_role": {"role_arn": role}}
    bridge.simulator.forget_calls()
    bridge.apply()
    assert bridge.reach()["reachable"]
    assert "GetCallerIdentity" not in bridge.simulator.operations()


def test_an_account_that_nobody_knows_is_asked_for(bridge):
    """Without STS and without `account_id` there is no way to tell."""
    bridge.provider["skip_credentials_validation"] = True
    run = bridge.try_plan()
    assert run.code == 1
    assert "skip_credentials_validation" in run.said()
    assert "account_id" in run.said()


def test_ignored_tags_are_neither_drift_nor_removed(standing):
    """Somebody else's tags on what the provider made: by key, and by what the key begins with."""
    tags = {**COST, "audit": "yes", "backup": "no"}
    tag_everything(standing, tags)
    standing.provider["ignore_tags"] = {"keys": ["audit"], "key_prefixes": ["cost:", "back"]}
    assert not standing.changes()
    standing.provider["ignore_tags"]["key_prefixes"] = ["cost:"]
    assert standing.changes()
    standing.arguments["tags"] = {"team": "network"}
    standing.apply()
    assert not standing.changes()
    found = tags_of_endpoints(standing)
    assert found
    for seen in found:
        assert {"audit": "yes", "team": "network", **COST}.items() <= seen.items()
        assert "backup" not in seen


def test_a_tag_that_is_not_ignored_is_removed(standing):
    """The same tag without the argument: told, and taken away."""
    tag_everything(standing, COST)
    assert standing.changes()
    standing.apply()
    assert all(COST.keys().isdisjoint(seen) for seen in tags_of_endpoints(standing))


def tag_everything(bridge: Bridge, tags: dict) -> None:
    """What a tool of somebody else's does to every endpoint in the account."""
    ec2 = bridge.world.ec2(CONSUMER)
    endpoint = bridge.consumer()["endpoint_id"]
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    ec2.create_tags(Resources=[endpoint], Tags=listed)


def tags_of_endpoints(bridge: Bridge) -> list[dict]:
    """The tags of the endpoints that the provider made."""
    rows = [row for row in bridge.simulator.objects() if not is_users(row)]
    assert {row["created_by"]["access_key"][:8] for row in rows} == {PROVIDER}
    return [row["tags"] for row in rows if row["kind"] == "vpc-endpoint"]
