from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devhost.process import HostProcess

APPS = Path(__file__).parent / "apps"
EVERY_SECOND = "* * * * * *"

type WriteApp = Callable[..., Path]


@pytest.fixture(scope="session")
def host() -> Iterator[HostProcess]:
    """The sample app, served."""
    settings = {"TICK": EVERY_SECOND, "DEVHOST_FUNCTION_KEY": "the key"}
    with HostProcess(APPS / "sample", settings=settings) as process:
        yield process


@pytest.fixture
def write_app(tmp_path: Path) -> WriteApp:
    """Write an app's files, given by name, into a folder of their own."""

    def write(function_app: str = "", **files: str) -> Path:
        (tmp_path / "function_app.py").write_text(HEAD + function_app, encoding="utf-8")
        for name, content in files.items():
            (tmp_path / name).write_text(content, encoding="utf-8")
        return tmp_path

    return write


HEAD = """
import os
import azure.functions as func
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
"""
