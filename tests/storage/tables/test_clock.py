"""How far the own clock is off is known as exactly as an answer shows it, and not more."""

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
from shared.storage.tables.client import QuickTransport
from shared.storage.tables.clock import CONFIRMED, StorageClock
from tests.storage_faults import once
from tests.storage_transport import Send, open_storage

TRUE = datetime(2031, 5, 17, 12, 0, 0, 700_000, tzinfo=UTC)


class Machine:
    """One whose clock is off by some seconds, and on which time stands still."""

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
        """As often as an answer has to be confirmed."""
        for _ in range(CONFIRMED):
            self.ask()


@given(off=st.floats(-590, 590), seconds=st.floats(0, 10))
def test_what_an_answer_shows_is_what_is_put_right(off: float, seconds: float) -> None:
    machine = Machine(off)
    for _ in range(CONFIRMED):
        machine.ask(seconds=seconds)
    doubt = timedelta(seconds=1 + seconds)
    assert abs(machine.clock() - TRUE) <= min(max(timedelta(seconds=abs(off)), doubt / 2), doubt)


@pytest.mark.parametrize("off", [0, 0.2, -0.25])
def test_a_clock_that_may_be_right_is_left_alone(off: float) -> None:
    machine = Machine(off)
    machine.confirm()
    assert machine.clock() == machine.now
    machine.now += timedelta(seconds=1.5)  # which no answer allows
    machine.confirm()
    assert machine.clock() != machine.now


def test_a_slow_answer_takes_nothing_back_that_a_quick_one_showed() -> None:
    machine = Machine(90)
    machine.confirm()
    offset = machine.clock.offset
    assert offset
    # It was written at its very end, so the middle of it would be far from right.
    date = format_datetime(TRUE, usegmt=True)
    machine.clock.hear(date, sent=machine.now - timedelta(seconds=30))
    assert machine.clock.offset == offset


@pytest.mark.parametrize("date", [None, "", "soon", "Mon, 99 Jan 2031 00:00:00 GMT", "\u00e9"])
def test_an_answer_without_a_date_says_nothing(date: str | None) -> None:
    machine = Machine(90)
    machine.ask()
    for _ in range(CONFIRMED):
        machine.clock.hear(date, sent=machine.now)
    assert machine.clock.offset == timedelta()
    machine.confirm()
    assert machine.clock() != machine.now


def test_a_clock_that_is_far_off_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine(-91)
    with caplog.at_level(logging.ERROR, "touchstone.clock"):
        for _ in range(3):
            machine.ask()
    (told,) = caplog.messages
    assert "-91 seconds away" in told
    assert machine.clock.off_since is not None
    machine.now = TRUE
    machine.confirm()
    assert machine.clock.off_since is None
    assert machine.clock() == TRUE


@pytest.mark.parametrize(("off", "told"), [(29, False), (-29, False), (32, True), (-32, True)])
def test_half_a_minute_is_tolerated(off: float, *, told: bool) -> None:
    machine = Machine(off)
    machine.confirm()
    assert machine.clock() != machine.now
    assert (machine.clock.off_since is not None) == told


YEARS = timedelta(days=3650)


@pytest.mark.parametrize("wrong", [YEARS, -YEARS, timedelta(minutes=5), timedelta(seconds=-20)])
def test_answers_that_others_contradict_move_nothing(wrong: timedelta) -> None:
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
def test_more_than_storage_could_be_off_is_told_of_and_never_followed(
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


def test_a_clock_that_has_heard_little_is_not_certain() -> None:
    machine = Machine(0)
    for _ in range(CONFIRMED):
        assert not machine.clock.certain
        machine.ask()
    assert machine.clock.certain


@pytest.mark.parametrize(
    ("status", "signed", "heard"),
    [(404, True, True), (404, False, False), (503, True, False), (503, False, False)],
)
async def test_what_is_not_surely_an_answer_of_storage_is_not_heard(
    *, status: int, signed: bool, heard: bool
) -> None:
    """A gateway's, or one that storage gives where it has no word of its own."""

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


async def test_each_answer_of_storage_is_heard(azurite: Azurite) -> None:
    clock = StorageClock(lambda: datetime.now(UTC) + timedelta(seconds=90))
    async with open_storage(azurite.connection_string, clock=clock) as storage:
        await storage.make_tables()
    assert abs(clock.offset + timedelta(seconds=90)) < timedelta(seconds=60)


async def test_the_age_of_what_is_sealed_is_not_by_one_answer(azurite: Azurite) -> None:
    async def wrong(send: Send) -> object:
        answer = cast("AsyncHttpResponse", await send())
        answer.headers["Date"] = format_datetime(datetime.now(UTC) + YEARS, usegmt=True)
        return answer

    async with open_storage(azurite.connection_string) as storage:
        await storage.make_tables()
        storage.transport.fault = once(wrong, "query AuditOutbox")
        now = await AuditOutbox(storage.table("AuditOutbox"), tables=storage.table).now()
    assert now < datetime.now(UTC) + YEARS / 2
