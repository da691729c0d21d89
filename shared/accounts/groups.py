"""Groups of accounts: names, and limits of what an account keeps. Pure.

An administrator's group has a name without a colon. A provider's group is written
`<prefix>:<value>`, with the prefix of its provider. So neither is ever taken for the other, and no
provider names another one's groups. Names are compared exactly, and upper and lower case differ.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

GROUP_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""Of an administrator's group, and the prefix of a provider."""
MOST_ASSIGNED = 100
"""The most assigned groups of an account."""
_SEPARATOR = ":"
_MOST_OF_A_LINK = 200
"""As many as Entra puts into a token."""
_LONGEST_VALUE = 256
_LONGEST_TOGETHER = 14_000
"""In UTF-16 units. The column of a table takes 32,768 of them, with JSON around the names."""


class LinkedGroup(NamedTuple):
    """A group that an identity provider named for one of its users."""

    link: bytes
    """The ID of that user's link to the account. Without the link there is no such group."""
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group that administrators put accounts into."""

    name: str
    description: str
    created_at: datetime


def name_groups(prefix: str, values: frozenset[str]) -> frozenset[str] | None:
    """The groups with these values at a provider. None if they are more than an account keeps.

    Values that are empty, very long or not printable are left out: nobody could write them.
    """
    if len(values) > _MOST_OF_A_LINK:
        return None
    return frozenset(f"{prefix}{_SEPARATOR}{value}" for value in values if _can_be_written(value))


def _can_be_written(value: str) -> bool:
    return 0 < len(value) <= _LONGEST_VALUE and value.isprintable()


def groups_of_link(
    groups: Iterable[LinkedGroup], link: bytes, names: Iterable[str] | None
) -> frozenset[LinkedGroup]:
    """`groups` after a provider named those of one link. None: it did not say which, so the link
    has none; as if they do not fit beside those of the other links."""
    others = frozenset(group for group in groups if group.link != link)
    found = others | {LinkedGroup(link, name) for name in names or ()}
    return found if _length(found) <= _LONGEST_TOGETHER else others


def _length(groups: Iterable[LinkedGroup]) -> int:
    return sum(len(group.name.encode("utf-16-le")) for group in groups) // 2
