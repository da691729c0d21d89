"""A client that a document describes, through the whole flow, with a real server of a stranger."""

import json
from typing import Any

import pytest

from shared.errors import ClientRefused, GrantRefused, RedirectUnverified
from shared.openid.authorization.interaction import Step
from shared.openid_provider.authorization.continuing import ToDo
from shared.relying_party.sessions.token_issuer import Tokens
from tests.fakes.public_documents import Document, PublicDocuments
from tests.harness.service_harness import ServiceHarness
from tests.openid.asking_client import client
from tests.openid_provider.clients import SIGNER, Asking, fetching_from
from tests.openid_provider.code_flow.provider import Provider, answered
from tests.openid_provider.conftest import HOST
from tests.sessions.claims import claims_of

PATH = "/client.json"
FILES = "https://files.example/mcp"
HERE = "http://127.0.0.1:50123/callback"
"""The port is the one that the program got from its machine."""
DAY = 86_400


@pytest.fixture
def server(server: PublicDocuments) -> PublicDocuments:
    publish(server)
    return server


def publish(server: PublicDocuments, **changes: object) -> None:
    members: dict[str, Any] = {
        "client_id": server.address(HOST, PATH),
        "client_name": "Agent",
        "redirect_uris": ["http://127.0.0.1/callback", "https://evil.example/callback"],
        **changes,
    }
    server.documents[PATH] = Document(body=json.dumps(members).encode())


@pytest.fixture
def party(party: ServiceHarness, server: PublicDocuments) -> ServiceHarness:
    return party.with_fetching(lambda: fetching_from(server.tls)).restarted(
        CLIENT_METADATA_HOSTS=f"{HOST}:{server.port}",
        CLIENT_METADATA_SCOPES="files:read",
        CLIENT_METADATA_RESOURCES=FILES,
    )


@pytest.fixture
def provider(party: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> Provider:
    provider = Provider(party)
    monkeypatch.setattr(provider.registered, "find", party.service.client_directory.find)
    return provider


@pytest.fixture
def agent(server: PublicDocuments) -> dict[str, str | None]:
    """What the client asks for."""
    return {
        "client_id": server.address(HOST, PATH),
        "redirect_uri": HERE,
        "scope": "files:read",
        "resource": FILES,
    }


def asking_of(party: ServiceHarness) -> Asking:
    return Asking(party.service.client_authentication, lambda: party.clock().timestamp())


async def code_of(provider: Provider, signed_in: Tokens, agent: dict[str, str | None]) -> str:
    sealed = await provider.begin(**agent)
    return answered(await provider.go_on(sealed, signed_in, consents=True))["code"]


async def test_a_person_is_asked_about_the_host(
    provider: Provider, signed_in: Tokens, agent: dict[str, str | None], server: PublicDocuments
) -> None:
    found = await provider.go_on(await provider.begin(**agent), signed_in)
    assert isinstance(found, ToDo)
    assert found.step is Step.CONSENT
    assert found.client.name == f"{HOST}:{server.port} (Agent)"
    assert found.redirect_uri == HERE


async def test_a_client_gets_a_token_for_a_resource(
    provider: Provider,
    party: ServiceHarness,
    signed_in: Tokens,
    agent: dict[str, str | None],
    server: PublicDocuments,
) -> None:
    code = await code_of(provider, signed_in, agent)
    documented = await asking_of(party).ask(client_id=server.address(HOST, PATH))
    tokens = await provider.redeem(code, documented, redirect_uri=HERE, resources=(FILES,))
    claims = claims_of(tokens.access_token)
    assert (claims["aud"], claims["scope"]) == (FILES, "files:read")
    assert claims["client_id"] == documented.id
    assert server.reads == {PATH: 1}


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/callback",  # in the document
        "http://127.0.0.1:50123/other",
        "http://localhost:50123/callback",
        "https://127.0.0.1:50123/callback",
    ],
)
async def test_codes_go_only_where_the_document_may_have_them(
    uri: str, provider: Provider, agent: dict[str, str | None]
) -> None:
    with pytest.raises(RedirectUnverified):
        await provider.begin(**{**agent, "redirect_uri": uri})


async def test_a_code_is_worth_nothing_to_another_client(
    provider: Provider, signed_in: Tokens, agent: dict[str, str | None]
) -> None:
    code = await code_of(provider, signed_in, agent)
    with pytest.raises(GrantRefused):
        await provider.redeem(code, client(id="other"), redirect_uri=HERE, resources=(FILES,))


async def test_a_document_that_is_gone_ends_the_flow(
    provider: Provider,
    party: ServiceHarness,
    signed_in: Tokens,
    agent: dict[str, str | None],
    server: PublicDocuments,
) -> None:
    """It is asked for at both ends. In between, it is only kept for as long as HTTP says."""
    await code_of(provider, signed_in, agent)
    del server.documents[PATH]
    await asking_of(party).ask(client_id=server.address(HOST, PATH))
    party.clock.advance(seconds=DAY)
    with pytest.raises(ClientRefused):
        await asking_of(party).ask(client_id=server.address(HOST, PATH))
    with pytest.raises(RedirectUnverified):
        await provider.begin(**agent)


async def test_a_client_that_has_a_key_by_now_needs_it(
    provider: Provider,
    party: ServiceHarness,
    signed_in: Tokens,
    agent: dict[str, str | None],
    server: PublicDocuments,
) -> None:
    await code_of(provider, signed_in, agent)
    publish(server, token_endpoint_auth_method="private_key_jwt", jwks={"keys": [SIGNER.jwk()]})
    party.clock.advance(seconds=DAY)
    client_id = server.address(HOST, PATH)
    with pytest.raises(ClientRefused):
        await asking_of(party).ask(client_id=client_id)
    assert (await asking_of(party).ask_signed(client_id)).id == client_id


async def test_without_the_setting_such_an_id_is_unknown(
    party: ServiceHarness, agent: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = party.restarted(CLIENT_METADATA_HOSTS="")
    provider = Provider(closed)
    monkeypatch.setattr(provider.registered, "find", closed.service.client_directory.find)
    with pytest.raises(RedirectUnverified):
        await provider.begin(**agent)
