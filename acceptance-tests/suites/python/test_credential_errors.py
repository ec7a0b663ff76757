"""Wrong, expired and missing credentials: the message says whose, what was tried, and the way out."""

import pytest

from harness import sources
from harness.bridge import Bridge
from harness.sources import HUB, role, write_files
from harness.world import CONSUMER, OWNER, PROVIDER, REGION, client

SECRET = sources.SECRET


@pytest.fixture
def bare(bridge) -> Bridge:
    """A bridge whose default account has no credentials yet."""
    del bridge.provider["access_key"], bridge.provider["secret_key"]
    return bridge


def test_without_credentials_the_message_says_where_they_were_looked_for(bare):
    """Nothing in the block, nothing in the environment, no files."""
    told(
        bare,
        "No credentials were found for the default account",
        "AWS_ACCESS_KEY_ID",
        "~/.aws/credentials",
        "instance metadata",
        "set profile or assume_role",
        "aws sso login",
    )


def test_a_profile_that_nobody_has_is_named(bare):
    """A typing error in `profile`."""
    bare.provider["profile"] = "platfrom"
    told(bare, 'Profile "platfrom"', "the default account", "no such profile", "shared_config_files")


def test_a_profile_of_the_environment_that_nobody_has_is_named(bare):
    """A typing error in AWS_PROFILE: the files and the profiles that there are stand in the message."""
    home = bare.workspace.directory
    config = "[default]\nregion = us-east-1\n[profile platform]\n[sso-session corp]\n"
    write_files(home, config, sources.keys_profile("team", OWNER))
    bare.workspace.environment["AWS_PROFILE"] = "nope"
    said = told(
        bare,
        'AWS_PROFILE is "nope"',
        "the default account",
        f"{home}/.aws/config and {home}/.aws/credentials",
        '"default", "platform", "team"',
    )
    assert "corp" not in said
    bare.workspace.environment["AWS_CONFIG_FILE"] = "/nowhere/config"
    told(bare, "/nowhere/config (not there)")


def test_a_file_that_is_missing_is_named(bare):
    """A typing error in `shared_config_files`."""
    bare.provider |= {"profile": "platform", "shared_config_files": ["/nowhere/config"]}
    told(bare, 'Profile "platform"', "/nowhere/config")


@pytest.mark.parametrize("why", ["nobody has logged in", "the log-in has expired", "it was ended"])
def test_sso_needs_a_log_in(bare, why):
    """The command to run stands in the message, with the profile."""
    home = bare.workspace.directory
    expires = sources.PAST if why == "the log-in has expired" else sources.FUTURE
    write_files(home, sources.sso_profile("platform", home, OWNER, expires))
    (login,) = (home / ".aws/sso/cache").iterdir()
    if why == "nobody has logged in":
        login.unlink()
    elif why == "it was ended":
        login.write_text(login.read_text().replace("logged-in", "logged-out"))
    bare.provider["profile"] = "platform"
    with sources.sso_portal() as portal:
        bare.workspace.environment["AWS_ENDPOINT_URL_SSO"] = portal.url
        told(bare, 'Profile "platform"', "aws sso login --profile platform")


def test_a_process_that_fails_is_quoted(bare):
    """What it wrote on its standard error is the reason."""
    home = bare.workspace.directory
    write_files(home, sources.process_profile("platform", home, OWNER))
    (home / "tell-keys").write_text("#!/bin/sh\necho the vault is sealed >&2\nexit 3\n")
    bare.provider["profile"] = "platform"
    told(bare, "the vault is sealed", 'credential_process of profile "platform"', "by hand")


def test_a_key_that_aws_does_not_know(bridge):
    """Deleted, deactivated, or mistyped."""
    bridge.simulator.fault("GetCallerIdentity", {"error": "InvalidClientTokenId"}, nth="every")
    told(bridge, "InvalidClientTokenId", "the default account", "does not know the access key", "from access_key")


@pytest.mark.parametrize("code", ["SignatureDoesNotMatch", "RequestExpired"])
def test_a_signature_that_does_not_fit_may_be_the_clocks_fault(bridge, code):
    """The secret is another key's, or the time is wrong."""
    bridge.simulator.fault("GetCallerIdentity", {"error": code}, nth="every", account=CONSUMER)
    told(bridge, code, 'accounts["analytics"]', "clock")


def test_temporary_keys_that_have_expired(bridge):
    """Keys of yesterday's session."""
    sts = client("sts", bridge.simulator.url, HUB)
    made = sts.assume_role(RoleArn=role(OWNER), RoleSessionName="yesterday")["Credentials"]
    bridge.provider |= {
        "access_key": made["AccessKeyId"],
        "secret_key": made["SecretAccessKey"],
        "token": made["SessionToken"],
    }
    bridge.plan()
    bridge.simulator.advance(2 * 3600 * bridge.simulator.scale)
    told(bridge, "ExpiredToken", "the default account", "they have expired", "aws sso login")


