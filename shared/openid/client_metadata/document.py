"""Reads the document of a client.

It decides little: a person is always asked for consent, the client gets only the scopes and
resources that the settings give to all such clients, and codes go to addresses of the document's
own origin, or to the person's own machine. A redirect URI elsewhere is left out: otherwise whoever
can write one file on a trusted host could have codes sent to a host of their own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from shared.members import Members
from shared.openid.client_metadata.address import DocumentAddress
from shared.openid.clients.client import Authentication, Client, Grant, PrivateKey, Public

LONGEST = 5 * 1024
"""In bytes, as the draft recommends."""
LONGEST_KEYS = 32 * 1024
"""Of the JWK Set that a document may refer to."""
_LONGEST_NAME = 64
_LONGEST_URI = 400
_MOST_URIS = 20
_SHARED_SECRETS = ("client_secret", "client_secret_expires_at")
_GRANTS = frozenset({Grant.AUTHORIZATION_CODE, Grant.REFRESH_TOKEN})
"""Not the one for devices: whoever can have somebody type a code should at least be registered."""
_OPENID = frozenset({"openid", "profile"})
_OFFLINE = frozenset({"offline_access"})
_uri = re.compile(
    r"(?P<origin>https?://(?:[a-z0-9.-]+|\[::1\])(?::[0-9]{1,5})?)(?P<path>(?:/[A-Za-z0-9._~:@+-]*)*)"
).fullmatch
_is_this_machine = re.compile(
    r"http://(?:127\.0\.0\.1|\[::1\]|localhost)(?::[0-9]{1,5})?"
).fullmatch


class DocumentRefused(ValueError):
    """Why, for the log. The text names members, never their values."""


class _Document(Members):
    __slots__ = ()

    def refuse(self, name: str, problem: str) -> NoReturn:
        raise DocumentRefused(f"{self.path}{name} {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """What all such clients may ask for, beside signing a person in."""

    scopes: frozenset[str]
    resources: tuple[str, ...]


def read_document(
    address: DocumentAddress, document: Mapping[str, Any], permissions: Permissions
) -> Client:
    """Raise DocumentRefused."""
    members = _Document(document)
    if members.text("client_id") != address.text:
        members.refuse("client_id", "is not the address of the document")
    grants = _read_grants(members)
    offline = _OFFLINE if Grant.REFRESH_TOKEN in grants else frozenset[str]()
    return Client(
        id=address.text,
        name=_read_name(members, address),
        logo=None,
        authentication=_read_authentication(members, address),
        redirect_uris=_read_redirect_uris(members, address),
        post_logout_redirect_uris=(),
        backchannel_logout_uri=None,
        grants=grants,
        scopes=_OPENID | offline | permissions.scopes,
        resources=permissions.resources,
        acr=None,
        first_party=False,
        sector=None,
        bound_tokens=members.flag("dpop_bound_access_tokens"),
        token_lifetime=None,
        from_settings=False,
    )


def _read_name(members: Members, address: DocumentAddress) -> str:
    """The host comes first, as it is the only part that a stranger cannot choose."""
    name = members.text("client_name", limit=_LONGEST_NAME)
    if not name.isprintable():
        members.refuse("client_name", "must be printable")
    return f"{address.place} ({name.strip()})"


def _read_authentication(members: Members, address: DocumentAddress) -> Authentication:
    for name in _SHARED_SECRETS:
        if name in members.members:
            members.refuse(name, "cannot be a secret in a public document")
    method = members.optional_text("token_endpoint_auth_method") or "none"
    if method == "none":
        return Public()
    if method != "private_key_jwt":
        members.refuse("token_endpoint_auth_method", "must be none or private_key_jwt")
    keys, uri = members.optional_inner("jwks"), members.optional_text("jwks_uri")
    if (keys is None) == (uri is None):
        members.refuse("jwks", "or jwks_uri is required, and only one of them")
    if uri is not None and not _is_of(address, uri):
        members.refuse("jwks_uri", "must be of the origin of the document")
    return PrivateKey(keys=None if keys is None else keys.members, keys_uri=uri)


def _read_redirect_uris(members: Members, address: DocumentAddress) -> tuple[str, ...]:
    named = members.optional_texts("redirect_uris", limit=_MOST_URIS, each=_LONGEST_URI)
    found = tuple(uri for uri in named if _is_of(address, uri) or _is_local(uri))
    if not found:
        members.refuse("redirect_uris", "must have one of this origin, or of the person's machine")
    return tuple(dict.fromkeys(found))


def _is_of(address: DocumentAddress, uri: str) -> bool:
    return _origin(uri) == address.origin


def _is_local(uri: str) -> bool:
    return _is_this_machine(_origin(uri) or "") is not None


def _origin(uri: str) -> str | None:
    """Return None for what not every program reads alike, and for an address with a query, which
    could hold a part of an answer."""
    found = _uri(uri)
    if found is None or {".", ".."} & set(found["path"].split("/")):
        return None
    return found["origin"]


def _read_grants(members: Members) -> frozenset[Grant]:
    """RFC 7591 section 2: without the member, a client uses codes alone."""
    named = members.optional_texts("grant_types", limit=_MOST_URIS, each=_LONGEST_URI)
    grants = _GRANTS & frozenset(named or (Grant.AUTHORIZATION_CODE,))
    if Grant.AUTHORIZATION_CODE not in grants:
        members.refuse("grant_types", "must have authorization_code")
    return frozenset(map(Grant, grants))
