"""What is unusual about a text that people read before they approve it.

Bytes are signed, and people read signs. A text can read otherwise than it runs: by characters that
turn the direction round, by ones that are not seen, by letters of another script that look like
Latin ones, or by its length. Such texts are not refused, as most are honest; they are marked, and
what is not seen is written as its code point.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from shared.accounts.look_alikes import LOOK_ALIKES, UNUSUAL_LATIN

LONGEST = 300
"""In characters. What is longer is cut, and the length is said."""


class Mark(StrEnum):
    DIRECTION = "direction"
    """Characters that change the direction, or letters of both directions."""
    INVISIBLE = "invisible"
    SCRIPTS = "scripts"
    """A word with letters of several scripts."""
    LOOK_ALIKES = "look-alikes"
    """A word of another script that looks like a Latin one."""
    SPELLING = "spelling"
    """Another sequence of characters looks the same."""
    UNKNOWN = "unknown"
    """A character that no font has to know."""
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Marked:
    text: str
    """As it may be shown."""
    marks: tuple[Mark, ...]
    length: int
    """Of the whole text, in characters."""


_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_VARIATIONS = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SPACES = re.compile(r"^ | $| {2}")
_OVER = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
"""Signs that are drawn over the one before. Of those that languages need, most have letters."""
_LIKE_PUNCTUATION = re.compile(
    "[\u2010-\u2012\u2024\u2043\u2044\u2212\u2215\u2236\u29f8\u02d0\ua789]"
)
"""Hyphens, dots, slashes and colons that are not those of addresses and IDs."""
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]*[^\W\d_]+)*")
_LEFT, _RIGHT = frozenset(("L",)), frozenset(("R", "AL"))
_TOGETHER = (
    frozenset(("LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC")),
    frozenset(("LATIN", "CJK", "BOPOMOFO")),
    frozenset(("LATIN", "CJK", "HANGUL")),
)
"""Scripts that people write together, as `shared.accounts.new_names` has them."""


def mark(text: str) -> Marked:
    return Marked(
        text=show(text[:LONGEST]), marks=tuple(dict.fromkeys(_marks(text))), length=len(text)
    )


def show(text: str) -> str:
    """All of it, with code points in place of what is not seen."""
    return "".join(map(_show, text))


def _show(character: str) -> str:
    if _is_direction(character) or _is_invisible(character) or _is_unknown(character):
        return f"[U+{ord(character):04X}]"
    return character


def _marks(text: str) -> Iterator[Mark]:
    if _SPACES.search(text):
        yield Mark.SPELLING
    if text.isascii() and text.isprintable():
        if len(text) > LONGEST:
            yield Mark.LONG
        return
    if any(map(_is_direction, text)) or _has_both_directions(text):
        yield Mark.DIRECTION
    if any(map(_is_invisible, text)):
        yield Mark.INVISIBLE
    for word in _WORD.findall(text):
        yield from _marks_of_word(word)
    if _has_another_spelling(text):
        yield Mark.SPELLING
    if any(map(_is_unknown, text)):
        yield Mark.UNKNOWN
    if len(text) > LONGEST:
        yield Mark.LONG


def _marks_of_word(word: str) -> Iterator[Mark]:
    scripts = frozenset(map(_script, filter(str.isalpha, word)))
    if len(scripts) > 1 and not any(scripts <= each for each in _TOGETHER):
        yield Mark.SCRIPTS
    elif "LATIN" not in scripts and all(map(_looks_latin, word)):
        yield Mark.LOOK_ALIKES


def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").partition(" ")[0]


def _looks_latin(letter: str) -> bool:
    return any(ord(each) in LOOK_ALIKES for each in letter.lower())


def _is_direction(character: str) -> bool:
    return character in _DIRECTIONS


def _is_invisible(character: str) -> bool:
    if character in _DIRECTIONS:
        return False
    kind = unicodedata.category(character)
    is_odd_space = kind == "Zs" and character != " "
    is_hidden = character in _INVISIBLE_LETTERS or _VARIATIONS.match(character) is not None
    return kind in ("Cc", "Cf", "Zl", "Zp") or is_odd_space or is_hidden


def _is_unknown(character: str) -> bool:
    return unicodedata.category(character) in ("Cn", "Co")


def _has_both_directions(text: str) -> bool:
    found = frozenset(map(unicodedata.bidirectional, text))
    return not found.isdisjoint(_LEFT) and not found.isdisjoint(_RIGHT)


def _has_another_spelling(text: str) -> bool:
    if unicodedata.normalize("NFC", text) != text or not UNUSUAL_LATIN.isdisjoint(text.lower()):
        return True
    if _OVER.search(text) or _LIKE_PUNCTUATION.search(text):
        return True
    return any(not each.isascii() and _is_like_ascii(each) for each in text)


def _is_like_ascii(character: str) -> bool:
    """Digits of other scripts too: Bengali's four looks like 8."""
    kind = unicodedata.category(character)
    is_wide = unicodedata.east_asian_width(character) == "F"
    folds = unicodedata.normalize("NFKC", character).isascii()
    return kind == "Nd" or (folds and (character.isalpha() or is_wide or kind == "Nl"))
