"""Rules for new usernames, so that a new name cannot be mistaken for another person's.

They apply to new names only. An existing name is looked up by the rules of `names` alone, so its
owner keeps it.

A new name uses one script, or the scripts that Chinese, Japanese or Korean mix with Latin: the
level "highly restrictive" of Unicode Technical Standard #39. The script of a letter is the first
word of its name in the Unicode Character Database. A name whose letters all look like ASCII, as
Cyrillic can write "coco", is refused unless an administrator gives it. So no other new name looks
like an ASCII name. Exceptions are l and 1, o and 0, rn and m, which look alike in some fonts, and
the Turkish dotless i. Names in other scripts may look like one another, as the kappa of Greek and
the ka of Cyrillic do.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from shared.accounts.look_alikes import LOOK_ALIKES, UNUSUAL_LATIN
from shared.accounts.names import Username
from shared.errors import MalformedRequest

_RESERVED = frozenset(
    (
        *("admin", "admins", "administrator", "administrators", "root", "superuser", "sysadmin"),
        *("system", "service", "operator", "moderator", "owner", "official", "staff", "support"),
        *("help", "helpdesk", "security", "abuse", "noreply", "webmaster", "hostmaster"),
        *("postmaster", "touchstone"),
    )
)
_LATIN = "LATIN"
_SCRIPTS = {
    "CJK": "HAN",
    "IDEOGRAPHIC": "HAN",
    "HENTAIGANA": "HIRAGANA",
    "KATAKANA-HIRAGANA": "KATAKANA",
    "ARABIC-INDIC": "ARABIC",
    "EXTENDED": "ARABIC",  # digits
    "TURNED": _LATIN,
}
"""Letters whose script is not the first word of their name."""
_ANY_SCRIPT = frozenset(
    (
        *("COMBINING", "MODIFIER", "VEDIC", "MUSICAL", "ZNAMENNY", "CARON", "VERTICAL", "DIGIT"),
        "MIDDLE",  # the dot of Catalan
    )
)
_MIXED_WITH_LATIN = (
    frozenset((_LATIN, "HAN", "HIRAGANA", "KATAKANA")),
    frozenset((_LATIN, "HAN", "BOPOMOFO")),
    frozenset((_LATIN, "HAN", "HANGUL")),
)
_LIKE_ANOTHER = "username looks like another one: write it in Latin letters."
_FOLDED = str.maketrans("01|", "oll")
_has_mark = re.compile("#[0-9a-f]{8}$").search
_without_signs_behind = re.compile(r"[\W_]+$").sub
_has_hidden_mark = re.compile("[ij\u0131][\u0300-\u036f]*\u0307").search
"""Finds a dot above an i or j, whose own dot hides it, or above a dotless i: it is drawn as i or
j."""
_VISIBLY_OTHER = frozenset("\u0448\u05d9")
"""The sha of Cyrillic and the yod of Hebrew: nobody mistakes them for w and an apostrophe."""
_LOOKS = {point: looks for point, looks in LOOK_ALIKES.items() if chr(point) not in _VISIBLY_OTHER}
_TAKEN_FOR_ASCII = frozenset(
    character
    for character in map(chr, LOOK_ALIKES)
    if character == "\u0269" or unicodedata.name(character).startswith("MODIFIER")
)
"""A letter that is drawn as an i, and modifier letters that are drawn as signs."""


def check_new_name(username: Username) -> None:
    """Raise MalformedRequest for a name that could be mistaken for another one."""
    check_given_name(username)
    name = username.canonical
    if not name.isascii() and _scripts(name) != {_LATIN} and _skeleton(name).isascii():
        raise MalformedRequest(_LIKE_ANOTHER)


def check_given_name(username: Username) -> None:
    """Check a name that an administrator gives. A name whose letters all look like ASCII is
    accepted: the administrator knows the person, and decides whether it is their own name."""
    name = username.canonical
    if name.isascii():
        return
    scripts = _scripts(name)
    if len(scripts) > 1 and not any(scripts <= mixed for mixed in _MIXED_WITH_LATIN):
        raise MalformedRequest("username must be written in one script.")
    if not (UNUSUAL_LATIN | _TAKEN_FOR_ASCII).isdisjoint(name) or _hides_a_mark(name):
        raise MalformedRequest(_LIKE_ANOTHER)


def check_not_reserved(username: Username) -> None:
    """Raise MalformedRequest for a name that only an administrator may give."""
    if _fold(username.canonical) in _FOLDED_RESERVED:
        raise MalformedRequest("username is reserved.")


def check_not_given(username: Username, *, domains: Iterable[str]) -> None:
    """Raise MalformedRequest for a name that only an identity provider may give: one in its
    domains, or with the mark that it adds to other names."""
    name = _without_signs_behind("", username.canonical)
    if _has_mark(name) or name.rpartition("@")[2] in {*domains}:
        raise MalformedRequest("username is one that an identity provider gives.")


def _hides_a_mark(name: str) -> bool:
    """Whether a mark is drawn where it cannot be seen: on a dot, or on an identical mark."""
    plain = unicodedata.normalize("NFD", name)
    doubled = any(one == other and unicodedata.combining(one) for one, other in pairwise(plain))
    return doubled or _has_hidden_mark(plain) is not None


def _scripts(name: str) -> set[str]:
    return {script for script in map(_script, name) if script}


def _script(character: str) -> str | None:
    """Return None for a character that every script uses."""
    if character.isascii():
        return _LATIN if character.isalpha() else None
    word = unicodedata.name(character, "UNNAMED").partition(" ")[0]
    return None if word in _ANY_SCRIPT else _SCRIPTS.get(word, word)


def _skeleton(name: str) -> str:
    return name.translate(_LOOKS)


def _fold(name: str) -> str:
    """Remove accents and signs, and replace digits by the letters that they look like."""
    plain = unicodedata.normalize("NFD", _skeleton(name)).translate(_FOLDED).replace("i", "l")
    return "".join(character for character in plain if character.isascii() and character.isalnum())


_FOLDED_RESERVED = frozenset(map(_fold, _RESERVED))
