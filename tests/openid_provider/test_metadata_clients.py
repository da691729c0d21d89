"""Clients that a document describes, from a real server of a stranger."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from shared.errors import ClientFault, ClientRefused, StorageUnavailable, TooManyRequests
from shared.openid.clients.client import Client
from tests.fakes.identity_provider import Signer
from tests.fakes.public_documents import Document, PublicDocuments
from tests.harness.administrators import CLIENT_ADMINISTRATOR as BY
from tests.harness.service_harness import ORIGIN, ServiceHarness
from tests.openid.clients.documents import client, web
from tests.openid_provider.clients import ADDRESS, SIGNER, Asking, fetching_from
from tests.openid_provider.conftest import HOST, OTHER_HOST
from tests.storage_faults import always, unreachable

PATH, OTHER_PATH, KEYS = "/client.json", "/other.json", "/keys.json"


@pytest.fixture
def accepting(party: ServiceHarness, server: PublicDocuments) -> Callable[..., ServiceHarness]:
    """A process that accepts documents of the host."""

    def start(**settings: str) -> ServiceHarness:
        places = {"CLIENT_METADATA_HOSTS": f"{HOST}:{server.port}", **settings}
        return party.with_fetching(lambda: fetching_from(server.tls)).restarted(**places)

    return start


@pytest.fixture
def started(accepting: Callable[..., ServiceHarness]) -> ServiceHarness:
    return accepting()


def publish(
    server: PublicDocuments,
    path: str = PATH,
    *,
    headers: dict[str, str] | None = None,
    **changes: object,
) -> str:
    """Return the client ID."""
    client_id = server.address(HOST, path)
    callback = server.address(HOST, "/callback")
    members = {"client_id": client_id, "client_name": "App", "redirect_uris": [callback], **changes}
    body = json.dumps(members).encode()
    server.documents[path] = Document(body=body, headers=headers or {})
    return client_id


async def find(
    party: ServiceHarness, client_id: str, address: str | None = ADDRESS
) -> Client | None:
    return await party.service.client_directory.find(client_id, address=address)


def asking_of(party: ServiceHarness) -> Asking:
    return Asking(party.service.client_authentication, lambda: party.clock().timestamp())


async def test_a_document_describes_a_client(
    started: ServiceHarness, server: PublicDocuments
) -> None:
    client_id = publish(server)
    client = await find(started, client_id)
    assert client is not None
    assert client.id == client_id
    assert client.name == f"{HOST}:{server.port} (App)"
    assert not client.is_registered
    assert await asking_of(started).ask(client_id=client_id) == client
    assert server.reads == {PATH: 1}


async def test_without_the_setting_nothing_is_fetched(
    party: ServiceHarness, server: PublicDocuments
) -> None:
    assert await find(party, publish(server)) is None
    assert not server.reads


async def test_only_documents_of_permitted_hosts_are_fetched(
    started: ServiceHarness, server: PublicDocuments
) -> None:
    publish(server)
    for client_id in (
        server.address(OTHER_HOST, PATH),
        f"https://{HOST}{PATH}",
        server.address(HOST, f"/a/..{PATH}"),
        server.address("127.0.0.1", PATH),
    ):
        assert await find(started, client_id) is None
    assert not server.reads


@pytest.mark.parametrize(
    "changed",
    [
        Document(body=b"", status=404),
        Document(body=b"{}", status=204),
        Document(body=b"[]"),
        Document(body=b"<html>"),
        Document(body=b" " * 5121),
        Document(body=b'{"client_id": "https://app.example/other"}'),
    ],
)
async def test_what_is_no_document_is_no_client_and_is_not_kept(
    changed: Document, started: ServiceHarness, server: PublicDocuments
) -> None:
    client_id = publish(server)
    good, server.documents[PATH] = server.documents[PATH], changed
    assert await find(started, client_id) is None
    server.documents[PATH] = good
    assert await find(started, client_id) is not None


@pytest.mark.parametrize(
    ("media_type", "good"),
    [
        ("application/json; charset=utf-8", True),
        ("application/client-metadata+JSON", True),
        ("text/plain", False),
        ("text/json", False),
        ("image/png", False),
        ("application/octet-stream", False),
    ],
)
async def test_a_document_has_a_json_type(
    media_type: str, started: ServiceHarness, server: PublicDocuments, *, good: bool
) -> None:
    """What visitors may upload to a host is not served as JSON."""
    client_id = publish(server)
    server.documents[PATH].media_type = media_type
    assert (await find(started, client_id) is not None) == good


async def test_a_document_is_kept_as_long_as_http_says(
    started: ServiceHarness, server: PublicDocuments
) -> None:
    client_id = publish(server, headers={"Cache-Control": "max-age=600"})
    await find(started, client_id)
    publish(server, client_name="Renamed")
    started.clock.advance(seconds=599)
    kept = await find(started, client_id)
    started.clock.advance(seconds=1)
    renewed = await find(started, client_id)
    assert kept is not None
    assert renewed is not None
    assert [one.name.partition(" ")[2] for one in (kept, renewed)] == ["(App)", "(Renamed)"]
    assert server.reads == {PATH: 2}


async def test_concurrent_requests_fetch_a_document_once(
    started: ServiceHarness, server: PublicDocuments
) -> None:
    client_id = publish(server)
    go_on = server.documents[PATH].held = asyncio.Event()
    finding = [asyncio.create_task(find(started, client_id)) for _ in range(3)]
    await server.asked.wait()
    go_on.set()
    assert len({one and one.id for one in await asyncio.gather(*finding)}) == 1
    assert server.reads == {PATH: 1}


async def test_an_address_may_cause_so_many_requests(
    accepting: Callable[..., ServiceHarness], server: PublicDocuments
) -> None:
    party = accepting(RATE_LIMITS="fetch.address=1/1d")
    known, other = publish(server), publish(server, OTHER_PATH)
    await find(party, known)
    with pytest.raises(TooManyRequests, match=r"fetch\.address"):
        await find(party, other)
    assert await find(party, known) is not None
    assert await find(party, other, "203.0.113.8") is not None
    assert server.reads == {PATH: 1, OTHER_PATH: 1}


async def test_all_strangers_may_cause_so_many_requests(
    accepting: Callable[..., ServiceHarness], server: PublicDocuments
) -> None:
    party = accepting(RATE_LIMITS="fetch.tenant=1/1d")
    await find(party, publish(server), None)
    for address in (None, ADDRESS):
        with pytest.raises(TooManyRequests, match=r"fetch\.tenant"):
            await find(party, publish(server, OTHER_PATH), address)
    assert server.reads == {PATH: 1}


async def test_nothing_is_fetched_uncounted(
    started: ServiceHarness, server: PublicDocuments
) -> None:
    started.storage.transport.fault = always(unreachable)
    with pytest.raises(StorageUnavailable):
        await find(started, publish(server))
    assert not server.reads


async def test_the_log_does_not_repeat_a_document(
    started: ServiceHarness, server: PublicDocuments, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await find(started, publish(server, client_name=["strange-name"]))
    (record,) = [one for one in caplog.records if one.name == "touchstone.clients"]
    assert record.levelno == logging.INFO
    assert "client_name must be a string" in record.getMessage()
    assert "strange-name" not in caplog.text


SIGNING: dict[str, Any] = {"token_endpoint_auth_method": "private_key_jwt"}


async def test_a_client_may_publish_its_keys(
    started: ServiceHarness, server: PublicDocuments
) -> None:
    server.documents[KEYS] = Document(body=json.dumps({"keys": [SIGNER.jwk()]}).encode())
    client_id = publish(server, **SIGNING, jwks_uri=server.address(HOST, KEYS))
    other_id = publish(server, OTHER_PATH, **SIGNING, jwks={"keys": [SIGNER.jwk()]})
    clients = asking_of(started)
    for each in (client_id, other_id):
        await clients.ask_signed(each)
        with pytest.raises(ClientRefused):
            await clients.ask(client_id=each)
    assert server.reads == {PATH: 1, OTHER_PATH: 1, KEYS: 1}


async def test_its_assertions_are_for_the_issuer_alone(
    started: ServiceHarness, server: PublicDocuments
) -> None:
    """The client has the same ID at other providers, who may have it sign for our endpoint."""
    client_id = publish(server, **SIGNING, jwks={"keys": [SIGNER.jwk()]})
    for audience in (f"{ORIGIN}/token", [ORIGIN, f"{ORIGIN}/token"]):
        with pytest.raises(ClientRefused):
            await asking_of(started).ask_signed(client_id, aud=audience)
    await asking_of(started).ask_signed(client_id)


async def test_keys_that_cannot_be_had_refuse_the_client(
    started: ServiceHarness, server: PublicDocuments
) -> None:
    """Not 503: a stranger must not be able to have the service log outages."""
    client_id = publish(server, **SIGNING, jwks_uri=server.address(HOST, KEYS))
    with pytest.raises(ClientRefused) as refused:
        await asking_of(started).ask_signed(client_id)
    assert refused.value.reason is ClientFault.ASSERTION


async def test_a_fetch_of_keys_is_counted_too(
    accepting: Callable[..., ServiceHarness], server: PublicDocuments
) -> None:
    party = accepting(RATE_LIMITS="fetch.address=1/1d")
    client_id = publish(server, **SIGNING, jwks_uri=server.address(HOST, KEYS))
    with pytest.raises(TooManyRequests, match=r"fetch\.address"):
        await asking_of(party).ask_signed(client_id)
    assert server.reads == {PATH: 1}


async def test_what_causes_no_request_is_not_counted(
    accepting: Callable[..., ServiceHarness], server: PublicDocuments
) -> None:
    """An unknown key within a minute after the keys were read."""
    party = accepting(RATE_LIMITS="fetch.address=2/1d")
    server.documents[KEYS] = Document(body=json.dumps({"keys": [SIGNER.jwk()]}).encode())
    client_id = publish(server, **SIGNING, jwks_uri=server.address(HOST, KEYS))
    clients = asking_of(party)
    await clients.ask_signed(client_id)
    for _ in range(2):
        with pytest.raises(ClientRefused):
            await clients.ask_signed(client_id, signer=Signer("other"))
    assert server.reads == {PATH: 1, KEYS: 1}


async def test_a_document_of_this_service_describes_no_client(
    accepting: Callable[..., ServiceHarness], server: PublicDocuments
) -> None:
    """Its ID could be an audience of ours."""
    client_id = publish(server)
    assert await find(accepting(ISSUER=server.address(HOST, "")), client_id) is None
    assert server.reads == {}
    assert await find(accepting(), client_id) is not None


@pytest.mark.parametrize("slash", ["", "/"])
async def test_a_resource_is_no_client(
    accepting: Callable[..., ServiceHarness], server: PublicDocuments, slash: str
) -> None:
    """An API that looks at nothing but the audience would take its ID tokens for access tokens.
    .NET ignores a slash at the end."""
    client_id, other_id = publish(server, PATH + slash), publish(server, OTHER_PATH)
    resource = client_id.rstrip("/")
    entry = web(id="orders", resources=[resource])
    for settings in (
        {"CLIENT_METADATA_RESOURCES": resource},
        {"OPENID_CLIENTS": json.dumps([entry])},
    ):
        party = accepting(**settings)
        assert await find(party, client_id) is None
        assert await find(party, other_id) is not None
    assert PATH + slash not in server.reads


async def test_a_document_is_no_client_after_its_address_became_a_resource(
    started: ServiceHarness, server: PublicDocuments
) -> None:
    client_id = publish(server)
    assert await find(started, client_id) is not None
    await started.service.clients.create(client(web(resources=[client_id])), by=BY)
    started.clock.advance(seconds=60)
    assert await find(started, client_id) is None


async def test_resources_are_listed_once_in_a_minute(
    started: ServiceHarness, server: PublicDocuments
) -> None:
    client_id = publish(server)
    await find(started, client_id)
    started.storage.transport.forget()
    started.clock.advance(seconds=59)
    await find(started, client_id)
    assert started.storage.transport.names == []
    started.clock.advance(seconds=1)
    await find(started, client_id)
    assert started.storage.transport.names == ["query Clients"]
