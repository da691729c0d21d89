"""Memberships, requested as the application does."""

import dataclasses

from azure.core.credentials import AccessToken
from azure.core.credentials_async import AsyncTokenCredential

from shared.fetching.https import Https
from shared.identity_providers.graph.application_token import EXCHANGE_SCOPE, GraphTokens
from shared.identity_providers.graph.directory import GraphGroups
from shared.identity_providers.identity import DirectoryObject
from shared.identity_providers.provider import GraphSettings
from tests.fakes.graph import managed_identity_token
from tests.identity_providers.claims import OID, TENANT
from tests.identity_providers.clock import Clock
from tests.identity_providers.settings import ADMINS, AUDITORS

PRINCIPAL = "77777777-7777-4777-8777-777777777777"

ADA = DirectoryObject(tenant=TENANT, object_id=OID, is_application=False)


@dataclasses.dataclass
class ManagedIdentity(AsyncTokenCredential):
    """May give a bad token."""

    instead: dict[str, object] = dataclasses.field(default_factory=dict)
    principal: str = PRINCIPAL

    async def get_token(self, *scopes: str, **_: object) -> AccessToken:
        assert scopes == (EXCHANGE_SCOPE,)
        token = managed_identity_token(self.principal, tenant=TENANT, **self.instead)
        return AccessToken(token, expires_on=2**40)

    async def close(self) -> None:
        """Nothing is open."""

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def make_groups(
    settings: GraphSettings,
    https: Https,
    identity: AsyncTokenCredential,
    clock: Clock,
    *,
    asked_for: frozenset[str] = frozenset({ADMINS, AUDITORS}),
) -> GraphGroups:
    tokens = GraphTokens(settings, https=https, sign_in=lambda: identity, clock=clock)
    return GraphGroups(settings, groups=asked_for, https=https, tokens=tokens, clock=clock)
