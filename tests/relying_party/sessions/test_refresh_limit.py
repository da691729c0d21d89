"""How often one session may be refreshed: the first refresh after a pause is not counted."""

import asyncio
from dataclasses import replace

import pytest

from shared.errors import TokenInvalid, TooManyRequests
from shared.recording.actors import SERVICE
from shared.relying_party.sessions.token_issuer import Tokens
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import Clock, ServiceHarness
from tests.storage_faults import meeting

QUOTA = 2


@pytest.fixture
def limited(party: ServiceHarness) -> ServiceHarness:
    return party.restarted(RATE_LIMITS=f"token.session={QUOTA}/1m")


@pytest.fixture
async def signed_in(limited: ServiceHarness, alices: SoftAuthenticator, clock: Clock) -> Tokens:
    """Two minutes ago."""
    await limited.register(alices, "alice")
    tokens = (await limited.sign_in(alices)).tokens
    clock.advance(minutes=2)
    return tokens


async def refuse_when_full(limited: ServiceHarness, text: str) -> None:
    for _ in range(QUOTA):
        with pytest.raises(TokenInvalid):
            await limited.refresh(text)
    with pytest.raises(TooManyRequests):
        await limited.refresh(text)


async def test_one_more_than_the_quota_is_served_after_a_pause(
    limited: ServiceHarness, signed_in: Tokens, clock: Clock
) -> None:
    tokens = signed_in
    for _ in range(2):
        for _ in range(1 + QUOTA):
            tokens = await limited.refresh(tokens.refresh_token)
        with pytest.raises(TooManyRequests):
            await limited.refresh(tokens.refresh_token)
        clock.advance(minutes=2)


async def test_concurrent_refreshes_after_a_pause_are_counted_but_for_one(
    limited: ServiceHarness, signed_in: Tokens
) -> None:
    limited.storage.transport.fault = meeting(8, "transact Accounts", again=False)
    outcomes = await asyncio.gather(
        *(limited.refresh(signed_in.refresh_token) for _ in range(8)), return_exceptions=True
    )
    assert sum(isinstance(outcome, Tokens) for outcome in outcomes) == 1 + QUOTA
    assert sum(isinstance(outcome, TooManyRequests) for outcome in outcomes) == 8 - 1 - QUOTA


async def test_a_token_that_changes_nothing_is_always_counted(
    limited: ServiceHarness, signed_in: Tokens
) -> None:
    token = await limited.read_refresh(signed_in.refresh_token)
    await refuse_when_full(limited, await limited.seal_refresh(replace(token, secret=bytes(32))))


async def test_a_token_that_is_sent_again_is_counted_even_after_the_window(
    party: ServiceHarness, alices: SoftAuthenticator, clock: Clock
) -> None:
    """Within the grace period, which is longer than the window here."""
    limited = party.restarted(RATE_LIMITS=f"token.session={QUOTA}/5s", REFRESH_GRACE_SECONDS="60")
    await limited.register(alices, "alice")
    first = (await limited.sign_in(alices)).tokens.refresh_token
    await limited.refresh(first)
    clock.advance(seconds=10)
    for _ in range(QUOTA):
        await limited.refresh(first)
    with pytest.raises(TooManyRequests):
        await limited.refresh(first)


async def test_a_token_of_an_ended_session_is_always_counted(
    limited: ServiceHarness, signed_in: Tokens
) -> None:
    await limited.service.sessions.end(signed_in.session.sign_in.user_handle, by=SERVICE)
    await refuse_when_full(limited, signed_in.refresh_token)