def test_a_role_that_may_not_be_assumed_is_named_with_the_step_of_the_chain(bridge):
    """The second of two roles does not let the first one in."""
    bridge.provider["accounts"]["analytics"] = {
        "assume_role_chain": [{"role_arn": role(HUB)}, {"role_arn": role(CONSUMER)}]
    }
    bridge.simulator.fault("AssumeRole", {"error": "AccessDenied"}, nth="every", account=HUB)
    said = told(
        bridge,
        f'The role {role(CONSUMER)} of accounts["analytics"] can\'t be assumed',
        "AWS said AccessDenied",
        "trust policy",
        "external_id",
        "sts:AssumeRole",
    )
    assert role(HUB) not in said


def test_a_role_of_the_default_account_that_fails_is_told_as_the_defaults(bridge):
    """Entries build on the default account's role: the message names where the chain broke."""
    bridge.provider |= {
        "access_key": PROVIDER + HUB,
        "assume_role": {"role_arn": role(OWNER)},
        "accounts": {"analytics": {"assume_role": {"role_arn": role(CONSUMER)}}},
    }
    bridge.simulator.fault("AssumeRole", {"error": "AccessDenied"}, nth="every", account=HUB)
    said = told(bridge, f"The role {role(OWNER)} of the default account can't be assumed")
    assert role(CONSUMER) not in said


def test_a_duration_beyond_the_roles_maximum_is_told_in_awss_words(bridge):
    """A role that a role assumes lives an hour at most."""
    bridge.provider["accounts"]["analytics"] = {
        "assume_role_chain": [
            {"role_arn": role(HUB)},
            {"role_arn": role(CONSUMER), "duration": "2h"},
        ]
    }
    told(bridge, role(CONSUMER), "1 hour session limit", "Correct what the provider block says")


@pytest.mark.parametrize("wrong", ["expired", "opaque", "missing"])
def test_a_token_that_cannot_be_exchanged(bridge, wrong):
    """The token has expired, is none, or its file is not there."""
    path = bridge.workspace.directory / "token"
    sources.identity_token(path, expires_in=-60 if wrong == "expired" else 3600)
    words = {
        "expired": "must renew the token",
        "opaque": "an identity provider that IAM of the role's account has",
        "missing": "web_identity_token_file",
    }
    if wrong == "opaque":
        path.write_text("opaque")
    elif wrong == "missing":
        path.unlink()
    identity = {"role_arn": role(CONSUMER), "web_identity_token_file": str(path)}
    bridge.provider["accounts"]["analytics"] = {"assume_role_with_web_identity": identity}
    said = told(bridge, 'accounts["analytics"]', words[wrong])
    assert (role(CONSUMER) in said) == (wrong != "missing")
    assert str(path) in said or wrong != "missing"


def test_what_the_environment_says_wrongly_is_named(bridge):
    """A retry mode of older tools."""
    bridge.workspace.environment["AWS_RETRY_MODE"] = "legacy"
    told(bridge, "AWS_RETRY_MODE", "legacy", "retry_mode")


def test_no_secret_is_ever_shown_or_logged(bridge):
    """Neither in messages nor in the most talkative log, when all goes well and when not."""
    home = bridge.workspace.directory
    file = sources.identity_token(home / "token")
    write_files(home, sources.process_profile("platform", home, OWNER))
    identity = {"role_arn": role(CONSUMER), "web_identity_token_file": file}
    bridge.provider = {
        "region": REGION,
        "profile": "platform",
        "https_proxy": "http://me:hunter2@proxy.corp:3128",
        "accounts": {
            "analytics": {"assume_role_with_web_identity": identity},
            "unused": {"access_key": PROVIDER + HUB, "secret_key": SECRET, "token": sources.TOKEN},
        },
    }
    log = home / "log"
    bridge.workspace.environment |= {"TF_LOG_PROVIDER": "TRACE", "TF_LOG_PATH": str(log)}
    run = bridge.apply()
    bridge.simulator.fault("GetCallerIdentity", {"error": "SignatureDoesNotMatch"}, nth="every")
    failed = bridge.try_plan()
    assert failed.code == 1
    shown = run.text + failed.text + log.read_text()
    assert "GetCallerIdentity" in shown
    token = (home / "token").read_text().strip()
    state = bridge.workspace.state_file.read_text()
    for secret in (SECRET, sources.TOKEN, "hunter2", token):
        assert secret not in shown
        assert secret not in state


def told(bridge: Bridge, *words: str) -> str:
    """What a plan says that must fail for want of credentials."""
    run = bridge.try_plan()
    assert run.code == 1, run.text
    said = run.said()
    missing = [word for word in words if word not in said]
    assert missing == [], said
    return said
