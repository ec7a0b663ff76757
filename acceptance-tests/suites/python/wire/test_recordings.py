"""Recordings that other suites leave behind are judged: the files of PRIVATELINK_EXCHANGES, separated by `:`."""

import os
from pathlib import Path

import pytest

from .exchange import read_files
from .judge import judge

VARIABLE = "PRIVATELINK_EXCHANGES"


@pytest.mark.skipif(VARIABLE not in os.environ, reason=f"{VARIABLE} names no recordings")
def test_recordings_are_within_the_models():
    """Every request and every answer; each finding is told once, with the first place it was met at."""
    paths = [Path(path) for path in os.environ[VARIABLE].split(":")]
    findings: dict[str, str] = {}
    count = 0
    for place, exchange in read_files(paths):
        count += 1
        for finding in judge(exchange):
            findings.setdefault(str(finding), place)
    assert count > 0, f"{VARIABLE} names empty files"
    assert findings == {}
