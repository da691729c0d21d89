"""Guesses are hashed in turn, and other requests do not wait for them."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from shared.access_passes.access_pass import hash_pass
from shared.accounts.names import read_username
from shared.errors import Busy, PassRefused, TooManyRequests
from shared.relying_party.callers.client import Client
from shared.relying_party.onboarding.pass_hashing import AT_ONCE, PLACES, PLACES_OF_AN_ADDRESS
from tests.harness.service_harness import ServiceHarness


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
    monkeypatch.setattr("shared.relying_party.onboarding.pass_hashing.hash_pass", held)
    yield held
    held.go_on.set()


def _guesses(party: ServiceHarness, number: int) -> list[asyncio.Task[object]]:
    """Each guess has its own address and name, so no limit counts two of them."""
    return [
        asyncio.create_task(
            party.service.redeeming.redeem(
                read_username(f"somebody-{each}"),
                "00000000",
                client=Client(address=f"192.0.2.{each}", user_agent="tests"),
            )
        )
        for each in range(number)
    ]


async def test_guesses_are_hashed_in_turn_and_do_not_delay_a_begin(
    party: ServiceHarness, held: Held
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


async def test_a_guess_beyond_the_queue_limit_is_refused_and_writes_nothing(
    party: ServiceHarness, held: Held
) -> None:
    guesses = _guesses(party, PLACES)
    await asyncio.to_thread(held.begun.acquire)
    one_more = party.service.redeeming.redeem(
        read_username("one-more"), "00000000", client=party.client
    )
    with pytest.raises(Busy):
        await asyncio.wait_for(
            one_more, timeout=30
        )  # or the place that it got would never be free again
    held.go_on.set()
    await asyncio.gather(*guesses, return_exceptions=True)
    assert len(await party.storage.rows("AuditOutbox")) == PLACES, "each guess is told, no other"
    with pytest.raises(PassRefused):
        await party.service.redeeming.redeem(
            read_username("later"), "00000000", client=party.client
        )


def _from(address: str | None) -> Client:
    return Client(address=address, user_agent="tests")


def _redeem(party: ServiceHarness, name: str, address: str | None) -> asyncio.Task[object]:
    return asyncio.create_task(
        party.service.redeeming.redeem(read_username(name), "00000000", client=_from(address))
    )


async def test_one_address_gets_few_places_in_the_queue(party: ServiceHarness, held: Held) -> None:
    guesses = [_redeem(party, f"name-{each}", "192.0.2.1") for each in range(PLACES)]
    outcomes = [asyncio.create_task(asyncio.wait_for(guess, timeout=30)) for guess in guesses]
    await asyncio.to_thread(held.begun.acquire)
    owner = _redeem(party, "owner", "198.51.100.1")
    await party.begin_authentication("alice")
    held.go_on.set()
    refused = await asyncio.gather(*outcomes, return_exceptions=True)
    assert sum(isinstance(each, PassRefused) for each in refused) == PLACES_OF_AN_ADDRESS
    assert sum(isinstance(each, Busy) for each in refused) == PLACES - PLACES_OF_AN_ADDRESS
    with pytest.raises(PassRefused):
        await owner
    with pytest.raises(PassRefused):
        await _redeem(party, "later", "192.0.2.1")


async def test_requests_without_an_address_share_all_places(
    party: ServiceHarness, held: Held
) -> None:
    guesses = [_redeem(party, f"name-{each}", None) for each in range(PLACES_OF_AN_ADDRESS + 1)]
    await asyncio.to_thread(held.begun.acquire)
    held.go_on.set()
    outcomes = await asyncio.gather(*guesses, return_exceptions=True)
    assert {type(each) for each in outcomes} == {PassRefused}


async def test_an_address_over_its_limit_gets_429_while_the_queue_is_full(
    party: ServiceHarness, held: Held
) -> None:
    limited = party.restarted(RATE_LIMITS="guess.address=1/1h")
    held.go_on.set()
    with pytest.raises(PassRefused):
        await _redeem(limited, "first", "192.0.2.1")
    held.go_on.clear()
    others = _guesses(limited, PLACES + 2)[2:]
    await asyncio.to_thread(held.begun.acquire)
    with pytest.raises(TooManyRequests, match=r"guess\.address"):
        await asyncio.wait_for(_redeem(limited, "second", "192.0.2.1"), timeout=30)
    held.go_on.set()
    await asyncio.gather(*others, return_exceptions=True)


async def test_a_guess_beyond_the_limit_makes_no_storage_call(party: ServiceHarness) -> None:
    limited = party.restarted(RATE_LIMITS="guess.address=1/1h")
    with pytest.raises(PassRefused):
        await _redeem(limited, "first", "192.0.2.1")
    limited.storage.transport.forget()
    with pytest.raises(TooManyRequests, match=r"guess\.address"):
        await _redeem(limited, "second", "192.0.2.1")
    assert limited.storage.transport.names == []
