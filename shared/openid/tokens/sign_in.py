"""What tokens say about a sign-in and a person."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from shared.openid.scopes import GROUPS, PROFILE
from shared.sessions.access_token import PHISHING_RESISTANT, authentication_methods

_MOST_OF_GROUPS = 1_000
"""In bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSignIn:
    """A sign-in as a client sees it."""

    subject: str
    session: str
    """The name of the session at this client."""
    auth_time: int
    """In Unix seconds."""
    user_verified: bool

    def claims(self) -> dict[str, Any]:
        return {
            "sub": self.subject,
            "sid": self.session,
            "auth_time": self.auth_time,
            "acr": PHISHING_RESISTANT,
            "amr": list(authentication_methods(user_verified=self.user_verified)),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    username: str
    display_name: str
    groups: tuple[str, ...] | None = None
    """None if they are not known here, or too many for a token: `/userinfo` has them."""

    def claims(self, scope: Collection[str]) -> dict[str, Any]:
        """Those that the scope asks for (OpenID Connect Core section 5.4)."""
        profile = {"name": self.display_name, "preferred_username": self.username}
        claims: dict[str, Any] = profile if PROFILE in scope else {}
        asked = GROUPS in scope and self.groups is not None
        return claims | ({"groups": list(self.groups or ())} if asked else {})


def groups_in_token(groups: Collection[str]) -> tuple[str, ...] | None:
    """Those that a code and an ID token have. A code is part of an address, so there is not much
    room."""
    size = sum(len(group.encode()) for group in groups)
    return tuple(sorted(groups)) if size <= _MOST_OF_GROUPS else None
