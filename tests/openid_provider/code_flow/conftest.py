"""Alice is signed in, and an application wants to know who she is."""

import pytest

from shared.relying_party.sessions.token_issuer import Tokens
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import ServiceHarness
from tests.openid_provider.code_flow.provider import Provider


@pytest.fixture
def provider(party: ServiceHarness) -> Provider:
    return Provider(party)


@pytest.fixture
async def signed_in(party: ServiceHarness, alices: SoftAuthenticator) -> Tokens:
    await party.register(alices, "alice")
    return (await party.sign_in(alices)).tokens
