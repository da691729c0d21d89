"""What a provider's users are called here.

A provider says what its users are called, and its users may have a say in it. So a name of its is
taken as it stands only where the operator vouches for it, or in a domain that the settings give to
this provider; any other name is marked as this issuer's, and so is nobody else's.
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
    """No two of its users ever have one name, and none of them can choose it."""


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
    """However it is spelled."""
    return _marked(unicodedata.normalize("NFKC", name).lower()) is not None


def qualify(name: str, issuer: str) -> str:
    """A name that has no room for the mark is cut, and a hash tells it from others cut so."""
    if len(name) > _MOST_BESIDE_MARK:
        folded = unicodedata.normalize("NFKC", name).lower()
        name = f"{name[: _MOST_BESIDE_MARK - _HASHED - 1]}-{_hex(folded, _HASHED // 2)}"
    return f"{name}#{_hex(issuer, _MARK_BYTES)}"


def _hex(text: str, size: int) -> str:
    return hashlib.sha256(text.encode()).digest()[:size].hex()
