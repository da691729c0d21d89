"""Runs the command line as people do: as a process."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devhost.process import REPOSITORY

COMMAND = (sys.executable, "-W", "error", "-m", "touchstone")
_TAKEN = ("PATH", "LANG", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
"""What a process needs of our environment. All else would make a test depend on the machine."""


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str


def environment(home: Path, **more: str) -> dict[str, str]:
    taken = {name: os.environ[name] for name in _TAKEN if name in os.environ}
    return {**taken, "HOME": str(home), "PYTHONPATH": str(REPOSITORY / "cli"), **more}


def run(*arguments: str, env: Mapping[str, str]) -> Ran:
    done = subprocess.run(
        [*COMMAND, *arguments], env=env, capture_output=True, text=True, timeout=120, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)
