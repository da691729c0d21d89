"""Guesses take turns, however many come, and others do not wait for them."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from shared.accounts.names import read_username
from shared.errors import Busy, PassRefused
from shared.passes.access_pass import hash_pass
from shared.relying_party.client import Client
from shared.relying_party.pass_hashing import AT_ONCE, PLACES
from tests.relying_party.party import Party


@dataclass
class Held:
    """The real hashing, which begins when the test lets it."""

    go_on: threading.Event = field(default_factory=threading.Event)
    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    lock: threading.Lock = field(default_factory=threading.Lock)
    now: int = 0
    most: int = 0

    def __call__(self, typed: str, *, salt: bytes) -> bytes:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.begun.release()
        self.go_on.wait()
        try:
            return hash_pass(typed, salt=salt)
        finally:
            with self.lock:
                self.now -= 1


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held()
    monkeypatch.setattr("shared.relying_party.pass_hashing.hash_pass", held)
    yield held
    held.go_on.set()


def _guesses(party: Party, number: int) -> list[asyncio.Task[object]]:
    """From as many addresses, for as many names: no limit has anything to count."""
    return [
        asyncio.create_task(
            party.service.passes.redeem(
                read_username(f"somebody-{each}"),
                "00000000",
                client=Client(address=f"192.0.2.{each}", user_agent="tests"),
            )
        )
        for each in range(number)
    ]


async def test_guesses_take_turns_and_a_begin_does_not_wait_for_them(
    party: Party, held: Held
) -> None:
    guesses = _guesses(party, 8)
    for _ in range(AT_ONCE):
        await asyncio.to_thread(held.begun.acquire)
    assert (await party.begin_authentication("alice"))["challenge"]
    assert not any(guess.done() for guess in guesses)
    held.go_on.set()
    outcomes = await asyncio.gather(*guesses, return_exceptions=True)
    assert {type(each) for each in outcomes} == {PassRefused}
    assert held.most == AT_ONCE


async def test_beyond_the_places_a_guess_is_told_to_come_again_and_leaves_nothing(
    party: Party, held: Held
) -> None:
    guesses = _guesses(party, PLACES)
    await asyncio.to_thread(held.begun.acquire)
    notices = await party.storage.rows("AuditOutbox")
    one_more = party.service.passes.redeem(
        read_username("one-more"), "00000000", client=party.client
    )
    with pytest.raises(Busy):
        await asyncio.wait_for(one_more, timeout=30)  # or a place that it got would end no more
    assert not [row for row in await party.storage.rows("AuditOutbox") if row not in notices]
    held.go_on.set()
    await asyncio.gather(*guesses, return_exceptions=True)
    with pytest.raises(PassRefused):
        await party.service.passes.redeem(read_username("later"), "00000000", client=party.client)
