"""The app and its tests run on uvloop, as in Azure.

Azure's worker for Python 3.13 requires uvloop~=0.21.0 and runs the app on it. uvloop refuses some
calls that Python's own event loop accepts, so tests on that one would miss a service that cannot
send a single request.
"""

import asyncio

import pytest

from devhost.event_loops import policy_as_in_azure
from devhost.process import HostProcess
from tests.devhost.client import ask


def test_the_app_runs_on_the_event_loop_of_azure(host: HostProcess) -> None:
    assert ask(f"{host.url}/answers/loop").body == b"uvloop"


async def test_tests_run_on_the_event_loop_of_azure() -> None:
    assert type(asyncio.get_running_loop()).__module__ == "uvloop"


@pytest.fixture
async def loop_of_fixtures() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def test_fixtures_run_on_it_too(loop_of_fixtures: asyncio.AbstractEventLoop) -> None:
    assert type(loop_of_fixtures).__module__ == "uvloop"


def test_windows_has_the_event_loop_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    loop = policy_as_in_azure().new_event_loop()
    loop.close()
    assert isinstance(loop, asyncio.SelectorEventLoop)
