import pytest

from tests.webauthn.relying_party import Registered, registered, soft_authenticator


@pytest.fixture
def alice() -> Registered:
    """Her authenticator counts, so that its next assertion is acceptable unless it lies."""
    return registered(soft_authenticator())
