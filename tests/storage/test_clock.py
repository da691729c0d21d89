"""How far the own clock is off is known as exactly as an answer shows it, and not more."""

import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devhost.azurite import Azurite
from shared.storage.clock import StorageClock
from tests.storage_transport import open_storage

TRUE = datetime(2031, 5, 17, 12, 0, 0, 700_000, tzinfo=UTC)


class Machine:
    """One whose clock is off by some seconds, and on which time stands still."""

    def __init__(self, off: float) -> None:
        self.now = TRUE + timedelta(seconds=off)
        self.clock = StorageClock(lambda: self.now)

    def ask(self, *, seconds: float = 0.02) -> None:
        """The answer is written at the true time, in the middle of the request."""
        half = timedelta(seconds=seconds / 2)
        sent, self.now = self.now - half, self.now + half
        self.clock.hear(format_datetime(TRUE, usegmt=True), sent=sent)
        self.now -= half


@given(off=st.floats(-900, 900), seconds=st.floats(0, 10))
def test_what_an_answer_shows_is_what_is_put_right(off: float, seconds: float) -> None:
    machine = Machine(off)
    machine.ask(seconds=seconds)
    doubt = timedelta(seconds=1 + seconds)
    assert abs(machine.clock() - TRUE) <= min(max(timedelta(seconds=abs(off)), doubt / 2), doubt)


@pytest.mark.parametrize("off", [0, 0.2, -0.25])
def test_a_clock_that_may_be_right_is_left_alone(off: float) -> None:
    machine = Machine(off)
    machine.ask()
    assert machine.clock() == machine.now


def test_a_slow_answer_takes_nothing_back_that_a_quick_one_showed() -> None:
    machine = Machine(90)
    machine.ask()
    offset = machine.clock.offset
    machine.ask(seconds=30)
    assert machine.clock.offset == offset


@pytest.mark.parametrize("date", [None, "", "soon", "Mon, 99 Jan 2031 00:00:00 GMT", "\u00e9"])
def test_an_answer_without_a_date_says_nothing(date: str | None) -> None:
    machine = Machine(90)
    machine.clock.hear(date, sent=machine.now)
    assert machine.clock.offset == timedelta()


def test_a_clock_that_is_far_off_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine(-91)
    with caplog.at_level(logging.ERROR, "touchstone.clock"):
        for _ in range(3):
            machine.ask()
    (told,) = caplog.messages
    assert "-91 seconds away" in told
    assert machine.clock.off_since is not None
    machine.now = TRUE
    machine.ask()
    assert machine.clock.off_since is None
    assert machine.clock() == TRUE


def test_half_a_minute_is_tolerated() -> None:
    machine = Machine(29)
    machine.ask()
    assert machine.clock.off_since is None


async def test_each_answer_of_storage_is_heard(azurite: Azurite) -> None:
    clock = StorageClock(lambda: datetime.now(UTC) + timedelta(seconds=90))
    async with open_storage(azurite.connection_string, clock=clock) as storage:
        await storage.make_tables()
    assert abs(clock.offset + timedelta(seconds=90)) < timedelta(seconds=60)
