"""A simulator process of a test's own, and its test interface under `/_simulator/`."""

import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

READS = ("Describe", "Get", "AssumeRole", "List")

# What AWS keeps around for a while after it is gone for everybody.
LATER = 24 * 3600


class Simulator:
    """Starts with `with`, ends with it."""

    def __init__(self, program: Path, scale: float, *switches: str):
        self.scale = scale
        self.switches = switches
        self._program = program
        self._process = None
        self.url = ""

    def __enter__(self):
        command = [self._program, "--listen", "127.0.0.1:0", "--time-scale", str(self.scale)]
        self._process = subprocess.Popen([*command, *self.switches], stdout=subprocess.PIPE)
        ready = self._process.stdout.readline()
        assert ready, f"{self._program} did not start"
        self.url = json.loads(ready)["address"]
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(timeout=20)
        self._process.stdout.close()

    def calls(self, *, failed: bool = True) -> list[dict]:
        """The journal, oldest first; without refused calls if `failed` is false."""
        calls = self._ask("GET", "calls")["calls"]
        return [call for call in calls if failed or call["result"] == "OK"]

    def operations(self) -> list[str]:
        """Names of all calls since the journal was emptied."""
        return [call["operation"] for call in self.calls()]

    def mutating(self) -> list[str]:
        """Names of the calls that could have changed something."""
        return [name for name in self.operations() if not name.startswith(READS)]

    def forget_calls(self) -> None:
        """Starts the journal anew."""
        self._ask("DELETE", "calls")

    def objects(self) -> list[dict]:
        """Everything that exists."""
        return self._ask("GET", "objects")["objects"]

    def fault(self, operation: str, action, *, nth=1, account: str | None = None) -> None:
        """Makes a coming call go wrong: `action` is `"stall"`, `{"error": CODE}` and so on."""
        fault = {"operation": operation, "action": action, "nth": nth}
        if account:
            fault["account"] = account
        self._ask("POST", "faults", fault)

    def forget_faults(self) -> None:
        """From now on everything goes well."""
        self._ask("DELETE", "faults")

    def advance(self, seconds: float) -> None:
        """Lets time pass at once."""
        self._ask("POST", "clock", {"advance_seconds": seconds})

    def answer(self, listener: str, status: int) -> None:
        """From now on a listener of an ALB answers everything like this."""
        self._ask("POST", "http", {"listener_arn": listener, "status": status})

    def set_account(self, account: str, **settings) -> None:
        """Settings of an account: `organization="o-1", organization_sharing=True`."""
        self._ask("POST", "accounts", {"account": account, **settings})

    def publish(self, name: str, *values: str) -> None:
        """Sets the TXT records of a name in public DNS."""
        self._ask("POST", "dns", {"name": name, "values": values})

    def doubts(self) -> list[dict]:
        """What nobody knows about AWS, with all readings."""
        return self._ask("GET", "doubts")["doubts"]

    def reach(self, client: str, name: str, port: int) -> dict:
        """Whether a connection from `SUBNET,GROUP` would be made, and if not, where it ends."""
        query = urllib.parse.urlencode({"from": client, "to": name, "port": port})
        return self._ask("GET", f"reach?{query}")

    def _ask(self, method: str, path: str, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_simulator/{path}", data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{method} {path}: {refused.read().decode()}") from refused
