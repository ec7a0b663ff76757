"""Where credentials come from outside of the configuration: log-ins, processes, metadata, tokens.

All give static keys of the provider's, which say by themselves whose they are.
"""

import base64
import hashlib
import json
import time
from pathlib import Path

from harness.listener import Asked, Listener
from harness.world import PROVIDER, REGION

# An account that roles of others are assumed from.
HUB = "333333333333"

SECRET = "s3cr3t/of+the/keys"
TOKEN = "t0ken-of-a-session"
FUTURE = "2100-01-01T00:00:00Z"
PAST = "2020-01-01T00:00:00Z"


def role(account: str) -> str:
    """A role of an account."""
    return f"arn:aws:iam::{account}:role/network"


def keys(account: str) -> dict:
    """Keys as processes and metadata give them."""
    return {
        "AccessKeyId": PROVIDER + account,
        "SecretAccessKey": SECRET,
        "Expiration": FUTURE,
    }


def write_files(home: Path, config: str, credentials: str = "") -> None:
    """The shared files of a home."""
    folder = home / ".aws"
    folder.mkdir(exist_ok=True)
    (folder / "config").write_text(config)
    (folder / "credentials").write_text(credentials)


def keys_profile(name: str, account: str) -> str:
    """A profile with keys, as the file of credentials has it."""
    return (
        f"[{name}]\naws_access_key_id = {PROVIDER}{account}\naws_secret_access_key = {SECRET}\n"
    )


def process_profile(name: str, folder: Path, account: str) -> str:
    """A profile whose keys a process tells."""
    answer = {"Version": 1, **keys(account)}
    program = folder / "tell-keys"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(answer)}\nEND\n")
    program.chmod(0o755)
    return f"[profile {name}]\nregion = {REGION}\ncredential_process = {program}\n"


def sso_profile(name: str, home: Path, account: str, expires: str = FUTURE) -> str:
    """A profile with SSO, and the log-in of whoever works here."""
    cache = home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    login = {
        "accessToken": "logged-in",
        "expiresAt": expires,
        "region": "us-east-1",
        "startUrl": "https://corp.awsapps.com/start",
    }
    (cache / f"{hashlib.sha1(b'corp').hexdigest()}.json").write_text(json.dumps(login))
    return f"""\
[profile {name}]
region = {REGION}
sso_session = corp
sso_account_id = {account}
sso_role_name = network
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.awsapps.com/start
"""


def sso_portal() -> Listener:
    """The portal that gives the keys of an account to whoever is logged in."""

    def answer(asked: Asked) -> tuple[int, object]:
        if asked.headers.get("x-amz-sso_bearer_token") != "logged-in":
            return 401, {
                "__type": "UnauthorizedException",
                "message": "Session token not found or invalid",
            }
        account = asked.path.split("account_id=")[1][:12]
        given = {
            "accessKeyId": PROVIDER + account,
            "secretAccessKey": SECRET,
            "sessionToken": TOKEN,
            "expiration": 4_000_000_000_000,
        }
        return 200, {"roleCredentials": given}

    return Listener(answer)


def container(account: str, authorization: str) -> Listener:
    """The agent that gives keys to the programs in a container."""

    def answer(asked: Asked) -> tuple[int, object]:
        if asked.headers.get("authorization") != authorization:
            return 403, {"code": "AccessDenied", "message": "not you"}
        return 200, {"Token": TOKEN, **keys(account)}

    return Listener(answer)


def instance(account: str) -> Listener:
    """The metadata of an instance, with a role in it."""
    folder = "/latest/meta-data/iam/security-credentials"

    def answer(asked: Asked) -> tuple[int, object]:
        if asked.method == "PUT" and asked.path == "/latest/api/token":
            return 200, "metadata-token"
        if asked.headers.get("x-aws-ec2-metadata-token") != "metadata-token":
            return 401, ""
        if asked.path in (f"{folder}/", folder):
            return 200, "network"
        if asked.path == f"{folder}/network":
            given = {"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": PAST}
            return 200, {**given, "Token": TOKEN, **keys(account)}
        return 404, ""

    return Listener(answer)


def identity_token(path: Path, expires_in: int = 3600) -> str:
    """Writes the token of an identity provider to a file; the file's name."""
    claims = {"iss": "https://id.example.com", "sub": "job:main", "aud": "sts"}
    claims["exp"] = int(time.time()) + expires_in
    parts = [json.dumps(part).encode() for part in ({"alg": "RS256"}, claims)]
    encoded = [base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts]
    path.write_text(".".join([*encoded, "c2lnbmF0dXJl"]) + "\n")
    return str(path)
