import pytest

from tests.webauthn.relying_party import Registered, registered, soft_authenticator


@pytest.fixture
def alice() -> Registered:
    """Her authenticator has a counter, so its next assertion is accepted unless it lies."""
    return registered(soft_authenticator())
