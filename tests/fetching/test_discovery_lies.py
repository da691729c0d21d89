"""Providers that send malformed answers, late answers, or none."""

import asyncio
import json
from collections.abc import Callable

import pytest

from shared.errors import ProviderUnavailable
from shared.fetching.discovery import KeyCache
from shared.fetching.https import Https
from tests.fakes.identity_provider import Behaviour, IdentityProvider
from tests.fakes.tls import Tls, make_tls
from tests.identity_providers.clock import Clock
from tests.identity_providers.settings import okta, read


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
async def test_takes_no_keys_from_a_malformed_answer(
    lie: Callable[[IdentityProvider], Behaviour], key_cache: KeyCache, okta_server: IdentityProvider
) -> None:
    okta_server.behaviour = lie(okta_server)
    with pytest.raises(ProviderUnavailable):
        await key_cache.keys("first")
    assert "/elsewhere" not in okta_server.requests or okta_server.behaviour.jwks_uri


async def test_keeps_known_keys_after_a_malformed_answer(
    key_cache: KeyCache, okta_server: IdentityProvider, clock: Clock
) -> None:
    await key_cache.keys("first")
    okta_server.behaviour = Behaviour(issuer="https://evil.example")
    clock.advance(hours=2)
    await key_cache.keys("first")
    await key_cache.settle()
    assert "first" in await key_cache.keys("first")


async def test_a_slow_answer_times_out(
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


async def test_a_provider_that_does_not_listen_is_unavailable(
    tls: Tls, https: Https, clock: Clock
) -> None:
    async with IdentityProvider(tls=tls, path="/gone") as gone:
        provider = read(okta(gone.issuer))
    with pytest.raises(ProviderUnavailable):
        await KeyCache(provider, https=https, clock=clock).keys("first")
