"""Somebody at the account or an administrator ends what a client rests on, between two of its
steps: an account is suspended, its passkey is removed, or all sessions are ended."""

from collections.abc import Awaitable, Callable

import pytest

from shared.errors import GrantRefused, TokenInvalid
from shared.openid.authorization.interaction import Step
from shared.openid_provider.authorization.continuing import Decision, ToDo
from shared.recording.actors import user
from shared.relying_party.sessions.token_issuer import Tokens
from tests.harness.administrators import ADMINISTRATOR
from tests.harness.service_harness import ServiceHarness
from tests.openid.asking_client import CLIENT
from tests.openid_provider.code_flow.provider import Provider
from tests.openid_provider.code_flow.test_consent import handle_of

OFFLINE = "openid offline_access"

type End = Callable[[ServiceHarness, Tokens], Awaitable[object]]


async def suspend(party: ServiceHarness, tokens: Tokens) -> None:
    await party.service.credentials.suspend_account(
        handle_of(tokens), suspended=True, by=ADMINISTRATOR
    )


async def remove(party: ServiceHarness, tokens: Tokens) -> None:
    """The passkey that the session began with."""
    _, records = await party.me(tokens.access_token)
    (record,) = records
    await party.service.credentials.remove_of(handle_of(tokens), record.id, by=ADMINISTRATOR)


async def end(party: ServiceHarness, tokens: Tokens) -> None:
    handle = handle_of(tokens)
    await party.service.sessions.end(handle, by=user(handle))


@pytest.fixture(params=[suspend, remove, end], ids=["account", "passkey", "sessions"])
def ended(request: pytest.FixtureRequest) -> End:
    found: End = request.param
    return found


async def test_before_our_page_goes_on(
    provider: Provider, party: ServiceHarness, signed_in: Tokens, ended: End
) -> None:
    sealed = await provider.begin()
    token = await provider.token(signed_in)
    await ended(party, signed_in)
    for decision in ({}, {"consents": True}, {"chooses": True}):
        found = await provider.continuing.go_on(
            sealed, Decision(**decision), token=token, address=None
        )
        assert isinstance(found, ToDo)
        assert found.step is Step.SIGN_IN


async def test_before_the_code_is_redeemed(
    provider: Provider, party: ServiceHarness, signed_in: Tokens, ended: End
) -> None:
    code, offline = [await provider.code(signed_in, scope=each) for each in ("openid", OFFLINE)]
    await ended(party, signed_in)
    with pytest.raises(GrantRefused):
        await provider.redeem(offline)
    tokens = await provider.redeem(code)
    assert await provider.introspection.introspect(tokens.access_token, by=CLIENT) is None
    with pytest.raises(TokenInvalid):
        await provider.profiles.find(tokens.access_token, thumbprint=None)


async def test_before_the_tokens_are_used(
    provider: Provider, party: ServiceHarness, signed_in: Tokens, ended: End
) -> None:
    plain = await provider.redeem(await provider.code(signed_in))
    offline = await provider.redeem(await provider.code(signed_in, scope=OFFLINE))
    await ended(party, signed_in)
    for text in (plain.access_token, offline.access_token):
        assert await provider.introspection.introspect(text, by=CLIENT) is None
        with pytest.raises(TokenInvalid):
            await provider.profiles.find(text, thumbprint=None)
    with pytest.raises(GrantRefused):
        await provider.refresh(offline.refresh_token or "")
