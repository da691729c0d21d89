"""Limits of what is asked in the name of a client."""

import pytest

from shared.errors import TooManyRequests
from shared.openid.clients.client import Public, Secrets
from shared.openid_provider.authorization.continuing import Decision
from shared.relying_party.sessions.token_issuer import Tokens
from tests.harness.service_harness import ServiceHarness, new_authenticator
from tests.openid.asking_client import CLIENT, client
from tests.openid_provider.code_flow.provider import Provider, parameters
from tests.storage_transport import RecordingTransport

HERE = "203.0.113.7"


async def test_an_address_may_not_go_on_without_end(party: ServiceHarness) -> None:
    provider = Provider(party.restarted(RATE_LIMITS="authorization.address=1/1d"))
    sealed = await provider.begin()
    await provider.continuing.go_on(sealed, Decision(), token=None, address=HERE)
    with pytest.raises(TooManyRequests, match=r"authorization\.address"):
        await provider.continuing.go_on(sealed, Decision(), token=None, address=HERE)


@pytest.mark.parametrize(
    ("authentication", "limit"),
    [(Public(), "pushed-request.address"), (Secrets(()), "pushed-request.client")],
    ids=["public", "with a secret"],
)
async def test_requests_are_not_pushed_without_end(
    party: ServiceHarness, authentication: Public | Secrets, limit: str
) -> None:
    provider = Provider(party.restarted(RATE_LIMITS=f"{limit}=1/1d"))
    pushing = client(authentication=authentication)
    await provider.pushed.push(parameters(), pushing, thumbprint=None, address=HERE)
    with pytest.raises(TooManyRequests, match=limit):
        await provider.pushed.push(parameters(), pushing, thumbprint=None, address=HERE)


async def test_a_client_does_not_redeem_codes_of_one_person_without_end(
    party: ServiceHarness, signed_in: Tokens, transport: RecordingTransport
) -> None:
    """As a driver does that takes each token for one that is nearly over."""
    other = client(id="other")
    provider = Provider(party.restarted(RATE_LIMITS="client-token.account=1/1h"), CLIENT, other)
    codes = [await provider.code(signed_in) for _ in range(3)]
    of_other = await provider.code(signed_in, client_id="other")
    transport.forget()
    await provider.redeem(codes[0])  # the first one in a window is not counted
    assert transport.names == ["transact AuditOutbox"]
    await provider.redeem(codes[1])
    with pytest.raises(TooManyRequests, match=r"client-token\.account"):
        await provider.redeem(codes[2])
    assert (await provider.redeem(of_other, other)).access_token


async def test_nobody_uses_up_the_codes_of_another_person(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    bobs = new_authenticator()
    await party.register(bobs, "bob")
    of_bob = (await party.sign_in(bobs)).tokens
    provider = Provider(party.restarted(RATE_LIMITS="client-token.account=1/1h"))
    codes = [await provider.code(signed_in) for _ in range(3)]
    for code in codes[:2]:
        await provider.redeem(code)
    with pytest.raises(TooManyRequests):
        await provider.redeem(codes[2])
    for _ in range(2):
        assert (await provider.redeem(await provider.code(of_bob))).access_token


async def test_a_code_that_was_refused_for_the_limit_is_good_afterwards(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    provider = Provider(party.restarted(RATE_LIMITS="client-token.account=1/5s"))
    codes = [await provider.code(signed_in) for _ in range(3)]
    for code in codes[:2]:
        await provider.redeem(code)
    with pytest.raises(TooManyRequests):
        await provider.redeem(codes[2])
    party.clock.advance(seconds=10)
    assert (await provider.redeem(codes[2])).access_token


async def test_a_client_does_not_refresh_one_session_without_end(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    provider = Provider(party.restarted(RATE_LIMITS="token.session=1/1h"))
    code = await provider.code(signed_in, scope="openid offline_access")
    tokens = await provider.refresh((await provider.redeem(code)).refresh_token or "")
    with pytest.raises(TooManyRequests, match=r"token\.session"):
        await provider.refresh(tokens.refresh_token or "")
