"""Azure Functions Core Tools, the official local host, used instead of this one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from devhost.errors import CannotStart


def choose(runner: str) -> str | None:
    """The command to run, or None for this host."""
    found = None if runner == "devhost" else shutil.which("func")
    if runner == "func" and found is None:
        raise CannotStart(
            "HOST=func needs Azure Functions Core Tools (the command func), which are not"
            " installed: install them, or use HOST=devhost"
        )
    return found


def run(func: str, *, app_dir: Path, port: int, settings: Mapping[str, str]) -> int:
    process = subprocess.Popen(
        [func, "start", "--port", str(port)], cwd=app_dir, env={**os.environ, **settings}
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        # Ctrl-C has reached the child too, but a signal to this process alone has not.
        process.terminate()
        process.wait()
        return 0
