"""The scopes that a client may ask for, and what they stand for."""

from collections.abc import Iterable

from shared.openid.clients.client import Client, Grant
from shared.sessions.access_token import Scope

OPENID = "openid"
PROFILE = "profile"
GROUPS = "groups"
OFFLINE_ACCESS = "offline_access"
SUPPORTED = (OPENID, PROFILE, GROUPS, OFFLINE_ACCESS)
STANDARD = frozenset({*SUPPORTED, "email", "address", "phone"})
"""Libraries ask for these by default, whatever the provider has."""
RESERVED = STANDARD | set(Scope) | {"access"}
"""They mean something already, so no profile has one of them for itself."""


class ScopeUnknown(ValueError):
    """It was asked for a scope that the client may not have."""


def grant_scope(asked: Iterable[str], client: Client) -> tuple[str, ...]:
    """Raise ScopeUnknown. Standard scopes that the client may not have are left out, and it sees
    that in the answer (RFC 6749 section 3.3); of others it would not expect that."""
    asked = tuple(asked)
    if any(scope not in client.scopes and scope not in STANDARD for scope in asked):
        raise ScopeUnknown
    return tuple(scope for scope in asked if _may_have(client, scope))


def _may_have(client: Client, scope: str) -> bool:
    if scope == OFFLINE_ACCESS and Grant.REFRESH_TOKEN not in client.grants:
        return False
    return scope in client.scopes
