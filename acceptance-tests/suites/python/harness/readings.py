"""The other readings of every doubt, as the simulator's switch takes them."""

import os
from pathlib import Path

from harness.simulator import Simulator

ROOT = Path(__file__).resolve().parents[4]


def readings() -> list[str]:
    """`NAME=READING` for every reading that is not the default."""
    default = ROOT / "target/debug/aws-simulator"
    program = Path(os.environ.get("PRIVATELINK_SIMULATOR", default)).resolve()
    with Simulator(program, 1) as simulator:
        return [
            f"{doubt['name']}={reading}"
            for doubt in simulator.doubts()
            for reading in doubt["readings"][1:]
        ]
