"""The own clock is corrected as exactly as an answer allows, and not more."""

import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from azure.core.exceptions import ServiceResponseError
from azure.core.rest import AsyncHttpResponse, HttpRequest
from hypothesis import given
from hypothesis import strategies as st

from devhost.azurite import Azurite
from shared.storage.audit.audit_outbox import AuditOutbox
from shared.storage.sdk_client import QuickTransport
from shared.storage.tables.clock import CONFIRMED, StorageClock
from tests.storage_faults import once
from tests.storage_transport import Send, open_storage

TRUE = datetime(2031, 5, 17, 12, 0, 0, 700_000, tzinfo=UTC)


class Machine:
    """A machine whose clock is off by some seconds, and does not run."""

    def __init__(self, off: float) -> None:
        self.now = TRUE + timedelta(seconds=off)
        self.clock = StorageClock(lambda: self.now)

    def ask(self, *, seconds: float = 0.02, wrong: timedelta = timedelta()) -> None:
        """The answer is written in the middle of the request, at the true time or a wrong one."""
        half = timedelta(seconds=seconds / 2)
        sent, self.now = self.now - half, self.now + half
        self.clock.hear(format_datetime(TRUE + wrong, usegmt=True), sent=sent)
        self.now -= half

    def confirm(self) -> None:
        """Ask as often as an answer must be confirmed."""
        for _ in range(CONFIRMED):
            self.ask()


@given(off=st.floats(-590, 590), seconds=st.floats(0, 10))
def test_a_clock_is_corrected_as_exactly_as_an_answer_allows(off: float, seconds: float) -> None:
    machine = Machine(off)
    for _ in range(CONFIRMED):
        machine.ask(seconds=seconds)
    doubt = timedelta(seconds=1 + seconds)
    assert abs(machine.clock() - TRUE) <= min(max(timedelta(seconds=abs(off)), doubt / 2), doubt)


@pytest.mark.parametrize("off", [0, 0.2, -0.25])
def test_a_clock_that_may_be_right_is_not_corrected(off: float) -> None:
    machine = Machine(off)
    machine.confirm()
    assert machine.clock() == machine.now
    machine.now += timedelta(seconds=1.5)  # which no answer allows
    machine.confirm()
    assert machine.clock() != machine.now


def test_a_slow_answer_does_not_undo_a_correction() -> None:
    machine = Machine(90)
    machine.confirm()
    offset = machine.clock.offset
    assert offset
    # It was written at its very end, so the middle of it would be far from right.
    date = format_datetime(TRUE, usegmt=True)
    machine.clock.hear(date, sent=machine.now - timedelta(seconds=30))
    assert machine.clock.offset == offset


@pytest.mark.parametrize("date", [None, "", "soon", "Mon, 99 Jan 2031 00:00:00 GMT", "\u00e9"])
def test_an_answer_without_a_date_changes_nothing(date: str | None) -> None:
    machine = Machine(90)
    machine.ask()
    for _ in range(CONFIRMED):
        machine.clock.hear(date, sent=machine.now)
    assert machine.clock.offset == timedelta()
    machine.confirm()
    assert machine.clock() != machine.now


def test_a_clock_that_is_far_off_is_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine(-91)
    with caplog.at_level(logging.ERROR, "touchstone.clock"):
        for _ in range(3):
            machine.ask()
    (reported,) = caplog.messages
    assert "-91 seconds away" in reported
    assert machine.clock.off_since is not None
    machine.now = TRUE
    machine.confirm()
    assert machine.clock.off_since is None
    assert machine.clock() == TRUE


@pytest.mark.parametrize(("off", "reported"), [(29, False), (-29, False), (32, True), (-32, True)])
def test_half_a_minute_is_tolerated(off: float, *, reported: bool) -> None:
    machine = Machine(off)
    machine.confirm()
    assert machine.clock() != machine.now
    assert (machine.clock.off_since is not None) == reported


YEARS = timedelta(days=3650)


@pytest.mark.parametrize("wrong", [YEARS, -YEARS, timedelta(minutes=5), timedelta(seconds=-20)])
def test_contradicted_answers_do_not_move_the_clock(wrong: timedelta) -> None:
    machine = Machine(0)
    machine.confirm()
    for _ in range(CONFIRMED):
        machine.ask(wrong=wrong)
        assert not machine.clock.certain
        machine.ask()
        assert machine.clock() == machine.now
    machine.ask()
    machine.ask()
    assert machine.clock.certain


def test_answers_that_agree_move_the_clock() -> None:
    machine = Machine(0)
    wrong = timedelta(minutes=9)
    for _ in range(CONFIRMED - 1):
        machine.ask(wrong=wrong)
        assert machine.clock() == machine.now
    machine.ask(wrong=wrong)
    assert abs(machine.clock() - TRUE - wrong) <= timedelta(seconds=1)
    assert machine.clock.certain


@pytest.mark.parametrize("wrong", [YEARS, -YEARS, timedelta(minutes=11)])
def test_an_impossible_date_is_reported_and_not_followed(
    wrong: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    machine = Machine(0)
    machine.confirm()
    with caplog.at_level(logging.ERROR, "touchstone.clock"):
        for _ in range(CONFIRMED + 1):
            machine.ask(wrong=wrong)
    assert len(caplog.messages) == 1
    assert machine.clock() == machine.now
    assert machine.clock.doubted_since is not None
    assert not machine.clock.certain
    machine.ask()
    assert machine.clock.doubted_since is None


def test_a_clock_with_few_answers_is_not_certain() -> None:
    machine = Machine(0)
    for _ in range(CONFIRMED):
        assert not machine.clock.certain
        machine.ask()
    assert machine.clock.certain


@pytest.mark.parametrize(
    ("status", "signed", "heard"),
    [(404, True, True), (404, False, False), (503, True, False), (503, False, False)],
)
async def test_a_doubtful_answer_is_not_used(*, status: int, signed: bool, heard: bool) -> None:
    """A gateway may have answered, or storage without its request ID."""

    async def answer(_request: web.Request) -> web.Response:
        headers = {"Date": format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)}
        if signed:
            headers["x-ms-request-id"] = "1"
        return web.Response(status=status, headers=headers)

    clock = StorageClock(lambda: datetime.now(UTC))
    app = web.Application()
    app.router.add_get("/", answer)
    async with TestServer(app) as server, QuickTransport(clock=clock) as transport:
        for _ in range(CONFIRMED):
            with suppress(ServiceResponseError):
                await transport.send(HttpRequest("GET", str(server.make_url("/"))))
    assert (clock.offset > timedelta(minutes=4)) == heard


async def test_answers_of_storage_correct_the_clock(azurite: Azurite) -> None:
    clock = StorageClock(lambda: datetime.now(UTC) + timedelta(seconds=90))
    async with open_storage(azurite.connection_string, clock=clock) as storage:
        await storage.make_tables()
    assert abs(clock.offset + timedelta(seconds=90)) < timedelta(seconds=60)


async def test_one_wrong_answer_does_not_move_the_time_of_the_outbox(azurite: Azurite) -> None:
    async def wrong(send: Send) -> object:
        answer = cast("AsyncHttpResponse", await send())
        answer.headers["Date"] = format_datetime(datetime.now(UTC) + YEARS, usegmt=True)
        return answer

    async with open_storage(azurite.connection_string) as storage:
        await storage.make_tables()
        storage.transport.fault = once(wrong, "query AuditOutbox")
        now = await AuditOutbox(storage.table("AuditOutbox"), tables=storage.table).now()
    assert now < datetime.now(UTC) + YEARS / 2
