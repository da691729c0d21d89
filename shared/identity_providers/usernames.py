"""The usernames of a provider's users.

A provider names its users, and they may have a choice in it. So a name is used unchanged only if
the settings trust the provider's names, or in a domain that the settings give to this provider. Any
other name gets a mark of this issuer, so that no other user has it.
"""

import hashlib
import re
import unicodedata
from enum import StrEnum

_MARK_BYTES = 4
_MOST_BESIDE_MARK = 64 - 1 - 2 * _MARK_BYTES  # of the characters that a username may have
_HASHED = 16
_marked = re.compile("#[0-9a-f]{8}$").search


class Usernames(StrEnum):
    QUALIFIED = "qualified"
    TRUSTED = "trusted"
    """The provider's users cannot choose their names, and no two of them have the same."""


def account_name(
    claimed: str, *, issuer: str, usernames: Usernames, domains: tuple[str, ...]
) -> str:
    local, _, domain = claimed.rpartition("@")
    if local and domain.lower() in domains:
        return claimed
    if usernames is Usernames.TRUSTED and not has_mark(claimed):
        return claimed
    return qualify(claimed, issuer)


def has_mark(name: str) -> bool:
    """Whether the name has an issuer's mark, in any spelling."""
    return _marked(unicodedata.normalize("NFKC", name).lower()) is not None


def qualify(name: str, issuer: str) -> str:
    """Add the issuer's mark. A name that is too long is cut, and a hash keeps it different from
    others."""
    if len(name) > _MOST_BESIDE_MARK:
        folded = unicodedata.normalize("NFKC", name).lower()
        name = f"{name[: _MOST_BESIDE_MARK - _HASHED - 1]}-{_hex(folded, _HASHED // 2)}"
    return f"{name}#{mark_of(issuer)}"


def mark_of(issuer: str) -> str:
    return _hex(issuer, _MARK_BYTES)


def _hex(text: str, size: int) -> str:
    return hashlib.sha256(text.encode()).digest()[:size].hex()
