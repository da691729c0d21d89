"""Who may act for whom (RFC 8693 section 4): `may_act` is a gate, and `act` is never lost.

A subject token that names an actor counts with a token of that actor alone, and one that names none
counts with no actor token. What comes out is for no more and for no longer than both tokens.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.errors import GrantRefused

_DEEPEST = 4
"""Of a chain of actors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A token that was verified, as far as it says who may act."""

    issuer: str
    subject: str
    expires_at: int
    may_act: Mapping[str, Any] | None = None
    act: Mapping[str, Any] | None = None

    @property
    def name(self) -> tuple[str, str]:
        return self.issuer, self.subject


def party_of(claims: Mapping[str, Any]) -> Party:
    """Raise GrantRefused if `may_act` or `act` cannot be read."""
    return Party(
        issuer=claims["iss"],
        subject=claims["sub"],
        expires_at=claims["exp"],
        may_act=_actor(claims, "may_act"),
        act=_actor(claims, "act"),
    )


def _actor(claims: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    found = claims.get(name)
    if found is None:
        return None
    if not isinstance(found, Mapping) or not isinstance(found.get("sub"), str):
        raise GrantRefused("invalid_request", f"{name} of a token cannot be read.")
    return found


@dataclass(frozen=True, slots=True)
class Delegation:
    act: Mapping[str, Any] | None
    """Of the result. None if the person acts alone."""
    expires_at: int
    """The latest end of the result."""


def delegate(subject: Party, actor: Party | None) -> Delegation:
    """Raise GrantRefused."""
    if subject.may_act is None and subject.act is None:
        if actor is not None:
            raise GrantRefused("invalid_request", "The subject token allows nobody else to act.")
        return Delegation(None, subject.expires_at)
    if actor is None:
        raise GrantRefused("invalid_request", "actor_token is required for this subject token.")
    if actor.name != _named(subject):
        raise GrantRefused("invalid_request", "The actor is not the one in the subject token.")
    act = _act(subject, actor)
    _check_depth(act)
    return Delegation(act, min(subject.expires_at, actor.expires_at))


def _named(subject: Party) -> tuple[object, object]:
    """Whom the subject token lets act: the next one, or else the present actor again."""
    named = subject.may_act or subject.act or {}
    return named.get("iss", subject.issuer), named.get("sub")


def _act(subject: Party, actor: Party) -> Mapping[str, Any]:
    """The present actor outermost, and those before inside (RFC 8693 section 4.1)."""
    if subject.may_act is None and subject.act is not None:
        return subject.act
    present: dict[str, Any] = {"iss": actor.issuer, "sub": actor.subject}
    before = subject.act
    return present if before is None else {**present, "act": before}


def _check_depth(act: Mapping[str, Any]) -> None:
    deep, inner = 1, act.get("act")
    while isinstance(inner, Mapping):
        deep, inner = deep + 1, inner.get("act")
    if deep > _DEEPEST:
        raise GrantRefused("invalid_request", "The chain of actors is too long.")
