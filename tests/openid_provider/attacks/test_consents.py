"""A client gets what nobody allowed."""

import pytest

from shared.openid.authorization.interaction import Step
from shared.openid_provider.authorization.continuing import ToDo
from shared.relying_party.sessions.token_issuer import Tokens
from tests.harness.service_harness import ServiceHarness
from tests.openid.asking_client import client
from tests.openid_provider.code_flow.provider import Provider, answered

ORDERS, BILLS = "https://orders.example.com", "https://bills.example.com"
READ, WRITE = "orders:read", "orders:write"
OTHERS = client(
    first_party=False, resources=(ORDERS, BILLS), scopes=frozenset({"openid", READ, WRITE})
)


@pytest.fixture
def provider(party: ServiceHarness) -> Provider:
    return Provider(party, OTHERS)


async def test_two_consents_do_not_add_up_to_one_that_nobody_gave(
    provider: Provider, signed_in: Tokens
) -> None:
    """To write here, and to read there, is not to write there."""
    for scope, resource in ((WRITE, ORDERS), (READ, BILLS)):
        sealed = await provider.begin(scope=scope, resource=resource)
        answered(await provider.go_on(sealed, signed_in, consents=True))
    found = await provider.go_on(await provider.begin(scope=WRITE, resource=BILLS), signed_in)
    assert isinstance(found, ToDo)
    assert found.step is Step.CONSENT
    for scope, resource in ((WRITE, ORDERS), (READ, BILLS)):
        answered(
            await provider.go_on(await provider.begin(scope=scope, resource=resource), signed_in)
        )
