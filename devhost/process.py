"""Child processes that report when they are ready, and end when this process ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from devhost.errors import CannotStart

REPOSITORY = Path(__file__).resolve().parent.parent
# Long, because a busy machine is not a failure. A child that has ended is noticed immediately.
START_SECONDS = 60
STOP_SECONDS = 30


class NotReady(CannotStart):
    """The child ended, or printed nothing, before it reported that it was ready."""


class Child:
    """A process that must stop when its standard input is closed.

    The kernel closes it however this process ends, on Linux and on macOS.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        directory: Path = REPOSITORY,
    ) -> None:
        self._lines: list[str] = []
        self._news = threading.Condition()
        self._has_ended = False
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=directory,
            encoding="utf-8",
            errors="replace",
            # Ctrl-C is for this process: a child that got it too would end before our last request.
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            with self._news:
                self._lines.append(line)
                self._news.notify_all()
        with self._news:
            self._has_ended = True
            self._news.notify_all()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def output(self) -> str:
        """Everything that it has printed so far, on both streams."""
        with self._news:
            return "".join(self._lines)

    def wait_for(self, pattern: str, *, seconds: float = START_SECONDS) -> re.Match[str]:
        """Wait until a printed line contains the pattern."""
        with self._news:
            self._news.wait_for(lambda: self._search(pattern) or self._has_ended, timeout=seconds)
            found = self._search(pattern)
            output = "".join(self._lines)
        if found is None:
            raise NotReady(f"{pattern!r} was not printed:\n{output}")
        return found

    def _search(self, pattern: str) -> re.Match[str] | None:
        return next((found for line in self._lines if (found := re.search(pattern, line))), None)

    def wait(self, *, seconds: float = START_SECONDS) -> int:
        """Wait until it ends by itself. Return the exit code."""
        code = self._process.wait(seconds)
        self._reader.join(seconds)
        return code

    def let_go(self) -> None:
        """Close its standard input, as happens if this process ends."""
        if self._process.stdin:
            self._process.stdin.close()

    def send_signal(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            self._process.send_signal(number)

    def stop(self, *, by: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop, and kill it if it does not. Return the exit code."""
        self.send_signal(by)
        try:
            code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        return code


class HostProcess:
    """This host in its own process, for tests and benchmarks.

    Port 0 takes a free port. The settings are added to our environment, so they take precedence
    over local.settings.json. Several hosts may share one Azurite: pass its connection string to
    each as TABLES_CONNECTION_STRING.
    """

    def __init__(
        self,
        app_dir: Path = REPOSITORY,
        *,
        settings: Mapping[str, str],
        port: int = 0,
        arguments: Sequence[str] = ("--no-azurite",),
    ) -> None:
        self._command = [sys.executable, "-m", "devhost", "--stop-with-parent"]
        self._command += ["--app", str(app_dir), "--port", str(port), *arguments]
        self._environment = {**os.environ, **settings}
        self._child: Child | None = None
        self._url = ""

    @property
    def child(self) -> Child:
        if self._child is None:
            raise CannotStart("the host process was not started")
        return self._child

    @property
    def url(self) -> str:
        """Such as "http://localhost:40123", without a slash at the end."""
        return self._url

    def launch(self) -> Child:
        """Start without waiting; for hosts that are expected to fail."""
        self._child = Child(self._command, environment=self._environment)
        return self._child

    def start(self) -> Self:
        try:
            self._url = self.launch().wait_for(r"is ready on (\S+)")[1]
        except NotReady:
            self.stop()
            raise
        return self

    def stop(self) -> int:
        return self.child.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
