"""A test that hangs is ended, so that it does not hold up the others."""

import subprocess
import sys
from pathlib import Path

from devhost.process import REPOSITORY

HUNG = """
import asyncio
from devhost.event_loops import policy_as_in_azure

asyncio.set_event_loop_policy(policy_as_in_azure())

async def test_hung() -> None:
    await asyncio.Event().wait()
"""


def test_a_hung_test_is_ended(tmp_path: Path) -> None:
    """uvloop goes on after the exception by which pytest-timeout ends one in Python's own loop."""
    (tmp_path / "test_hung.py").write_text(HUNG, encoding="utf-8")
    configuration = ("-c", str(REPOSITORY / "pyproject.toml"), "-p", "no:cacheprovider")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *configuration, "--timeout", "0.2", str(tmp_path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 1
    assert "Timeout" in ran.stdout
