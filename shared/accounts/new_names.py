"""What a name that is new has to be besides well-formed, so that it is taken for nobody else's.

Names that exist are looked up as `names` reads them: whoever has one already keeps it.

A new name is written in one script, or in those that Chinese, Japanese or Korean mix with Latin:
the level "highly restrictive" of Unicode Technical Standard #39. A script is told by a letter's
name in the Unicode Character Database, whose first word is the script's. And a name must not be of
letters that all look like ASCII, as Cyrillic can write "coco". So no new name looks like one in
ASCII but for what a font makes of l and 1, o and 0, rn and m, or of the Turkish dotless i. Names in
other scripts may look like one another, as the kappa of Greek and the ka of Cyrillic do.
"""

import re
import unicodedata
from collections.abc import Iterable

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
"""Where the first word of a letter's name is not its script."""
_ANY_SCRIPT = frozenset(
    ("COMBINING", "MODIFIER", "VEDIC", "MUSICAL", "ZNAMENNY", "CARON", "VERTICAL", "DIGIT")
)
_MIXED_WITH_LATIN = (
    frozenset((_LATIN, "HAN", "HIRAGANA", "KATAKANA")),
    frozenset((_LATIN, "HAN", "BOPOMOFO")),
    frozenset((_LATIN, "HAN", "HANGUL")),
)
_FOLDED = str.maketrans("01|", "oll")
_has_mark = re.compile("#[0-9a-f]{8}$").search


def check_new_name(username: Username) -> None:
    """Raise MalformedRequest for a name that would be taken for another one."""
    name = username.canonical
    if name.isascii():
        return
    scripts = {_script(character) for character in name} - {None}
    if len(scripts) > 1 and not any(scripts <= mixed for mixed in _MIXED_WITH_LATIN):
        raise MalformedRequest("username must be written in one script.")
    if not UNUSUAL_LATIN.isdisjoint(name) or (scripts != {_LATIN} and _skeleton(name).isascii()):
        raise MalformedRequest("username looks like another one: write it in Latin letters.")


def check_not_reserved(username: Username) -> None:
    """Raise MalformedRequest for a name that only an administrator gives."""
    if _fold(username.canonical) in _FOLDED_RESERVED:
        raise MalformedRequest("username is reserved.")


def check_not_given(username: Username, *, domains: Iterable[str]) -> None:
    """Raise MalformedRequest for a name that only an identity provider gives: one in its domains,
    or with the mark that it puts behind others."""
    name = username.canonical
    if _has_mark(name) or name.rpartition("@")[2] in {*domains}:
        raise MalformedRequest("username is one that an identity provider gives.")


def _script(character: str) -> str | None:
    """None for a character that every script uses."""
    if character.isascii():
        return _LATIN if character.isalpha() else None
    word = unicodedata.name(character, "UNNAMED").partition(" ")[0]
    return None if word in _ANY_SCRIPT else _SCRIPTS.get(word, word)


def _skeleton(name: str) -> str:
    return name.translate(LOOK_ALIKES)


def _fold(name: str) -> str:
    """However a reserved name is dressed up: accents, digits for letters, signs in between."""
    plain = unicodedata.normalize("NFD", _skeleton(name)).translate(_FOLDED).replace("i", "l")
    return "".join(character for character in plain if character.isascii() and character.isalnum())


_FOLDED_RESERVED = frozenset(map(_fold, _RESERVED))
