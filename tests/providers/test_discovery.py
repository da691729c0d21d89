import asyncio
import json
from collections.abc import Callable

import pytest

from shared.errors import ProviderUnavailable
from shared.providers.discovery import KeyCache
from shared.providers.https import Https
from tests.fakes.identity_provider import Behaviour, IdentityProvider, Signer
from tests.fakes.tls import Tls, make_tls
from tests.providers.conftest import Clock
from tests.providers.settings import entra_of_several, okta, read

DOWN = Behaviour(status=503)


@pytest.fixture
def cache(okta_server: IdentityProvider, https: Https, clock: Clock) -> KeyCache:
    return KeyCache(read(okta(okta_server.issuer)), https=https, clock=clock)


async def test_finds_the_keys_and_keeps_them(
    cache: KeyCache, okta_server: IdentityProvider
) -> None:
    for _ in range(3):
        assert (await cache.keys("first")).keys() == {"first"}
    assert okta_server.requests == ["/oauth2/default/.well-known/openid-configuration", "/keys"]


async def test_many_at_once_ask_once(cache: KeyCache, okta_server: IdentityProvider) -> None:
    answers = await asyncio.gather(*(cache.keys("first") for _ in range(50)))
    assert all("first" in keys for keys in answers)
    assert okta_server.key_requests == 1


async def test_one_who_gives_up_does_not_take_the_keys_from_the_others(
    cache: KeyCache, okta_server: IdentityProvider
) -> None:
    okta_server.behaviour.held = asyncio.Event()
    waiting = [asyncio.create_task(cache.keys("first")) for _ in range(2)]
    await okta_server.asked.wait()
    waiting[0].cancel()
    okta_server.behaviour.held.set()
    assert "first" in await waiting[1]
    assert okta_server.key_requests == 1


async def test_a_new_key_is_found_at_once(cache: KeyCache, okta_server: IdentityProvider) -> None:
    await cache.keys("first")
    okta_server.rotate("second")
    assert (await cache.keys("second")).keys() == {"second"}
    assert okta_server.key_requests == 2


async def test_invented_key_ids_ask_once_a_minute_at_most(
    cache: KeyCache, okta_server: IdentityProvider, clock: Clock
) -> None:
    await cache.keys("first")
    for minute in range(1, 4):
        for number in range(60):
            assert f"invented-{number}" not in await cache.keys(f"invented-{number}")
            clock.advance(seconds=0.99)
        assert okta_server.key_requests == 1 + minute
        clock.advance(seconds=0.6)


async def test_invented_key_ids_at_once_ask_once(
    cache: KeyCache, okta_server: IdentityProvider
) -> None:
    await cache.keys("first")
    await asyncio.gather(*(cache.keys(f"invented-{number}") for number in range(50)))
    assert okta_server.key_requests == 2


async def test_an_invented_key_id_does_not_ask_again_for_what_was_just_fetched(
    cache: KeyCache, okta_server: IdentityProvider
) -> None:
    assert "invented" not in await cache.keys("invented")
    assert okta_server.key_requests == 1


async def test_fetches_in_the_background_after_an_hour(
    cache: KeyCache, okta_server: IdentityProvider, clock: Clock
) -> None:
    await cache.keys("first")
    okta_server.signers.append(Signer("second"))
    clock.advance(hours=1)
    assert (await cache.keys("first")).keys() == {"first"}
    await cache.settle()
    assert (await cache.keys("first")).keys() == {"first", "second"}
    assert okta_server.key_requests == 2


async def test_a_withdrawn_key_is_not_trusted_after_the_next_fetch(
    cache: KeyCache, okta_server: IdentityProvider, clock: Clock
) -> None:
    await cache.keys("first")
    okta_server.rotate("second")
    clock.advance(hours=1)
    await cache.keys("first")
    await cache.settle()
    assert "first" not in await cache.keys("first")


async def test_known_keys_go_on_for_a_day_without_the_provider(
    cache: KeyCache, okta_server: IdentityProvider, clock: Clock
) -> None:
    await cache.keys("first")
    okta_server.behaviour = DOWN
    for _ in range(23):
        clock.advance(hours=1)
        assert "first" in await cache.keys("first")
        await cache.settle()
    clock.advance(minutes=59)
    assert "first" in await cache.keys("first")
    await cache.settle()
    clock.advance(minutes=1)
    with pytest.raises(ProviderUnavailable):
        await cache.keys("first")


async def test_does_not_press_a_provider_that_is_down(
    cache: KeyCache, okta_server: IdentityProvider, clock: Clock
) -> None:
    okta_server.behaviour = DOWN
    for _ in range(10):
        with pytest.raises(ProviderUnavailable):
            await cache.keys("first")
    assert len(okta_server.requests) == 1
    clock.advance(seconds=5)
    okta_server.behaviour = Behaviour()
    assert "first" in await cache.keys("first")


