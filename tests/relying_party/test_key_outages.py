"""Where there is no key to sign with, or to tag events with, nothing is given, and no token or pass
is spent for it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.errors import KeysUnavailable
from shared.keys.cached import Cached
from shared.keys.key_kinds import CachedRing
from shared.keys.reading import ReadFailed, Reading
from shared.keys.ring import signing_timing
from shared.keys.signing_key import SigningKey
from shared.relying_party.onboarding.pass_terms import PassRequest
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import ADMINISTRATOR, ALICE
from tests.harness.record import brief, record
from tests.harness.service_harness import CLIENT, Clock, ServiceHarness

MINUTE = timedelta(minutes=1)


async def _read_in_vain() -> Reading[SigningKey]:
    raise ReadFailed


@pytest.fixture
def cold(party: ServiceHarness) -> ServiceHarness:
    """Another instance, which has just started and finds no vault."""
    return _without(party, "signing")


@pytest.fixture(params=["signing", "checkpoint"])
def without_a_key(party: ServiceHarness, request: pytest.FixtureRequest) -> ServiceHarness:
    return _without(party, request.param)


def _without(party: ServiceHarness, name: str) -> ServiceHarness:
    reading = Cached(f"{name} key", _read_in_vain, interval=MINUTE, clock=party.clock)
    timing = signing_timing(max_age=MINUTE, token_lifetime=MINUTE)
    keys: Any = {name: CachedRing(reading, timing)}
    return party.with_keys(replace(party.parts.key_rings, **keys))


async def test_a_refresh_token_is_not_spent(
    party: ServiceHarness, without_a_key: ServiceHarness, alices: SoftAuthenticator, clock: Clock
) -> None:
    await party.register(alices, "alice")
    tokens = (await party.sign_in(alices)).tokens
    with pytest.raises(KeysUnavailable):
        await without_a_key.refresh(tokens.refresh_token)
    clock.advance(minutes=5)  # after this time it would count as stolen
    await party.refresh(tokens.refresh_token)
    assert brief(await record(party))[2:] == [("token.refreshed", "success")]


async def test_an_access_pass_is_not_spent(
    party: ServiceHarness, without_a_key: ServiceHarness
) -> None:
    request = PassRequest(
        username=ALICE, display_name=None, lifetime=None, one_time=True, starts_at=None
    )
    issued = await party.service.passes.issue(request, by=ADMINISTRATOR)
    with pytest.raises(KeysUnavailable):
        await without_a_key.service.redeeming.redeem(ALICE, issued.text, client=CLIENT)
    await party.service.redeeming.redeem(ALICE, issued.text, client=CLIENT)
    events = await record(party)
    assert brief(events)[2:] == [("pass.redeemed", "success")]


async def test_a_challenge_is_not_spent(
    party: ServiceHarness, cold: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    credential = alices.get(await party.begin_authentication("alice"))
    with pytest.raises(KeysUnavailable):
        await cold.finish_authentication(credential)
    await party.finish_authentication(credential)
