"""Indexing happens in a process of its own: an app stays loaded in the one that indexes it."""

from __future__ import annotations

import subprocess
import sys

from devhost.functions import FunctionEntry, read_entry
from devhost.process import REPOSITORY
from tests.devhost.conftest import APPS

LIST_FUNCTIONS = """
import sys
from pathlib import Path
from devhost.worker import index
for entry in index(Path(sys.argv[1])):
    print(entry.name, entry.trigger, entry.auth_level, entry.route, *sorted(entry.methods))
"""


def test_an_app_is_indexed() -> None:
    listed = subprocess.run(
        [sys.executable, "-c", LIST_FUNCTIONS, str(APPS / "sample")],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert "echo httpTrigger anonymous echo/{id:guid} GET POST" in listed
    assert "keyed httpTrigger function keyed GET" in listed
    assert "ticks timerTrigger  " in listed


def test_the_default_route_is_the_name_and_the_default_level_needs_a_key() -> None:
    trigger = '{"type": "httpTrigger", "direction": "IN", "name": "req"}'
    output = '{"type": "http", "direction": "OUT", "name": "$return"}'
    assert read_entry(
        name="hello", function_id="1", raw_bindings=[output, trigger]
    ) == FunctionEntry(
        name="hello",
        function_id="1",
        trigger="httpTrigger",
        argument="req",
        route="hello",
        methods=frozenset(),
        auth_level="function",
    )
