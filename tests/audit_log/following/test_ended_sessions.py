"""Ended sessions are removed, as the log tells when each was opened."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from shared.audit.event import Kind, Outcome
from shared.audit_log.following.ended_sessions import CURSOR, KEPT
from shared.errors import StorageUnavailable
from shared.relying_party.sessions.token_issuer import Tokens
from tests.authenticator import SoftAuthenticator
from tests.harness.record import seal
from tests.harness.service_harness import ServiceHarness, new_authenticator
from tests.harness.stories import FIRST_LOCATOR
from tests.storage_faults import ENDS, Crash, Way, at
from tests.storage_transport import RecordingTransport, Storage

MOMENT = timedelta(seconds=1)


@pytest.fixture
async def signed_in(party: ServiceHarness, alices: SoftAuthenticator) -> Tokens:
    await party.register(alices, "alice")
    return (await party.sign_in(alices)).tokens


async def remove(party: ServiceHarness) -> int:
    return await party.service.ended_sessions.remove(until=party.clock() + MOMENT)


async def left(storage: Storage) -> int:
    return len(await storage.rows("Accounts", prefix="session:"))


async def test_a_session_is_removed_a_day_after_its_latest_end(
    party: ServiceHarness, signed_in: Tokens, alices: SoftAuthenticator
) -> None:
    await seal(party)
    party.clock.now = signed_in.session.expires_at + KEPT - MOMENT
    later = (await party.sign_in(alices)).tokens
    assert await remove(party) == 0
    assert await party.keeps_session(signed_in)
    party.clock.advance(seconds=2)
    assert await remove(party) == 1
    assert not await party.keeps_session(signed_in)
    await seal(party)
    assert await remove(party) == 0
    assert await party.keeps_session(later)


async def test_nothing_is_removed_while_the_time_is_uncertain(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    await seal(party)
    party.clock.advance(days=9)
    party.clock.certain = False
    assert await remove(party) == 0
    party.clock.certain = True
    assert await remove(party) == 1


@pytest.mark.parametrize("last", [False, True])
async def test_an_entry_with_a_wrong_time_stops_no_other(
    party: ServiceHarness,
    signed_in: Tokens,
    storage: Storage,
    alices: SoftAuthenticator,
    last: bool,
) -> None:
    """Also if it is the last one of those that are read together."""
    if last:
        await party.sign_in(alices)
    party.clock.advance(days=999)
    await party.recorder.record(Kind.AUTHENTICATION, Outcome.SUCCESS, session=b"")
    party.clock.advance(days=-999)
    if not last:
        await party.sign_in(alices)
    await seal(party)
    assert await left(storage) == 2
    party.clock.advance(days=9)
    assert await remove(party) == 2
    assert await left(storage) == 0
    cursor = await party.stores.cursors.load(CURSOR)
    assert cursor.next == (await party.stores.log.head()).size


async def test_no_session_is_passed_over_if_entries_are_not_in_the_order_of_their_times(
    party: ServiceHarness, storage: Storage
) -> None:
    """Of several thousand events, sealing takes those of one partition of the outbox first."""
    key = new_authenticator()
    await party.register(key, "alice")
    await seal(party)
    party.clock.advance(minutes=5)
    later = (await party.sign_in(key)).tokens.session.sign_in.at
    await seal(party)
    party.clock.advance(minutes=-5)
    await party.sign_in(key)
    await seal(party)
    party.clock.now = later + party.settings.sessions.absolute + KEPT
    await remove(party)
    party.clock.advance(minutes=1)
    await remove(party)
    assert await left(storage) == 0


@pytest.mark.parametrize(
    "way", [ENDS["crash-after"], ENDS["outage-after"]], ids=["crash", "outage"]
)
async def test_a_crash_at_any_write_leaves_no_ended_session(
    party: ServiceHarness,
    storage: Storage,
    transport: RecordingTransport,
    way: tuple[Way, Way],
) -> None:
    key = new_authenticator()
    await party.register(key, "alice")
    number, met = 0, True
    while met:
        number += 1
        for _ in range(2):
            await party.sign_in(key)
        await seal(party)
        party.clock.advance(days=3)
        transport.forget()
        transport.fault = at(number, way[0], then=way[1], writes=True)
        with suppress(Crash, StorageUnavailable):
            await remove(party)
        met, transport.fault = len(transport.writes) >= number, None
        await remove(party.restarted())
        assert await left(storage) == 0
    assert number > 3


async def test_two_instances_count_each_session_once(
    party: ServiceHarness, signed_in: Tokens, alices: SoftAuthenticator
) -> None:
    for _ in range(3):
        await party.sign_in(alices)
    await seal(party)
    party.clock.advance(days=3)
    assert sum(await asyncio.gather(remove(party), remove(party.restarted()))) == 4
    assert await remove(party) == 0


async def test_a_session_that_the_log_does_not_name_is_found_by_chance(
    party: ServiceHarness, signed_in: Tokens, storage: Storage
) -> None:
    party.service.stray_sessions._random = lambda _size: FIRST_LOCATOR
    party.clock.now = signed_in.session.expires_at + timedelta(days=2)
    now = int(party.clock().timestamp())
    assert await party.service.stray_sessions.sweep(now=now) == 0
    assert await party.service.stray_sessions.sweep(now=now + 1) == 1
    assert await left(storage) == 0
