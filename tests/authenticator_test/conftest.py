import pytest

from tests.authenticator import SoftAuthenticator
from tests.authenticator_test.relying_party import ORIGIN, RP_ID, RelyingParty


@pytest.fixture
def relying_party() -> RelyingParty:
    return RelyingParty()


@pytest.fixture
def authenticator() -> SoftAuthenticator:
    return SoftAuthenticator(rp_id=RP_ID, origin=ORIGIN)
