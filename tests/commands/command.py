"""Commands as an operator runs them, in processes of their own."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from devhost.process import REPOSITORY

ORIGIN = "http://localhost:7071"
RELYING_PARTY = {"RP_ID": "localhost", "RP_ORIGINS": ORIGIN, "ISSUER": ORIGIN}
"""Settings that every command needs, in addition to those of tables and keys."""


async def run(
    module: str, *arguments: str, environment: Mapping[str, str], output: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """`output` is where its standard output goes, if it is not to be looked at."""
    command = [sys.executable, "-m", module, *arguments]
    if output is None:
        return await asyncio.to_thread(_run, command, environment, subprocess.PIPE)
    with await asyncio.to_thread(output.open, "wb") as file:
        return await asyncio.to_thread(_run, command, environment, file.fileno())


def _run(
    command: list[str], environment: Mapping[str, str], output: int
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=REPOSITORY,
        env=environment,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
