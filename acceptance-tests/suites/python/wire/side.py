"""boto3 clients of one world, simulator or moto, which keep what was said to whom."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass, field

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

REGION = "ap-northeast-1"
# The account that moto gives to every key of its own.
OWNER = "123456789012"
CONSUMER = "222222222222"

# The code of an answer that is none.
UNREADABLE = "unreadable"

# No retries: what is said first is what is compared.
_CONFIG = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30)


@dataclass(frozen=True)
class Said:
    """One call: its parsed answer, or the code of its error."""

    label: str
    service: str
    operation: str
    answer: dict
    code: str | None
    status: int


class Refused(Exception):
    """A call that was to succeed was refused."""


@dataclass
class Side:
    """One of the two worlds that a script runs on."""

    url: str
    strict: bool
    """Whether a chapter fails when a call does not do what it was to do."""
    chapter: str = ""
    said: list[Said] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    clients: dict = field(default_factory=dict)

    @property
    def ec2(self) -> Voice:
        return Voice(self, "ec2", "owner")

    @property
    def elb(self) -> Voice:
        return Voice(self, "elbv2", "owner")

    @property
    def sts(self) -> Voice:
        return Voice(self, "sts", "owner")

    @property
    def lattice(self) -> Voice:
        return Voice(self, "vpc-lattice", "owner")

    @property
    def ram(self) -> Voice:
        return Voice(self, "ram", "owner")

    @property
    def rds(self) -> Voice:
        return Voice(self, "rds", "owner")

    @property
    def route53(self) -> Voice:
        return Voice(self, "route53", "owner")

    @property
    def consumer(self) -> Voice:
        """EC2 as another account sees it, by a role."""
        return Voice(self, "ec2", "consumer")

    def client(self, service: str, who: str):
        """A client with the credentials of an account."""
        if (service, who) not in self.clients:
            self.clients[service, who] = self._new_client(service, who)
        return self.clients[service, who]

    def _new_client(self, service: str, who: str):
        keys = {"aws_access_key_id": f"AKIAWRLD{OWNER}", "aws_secret_access_key": "secret"}
        if who == "consumer":
            role = f"arn:aws:iam::{CONSUMER}:role/outsider"
            sts = self.client("sts", "owner")
            made = sts.assume_role(RoleArn=role, RoleSessionName="wire")["Credentials"]
            keys = {
                "aws_access_key_id": made["AccessKeyId"],
                "aws_secret_access_key": made["SecretAccessKey"],
                "aws_session_token": made["SessionToken"],
            }
        return _session().client(
            service, endpoint_url=self.url, region_name=REGION, config=_CONFIG, **keys
        )

    def name(self, what: str) -> str:
        """A name that no other chapter gives."""
        return f"{what}-{self.chapter.replace('_', '-')}"

    def keep(self, service: str, operation: str, outcome: dict | ClientError) -> Said:
        """Puts a call down under a label that is the same in both worlds."""
        place = f"{self.chapter}:{operation}"
        self.counts[place] += 1
        label = f"{place}#{self.counts[place]}"
        if isinstance(outcome, ClientError):
            code = outcome.response["Error"]["Code"]
            answer: dict = {}
            status = outcome.response["ResponseMetadata"]["HTTPStatusCode"]
        else:
            metadata = outcome.pop("ResponseMetadata")
            code, answer, status = None, outcome, metadata["HTTPStatusCode"]
        said = Said(label, service, operation, answer, code, status)
        self.said.append(said)
        return said


@functools.cache
def _session() -> boto3.Session:
    """One for all, since it keeps the models that it has read."""
    return boto3.Session()


@dataclass(frozen=True)
class Voice:
    """Calls one service for one account."""

    side: Side
    service: str
    who: str

    def __call__(self, operation: str, **parameters) -> dict:
        """A call that is to succeed; its answer. In a side that is not strict an error ends the chapter."""
        said = self._call(operation, parameters)
        if said.code:
            raise Refused(f"{said.label}: {said.code}")
        return said.answer

    def maybe(self, operation: str, **parameters) -> dict:
        """A call whose answer the rest of the chapter can do without where the side is not strict."""
        said = self._call(operation, parameters)
        if said.code and self.side.strict:
            raise Refused(f"{said.label}: {said.code}")
        return said.answer

    def refused(self, operation: str, code: str, **parameters) -> None:
        """A call that is to be refused with that code."""
        said = self._call(operation, parameters)
        if said.code != code and self.side.strict:
            raise AssertionError(f"{said.label}: {said.code or 'success'}, not {code}")

    def _call(self, operation: str, parameters: dict) -> Said:
        client = self.side.client(self.service, self.who)
        method = next(
            method
            for method, name in client.meta.method_to_api_mapping.items()
            if name == operation
        )
        try:
            outcome = getattr(client, method)(**parameters)
        except ClientError as error:
            outcome = error
        except ResponseParserError:
            # A page of HTML about a crash, say; no AWS service answers that.
            broken = {"Error": {"Code": UNREADABLE}, "ResponseMetadata": {"HTTPStatusCode": 500}}
            outcome = ClientError(broken, operation)
        return self.side.keep(self.service, operation, outcome)
