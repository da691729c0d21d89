"""What the application behind a proxy is told of the person: headers, and one signed token.

All headers are in each answer that allows, empty ones too: so what a client sends under these names
is always replaced. Values are ASCII. A character that a header or a list cannot have is encoded by
percent signs (RFC 3986), in UTF-8.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from shared.accounts.roles import Role
from shared.keys.signing_key import SigningKey
from shared.openid.tokens.signed import sign
from shared.sessions.access_token import PHISHING_RESISTANT, authentication_methods

USER, SUBJECT, GROUPS, ROLES = "X-Auth-User", "X-Auth-Subject", "X-Auth-Groups", "X-Auth-Roles"
TIME, PROFILE, TOKEN = "X-Auth-Time", "X-Auth-Profile", "X-Auth-Token"
HEADERS = (USER, SUBJECT, GROUPS, ROLES, TIME, PROFILE, TOKEN)
TYPE = "web+jwt"
TOKEN_SECONDS = 60
_PLAIN = "-._~@+:/"
_MOST_OF_GROUPS = 2_000
"""In bytes, as they are written. Proxies limit the headers of an answer to 4 KiB or 8 KiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    subject: str
    username: str
    display_name: str
    groups: frozenset[str]
    roles: frozenset[Role]
    signed_in_at: int
    """In Unix seconds."""
    user_verified: bool
    profile: str
    asked_groups: frozenset[str]
    """Those that the profile names. They come first if there are too many."""


def nobody() -> dict[str, str]:
    """For a request that needs no sign-in."""
    return dict.fromkeys(HEADERS, "")


def headers_of(identity: Identity, token: str) -> dict[str, str]:
    return {
        USER: _encode(identity.username),
        SUBJECT: identity.subject,
        GROUPS: ",".join(map(_encode, shown_groups(identity))),
        ROLES: ",".join(sorted(identity.roles)),
        TIME: str(identity.signed_in_at),
        PROFILE: identity.profile,
        TOKEN: token,
    }


def sign_identity(
    identity: Identity, *, audience: str, issuer: str, token_id: str, key: SigningKey, now: int
) -> str:
    """`audience` is the origin of the site."""
    claims: Mapping[str, Any] = {
        "iss": issuer,
        "sub": identity.subject,
        "aud": audience,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "jti": token_id,
        "auth_time": identity.signed_in_at,
        "acr": PHISHING_RESISTANT,
        "amr": list(authentication_methods(user_verified=identity.user_verified)),
        "preferred_username": identity.username,
        "name": identity.display_name,
        "groups": shown_groups(identity),
        "groups_cut": len(shown_groups(identity)) < len(identity.groups) or None,
        "roles": sorted(identity.roles),
        "profile": identity.profile,
    }
    return sign(claims, kind=TYPE, key=key)


def shown_groups(identity: Identity) -> list[str]:
    """As many as there is room for."""
    first = sorted(identity.groups & identity.asked_groups)
    return sorted(_fitting([*first, *sorted(identity.groups - identity.asked_groups)]))


def _fitting(groups: Collection[str]) -> Iterator[str]:
    size = 0
    for group in groups:
        size += len(_encode(group)) + 1
        if size > _MOST_OF_GROUPS:
            return
        yield group


def _encode(text: str) -> str:
    return quote(text, safe=_PLAIN)
