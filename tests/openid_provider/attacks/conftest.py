"""Alice is signed in, and somebody means her harm."""

from tests.blueprints.openid.conftest import browser, registered, strangers, web
from tests.openid_provider.code_flow.conftest import provider, signed_in

__all__ = ["browser", "provider", "registered", "signed_in", "strangers", "web"]
