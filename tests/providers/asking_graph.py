"""Memberships as the application would ask for them."""

import dataclasses

from shared.providers.graph import GraphGroups
from shared.providers.graph_token import Assertion, GraphTokens
from shared.providers.https import Https
from shared.providers.identity import DirectoryObject
from shared.providers.provider import GraphSettings
from tests.fakes.graph import managed_identity_token
from tests.providers.claims import OID, TENANT
from tests.providers.clock import Clock
from tests.providers.settings import ADMINS, AUDITORS

PRINCIPAL = "77777777-7777-4777-8777-777777777777"

ADA = DirectoryObject(tenant=TENANT, object_id=OID, is_application=False)


@dataclasses.dataclass
class ManagedIdentity:
    """Counts how often it is asked for a token, and may give a bad one."""

    instead: dict[str, object] = dataclasses.field(default_factory=dict)
    principal: str = PRINCIPAL
    asked: int = 0

    def __call__(self) -> str:
        self.asked += 1
        return managed_identity_token(self.principal, tenant=TENANT, **self.instead)


def make_groups(
    settings: GraphSettings,
    https: Https,
    assertion: Assertion,
    clock: Clock,
    *,
    asked_for: frozenset[str] = frozenset({ADMINS, AUDITORS}),
) -> GraphGroups:
    tokens = GraphTokens(settings, https=https, assertion=assertion)
    return GraphGroups(settings, groups=asked_for, https=https, tokens=tokens, clock=clock)
