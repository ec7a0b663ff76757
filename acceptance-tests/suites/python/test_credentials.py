"""Credentials are found wherever AWS's tools find them, and an account has its own or the default's."""

import json

import pytest

from harness import sources
from harness.bridge import ADDRESS, Bridge
from harness.configuration import Raw
from harness.sources import HUB, keys_profile, role, write_files
from harness.world import CONSUMER, OWNER, PROVIDER, REGION

# An account that is passed through.
GATE = "444444444444"


def test_a_profile_with_sso_uses_the_log_in(bridge):
    """Whoever has run `aws sso login` needs nothing else."""
    home = bridge.workspace.directory
    write_files(home, sources.sso_profile("platform", home, OWNER))
    bridge.provider = own_keys_for_analytics(profile="platform")
    with sources.sso_portal() as portal:
        bridge.workspace.environment["AWS_ENDPOINT_URL_SSO"] = portal.url
        bridge.plan()
    assert callers(bridge) == {PROVIDER + OWNER, PROVIDER + CONSUMER}


@pytest.mark.parametrize("named", ["in the block", "in the environment"])
def test_a_profile_with_a_process_runs_it(bridge, named):
    """The process is asked once a run, however many calls follow."""
    home = bridge.workspace.directory
    write_files(home, sources.process_profile("platform", home, OWNER))
    bridge.provider = own_keys_for_analytics()
    if named == "in the block":
        bridge.provider["profile"] = "platform"
    else:
        bridge.workspace.environment["AWS_PROFILE"] = "platform"
    bridge.apply()
    assert callers(bridge) == {PROVIDER + OWNER, PROVIDER + CONSUMER}


