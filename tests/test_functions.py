"""Access, methods and routes of all functions of the app."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import azure.functions as func
import pytest

from bench.cost import model as cost
from devhost.process import REPOSITORY
from shared import wiring
from shared.functions import load_late
from shared.settings import read_settings

# An app is indexed once in a process, which has it on its path ever after.
LIST_FUNCTIONS = """
import sys
from pathlib import Path
from devhost.worker import index
for entry in index(Path(sys.argv[1])):
    print(entry.name, entry.auth_level or "-", entry.route or "-", *sorted(entry.methods))
"""
LIST_HIDDEN = """
import sys
from pathlib import Path
from devhost.route_order import describe, shadowed_routes
from devhost.routing import Router
from devhost.worker import index
print(*describe(shadowed_routes(Router(index(Path(sys.argv[1])), prefix=""))), sep="\\n", end="")
"""
SETTINGS = {
    "RP_ID": "localhost",
    "RP_ORIGINS": "http://localhost:7071",
    "ISSUER": "http://localhost:7071",
    "SIGNING_KEY_FILE": "never-made.pem",
    "TABLES_ENDPOINT": "https://example.table.core.windows.net",
}
# No request calls them, so the description of the API, which tests/http/test_description.py holds
# against the functions, does not name them.
TIMERS = {"maintain"}


def run_with_app(code: str, **settings: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    return subprocess.run(
        [sys.executable, "-c", code, str(REPOSITORY)],
        cwd=REPOSITORY,
        env=own | SETTINGS | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def list_functions(**settings: str) -> subprocess.CompletedProcess[str]:
    return run_with_app(LIST_FUNCTIONS, **settings)


SHOW_GARBAGE_COLLECTION = """
import gc
from shared.blueprints import standby
collections = []
gc.callbacks.append(lambda phase, info: collections.append(phase))
import function_app
print(function_app.failure, len(collections) < 10, gc.get_freeze_count() > 10_000, gc.isenabled())
"""


@pytest.fixture(scope="module")
def listed() -> set[str]:
    result = list_functions()
    assert result.returncode == 0, result.stderr
    return set(result.stdout.splitlines())


def test_no_function_needs_a_function_key(listed: set[str]) -> None:
    """It would have to be in the page for everyone to see. Challenges and tokens decide who may."""
    levels = {line.split()[1] for line in listed}
    assert levels == {"anonymous", "-"}


def test_only_timers_have_no_access_level(listed: set[str]) -> None:
    assert {name for name, level, *_ in map(str.split, listed) if level == "-"} == TIMERS


def test_the_cost_model_knows_how_many_functions_scale_by_themselves(listed: set[str]) -> None:
    """All that requests call share instances. Each other function has its own."""
    assert len([line for line in listed if line.split()[1] == "-"]) == cost.TIMERS


def test_functions_that_answer_get_answer_head(listed: set[str]) -> None:
    for function in listed - {"unmatched anonymous {*path}"}:
        methods = function.split()[3:]
        assert ("GET" in methods) == ("HEAD" in methods), function


def test_no_route_hides_another_in_azure() -> None:
    """It tries them in the order of their names, so what fits every path has to come last."""
    result = run_with_app(LIST_HIDDEN)
    assert (result.returncode, result.stdout) == (0, "")


def test_loading_the_app_makes_no_key(listed: set[str]) -> None:
    assert listed
    assert not (REPOSITORY / SETTINGS["SIGNING_KEY_FILE"]).exists()


def test_with_a_bad_setting_the_stand_in_answers() -> None:
    result = list_functions(USER_VERIFICATION="sometimes")
    assert result.returncode == 0
    assert "USER_VERIFICATION: 'sometimes'" in result.stderr
    assert set(result.stdout.splitlines()) == {"unavailable anonymous {*path}", "repeat_why - -"}


@pytest.mark.parametrize(("rp_id", "failure"), [("localhost", "None"), ("", "RP_ID: is required")])
def test_loading_the_app_collects_no_garbage_and_later_there_is_none_of_it(
    rp_id: str, failure: str
) -> None:
    """Each of some fifty collections would be in vain, and take time of a cold start."""
    result = run_with_app(SHOW_GARBAGE_COLLECTION, RP_ID=rp_id)
    assert result.stdout == f"{failure} True True True\n", result.stderr


async def test_a_function_whose_module_cannot_be_loaded_answers_with_a_problem(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The host's own answer to an exception is empty, as if no function were there."""
    monkeypatch.setattr(wiring, "settings", lambda: read_settings(SETTINGS))
    context: Any = SimpleNamespace(invocation_id="1234")
    req = func.HttpRequest("GET", "/nowhere", body=b"")
    answer = await load_late("not_there", "nothing")(req, context)
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    problem = json.loads(answer.get_body())
    assert (problem["status"], problem["instance"]) == (500, "urn:uuid:1234")
    assert "not_there" not in str(problem)
    assert "unexpected error in nothing" in caplog.text
