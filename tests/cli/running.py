"""Runs the command line as people do: as a process."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devhost.process import REPOSITORY

COMMAND = (sys.executable, "-W", "error", "-m", "touchstone")
_TAKEN = ("PATH", "LANG", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
"""What a process needs of our environment. All else would make a test depend on the machine."""
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


def environment(home: Path, **more: str) -> dict[str, str]:
    taken = {name: os.environ[name] for name in _TAKEN if name in os.environ}
    return {**taken, "HOME": str(home), "PYTHONPATH": str(REPOSITORY / "cli"), **more}


def run(*arguments: str, env: Mapping[str, str]) -> Ran:
    done = subprocess.run(
        [*COMMAND, *arguments],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def check(ran: Ran, code: int, *texts: str) -> None:
    """It failed, and says so to people."""
    assert (ran.code, ran.out) == (code, ""), ran
    assert "Traceback" not in ran.err
    assert [text for text in texts if text not in ran.err] == []


@dataclass(kw_only=True)
class Running:
    process: asyncio.subprocess.Process
    said: list[str] = field(default_factory=list)

    async def says(self, beginning: str) -> str:
        """The first line of its progress that begins so."""
        assert self.process.stderr is not None
        async with asyncio.timeout(_SECONDS):
            while line := (await self.process.stderr.readline()).decode():
                self.said.append(line)
                if line.startswith(beginning):
                    return line.rstrip("\n")
        raise AssertionError(f"{beginning!r} was never said: {self.said}")

    async def ends(self) -> Ran:
        async with asyncio.timeout(_SECONDS):
            out, err = await self.process.communicate()
        assert self.process.returncode is not None
        return Ran(self.process.returncode, out.decode(), "".join(self.said) + err.decode())

    def interrupt(self) -> None:
        """As the terminal does it at Ctrl-C."""
        self.process.send_signal(signal.SIGINT)


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A person's machine: a home folder, and a browser that shows nothing by itself."""

    home: Path
    env: Mapping[str, str]

    def but(self, **more: str) -> "Machine":
        return Machine(home=self.home, env={**self.env, **more})

    def without(self, name: str) -> "Machine":
        return Machine(home=self.home, env={**self.env, name: ""})

    @property
    def folder(self) -> Path:
        return self.home / ".config" / "touchstone"

    async def run(self, *arguments: str) -> Ran:
        async with self.running(*arguments) as running:
            return await running.ends()

    @asynccontextmanager
    async def running(
        self, *arguments: str, stdin: int = asyncio.subprocess.DEVNULL
    ) -> AsyncIterator[Running]:
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            *arguments,
            env=self.env,
            stdin=stdin,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            yield Running(process=process)
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()
