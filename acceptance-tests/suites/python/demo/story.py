"""The demo's chapters."""

import os
import signal
import subprocess
import time
from collections import Counter

from demo import configuration, journal
from demo.progress import Teller, follow
from demo.terminal import chapter, check, entry, hcl, minutes, say
from harness.simulator import Simulator
from harness.workspace import Workspace
from harness.world import CIDR, CONSUMER, OWNER, is_users, make_world

# Simulated seconds after which nothing in a new world moves by itself any more.
SETTLED_S = 900
PORT = 80
# All calls of an apply of the same objects written by hand with hashicorp/aws, each of its waiters
# asking once: counted in its source, not run here.
BY_HAND = 53


class Broken(Exception):
    """A command ended with an error; its output is the message."""


class Story:
    """The run, chapter by chapter."""

    def __init__(self, simulator: Simulator, workspace: Workspace):
        self.simulator, self.workspace = simulator, workspace
        self.tool = workspace.tool.name
        self.good = True

    def tell(self) -> bool:
        """All chapters; whether everything was as it should be."""
        self.before()
        self.write()
        self.apply()
        self.reach()
        self.plan()
        self.mend()
        self.destroy()
        return self.good

    def before(self) -> None:
        """Builds the world."""
        chapter(1, "Before: two accounts, the same addresses, nothing between them")
        self.world = make_world(self.simulator.url)
        self.simulator.advance(SETTLED_S)
        self.existing = self.of_others()
        owner, consumer = self.world.owner, self.world.consumer
        alb = self.world.elb().describe_load_balancers()["LoadBalancers"][0]
        say(f"     owner     {OWNER}  {owner.vpc}  {CIDR}  an ALB, port {PORT}")
        say(f"     consumer  {CONSUMER}  {consumer.vpc}  {CIDR}  a client")
        self.expect_refused(alb["DNSName"])

    def write(self) -> None:
        """Writes and shows the configuration."""
        chapter(2, "The block")
        self.workspace.write(configuration.whole(self.world))
        hcl(configuration.bridge(self.world))

    def apply(self) -> None:
        """Creates."""
        chapter(3, f"{self.tool} apply")
        scale = self.simulator.scale
        say(f"     AWS's waiting passes {scale} times as fast; the clock shows AWS's minutes.", "faint")
        say()
        self.command("plan", "-out=create.plan")
        spent = self.follow("apply", "create.plan")
        self.dns_name = self.command("output", "-raw", "dns_name").strip()
        say()
        entry(f"owner     {OWNER}  ", self.made_in(OWNER))
        entry(f"consumer  {CONSUMER}  ", self.made_in(CONSUMER))
        calls = journal.count(self.simulator.calls())
        entry("time      ", spent)
        entry("calls     ", f"{calls.all}, of which {calls.changing} change something, {calls.looks} look, "
            f"and {calls.looks_again} look again while AWS works. Without those, {calls.without_waiting}; "
            f"the same by hand with hashicorp/aws, {BY_HAND} or more (counted in its source, not run here).")

    def reach(self) -> None:
        """Asks whether a client would connect, and whom the ALB would see."""
        chapter(4, "Does it connect?")
        say(f"     http://{self.dns_name}/", "cyan")
        answer = self.connect(self.dns_name)
        if not answer["reachable"]:
            self.check(False, f"no: it ends at hop {answer['hop']!r}", answer["why"])
            return
        self.check(True, "client → endpoint → service → NLB → ALB: connected")
        nodes = {it["fields"].get("address") for it in self.made() if it["account"] == OWNER}
        saw = answer["target_saw"]
        self.check(saw in nodes, f"the ALB saw {saw}, an address of the NLB's: the client's own never shows here")
        if answer["note"]:
            say(f"     {answer['note']}", "faint")

    def plan(self) -> None:
        """Plans once more."""
        chapter(5, f"{self.tool} plan")
        self.simulator.forget_calls()
        empty = not self.workspace.changes()
        calls = journal.count(self.simulator.calls())
        said = "no changes" if empty else "there are changes"
        self.check(empty and calls.changing == 0, f"{said}; {calls.all} calls, {calls.changing} changing something")

    def mend(self) -> None:
        """Breaks something as an outsider, and applies again."""
        chapter(6, "Somebody deletes the NLB's listener in the console")
        listener = next(it for it in self.made() if it["kind"] == "listener")
        self.world.elb().delete_listener(ListenerArn=listener["id"])
        self.expect_refused(self.dns_name)
        say(f"     {self.tool} apply", "bold")
        self.follow("apply", "-auto-approve")
        calls = journal.count(self.simulator.calls())
        answer = self.connect(self.dns_name)
        said = "connected again, by the same name" if answer["reachable"] else "still not connected"
        self.check(answer["reachable"], f"{said}; calls that changed something: {calls.changing}")

    def destroy(self) -> None:
        """Deletes, and looks who is left."""
        chapter(7, f"{self.tool} destroy")
        spent = self.follow("destroy", "-auto-approve")
        left = [it["id"] for it in self.made()]
        said = "something is left" if left else "nothing of it is left in either account"
        self.check(not left, said, ", ".join(left))
        same = self.of_others() == self.existing
        said = "are as they were" if same else "have changed"
        self.check(same, f"the {len(self.existing)} objects that were there before {said}")
        entry("time      ", spent)

    def check(self, good: bool, text: str, why: str = "") -> None:
        """Shows a fact; the run fails with it."""
        self.good &= good
        check(good, text, why)

    def expect_refused(self, name: str) -> None:
        """A connection that must not be made."""
        answer = self.connect(name)
        said = "connected" if answer["reachable"] else f"no connection, it ends at hop {answer['hop']!r}"
        self.check(not answer["reachable"], f"client → ALB: {said}", answer["why"] or "")

    def connect(self, name: str) -> dict:
        """What the simulated network says to a connection from the consumer's client."""
        return self.simulator.reach(self.world.consumer.client, name, PORT)

    def follow(self, verb: str, *words: str) -> str:
        """Runs a command, telling its steps; how long it took, in both times."""
        self.simulator.forget_calls()
        log = self.workspace.directory / f"{verb}.log"
        log.unlink(missing_ok=True)
        self.workspace.environment |= {"TF_LOG_PROVIDER": "INFO", "TF_LOG_PATH": str(log)}
        started = time.monotonic()
        teller = Teller(self.simulator)
        process = self.workspace.start(verb, "-no-color", *words)
        try:
            for address, kind, what in follow(process, log):
                teller.tell(address, kind, what)
        except BaseException:
            end(process)
            raise
        del self.workspace.environment["TF_LOG_PROVIDER"], self.workspace.environment["TF_LOG_PATH"]
        here = time.monotonic() - started
        self.succeeded(process, verb)
        aws = journal.since_first_change(self.simulator.calls())
        return f"{here:.1f} s here, {minutes(aws)} minutes of AWS's time."

    def command(self, verb: str, *words: str) -> str:
        """Runs a command; its output."""
        process = self.workspace.start(verb, "-no-color", *words)
        try:
            return self.succeeded(process, verb)
        except BaseException:
            end(process)
            raise

    def succeeded(self, process: subprocess.Popen, verb: str) -> str:
        """Waits for a command; its output."""
        run = self.workspace.finish(process)
        if run.code != 0:
            raise Broken(f"{self.tool} {verb} ended with {run.code}:\n{run.text}")
        return run.text

    def made(self) -> list[dict]:
        """What exists by the provider's hands."""
        return [it for it in self.simulator.objects() if not is_users(it)]

    def of_others(self) -> list[dict]:
        """What exists by anybody else's."""
        return [it for it in self.simulator.objects() if is_users(it)]

    def made_in(self, account: str) -> str:
        """What was made in an account, in words."""
        kinds = Counter(it["kind"].replace("-", " ") for it in self.made() if it["account"] == account)
        return ", ".join(kind if n == 1 else f"{n} {kind}s" for kind, n in sorted(kinds.items()))


def end(process: subprocess.Popen) -> None:
    """Ends a tool and the provider it started: they are one process group."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
