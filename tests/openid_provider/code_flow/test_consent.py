"""Clients of others get what the person allows."""

import pytest

from shared import base64url
from shared.accounts.handles import UserHandle
from shared.openid.authorization.answers import Answer
from shared.openid.authorization.interaction import Step
from shared.openid_provider.authorization.continuing import ToDo
from shared.relying_party.sessions.token_issuer import Tokens
from tests.harness.record import record
from tests.harness.service_harness import ORIGIN, ServiceHarness
from tests.openid.asking_client import client
from tests.openid_provider.code_flow.provider import Provider, answered
from tests.sessions.claims import claims_of

OTHERS = client(first_party=False)


@pytest.fixture
def provider(party: ServiceHarness) -> Provider:
    return Provider(party, OTHERS)


def handle_of(tokens: Tokens) -> UserHandle:
    return UserHandle(base64url.decode(str(claims_of(tokens.access_token)["sub"])))


async def step(provider: Provider, tokens: Tokens, **changes: str) -> ToDo | Answer:
    return await provider.go_on(await provider.begin(**changes), tokens)


async def test_a_person_is_asked_once(
    provider: Provider, party: ServiceHarness, signed_in: Tokens
) -> None:
    sealed = await provider.begin(scope="openid profile")
    found = await provider.go_on(sealed, signed_in)
    assert isinstance(found, ToDo)
    assert (found.step, found.scope, found.username) == (
        Step.CONSENT,
        ("openid", "profile"),
        "alice",
    )
    answered(await provider.go_on(sealed, signed_in, consents=True))
    answered(await step(provider, signed_in, scope="openid"))
    (given,) = [each for each in await record(party) if each["kind"] == "consent.given"]
    assert given["facts"] == {
        "client": "app",
        "scope": "openid profile",
        "resources": f"{ORIGIN}/userinfo",
    }


@pytest.mark.parametrize("uri", ["http://127.0.0.1:5000/callback", "com.example.app:/callback"])
async def test_an_application_that_another_may_replace_is_asked_about_each_time(
    party: ServiceHarness, signed_in: Tokens, uri: str
) -> None:
    """Its redirect URI proves nothing, and it has no secret."""
    native = client(first_party=False, redirect_uris=(uri,))
    provider = Provider(party, native)
    sealed = await provider.begin(redirect_uri=uri)
    answered(await provider.go_on(sealed, signed_in, consents=True))
    found = await step(provider, signed_in, redirect_uri=uri)
    assert isinstance(found, ToDo)
    assert found.step is Step.CONSENT


async def test_more_than_was_allowed_is_asked_again(provider: Provider, signed_in: Tokens) -> None:
    answered(await provider.go_on(await provider.begin(), signed_in, consents=True))
    more = await step(provider, signed_in, scope="openid profile")
    assert isinstance(more, ToDo)
    answered(
        await provider.go_on(await provider.begin(scope="openid profile"), signed_in, consents=True)
    )
    answered(await step(provider, signed_in))


async def test_consent_without_a_sign_in_is_none(provider: Provider) -> None:
    found = await provider.go_on(await provider.begin(), None, consents=True)
    assert isinstance(found, ToDo)
    assert found.step is Step.SIGN_IN


async def test_a_client_that_may_not_ask_gets_an_error(
    provider: Provider, signed_in: Tokens
) -> None:
    assert answered(await step(provider, signed_in, prompt="none"))["error"] == "consent_required"
