"""Limits of what is asked in the name of a client."""

import pytest

from shared.errors import TooManyRequests
from shared.openid.clients.client import Public, Secrets
from shared.openid_provider.authorization.continuing import Decision
from tests.harness.service_harness import ServiceHarness
from tests.openid.asking_client import client
from tests.openid_provider.code_flow.provider import Provider, parameters

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