def test_a_container_is_asked_for_its_credentials(bridge):
    """ECS tells the token in the environment, EKS in a file."""
    file = bridge.workspace.directory / "token"
    file.write_text("pod")
    ways = {
        "task": {"AWS_CONTAINER_AUTHORIZATION_TOKEN": "task"},
        "pod": {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(file)},
    }
    usual = dict(bridge.workspace.environment)
    bridge.provider = own_keys_for_analytics()
    for token, variables in ways.items():
        with sources.container(OWNER, token) as agent:
            variables |= {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{agent.url}/keys"}
            bridge.workspace.environment = usual | variables | {"AWS_REGION": REGION}
            bridge.simulator.forget_calls()
            bridge.plan()
            assert callers(bridge) == {PROVIDER + OWNER, PROVIDER + CONSUMER}


def test_an_instance_is_asked_for_its_role(bridge):
    """What runs on EC2 has the credentials of the instance."""
    bridge.provider = own_keys_for_analytics(region=REGION)
    with sources.instance(OWNER) as metadata:
        del bridge.workspace.environment["AWS_EC2_METADATA_DISABLED"]
        bridge.workspace.environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = metadata.url
        bridge.plan()
    assert callers(bridge) == {PROVIDER + OWNER, PROVIDER + CONSUMER}


def test_a_pipelines_token_is_exchanged_for_a_role(bridge):
    """As pipelines and EKS set the environment; and as an entry of its own in the block."""
    file = sources.identity_token(bridge.workspace.directory / "token")
    bridge.workspace.environment |= {
        "AWS_WEB_IDENTITY_TOKEN_FILE": file,
        "AWS_ROLE_ARN": role(OWNER),
        "AWS_ROLE_SESSION_NAME": "job-17",
        "AWS_REGION": REGION,
    }
    identity = {"role_arn": role(CONSUMER), "web_identity_token_file": file}
    analytics = {"assume_role_with_web_identity": identity | {"session_name": "job-18"}}
    bridge.provider = {"accounts": {"analytics": analytics | {"account_id": CONSUMER}}}
    bridge.apply()
    assert bridge.reach()["reachable"]
    calls = called(bridge, "AssumeRoleWithWebIdentity")
    # Once an account in each of the two processes that talk to AWS: plan and apply.
    named = sorted((call["account"], call["parameters"]["RoleSessionName"]) for call in calls)
    assert named == [(OWNER, "job-17")] * 2 + [(CONSUMER, "job-18")] * 2
    assert not called(bridge, "AssumeRole")


def test_shared_files_stand_in_place_of_the_usual_ones(bridge):
    """Files may be anywhere, one after the other; they go before keys in the environment."""
    home = bridge.workspace.directory
    write_files(home, "", keys_profile("default", GATE))
    (home / "config").write_text(f"[default]\nregion = {REGION}\n[profile team]\nregion = x\n")
    (home / "base").write_text(keys_profile("default", GATE))
    (home / "keys").write_text(keys_profile("default", OWNER) + keys_profile("team", CONSUMER))
    bridge.workspace.environment |= {
        "AWS_ACCESS_KEY_ID": PROVIDER + GATE,
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    bridge.provider = {
        "shared_config_files": ["~/config"],
        "shared_credentials_files": ["~/base", f"{home}/keys"],
        "accounts": {
            "analytics": {"shared_credentials_files": [f"{home}/keys"], "profile": "team"}
        },
    }
    bridge.plan()
    assert callers(bridge) == {PROVIDER + OWNER, PROVIDER + CONSUMER}


def test_roles_are_assumed_one_after_the_other_and_an_entry_goes_on_from_there(bridge):
    """Keys of one account, a role of a second, one of the owner's; from there one of the consumer's."""
    bridge.provider = {
        "region": REGION,
        "access_key": PROVIDER + HUB,
        "secret_key": "secret",
        "assume_role_chain": [{"role_arn": role(GATE)}, {"role_arn": role(OWNER)}],
        "accounts": {"analytics": {"assume_role": {"role_arn": role(CONSUMER)}}},
    }
    bridge.apply()
    assert bridge.reach()["reachable"]
    steps = [
        (call["account"], call["parameters"]["RoleArn"]) for call in called(bridge, "AssumeRole")
    ]
    assert sorted(steps) == sorted(
        [(HUB, role(GATE)), (GATE, role(OWNER)), (OWNER, role(CONSUMER))] * 2
    )


def test_everything_that_is_said_about_a_role_reaches_aws(bridge):
    """Session, external id, duration, policy, tags, source identity."""
    policy = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    bridge.provider["accounts"]["analytics"] = {
        "assume_role": {
            "role_arn": role(CONSUMER),
            "session_name": "nightly",
            "external_id": "bridges-1",
            "duration": "30m",
            "policy": json.dumps(policy),
            "tags": {"team": "network", "cost:center": "17"},
            "source_identity": "alice@example.com",
        }
    }
    bridge.plan()
    (call,) = called(bridge, "AssumeRole")
    assert call["parameters"] == {
        "RoleArn": role(CONSUMER),
        "RoleSessionName": "nightly",
        "ExternalId": "bridges-1",
        "DurationSeconds": "1800",
        "Policy": json.dumps(policy),
        "Tags.member.1.Key": "cost:center",
        "Tags.member.1.Value": "17",
        "Tags.member.2.Key": "team",
        "Tags.member.2.Value": "network",
        "SourceIdentity": "alice@example.com",
    }


def test_a_sessions_policy_bounds_what_is_done_with_it(bridge):
    """What the policy leaves out is denied, and the error names the action."""
    policy = {"Statement": [{"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}]}
    narrow = {"role_arn": role(CONSUMER), "policy": json.dumps(policy)}
    bridge.provider["accounts"]["analytics"] = {"assume_role": narrow}
    run = bridge.try_apply()
    assert run.code == 1
    assert "Allow ec2:CreateSecurityGroup" in run.said()
    assert {row["account"] for row in bridge.made()} == {OWNER}


def test_an_entry_with_a_source_of_its_own_has_nothing_of_the_defaults(bridge):
    """The default account's roles are not assumed on top of an entry's profile."""
    write_files(bridge.workspace.directory, "", keys_profile("team", CONSUMER))
    bridge.provider |= {
        "access_key": PROVIDER + HUB,
        "assume_role": {"role_arn": role(OWNER)},
        "accounts": {"analytics": {"profile": "team", "account_id": CONSUMER}},
    }
    bridge.plan()
    assert PROVIDER + CONSUMER in callers(bridge)
    assert [call["account"] for call in called(bridge, "AssumeRole")] == [HUB]


def test_an_entry_without_a_source_is_the_default_account_elsewhere(bridge):
    """A region alone: the default's credentials, its roles included, are assumed once for both."""
    bridge.provider |= {
        "access_key": PROVIDER + HUB,
        "assume_role": {"role_arn": role(OWNER)},
        "accounts": {"there": {"region": "us-east-1", "account_id": OWNER}},
    }
    place = bridge.world.owner
    elsewhere = {"vpc_id": place.vpc, "subnet_ids": place.subnets, "account": "there"}
    bridge.arguments["consumers"] = {"elsewhere": elsewhere}
    planned = bridge.plan().change(ADDRESS)["after"]["consumers"]["elsewhere"]
    assert (planned["account_id"], planned["region"]) == (OWNER, "us-east-1")
    assert len(called(bridge, "AssumeRole")) == 1


def test_a_plan_of_an_unknown_provider_block_needs_no_credentials(bridge):
    """What the block says comes from another resource: nobody is asked before that is there."""
    bridge.others = 'resource "terraform_data" "profile" { input = "platform" }\n'
    bridge.provider = {"profile": Raw("terraform_data.profile.output")}
    bridge.simulator.forget_calls()
    bridge.plan()
    assert bridge.simulator.operations() == []


def own_keys_for_analytics(**others) -> dict:
    """A provider block whose default account is found elsewhere, unlike that of the entry."""
    analytics = {"access_key": PROVIDER + CONSUMER, "secret_key": "secret"}
    return {**others, "accounts": {"analytics": analytics}}


def callers(bridge: Bridge) -> set[str]:
    """Access keys of those who asked STS who they are."""
    return {call["access_key"] for call in called(bridge, "GetCallerIdentity")}


def called(bridge: Bridge, operation: str) -> list[dict]:
    """Calls of an operation that were answered."""
    calls = bridge.simulator.calls(failed=False)
    return [call for call in calls if call["operation"] == operation]
