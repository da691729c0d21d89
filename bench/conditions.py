"""The conditions of the figures: the command, the versions and the machine."""

import json
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from bench.install import NODE, PEER
from devhost.process import REPOSITORY

_PACKAGES = (
    "azure-functions-runtime",
    "azure-functions",
    "azure-data-tables",
    "azure-core",
    "aiohttp",
    "fido2",
    "cryptography",
    "PyJWT",
)


def conditions() -> dict[str, str]:
    return {
        "command": shlex.join(["python", "-m", "bench", *sys.argv[1:]]),
        "commit": _output("git", "describe", "--always", "--dirty") or "unknown",
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        "Python": _list({"CPython": platform.python_version()} | _python_packages()),
        "Node": _list({"Node": _output(str(NODE), "--version")} | _npm_packages(PEER)),
        "storage": _list(_npm_packages(REPOSITORY / "devhost")),
    }


def _python_packages() -> dict[str, str]:
    return {package: version(package) for package in _PACKAGES}


def _npm_packages(folder: Path) -> dict[str, str]:
    dependencies: dict[str, str] = json.loads((folder / "package.json").read_bytes())[
        "dependencies"
    ]
    return dependencies


def _list(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in versions.items())


def _output(*command: str) -> str:
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return done.stdout.strip()
