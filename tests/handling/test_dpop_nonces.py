"""Nonces for proofs, through the endpoints: with a client's real key."""

import azure.functions as func
import pytest

from shared.blueprints.oauth.tokens import token
from shared.blueprints.sessions import list_sessions
from shared.relying_party.sessions.token_issue import choose_issue
from shared.sealed import RANDOM_BYTES, seal
from shared.sessions.binding import bound_to_key
from shared.sessions.dpop_nonce import KIND, LIFETIME_SECONDS
from tests.authenticator import SoftAuthenticator
from tests.dpop import ClientKey
from tests.handling.calling import body_of, call
from tests.handling.conftest import Serve
from tests.harness.service_harness import ORIGIN, ServiceHarness

NONCE = "DPoP-Nonce"


class Client:
    """It keeps its tokens itself, bound to its key."""

    def __init__(self, party: ServiceHarness) -> None:
        self.key, self._party = ClientKey(), party
        self.access_token = self.refresh_token = ""

    async def sign_in(self, authenticator: SoftAuthenticator) -> None:
        await self._party.register(authenticator, "alice")
        self._party.issue = choose_issue(bound_to_key(self.key.thumbprint), "account")
        tokens = (await self._party.sign_in(authenticator)).tokens
        self.access_token, self.refresh_token = tokens.access_token, tokens.refresh_token

    async def refresh(self, nonce: str | None) -> func.HttpResponse:
        form = {"grant_type": "refresh_token", "refresh_token": self.refresh_token}
        form["scope"] = "account"
        headers = {"DPoP": self._prove("POST", "/token", nonce)}
        response = await call(token, "/token", form=form, headers=headers)
        if response.status_code == 200:
            tokens = body_of(response)
            self.access_token = tokens["access_token"]
            self.refresh_token = tokens["refresh_token"]
        return response

    async def read(self, nonce: str | None) -> func.HttpResponse:
        return await call(
            list_sessions,
            "/sessions",
            method="GET",
            headers={
                "Authorization": f"DPoP {self.access_token}",
                "DPoP": self._prove("GET", "/sessions", nonce, token=self.access_token),
            },
        )

    def _prove(self, method: str, path: str, nonce: str | None, *, token: str | None = None) -> str:
        now = int(self._party.clock().timestamp())
        return self.key.prove(
            method, ORIGIN + path, changed={"iat": now, "nonce": nonce}, token=token
        )


@pytest.fixture
def demanding(party: ServiceHarness, serve: Serve) -> ServiceHarness:
    return serve(party.restarted(DPOP_NONCES_REQUIRED="true"))


@pytest.fixture
async def client(demanding: ServiceHarness, alices: SoftAuthenticator) -> Client:
    client = Client(demanding)
    await client.sign_in(alices)
    return client


async def test_a_client_without_a_nonce_is_given_one(client: Client) -> None:
    refused = await client.refresh(None)
    assert refused.status_code == 400
    assert body_of(refused)["error"] == "use_dpop_nonce"
    accepted = await client.refresh(refused.headers[NONCE])
    assert accepted.status_code == 200
    assert accepted.headers[NONCE]


async def test_a_refused_refresh_token_is_not_used_up(client: Client) -> None:
    before = client.refresh_token
    refused = await client.refresh(None)
    assert (await client.refresh(refused.headers[NONCE])).status_code == 200
    assert client.refresh_token != before


async def test_a_resource_demands_a_nonce_too(client: Client) -> None:
    refused = await client.read(None)
    assert refused.status_code == 401
    challenge = refused.headers["WWW-Authenticate"]
    assert challenge.startswith("DPoP ")
    assert 'error="use_dpop_nonce"' in challenge
    read = await client.read(refused.headers[NONCE])
    assert read.status_code == 200
    assert len(body_of(read)["sessions"]) == 1


async def test_an_answer_has_the_nonce_for_the_next_request(client: Client) -> None:
    nonce = (await client.read(None)).headers[NONCE]
    for _ in range(3):
        answer = await client.read(nonce)
        assert answer.status_code == 200
        assert answer.headers[NONCE] != nonce
        nonce = answer.headers[NONCE]


async def test_a_nonce_counts_at_every_instance(
    client: Client, demanding: ServiceHarness, serve: Serve
) -> None:
    nonce = (await client.read(None)).headers[NONCE]
    serve(demanding.restarted())
    assert (await client.read(nonce)).status_code == 200


async def test_a_nonce_counts_for_minutes(client: Client, demanding: ServiceHarness) -> None:
    nonce = (await client.read(None)).headers[NONCE]
    demanding.clock.advance(seconds=LIFETIME_SECONDS - 1)
    assert (await client.refresh(nonce)).status_code == 200
    demanding.clock.advance(seconds=1)
    assert (await client.read(nonce)).status_code == 401


async def test_what_we_did_not_seal_as_a_nonce_is_none(
    client: Client, demanding: ServiceHarness
) -> None:
    expires_at = int(demanding.clock().timestamp()) + 60

    async def sealed(kind: str, key: bytes | None = None) -> str:
        own = await demanding.keys.sealing_key()
        return seal(
            kind, b"", expires_at=expires_at, random=bytes(RANDOM_BYTES), sealing_key=key or own
        )

    assert (await client.read(await sealed(KIND))).status_code == 200
    for nonce in ("", "made-up", await sealed("code"), await sealed(KIND, bytes(32))):
        assert (await client.read(nonce)).status_code == 401


async def test_nonces_are_not_demanded_without_the_setting(
    party: ServiceHarness, alices: SoftAuthenticator, serve: Serve
) -> None:
    client = Client(serve(party))
    await client.sign_in(alices)
    for nonce in (None, "of-another-server"):
        for answer in (await client.read(nonce), await client.refresh(nonce)):
            assert answer.status_code == 200
            assert NONCE not in answer.headers
