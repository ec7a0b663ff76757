"""A directory with configuration, and terraform or tofu run in it."""

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from harness import processes

# Longer than anything may take: a run that hangs is a failure with its output, not a stuck suite.
PATIENCE = 120

NO_CHANGES, FAILED, CHANGES = 0, 1, 2


@dataclass(frozen=True)
class Tool:
    """A command-line tool that runs providers."""

    name: str
    path: Path


@dataclass(frozen=True)
class Run:
    """What came of a run with `-json`."""

    code: int
    lines: list[dict]
    text: str

    def diagnostics(self, severity: str = "error") -> list[dict]:
        """The diagnostics of a severity, but for the tool's warning about overridden providers."""
        found = [line["diagnostic"] for line in self.lines if "diagnostic" in line]
        return [
            one
            for one in found
            if one["severity"] == severity and "development overrides" not in one["summary"]
        ]

    def said(self, severity: str = "error") -> str:
        """Summaries and details of the diagnostics of a severity."""
        return "\n\n".join(
            f"{one['summary']}\n{one.get('detail', '')}" for one in self.diagnostics(severity)
        )


@dataclass(frozen=True)
class Plan:
    """A saved plan, and what it says."""

    path: Path
    run: Run
    content: dict

    def change(self, address: str) -> dict:
        """What happens to one resource."""
        changes = {it["address"]: it["change"] for it in self.content["resource_changes"]}
        return changes[address]


class Workspace:
    """Configuration and state of one user. Its own processes and sockets can be told from others'."""

    def __init__(self, directory: Path, tool: Tool, plugin: Path, simulator):
        directory.mkdir()
        self.directory = directory
        self.tool = tool
        # Sockets have short paths.
        self.temporary = Path(tempfile.mkdtemp(prefix="pl-"))
        self.mark = self.temporary.name
        overrides = f'dev_overrides {{ "privatelink/privatelink" = "{plugin}" }}'
        settings = directory / "cli.tfrc"
        settings.write_text(f"provider_installation {{\n  {overrides}\n  direct {{}}\n}}\n")
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(directory),
            "TMPDIR": str(self.temporary),
            "TF_CLI_CONFIG_FILE": str(settings),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            "AWS_ENDPOINT_URL": simulator.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "PRIVATELINK_TIME_SCALE": str(simulator.scale),
            processes.MARK: self.mark,
        }

    def close(self) -> None:
        """Ends what is left of its runs."""
        processes.kill(processes.marked(self.mark))
        shutil.rmtree(self.temporary)

    @property
    def state_file(self) -> Path:
        return self.directory / "terraform.tfstate"

    def write(self, text: str) -> None:
        """Writes the whole configuration."""
        (self.directory / "main.tf").write_text(text)

    def start(self, *arguments: str) -> subprocess.Popen:
        """Starts a run in a process group of its own; its output goes to a file."""
        output = (self.directory / "output").open("w+")
        return subprocess.Popen(
            [self.tool.path, *arguments],
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def finish(self, process: subprocess.Popen) -> Run:
        """Waits for a run's end."""
        try:
            code = process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        text = (self.directory / "output").read_text()
        return Run(code, json_lines(text), text)

    def try_(self, *arguments: str) -> Run:
        """A run that may fail."""
        return self.finish(self.start(*arguments))

    def run(self, *arguments: str) -> Run:
        """A run that must succeed."""
        done = self.try_(*arguments)
        assert done.code in (NO_CHANGES, CHANGES), readable(done)
        return done

    def apply(self, *arguments: str) -> Run:
        return self.run("apply", "-json", "-auto-approve", *arguments)

    def try_apply(self, *arguments: str) -> Run:
        return self.try_("apply", "-json", "-auto-approve", *arguments)

    def start_apply(self, *arguments: str) -> subprocess.Popen:
        return self.start("apply", "-json", "-auto-approve", *arguments)

    def destroy(self) -> Run:
        return self.run("destroy", "-json", "-auto-approve")

    def plan(self, *arguments: str) -> Plan:
        """A plan that must succeed, with its content."""
        path = self.directory / "plan"
        run = self.run("plan", "-json", f"-out={path}", *arguments)
        return Plan(path, run, self.show(str(path)))

    def try_plan(self, *arguments: str) -> Run:
        return self.try_("plan", "-json", *arguments)

    def changes(self, *arguments: str) -> bool:
        """Whether a plan would do anything, by the exit code that scripts go by."""
        return self.run("plan", "-json", "-detailed-exitcode", *arguments).code == CHANGES

    def show(self, *arguments: str) -> dict:
        """A state or plan as JSON."""
        done = self.try_("show", "-json", *arguments)
        assert done.code == 0, done.text
        return done.lines[-1]

    def show_validation(self) -> dict:
        """What `validate` reports."""
        done = self.try_("validate", "-json")
        # Its report is spread over lines, unlike those of other commands.
        return json.loads(done.text)

    def complaints(self, report: dict) -> list[dict]:
        """The diagnostics of a report that are about the configuration."""
        return [one for one in report["diagnostics"] if "range" in one]

    def values(self, address: str) -> dict:
        """The values of a resource, from the state file."""
        kind, name = address.split(".")
        for found in json.loads(self.state_file.read_text())["resources"]:
            if (found["type"], found["name"]) == (kind, name):
                return found["instances"][0]["attributes"]
        raise AssertionError(f"{address} is not in the state")

    def is_tainted(self, address: str) -> bool:
        """Whether the state marks a resource for replacement."""
        kind, name = address.split(".")
        for found in json.loads(self.state_file.read_text())["resources"]:
            if (found["type"], found["name"]) == (kind, name):
                return found["instances"][0].get("status") == "tainted"
        return False

    def addresses(self) -> list[str]:
        """What the state holds."""
        if not self.state_file.exists():
            return []
        resources = json.loads(self.state_file.read_text() or "{}").get("resources", [])
        return [f"{it['type']}.{it['name']}" for it in resources if it["instances"]]


def json_lines(text: str) -> list[dict]:
    """The lines that are JSON; tools print others when something is badly wrong."""
    lines = [line for line in text.splitlines() if line.startswith("{") and line.endswith("}")]
    return [json.loads(line) for line in lines]


def readable(run: Run) -> str:
    """The errors of a run, or all of its output if it named none."""
    return run.said() or run.text
