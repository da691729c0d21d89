"""A thief has a token that was given back, or that ended with a reused code."""

import pytest

from shared.errors import GrantRefused, TokenInvalid
from shared.relying_party.sessions.token_issuer import Tokens
from tests.harness.service_harness import Clock
from tests.openid.asking_client import CLIENT
from tests.openid_provider.code_flow.provider import Provider


@pytest.mark.parametrize("ended_by", ["revocation", "reuse of the code"])
async def test_a_later_sign_in_does_not_bring_an_ended_token_back(
    provider: Provider, signed_in: Tokens, clock: Clock, ended_by: str
) -> None:
    code = await provider.code(signed_in)
    stolen = (await provider.redeem(code)).access_token
    if ended_by == "revocation":
        await provider.revocation.revoke(stolen, CLIENT)
    else:
        with pytest.raises(GrantRefused):
            await provider.redeem(code)
    clock.advance(milliseconds=1)
    later = await provider.redeem(await provider.code(signed_in))
    assert await provider.profiles.find(later.access_token, thumbprint=None)
    assert await provider.introspection.introspect(stolen, by=CLIENT) is None
    with pytest.raises(TokenInvalid):
        await provider.profiles.find(stolen, thumbprint=None)
    # Nor does it end what came later.
    await provider.revocation.revoke(stolen, CLIENT)
    with pytest.raises(GrantRefused):
        await provider.redeem(code)
    assert await provider.profiles.find(later.access_token, thumbprint=None)
