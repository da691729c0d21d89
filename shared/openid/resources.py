"""The audiences of access tokens (RFC 8707)."""

from collections.abc import Collection, Iterable

from shared.openid.clients.client import Client
from shared.openid.scopes import OPENID
from shared.sessions.token_settings import TokenSettings, comparable


class ResourceRefused(ValueError):
    """The client may not get tokens for it."""


def userinfo_audience(issuer: str) -> str:
    return f"{issuer}/userinfo"


def access_audience(issuer: str) -> str:
    """Of tokens that a client exchanges for others. The one audience here that it may ask for."""
    return f"{issuer}/access"


def check_resources(resources: Iterable[str], client: Client, *, settings: TokenSettings) -> None:
    """Raise ResourceRefused. Audiences of this service are not for clients, even if one of them
    was registered by mistake: its tokens would be taken for ours."""
    own = _own_audiences(settings)
    allowed = {each for each in client.resources if comparable(each) not in own}
    if not set(resources) <= allowed:
        raise ResourceRefused


def audience_of(
    named: tuple[str, ...], client: Client, *, scope: Collection[str], settings: TokenSettings
) -> tuple[str, ...]:
    """The audience of an access token. `named` are the resources that the client asked for.

    A token for a resource that the client named is for that one alone: whoever gets it there must
    not read the profile with it. One for the default resource may be used for the profile too, as
    clients do that after each sign-in. Raise ResourceRefused.
    """
    default, profile = client.resources[:1], (userinfo_audience(settings.issuer),)
    check_resources(named or default, client, settings=settings)
    if named:
        return named
    return default + profile if OPENID in scope or not default else default


def _own_audiences(settings: TokenSettings) -> set[str]:
    issuer = settings.issuer
    own = (issuer, userinfo_audience(issuer), settings.audience, settings.account_audience)
    return set(map(comparable, own))
