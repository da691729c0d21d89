import asyncio

import pytest

from shared.errors import ProviderUnavailable
from shared.fetching.discovery import KeyCache
from shared.fetching.https import Https
from tests.fakes.identity_provider import Behaviour, IdentityProvider, Signer
from tests.fakes.tls import Tls
from tests.identity_providers.clock import Clock
from tests.identity_providers.settings import entra_of_several, read

DOWN = Behaviour(status=503)


async def test_finds_the_keys_and_keeps_them(
    key_cache: KeyCache, okta_server: IdentityProvider
) -> None:
    for _ in range(3):
        assert (await key_cache.keys("first")).keys() == {"first"}
    assert okta_server.requests == ["/oauth2/default/.well-known/openid-configuration", "/keys"]


async def test_concurrent_requests_make_one_call(
    key_cache: KeyCache, okta_server: IdentityProvider
) -> None:
    answers = await asyncio.gather(*(key_cache.keys("first") for _ in range(50)))
    assert all("first" in keys for keys in answers)
    assert okta_server.key_requests == 1


async def test_a_cancelled_request_does_not_cancel_the_others(
    key_cache: KeyCache, okta_server: IdentityProvider
) -> None:
    okta_server.behaviour.held = asyncio.Event()
    waiting = [asyncio.create_task(key_cache.keys("first")) for _ in range(2)]
    await okta_server.asked.wait()
    waiting[0].cancel()
    okta_server.behaviour.held.set()
    assert "first" in await waiting[1]
    assert okta_server.key_requests == 1


async def test_a_new_key_is_found_immediately(
    key_cache: KeyCache, okta_server: IdentityProvider
) -> None:
    await key_cache.keys("first")
    okta_server.rotate("second")
    assert (await key_cache.keys("second")).keys() == {"second"}
    assert okta_server.key_requests == 2


async def test_unknown_key_ids_cause_one_fetch_a_minute(
    key_cache: KeyCache, okta_server: IdentityProvider, clock: Clock
) -> None:
    await key_cache.keys("first")
    for minute in range(1, 4):
        for number in range(60):
            assert f"invented-{number}" not in await key_cache.keys(f"invented-{number}")
            clock.advance(seconds=0.99)
        assert okta_server.key_requests == 1 + minute
        clock.advance(seconds=0.6)


async def test_concurrent_unknown_key_ids_cause_one_fetch(
    key_cache: KeyCache, okta_server: IdentityProvider
) -> None:
    await key_cache.keys("first")
    await asyncio.gather(*(key_cache.keys(f"invented-{number}") for number in range(50)))
    assert okta_server.key_requests == 2


async def test_an_unknown_key_id_causes_no_fetch_after_a_recent_one(
    key_cache: KeyCache, okta_server: IdentityProvider
) -> None:
    assert "invented" not in await key_cache.keys("invented")
    assert okta_server.key_requests == 1


async def test_fetches_in_the_background_after_an_hour(
    key_cache: KeyCache, okta_server: IdentityProvider, clock: Clock
) -> None:
    await key_cache.keys("first")
    okta_server.signers.append(Signer("second"))
    clock.advance(hours=1)
    assert (await key_cache.keys("first")).keys() == {"first"}
    await key_cache.settle()
    assert (await key_cache.keys("first")).keys() == {"first", "second"}
    assert okta_server.key_requests == 2


async def test_a_withdrawn_key_is_not_trusted_after_the_next_fetch(
    key_cache: KeyCache, okta_server: IdentityProvider, clock: Clock
) -> None:
    await key_cache.keys("first")
    okta_server.rotate("second")
    clock.advance(hours=1)
    await key_cache.keys("first")
    await key_cache.settle()
    assert "first" not in await key_cache.keys("first")


async def test_known_keys_are_used_for_a_day_without_the_provider(
    key_cache: KeyCache, okta_server: IdentityProvider, clock: Clock
) -> None:
    await key_cache.keys("first")
    okta_server.behaviour = DOWN
    for _ in range(23):
        clock.advance(hours=1)
        assert "first" in await key_cache.keys("first")
        await key_cache.settle()
    clock.advance(minutes=59)
    assert "first" in await key_cache.keys("first")
    await key_cache.settle()
    clock.advance(minutes=1)
    with pytest.raises(ProviderUnavailable):
        await key_cache.keys("first")


async def test_asks_a_provider_that_is_down_once_in_five_seconds(
    key_cache: KeyCache, okta_server: IdentityProvider, clock: Clock
) -> None:
    okta_server.behaviour = DOWN
    for _ in range(10):
        with pytest.raises(ProviderUnavailable):
            await key_cache.keys("first")
    assert len(okta_server.requests) == 1
    clock.advance(seconds=5)
    okta_server.behaviour = Behaviour()
    assert "first" in await key_cache.keys("first")


async def test_fetches_in_the_background_once_a_minute_while_the_provider_is_down(
    key_cache: KeyCache, okta_server: IdentityProvider, clock: Clock
) -> None:
    await key_cache.keys("first")
    okta_server.behaviour, okta_server.requests = DOWN, []
    clock.advance(hours=1)
    for _ in range(10):
        await key_cache.keys("first")
        await key_cache.settle()
    assert len(okta_server.requests) == 1
    clock.advance(minutes=1)
    await key_cache.keys("first")
    await key_cache.settle()
    assert len(okta_server.requests) == 2


async def test_an_unknown_key_is_undecided_while_the_provider_is_down(
    key_cache: KeyCache, okta_server: IdentityProvider, clock: Clock
) -> None:
    await key_cache.keys("first")
    okta_server.behaviour = DOWN
    for _ in range(3):
        with pytest.raises(ProviderUnavailable):
            await key_cache.keys("new")
    okta_server.behaviour = Behaviour()
    clock.advance(minutes=1)
    assert "new" not in await key_cache.keys("new")


async def test_finds_the_keys_of_several_tenants_under_their_template(
    tls: Tls, https: Https, clock: Clock
) -> None:
    async with IdentityProvider(tls=tls, path="/{tenantid}/v2.0") as entra:
        cache = KeyCache(read(entra_of_several(entra.issuer)), https=https, clock=clock)
        assert "first" in await cache.keys("first")
        assert entra.requests[0] == "/common/v2.0/.well-known/openid-configuration"