async def test_asks_a_provider_that_is_down_in_the_background_once_a_minute(
    cache: KeyCache, okta_server: IdentityProvider, clock: Clock
) -> None:
    await cache.keys("first")
    okta_server.behaviour, okta_server.requests = DOWN, []
    clock.advance(hours=1)
    for _ in range(10):
        await cache.keys("first")
        await cache.settle()
    assert len(okta_server.requests) == 1
    clock.advance(minutes=1)
    await cache.keys("first")
    await cache.settle()
    assert len(okta_server.requests) == 2


async def test_a_key_that_may_be_new_is_undecided_while_the_provider_is_down(
    cache: KeyCache, okta_server: IdentityProvider, clock: Clock
) -> None:
    await cache.keys("first")
    okta_server.behaviour = DOWN
    for _ in range(3):
        with pytest.raises(ProviderUnavailable):
            await cache.keys("new")
    okta_server.behaviour = Behaviour()
    clock.advance(minutes=1)
    assert "new" not in await cache.keys("new")


@pytest.mark.parametrize(
    "lie",
    [
        lambda server: Behaviour(status=500),
        lambda server: Behaviour(status=404),
        lambda server: Behaviour(redirect=True),
        lambda server: Behaviour(padding=256 * 1024),
        lambda server: Behaviour(issuer="https://evil.example"),
        lambda server: Behaviour(issuer=f"{server.issuer}/"),
        lambda server: Behaviour(issuer=server.issuer.upper()),
        lambda server: Behaviour(jwks_uri=f"{server.base}/keys".replace("https", "http")),
        lambda server: Behaviour(jwks_uri="file:///etc/passwd"),
        lambda server: Behaviour(jwks_uri=f"{server.base}/elsewhere"),
        lambda server: Behaviour(raw=b""),
        lambda server: Behaviour(raw=b"<html>"),
        lambda server: Behaviour(raw=b"[" * 100_000),
        lambda server: Behaviour(raw=b"[]"),
        lambda server: Behaviour(raw=b"{}"),
        lambda server: Behaviour(
            raw=json.dumps({"issuer": server.issuer, "jwks_uri": 7, "keys": []}).encode()
        ),
        lambda server: Behaviour(
            raw=json.dumps(
                {"issuer": server.issuer, "jwks_uri": f"{server.base}/keys", "keys": []}
            ).encode()
        ),
    ],
)
async def test_takes_no_keys_from_a_provider_that_answers_oddly(
    lie: Callable[[IdentityProvider], Behaviour], cache: KeyCache, okta_server: IdentityProvider
) -> None:
    okta_server.behaviour = lie(okta_server)
    with pytest.raises(ProviderUnavailable):
        await cache.keys("first")
    assert "/elsewhere" not in okta_server.requests or okta_server.behaviour.jwks_uri


async def test_keeps_good_keys_when_the_provider_answers_oddly(
    cache: KeyCache, okta_server: IdentityProvider, clock: Clock
) -> None:
    await cache.keys("first")
    okta_server.behaviour = Behaviour(issuer="https://evil.example")
    clock.advance(hours=2)
    await cache.keys("first")
    await cache.settle()
    assert "first" in await cache.keys("first")


async def test_does_not_wait_for_ever(
    okta_server: IdentityProvider, tls: Tls, clock: Clock
) -> None:
    okta_server.behaviour.held = asyncio.Event()
    https = Https(tls=tls.client_context(), seconds=0.05)
    cache = KeyCache(read(okta(okta_server.issuer)), https=https, clock=clock)
    with pytest.raises(ProviderUnavailable):
        await cache.keys("first")


async def test_trusts_no_other_certificate_authority(
    okta_server: IdentityProvider, tmp_path_factory: pytest.TempPathFactory, clock: Clock
) -> None:
    other = make_tls(tmp_path_factory.mktemp("other")).client_context()
    provider = read(okta(okta_server.issuer))
    for https in (Https(), Https(tls=other)):
        with pytest.raises(ProviderUnavailable):
            await KeyCache(provider, https=https, clock=clock).keys("first")
    assert okta_server.requests == []


async def test_a_provider_that_nobody_runs_is_unavailable(
    tls: Tls, https: Https, clock: Clock
) -> None:
    async with IdentityProvider(tls=tls, path="/gone") as gone:
        provider = read(okta(gone.issuer))
    with pytest.raises(ProviderUnavailable):
        await KeyCache(provider, https=https, clock=clock).keys("first")


async def test_finds_the_keys_of_several_tenants_under_their_template(
    tls: Tls, https: Https, clock: Clock
) -> None:
    async with IdentityProvider(tls=tls, path="/{tenantid}/v2.0") as entra:
        cache = KeyCache(read(entra_of_several(entra.issuer)), https=https, clock=clock)
        assert "first" in await cache.keys("first")
        assert entra.requests[0] == "/common/v2.0/.well-known/openid-configuration"
