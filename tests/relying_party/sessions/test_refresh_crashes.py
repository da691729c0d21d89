"""A crash at any storage call of a refresh signs no user out."""

import pytest

from shared.errors import StorageUnavailable, TokenInvalid
from shared.keys.signing_key import SigningKey
from shared.relying_party.sessions.token_issuer import Tokens
from tests.harness.record import record
from tests.harness.service_harness import Clock, ServiceHarness, new_authenticator
from tests.storage_faults import ENDS, Crash, Way, answer_lost, at, crash_after_sending, unreachable
from tests.storage_transport import Storage

CALLS = 6
"""Of the refresh in a process that has read nothing yet: the service key and a count are two."""


async def _signed_in(party: ServiceHarness) -> Tokens:
    key = new_authenticator()
    await party.register(key, "alice")
    return (await party.sign_in(key)).tokens


async def _refresh(party: ServiceHarness, tokens: Tokens) -> Tokens:
    return await party.refresh(tokens.refresh_token)


@pytest.mark.parametrize("way", ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize("number", range(1, CALLS + 1))
async def test_the_token_of_the_client_works_after_a_crash_at_any_call(
    party: ServiceHarness, clock: Clock, number: int, way: tuple[Way, Way]
) -> None:
    tokens = await _signed_in(party)
    first, then = way
    process = party.restarted()
    party.storage.transport.fault = at(number, first, then=then)
    with pytest.raises((Crash, StorageUnavailable)):
        await _refresh(process, tokens)
    party.storage.transport.fault = None
    clock.advance(minutes=50)  # as a client may come again when it likes
    successor = await _refresh(party.restarted(), tokens)
    clock.advance(minutes=59)
    await _refresh(party, successor)


@pytest.mark.parametrize("number", range(1, CALLS + 1))
async def test_repeated_retries_after_crashes_are_not_token_theft(
    party: ServiceHarness, clock: Clock, number: int
) -> None:
    """Each answer is lost at the same call, after any writes before it."""
    tokens = await _signed_in(party)
    for _ in range(4):
        party.storage.transport.fault = at(number, answer_lost, then=answer_lost)
        with pytest.raises(StorageUnavailable):
            await _refresh(party.restarted(), tokens)
        clock.advance(seconds=40)
    party.storage.transport.fault = None
    tokens = await _refresh(party.restarted(), tokens)
    clock.advance(minutes=5)
    await _refresh(party, tokens)
    assert "token.reused" not in {event["kind"] for event in await record(party)}


async def test_every_call_of_the_refresh_is_enumerated(
    storage: Storage, clock: Clock, signing_key: SigningKey
) -> None:
    party = ServiceHarness(storage, clock, signing_key)
    tokens = await _signed_in(party)
    process = party.restarted()
    storage.transport.forget()
    await _refresh(process, tokens)
    assert len(storage.transport.names) == CALLS, storage.transport.names


@pytest.mark.parametrize("way", [unreachable, answer_lost, crash_after_sending])
async def test_an_interrupted_end_of_a_session_still_refuses_its_token(
    party: ServiceHarness, clock: Clock, way: Way
) -> None:
    """The refusal must come first; the row is removed then, or at the next try."""
    tokens = await _signed_in(party)
    clock.advance(hours=1)
    party.storage.transport.fault = at(3, way, then=way)
    with pytest.raises((Crash, StorageUnavailable)):
        await _refresh(party, tokens)
    party.storage.transport.fault = None
    with pytest.raises(TokenInvalid):
        await _refresh(party, tokens)
