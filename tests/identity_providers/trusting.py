"""The common parts of the end-to-end tests."""

from typing import Protocol

from shared.identity_providers.provider_registry import Providers
from tests.fakes.identity_provider import IdentityProvider
from tests.identity_providers.claims import TENANT
from tests.identity_providers.settings import Entry


class Trust(Protocol):
    """Makes a provider registry for some entries of the setting."""

    def __call__(self, *entries: Entry) -> Providers: ...


def issuer_of(server: IdentityProvider, tenant: str = TENANT) -> str:
    return server.issuer.replace("{tenantid}", tenant)
