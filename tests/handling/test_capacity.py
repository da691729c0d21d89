"""A process refuses requests that it could only answer late, before anything is done for them."""

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any, NoReturn

import azure.functions as func
import pytest

from devhost.process import REPOSITORY
from shared import wiring
from shared.errors import Overloaded
from shared.functions import find_function
from shared.functions.table import FUNCTIONS
from shared.handling.capacity import AT_ONCE, HEALTH, HEALTH_AT_ONCE, REQUESTS, Places
from shared.handling.endpoint import Endpoint, endpoint
from shared.http.responses import no_content
from shared.settings import Settings, read_settings
from tests.infra.bicep.parameters import parameters
from tests.infra.bicep.syntax import MAIN, read
from tests.infra.bicep.types import refusals

PAGE = "https://login.example.com"
SETTINGS = {
    "RP_ID": "example.com",
    "RP_ORIGINS": PAGE,
    "ISSUER": PAGE,
    "SIGNING_KEY_FILE": "unused",
    "TABLES_ENDPOINT": "https://example.table.core.windows.net",
}
# They are in memory, or have places of their own.
NEVER_REFUSED = {
    *("index", "sign_in_page", "sign_out_page", "device_page", "approve_page", "audit_page"),
    *("requests_page", "asset", "problems"),
    "unmatched",
    *("jwks", "discovery", "server_metadata", "openapi", "health", "get_profile_schema"),
    *("entra_discovery", "entra_page"),
}


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings = read_settings(SETTINGS)
    monkeypatch.setattr(wiring, "settings", lambda: settings)
    return settings


@pytest.fixture
def full() -> Iterator[ExitStack]:
    """All places are taken, except those for /health."""
    with ExitStack() as held:
        for _ in range(AT_ONCE):
            held.enter_context(REQUESTS.take())
        yield held


async def ask(endpoint: Endpoint, path: str = "/") -> func.HttpResponse:
    trace: Any = SimpleNamespace(trace_parent=None)
    context: Any = SimpleNamespace(invocation_id="1234", trace_context=trace)
    req = func.HttpRequest("POST", path, headers={"Origin": PAGE}, body=b"")
    return await endpoint(req, context)


def functions() -> Iterator[tuple[str, Endpoint]]:
    """Of all blueprints, with their names."""
    listed = [(module, name) for module, each in FUNCTIONS.items() for name in each]
    for module, name in [*listed, ("unmatched", "unmatched")]:
        yield name, find_function(module, name)


async def test_a_request_too_many_is_refused_while_the_others_go_on() -> None:
    begun, go_on = asyncio.Semaphore(0), asyncio.Event()

    @endpoint
    async def wait(req: func.HttpRequest) -> func.HttpResponse:
        begun.release()
        await go_on.wait()
        return no_content()

    held = [asyncio.create_task(ask(wait)) for _ in range(AT_ONCE)]
    for _ in held:
        await begun.acquire()
    one_more = asyncio.create_task(ask(wait))
    not_refused = asyncio.create_task(begun.acquire())
    await asyncio.wait([one_more, not_refused], return_when=asyncio.FIRST_COMPLETED)
    go_on.set()
    refused = await one_more
    not_refused.cancel()
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert json.loads(refused.get_body())["type"] == f"{PAGE}/problems#overloaded"
    assert refused.headers["Access-Control-Allow-Origin"] == PAGE
    assert {(await each).status_code for each in held} == {204}
    assert (await ask(wait)).status_code == 204


async def test_each_function_that_may_wait_is_refused_before_it_does_anything(
    full: ExitStack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    used = []

    def service() -> NoReturn:
        used.append(name)
        raise NotImplementedError

    monkeypatch.setattr(wiring, "service", service)
    answered = set()
    for name, function in functions():
        if (await ask(function)).status_code != 503:
            answered.add(name)
    assert answered == NEVER_REFUSED
    assert set(used) <= NEVER_REFUSED
    assert sum("overloaded" in line for line in caplog.messages) == 1


def test_health_has_places_of_its_own(full: ExitStack) -> None:
    for _ in range(HEALTH_AT_ONCE):
        full.enter_context(HEALTH.take())
    with pytest.raises(Overloaded), HEALTH.take():
        pass


def test_a_request_that_fails_leaves_its_place() -> None:
    places = Places(1)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), places.take():
            raise ZeroDivisionError


def test_refusals_are_one_line_of_the_log_until_half_of_the_places_are_free(
    caplog: pytest.LogCaptureFixture,
) -> None:
    places = Places(4)

    def fill(*, free: int) -> None:
        with ExitStack() as held:
            for _ in range(free):
                held.enter_context(places.take())
            for _ in range(2):
                with pytest.raises(Overloaded), places.take():
                    pass

    with places.take(), places.take():
        with places.take():
            fill(free=1)
            fill(free=1)
            assert len(caplog.records) == 1
        fill(free=2)
    assert [each.levelno for each in caplog.records] == [logging.WARNING] * 2


def test_the_platform_passes_on_no_more_than_the_process_accepts() -> None:
    """A further instance starts before this one refuses, and the host queues nothing before it."""
    more = parameters("production") | {"httpConcurrency": AT_ONCE + 1}
    assert refusals(read(MAIN), more)
    http = json.loads((REPOSITORY / "host.json").read_text())["extensions"]["http"]
    assert http["maxConcurrentRequests"] > AT_ONCE
