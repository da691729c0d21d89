"""A sweep removes expired rows in batches, and stops at its time limit."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest

from shared import base64url
from shared.errors import StorageUnavailable
from shared.relying_party.sweeping import sweep
from shared.storage.challenges import ChallengeStore
from shared.storage.tables.table import version
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import ServiceHarness, new_authenticator
from tests.storage_faults import at, unreachable
from tests.storage_transport import Call, Send, Storage

FIRST, LAST = base64url.decode("-" * 42 + "8"), base64url.decode("z" * 42 + "w")
"""What is before, and behind, every digest that there is likely to be."""


@pytest.fixture
async def challenges(party: ServiceHarness) -> ChallengeStore:
    """Five have expired; one waits for its answer."""
    for _ in range(5):
        await party.begin_authentication()
    party.clock.advance(hours=1)
    await party.begin_authentication()
    return party.stores.challenges


@pytest.mark.parametrize("batch", [1, 2, 5, 100])
async def test_a_sweep_removes_only_expired_rows(
    party: ServiceHarness, storage: Storage, challenges: ChallengeStore, batch: int
) -> None:
    until = party.clock() + timedelta(seconds=30)
    assert await sweep(challenges, clock=party.clock, until=until, batch=batch) == 5
    assert len(await storage.rows("AuditOutbox")) == 1


async def test_a_sweep_begins_no_batch_after_its_time_limit(
    party: ServiceHarness, storage: Storage, challenges: ChallengeStore
) -> None:
    async def slow(call: Call, send: Send) -> object:
        if call.filter.startswith("PartitionKey eq '0'"):  # the first query of a batch
            party.clock.advance(seconds=15)
        return await send()

    storage.transport.fault = slow
    until = party.clock() + timedelta(seconds=30)
    assert await sweep(challenges, clock=party.clock, until=until, batch=2) == 4


async def test_a_sweep_removes_nothing_while_the_time_is_uncertain(
    party: ServiceHarness, storage: Storage, challenges: ChallengeStore
) -> None:
    """No other batch begins after the time becomes uncertain."""

    async def doubt(call: Call, send: Send) -> object:
        party.clock.certain &= call.name != "query AuditOutbox"
        return await send()

    storage.transport.fault = doubt
    until = party.clock() + timedelta(seconds=30)
    for removed in (2, 0):
        assert await sweep(challenges, clock=party.clock, until=until, batch=2) == removed
    assert len(await storage.rows("AuditOutbox")) == 4


@pytest.mark.usefixtures("challenges")
@pytest.mark.parametrize(("needed", "removed"), [(3, 5), (4, 0)])
async def test_a_process_without_the_time_asks_three_times(
    party: ServiceHarness, storage: Storage, needed: int, removed: int
) -> None:
    asked: list[str] = []

    async def hear(call: Call, send: Send) -> object:
        asked.append(call.name)
        party.clock.certain = len(asked) >= needed
        return await send()

    party.clock.certain, storage.transport.fault = False, hear
    sweeping = party.service.sweeping
    until = party.clock() + timedelta(seconds=30)
    assert await sweeping.remove("expired challenges", until=until) == removed
    assert set(asked[:3]) == {"get Service"}
    if not removed:
        assert len(asked) == 3


@pytest.fixture
def from_the_start(party: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """The random start of a sweep of reservations is the first key."""
    monkeypatch.setattr(party.stores.strays, "_random", lambda _size: FIRST)


async def _die_between_reservation_and_credential(party: ServiceHarness) -> None:
    created = new_authenticator().create(await party.begin_registration("bob"))

    async def end(call: Call, send: Send) -> object:
        return await (unreachable(send) if call.name == "transact Accounts" else send())

    party.storage.transport.fault = end
    with pytest.raises(StorageUnavailable):
        await party.finish_registration(created)
    party.storage.transport.fault = None


async def _sweep_reservations(party: ServiceHarness) -> int:
    now = int(party.clock().timestamp())
    return await party.stores.strays.sweep(now=now)


@pytest.mark.usefixtures("from_the_start")
async def test_reservations_without_a_credential_are_removed(
    party: ServiceHarness, storage: Storage, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    for _ in range(5):
        await _die_between_reservation_and_credential(party)
    assert len(await storage.rows("CredentialIds")) == 6
    party.clock.advance(hours=23, minutes=59)
    assert await _sweep_reservations(party) == 0
    party.clock.advance(minutes=2)
    await _die_between_reservation_and_credential(party)
    assert await _sweep_reservations(party) == 5
    assert len(await storage.rows("CredentialIds")) == 2
    assert await _sweep_reservations(party) == 0
    await party.sign_in(alices, "alice")


@pytest.mark.usefixtures("from_the_start")
async def test_a_reservation_that_is_reused_meanwhile_is_kept(
    party: ServiceHarness, storage: Storage
) -> None:
    await _die_between_reservation_and_credential(party)
    (row,) = await storage.rows("CredentialIds")
    party.clock.advance(days=2)

    async def slow(call: Call, send: Send) -> object:
        if call.name == "transact CredentialIds":
            storage.transport.fault = None
            row["ReservedAt"] = party.clock()
            await storage.table("CredentialIds").replace(row, etag=version(row))
        return await send()

    storage.transport.fault = slow
    assert await _sweep_reservations(party) == 0
    assert len(await storage.rows("CredentialIds")) == 1


@pytest.mark.usefixtures("from_the_start")
async def test_a_later_sweep_continues_an_interrupted_sweep_of_reservations(
    party: ServiceHarness, storage: Storage
) -> None:
    for _ in range(3):
        await _die_between_reservation_and_credential(party)
    party.clock.advance(days=2)
    for number in range(1, 8):
        storage.transport.fault = at(number, unreachable, then=unreachable)
        with suppress(StorageUnavailable):
            await _sweep_reservations(party)
        storage.transport.fault = None
        if not await storage.rows("CredentialIds"):
            break
    await _sweep_reservations(party)
    assert await storage.rows("CredentialIds") == []


async def test_a_sweep_begins_at_a_random_place(
    party: ServiceHarness, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: Iterator[bytes] = iter([LAST, FIRST])
    monkeypatch.setattr(party.stores.strays, "_random", lambda _size: next(places))
    await _die_between_reservation_and_credential(party)
    party.clock.advance(days=2)
    assert await _sweep_reservations(party) == 0
    assert await _sweep_reservations(party) == 1
    assert await storage.rows("CredentialIds") == []
