"""Two instances are asked at the same moment."""

import asyncio
from collections.abc import Awaitable

import pytest

from shared.errors import GrantRefused
from shared.openid_provider.tokens.token_issuer import ClientTokens
from shared.relying_party.sessions.token_issuer import Tokens
from tests.harness.service_harness import ServiceHarness
from tests.openid_provider.code_flow.provider import Provider
from tests.openid_provider.code_flow.test_client_tokens import OFFLINE
from tests.openid_provider.code_flow.test_consent import handle_of
from tests.storage_faults import meeting, once
from tests.storage_transport import RecordingTransport, Send


@pytest.fixture
def other(party: ServiceHarness) -> Provider:
    return Provider(party.restarted())


async def outcomes[T](*asked: Awaitable[T]) -> tuple[list[T], list[BaseException]]:
    found = await asyncio.gather(*asked, return_exceptions=True)
    refused = [each for each in found if isinstance(each, BaseException)]
    return [each for each in found if not isinstance(each, BaseException)], refused


async def is_worth_nothing(provider: Provider, tokens: ClientTokens) -> bool:
    if tokens.refresh_token is not None:
        with pytest.raises(GrantRefused):
            await provider.refresh(tokens.refresh_token)
    return await provider.introspection.introspect(tokens.access_token) is None


@pytest.mark.parametrize("scope", ["openid", OFFLINE])
async def test_of_two_who_redeem_a_code_at_once_neither_keeps_anything(
    provider: Provider,
    other: Provider,
    signed_in: Tokens,
    transport: RecordingTransport,
    scope: str,
) -> None:
    """One of them has stolen it, and nobody knows which."""
    code = await provider.code(signed_in, scope=scope)
    transport.fault = meeting(2, "transact AuditOutbox", again=False)
    given, refused = await outcomes(provider.redeem(code), other.redeem(code))
    transport.fault = None
    assert (len(given), [type(each) for each in refused]) in (
        (1, [GrantRefused]),
        (0, [GrantRefused, GrantRefused]),
    )
    for tokens in given:
        assert await is_worth_nothing(provider, tokens)


@pytest.mark.parametrize("step", ["transact AuditOutbox", "transact Accounts"])
async def test_offline_access_ends_with_a_second_use_before_it_is_stored(
    provider: Provider,
    other: Provider,
    party: ServiceHarness,
    signed_in: Tokens,
    transport: RecordingTransport,
    step: str,
) -> None:
    """The first use has claimed the code, and its answer is under way."""
    code = await provider.code(signed_in, scope=OFFLINE)

    async def second_use(send: Send) -> object:
        transport.fault = None
        answer = await send() if step == "transact AuditOutbox" else None
        with pytest.raises(GrantRefused):
            await other.redeem(code)
        return answer if step == "transact AuditOutbox" else await send()

    transport.fault = once(second_use, step)
    given, _ = await outcomes(provider.redeem(code))
    for tokens in given:
        assert await is_worth_nothing(provider, tokens)
    sessions = await party.service.sessions.of_account(handle_of(signed_in))
    assert [each.grant for each in sessions] == [None]


async def test_first_sign_ins_at_two_clients_at_once_are_both_listed(
    provider: Provider, other: Provider, signed_in: Tokens, transport: RecordingTransport
) -> None:
    codes = await asyncio.gather(provider.code(signed_in), other.code(signed_in))
    for code in codes:
        tokens = await provider.redeem(code)
        assert await other.introspection.introspect(tokens.access_token)
