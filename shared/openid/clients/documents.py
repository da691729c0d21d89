"""Clients as JSON: what administrators send, what the settings hold, and what storage keeps.

The secrets of a client are not in its document: the service makes them.
"""

import re
from collections.abc import Callable
from typing import Any

from shared.members import Members
from shared.openid.clients.addresses import ValueRefused, check_called, is_host
from shared.openid.clients.authentication import read_authentication, write_authentication
from shared.openid.clients.client import Authentication, Client, Grant, Public
from shared.openid.clients.logos import is_logo
from shared.openid.clients.redirect_uris import check_redirect_uri

MEMBERS = (
    *("id", "name", "logo", "authentication", "redirectUris", "postLogoutRedirectUris"),
    *("backchannelLogoutUri", "grants", "scopes", "resources", "acr", "firstParty", "sector"),
    *("boundTokens", "tokenLifetimeSeconds"),
)
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""These need no encoding in a path or form, and do not look like an address."""
ACRS = ("phr",)
_MOST_URIS, _LONGEST_URI = 10, 400
_MOST_SCOPES, _LONGEST_SCOPE = 40, 64
_LONGEST_NAME, _LONGEST_LOGO = 64, 16_384
_LEAST_LIFETIME, _MOST_LIFETIME = 60, 3600
_SCOPE = re.compile(r"[!#-\[\]-~]+")
_RESOURCE = re.compile(r"[a-z][a-z0-9+.-]*:[!$-;=?-Z_a-z~]+")
"""An absolute URI without a fragment (RFC 8707 section 2), such as api://orders."""


def read_client(members: Members, client_id: str) -> Client:
    """Each member is refused by its name. The client has no secret yet."""
    authentication = read_authentication(members.inner("authentication"))
    grants = _read_grants(members)
    return Client(
        id=client_id,
        name=_read_name(members),
        logo=_read_logo(members),
        authentication=authentication,
        redirect_uris=_read_redirect_uris(members, grants, authentication),
        post_logout_redirect_uris=_uris(members, "postLogoutRedirectUris", authentication),
        backchannel_logout_uri=_read_logout_uri(members),
        grants=grants,
        scopes=_read_scopes(members, grants),
        resources=_read_resources(members),
        acr=members.optional_choice("acr", ACRS),
        first_party=members.flag("firstParty"),
        sector=_read_sector(members),
        bound_tokens=members.flag("boundTokens"),
        token_lifetime=members.optional_seconds(
            "tokenLifetimeSeconds", _LEAST_LIFETIME, _MOST_LIFETIME
        ),
        from_settings=False,
    )


def write_client(client: Client) -> dict[str, Any]:
    lifetime = client.token_lifetime
    members: dict[str, Any] = {
        "id": client.id,
        "name": client.name,
        "logo": client.logo,
        "authentication": write_authentication(client.authentication),
        "redirectUris": list(client.redirect_uris),
        "postLogoutRedirectUris": list(client.post_logout_redirect_uris),
        "backchannelLogoutUri": client.backchannel_logout_uri,
        "grants": sorted(client.grants),
        "scopes": sorted(client.scopes),
        "resources": list(client.resources),
        "acr": client.acr,
        "firstParty": client.first_party,
        "sector": client.sector,
        "boundTokens": client.bound_tokens,
        "tokenLifetimeSeconds": None if lifetime is None else int(lifetime.total_seconds()),
    }
    return {name: member for name, member in members.items() if member is not None}


def changed_members(before: Client, after: Client) -> list[str]:
    old, new = write_client(before), write_client(after)
    return [name for name in MEMBERS if old.get(name) != new.get(name)]


def _read_name(members: Members) -> str:
    name = members.text("name", limit=_LONGEST_NAME)
    if not name.isprintable() or name != name.strip():
        members.refuse("name", "must be printable, without a space at its ends")
    return name


def _read_logo(members: Members) -> str | None:
    logo = members.optional_text("logo", limit=_LONGEST_LOGO)
    if logo is not None and not is_logo(logo):
        members.refuse("logo", "must be a data: URI of a PNG or WebP picture, in base64")
    return logo


def _read_grants(members: Members) -> frozenset[Grant]:
    names = members.optional_choices("grants", tuple(Grant)) or (Grant.AUTHORIZATION_CODE,)
    grants = frozenset(map(Grant, names))
    if grants == {Grant.REFRESH_TOKEN}:
        members.refuse("grants", "must also have the one that gives the first refresh token")
    return grants


def _read_scopes(members: Members, grants: frozenset[Grant]) -> frozenset[str]:
    scopes = members.optional_texts("scopes", limit=_MOST_SCOPES, each=_LONGEST_SCOPE)
    _each(members, "scopes", scopes, _check_scope)
    if ("offline_access" in scopes) != (Grant.REFRESH_TOKEN in grants):
        members.refuse("scopes", "has offline_access if grants has refresh_token, and only then")
    return frozenset(scopes or ("openid",))


def _check_scope(scope: str) -> None:
    if not _SCOPE.fullmatch(scope):
        raise ValueRefused("must have no space, quotation mark or backslash")


def _read_resources(members: Members) -> tuple[str, ...]:
    resources = members.optional_texts("resources", limit=_MOST_URIS, each=_LONGEST_URI)
    _each(members, "resources", resources, _check_resource)
    return resources


def _check_resource(resource: str) -> None:
    if not _RESOURCE.fullmatch(resource):
        raise ValueRefused("must be a URI without a fragment, such as https://… or api://…")


def _read_redirect_uris(
    members: Members, grants: frozenset[Grant], authentication: Authentication
) -> tuple[str, ...]:
    uris = _uris(members, "redirectUris", authentication)
    if bool(uris) != (Grant.AUTHORIZATION_CODE in grants):
        members.refuse("redirectUris", "are for the grant authorization_code, which needs one")
    return uris


def _uris(members: Members, name: str, authentication: Authentication) -> tuple[str, ...]:
    uris = members.optional_texts(name, limit=_MOST_URIS, each=_LONGEST_URI)
    public = isinstance(authentication, Public)
    _each(members, name, uris, lambda uri: check_redirect_uri(uri, public=public))
    return uris


def _read_logout_uri(members: Members) -> str | None:
    uri = members.optional_text("backchannelLogoutUri", limit=_LONGEST_URI)
    if uri is not None:
        _each(members, "backchannelLogoutUri", (uri,), check_called)
    return uri


def _read_sector(members: Members) -> str | None:
    sector = members.optional_text("sector")
    if sector is not None and not is_host(sector):
        members.refuse("sector", "must be a host name in lower case")
    return sector


def _each(
    members: Members, name: str, values: tuple[str, ...], check: Callable[[str], None]
) -> None:
    """Refuse the first value that the check refuses, by its index, and one that is there twice."""
    for index, value in enumerate(values):
        try:
            check(value)
        except ValueRefused as error:
            members.refuse(f"{name}[{index}]", str(error))
    if len(set(values)) != len(values):
        members.refuse(name, "must hold nothing twice")
