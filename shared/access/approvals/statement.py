"""The text that people approve: what is asked for, by whom, and until when.

It is JSON in the one form of RFC 8785, and its bytes are what gestures commit to. The words that
people read are made from these bytes too (`shared.access.approvals.wording`).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NoReturn
from unicodedata import category

from shared import base64url
from shared.access.canonical import NotCanonical, canonical_json
from shared.access.postgresql.asked import AskedDatabase
from shared.accounts.handles import UserHandle
from shared.errors import MalformedRequest
from shared.members import is_unicode

VERSION = 1
MOST_BYTES = 16_384
_DEEPEST, _MOST_MEMBERS = 8, 256
_LONGEST_NAME = 64
_UNREADABLE = frozenset(("Cc", "Cs", "Zl", "Zp"))
"""Control characters, surrogates, and separators of lines and paragraphs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedProfile:
    name: str
    title: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedBy:
    handle: UserHandle
    username: str
    display_name: str
    client: str | None
    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for, before it is written."""

    id: str
    service: str
    """Our issuer."""
    profile: AskedProfile
    details: Mapping[str, Any]
    """One object of RFC 9396. The schema of its kind admits it."""
    reason: str | None
    asker: AskedBy
    created_at: datetime
    expires_at: datetime
    lifetime_seconds: int
    database: AskedDatabase | None = None
    """Which the profile opens, if it is for one."""


def write_statement(request: Request) -> str:
    """Raise MalformedRequest for what cannot be written exactly, or is too large."""
    check_details(request.details)
    if request.reason is not None:
        check_text("reason", request.reason)
    try:
        text = canonical_json(_members(request))
    except NotCanonical as error:
        raise MalformedRequest(f"authorization_details {error}.") from error
    if len(text) > MOST_BYTES:
        raise MalformedRequest(f"The request may have {MOST_BYTES} bytes as canonical JSON.")
    return text.decode()


def read_statement(statement: str) -> dict[str, Any]:
    """The members of a text that `write_statement` wrote."""
    members: dict[str, Any] = json.loads(statement)
    return members


def profile_state_in(statement: str) -> str:
    state: str = read_statement(statement)["profile"]["state"]
    return state


def database_in(members: Mapping[str, Any]) -> AskedDatabase | None:
    """Of a statement that was read."""
    database = members.get("database")
    return None if database is None else AskedDatabase(**database)


def check_details(details: Mapping[str, Any]) -> None:
    """Raise MalformedRequest for what two readers could read in two ways."""
    if sum(1 for _ in _check("authorization_details", details, _DEEPEST)) > _MOST_MEMBERS:
        raise MalformedRequest(f"authorization_details may have {_MOST_MEMBERS} values.")


def _check(path: str, value: object, levels: int) -> Iterator[object]:
    yield value
    if isinstance(value, str):
        check_text(path, value)
    if not isinstance(value, Mapping | list):
        return
    if levels == 0:
        _refuse(path, f"is nested deeper than {_DEEPEST} levels")
    inner = value.items() if isinstance(value, Mapping) else enumerate(value)
    for name, each in inner:
        if isinstance(name, str):
            _check_name(path, name)
        yield from _check(path, each, levels - 1)


def _check_name(path: str, name: str) -> None:
    check_text(path, name)
    if not 0 < len(name) <= _LONGEST_NAME:
        _refuse(path, f"has a name without a character, or with more than {_LONGEST_NAME}")


def check_text(path: str, text: str) -> None:
    """Raise MalformedRequest for characters that nobody reads."""
    if not is_unicode(text) or any(category(character) in _UNREADABLE for character in text):
        _refuse(path, "has a control character, or one that is no character")


def _refuse(path: str, problem: str) -> NoReturn:
    """The path is not that of the value, whose names a stranger chose."""
    raise MalformedRequest(f"{path} {problem}.")


def _members(request: Request) -> dict[str, Any]:
    profile, asker, database = request.profile, request.asker, request.database
    return {
        **({} if database is None else {"database": asdict(database)}),
        "version": VERSION,
        "approval": request.id,
        "service": request.service,
        "profile": {
            "name": profile.name,
            "title": profile.title,
            "kind": profile.kind,
            "state": profile.state,
        },
        "details": dict(request.details),
        "reason": request.reason,
        "asker": {
            "id": base64url.encode(asker.handle),
            "username": asker.username,
            "displayName": asker.display_name,
            "client": asker.client,
            "address": asker.address,
        },
        "createdAt": _write(request.created_at),
        "expiresAt": _write(request.expires_at),
        "lifetimeSeconds": request.lifetime_seconds,
    }


def _write(at: datetime) -> str:
    """To the second, as people read it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
