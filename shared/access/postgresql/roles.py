"""The role of PostgreSQL in which a person is at a database, as a profile says.

There are three ways to say it: one role for all; the role of the first group that the person is in;
and a role of the person's own, made of the username.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from shared.access.postgresql.escape import escape

MOST_BYTES: Final = 63
"""PostgreSQL cuts longer names."""
_OWN_OF_POSTGRESQL = "pg_"
_ADMINISTRATOR = "postgres"
"""Of most servers."""
_PLACE: Final = "{username}"


@dataclass(frozen=True, slots=True)
class FixedRole:
    role: str


@dataclass(frozen=True, slots=True)
class GroupRole:
    group: str
    role: str


@dataclass(frozen=True, slots=True)
class RoleByGroup:
    choices: tuple[GroupRole, ...]
    """The first one that fits counts."""


@dataclass(frozen=True, slots=True)
class RoleTemplate:
    prefix: str
    """Not empty, so that nobody has a role without it, whatever the username is."""

    @property
    def text(self) -> str:
        return f"{self.prefix}{_PLACE}"


type RoleRule = FixedRole | RoleByGroup | RoleTemplate


def role_of(rule: RoleRule, *, username: str, groups: Collection[str]) -> str | None:
    """None if the rule has no role for this person. `username` is in its canonical spelling."""
    match rule:
        case FixedRole(role):
            return role
        case RoleByGroup(choices):
            return next((each.role for each in choices if each.group in groups), None)
        case RoleTemplate(prefix):
            role = f"{prefix}{escape(username)}"
            return role if len(role.encode()) <= MOST_BYTES else None


def check_role(role: str) -> None:
    """Raise ValueError, with what a role must be."""
    if not role or not role.isprintable() or role != role.strip():
        raise ValueError("must be printable, without a space at its ends")
    if len(role.encode()) > MOST_BYTES:
        raise ValueError(f"must have at most {MOST_BYTES} bytes")
    if role.startswith(_OWN_OF_POSTGRESQL):
        raise ValueError(f"must not begin with {_OWN_OF_POSTGRESQL}")


def read_template(text: str) -> RoleTemplate:
    """Raise ValueError, with what a template must be."""
    prefix, place, rest = text.partition(_PLACE)
    if not place or rest:
        raise ValueError(f"must end with {_PLACE}")
    if not prefix or "{" in prefix or "}" in prefix:
        raise ValueError(f"must begin with some text before {_PLACE}, without braces")
    check_role(prefix)
    if any(_may_become(name, prefix) for name in (_ADMINISTRATOR, _OWN_OF_POSTGRESQL)):
        raise ValueError(f"must not begin as {_ADMINISTRATOR} or {_OWN_OF_POSTGRESQL} do")
    return RoleTemplate(prefix)


def _may_become(name: str, prefix: str) -> bool:
    """Whether a username could make this name of the prefix."""
    return name != prefix and name.startswith(prefix)


def may_be_confused(one: RoleRule, other: RoleRule) -> bool:
    """Whether a username could be chosen so that a template of one gives a role of the other.

    Two templates with the same prefix are none: they give a person the same role.
    """
    if isinstance(one, RoleTemplate) and isinstance(other, RoleTemplate):
        longer, shorter = sorted((one.prefix, other.prefix), key=len, reverse=True)
        return longer != shorter and longer.startswith(shorter)
    if isinstance(one, RoleTemplate):
        return any(role.startswith(one.prefix) for role in _named(other))
    return isinstance(other, RoleTemplate) and may_be_confused(other, one)


def _named(rule: RoleRule) -> Collection[str]:
    match rule:
        case FixedRole(role):
            return (role,)
        case RoleByGroup(choices):
            return [each.role for each in choices]
        case RoleTemplate():
            return ()
