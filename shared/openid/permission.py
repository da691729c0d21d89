"""Whether a client may still have what it asked for. An administrator may have changed the client
while the person was at our pages, or its code was on the way."""

from collections.abc import Iterable

from shared.errors import AuthorizationDenied
from shared.openid.clients.client import Client, Grant
from shared.openid.resources import ResourceRefused, audience_of
from shared.openid.scopes import ScopeUnknown, grant_scope
from shared.sessions.token_settings import TokenSettings


def check_permission(
    client: Client,
    *,
    scope: tuple[str, ...],
    resources: tuple[str, ...],
    settings: TokenSettings,
) -> None:
    """`scope` and `resources` are those that the client was allowed to ask for. Raise
    AuthorizationDenied."""
    check_grant(client)
    if set(scope) - set(allowed_scope(scope, client)):
        raise _scope_refused()
    check_targets(resources, client, scope=scope, settings=settings)


def check_grant(client: Client) -> None:
    """Raise AuthorizationDenied."""
    if Grant.AUTHORIZATION_CODE not in client.grants:
        raise AuthorizationDenied(
            "unauthorized_client",
            "This client may not use the authorization code grant.",
            is_misconfigured=True,
        )


def allowed_scope(asked: Iterable[str], client: Client) -> tuple[str, ...]:
    """Raise AuthorizationDenied."""
    try:
        return grant_scope(asked, client)
    except ScopeUnknown as error:
        raise _scope_refused() from error


def _scope_refused() -> AuthorizationDenied:
    return AuthorizationDenied(
        "invalid_scope", "scope has a value that this client may not ask for."
    )


def check_targets(
    resources: tuple[str, ...], client: Client, *, scope: tuple[str, ...], settings: TokenSettings
) -> None:
    """Raise AuthorizationDenied."""
    try:
        audience_of(resources, client, scope=scope, settings=settings)
    except ResourceRefused as error:
        raise AuthorizationDenied(
            "invalid_target", "resource is not one that this client may ask for."
        ) from error
