"""Keys of registered clients and of platforms, from real servers."""

import json
from collections.abc import AsyncIterator

import pytest

from shared.errors import ClientFault, ClientRefused, ProviderUnavailable
from tests.fakes.identity_provider import IdentityProvider, Signer
from tests.fakes.public_documents import Document, PublicDocuments
from tests.fakes.tls import Tls
from tests.harness.service_harness import ServiceHarness
from tests.openid_provider.clients import (
    SIGNER,
    Asking,
    asking,
    federated,
    fetching_from,
    signed,
    with_keys_at,
)
from tests.openid_provider.conftest import HOST

KEYS = "/keys.json"
NEW = Signer("new")


def publish(server: PublicDocuments, *signers: Signer) -> None:
    body = json.dumps({"keys": [signer.jwk() for signer in signers]}).encode()
    server.documents[KEYS] = Document(body=body, headers={"Cache-Control": "max-age=3600"})


@pytest.fixture
def clients(party: ServiceHarness, server: PublicDocuments) -> Asking:
    publish(server, SIGNER)
    registered = with_keys_at(server.address(HOST, KEYS))
    return asking(party, registered, fetching=fetching_from(server.tls))


CLIENT_ID = "keys-at-address"


async def test_keys_at_an_address_are_fetched_and_kept(
    clients: Asking, server: PublicDocuments
) -> None:
    for each in "ab":
        await clients.ask_signed(CLIENT_ID, jti=each)
    assert server.reads == {KEYS: 1}


async def test_a_new_key_is_found_within_a_minute(
    clients: Asking, party: ServiceHarness, server: PublicDocuments
) -> None:
    await clients.ask_signed(CLIENT_ID)
    publish(server, NEW)
    party.clock.advance(seconds=59)
    with pytest.raises(ClientRefused):
        await clients.ask_signed(CLIENT_ID, signer=NEW, jti="second")
    party.clock.advance(seconds=2)
    await clients.ask_signed(CLIENT_ID, signer=NEW, jti="second")
    assert server.reads == {KEYS: 2}


async def test_invented_keys_cause_one_request_in_a_minute(
    clients: Asking, party: ServiceHarness, server: PublicDocuments
) -> None:
    for _ in range(2):
        for name in "abc":
            forged = signed(clients.claims(CLIENT_ID), Signer(name))
            with pytest.raises(ClientRefused):
                await clients.ask(**forged)
        party.clock.advance(seconds=61)
    assert server.reads == {KEYS: 2}


async def test_known_keys_stay_while_the_address_is_down(
    clients: Asking, party: ServiceHarness, server: PublicDocuments
) -> None:
    await clients.ask_signed(CLIENT_ID)
    server.documents[KEYS].status = 500
    party.clock.advance(seconds=61)
    with pytest.raises(ProviderUnavailable):
        await clients.ask_signed(CLIENT_ID, signer=NEW)
    await clients.ask_signed(CLIENT_ID, jti="second")


@pytest.mark.parametrize("body", [b"{}", b"<html>", b'{"keys": 7}'])
async def test_keys_that_are_none_cannot_decide(
    body: bytes, clients: Asking, server: PublicDocuments
) -> None:
    server.documents[KEYS].body = body
    with pytest.raises(ProviderUnavailable):
        await clients.ask_signed(CLIENT_ID)


@pytest.fixture
async def platform(tls: Tls) -> AsyncIterator[IdentityProvider]:
    async with IdentityProvider(tls=tls, path="/tenant") as platform:
        yield platform


@pytest.fixture
def on_platform(party: ServiceHarness, platform: IdentityProvider, tls: Tls) -> Asking:
    return asking(party, federated(platform.issuer), fetching=fetching_from(tls))


async def _ask(on_platform: Asking, issuer: str, signer: Signer, **changes: object) -> None:
    claims = on_platform.claims("pod", iss=issuer, jti=None, **changes)
    await on_platform.ask(client_id="federated", **signed(claims, signer))


async def test_a_token_of_its_platform_proves_a_client(
    on_platform: Asking, platform: IdentityProvider
) -> None:
    (signer,) = platform.signers
    for _ in range(2):
        await _ask(on_platform, platform.issuer, signer)
    assert platform.key_requests == 1


async def test_a_token_of_another_issuer_causes_no_request(
    on_platform: Asking, platform: IdentityProvider
) -> None:
    with pytest.raises(ClientRefused) as refused:
        await _ask(on_platform, "https://other.example", platform.signers[0])
    assert refused.value.reason is ClientFault.PLATFORM_TOKEN
    assert not platform.requests


async def test_a_token_of_another_workload_is_refused(
    on_platform: Asking, platform: IdentityProvider
) -> None:
    (signer,) = platform.signers
    for changes in ({"sub": "other-pod"}, {"aud": "https://other.example"}):
        with pytest.raises(ClientRefused) as refused:
            await _ask(on_platform, platform.issuer, signer, **changes)
        assert refused.value.reason is ClientFault.PLATFORM_TOKEN


async def test_a_platform_that_is_down_cannot_decide(
    on_platform: Asking, platform: IdentityProvider
) -> None:
    platform.behaviour.status = 500
    with pytest.raises(ProviderUnavailable):
        await _ask(on_platform, platform.issuer, platform.signers[0])
