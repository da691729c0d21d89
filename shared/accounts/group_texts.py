"""The groups of an account, as the texts that storage keeps. Pure."""

import json
from collections.abc import Iterable
from hashlib import sha256

from shared import base64url
from shared.accounts.groups import LinkedGroup
from shared.accounts.records import UserAccount


def write_linked_groups(groups: Iterable[LinkedGroup]) -> str:
    """JSON with the names by the link, or an empty text."""
    found: dict[str, list[str]] = {}
    for group in sorted(groups):
        found.setdefault(base64url.encode(group.link), []).append(group.name)
    return _write(found) if found else ""


def parse_linked_groups(text: str) -> frozenset[LinkedGroup]:
    """Raise ValueError."""
    by_link = _parse(text) if text else {}
    if not isinstance(by_link, dict):
        raise ValueError("groups are not listed by their links")
    return frozenset(
        LinkedGroup(base64url.decode(link), name)
        for link, names in by_link.items()
        for name in _texts(names)
    )


def write_assigned_groups(groups: Iterable[str]) -> str:
    """A list in JSON, or an empty text."""
    found = sorted(groups)
    return _write(found) if found else ""


def parse_assigned_groups(text: str) -> frozenset[str]:
    """Raise ValueError."""
    return frozenset(_texts(_parse(text))) if text else frozenset()


def state_of_groups(account: UserAccount) -> str:
    """What events say, and what the check of the tables against the log compares."""
    linked = write_linked_groups(account.linked_groups)
    return state_of(linked, write_assigned_groups(account.assigned_groups))


def state_of(linked: str, assigned: str) -> str:
    """A digest of both texts. Empty without groups."""
    if not linked and not assigned:
        return ""
    return base64url.encode(sha256(f"{linked}\n{assigned}".encode()).digest())


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError("groups are not a list of texts")
    return value


def _write(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _parse(text: str) -> object:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
