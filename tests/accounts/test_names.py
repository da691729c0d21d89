"""Names as RFC 8265 and RFC 8266 prepare them: look-alikes are equal, or are refused."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.accounts.names import (
    MAX_NAME,
    read_credential_name,
    read_display_name,
    read_username,
)
from shared.errors import MalformedRequest

bounded = settings(max_examples=500)

TWINS: dict[str, tuple[str, str]] = {
    "case": ("Alice", "aLICE"),
    "full-width": ("alice", "\uff41\uff4c\uff49\uff43\uff45"),
    "full-width-capitals": ("alice", "\uff21\uff2c\uff29\uff23\uff25"),
    "composed": ("ren\u00e9", "rene\u0301"),
    "composed-case": ("ren\u00e9", "RENE\u0301"),
    "kelvin": ("k", "\u212a"),
    "angstrom": ("\u00e5", "\u212b"),
    "half-width-katakana": ("\u30ab", "\uff76"),
    "sharp-s": ("\u00df", "\u1e9e"),
    "greek": ("\u03b1\u03b2", "\u0391\u0392"),
    "cyrillic": ("\u0430\u0431", "\u0410\u0411"),
}
# PRECIS does not know these to be alike, and they are not made so by accident
STRANGERS: dict[str, tuple[str, str]] = {
    "other-letter": ("alice", "alicia"),
    "cyrillic-a": ("alice", "\u0430lice"),
    "dotless-i": ("alice", "al\u0131ce"),
    "digit-for-letter": ("alice", "al1ce"),
    "accent": ("rene", "ren\u00e9"),
}
ODD_BUT_ALLOWED: dict[str, str] = {
    "slash": "a/b",
    "backslash": "a\\b",
    "hash": "a#b",
    "question-mark": "a?b",
    "percent": "a%2fb",
    "odata-quote": "a'b",
    "odata-expression": "a'or'1'eq'1",
    "double-quote": 'a"b',
    "dot": ".",
    "dot-dot": "..",
    "jndi": "${jndi:ldap://x}",
    "template": "{{7*7}}",
    "script": "<script>",
    "ampersand": "a&b=c",
    "at-sign": "alice@example.org",
    "plus": "alice+test@example.org",
    "comma": "a,b",
    "hebrew": "\u05d0\u05d1",
    "chinese": "\u5f20\u4f1f",
    "longest": "x" * MAX_NAME,
}
REFUSED: dict[str, str] = {
    "empty": "",
    "space": " ",
    "inner-space": "a b",
    "leading-space": " alice",
    "trailing-space": "alice ",
    "no-break-space": "a\u00a0b",
    "ideographic-space": "a\u3000b",
    "nul": "a\0b",
    "tab": "a\tb",
    "newline": "alice\n",
    "carriage-return": "a\r\nSet-Cookie:x",
    "escape": "\x1b[31malice",
    "delete": "a\x7f",
    "c1-control": "a\x85b",
    "line-separator": "a\u2028b",
    "zero-width-space": "ali\u200bce",
    "zero-width-joiner": "ali\u200dce",
    "zero-width-non-joiner": "ali\u200cce",
    "word-joiner": "ali\u2060ce",
    "byte-order-mark": "\ufeffalice",
    "soft-hyphen": "ali\u00adce",
    "variation-selector": "alice\ufe0f",
    "rtl-override": "alice\u202eecila",
    "rtl-mark": "alice\u200f",
    "isolate": "alice\u2066",
    "mixed-direction": "\u05d0a",
    "arabic-digit-first": "\u0661a",
    "ligature": "\ufb01sh",
    "circled-letter": "\u24d0lice",
    "mathematical-letter": "\U0001d41alice",
    "superscript": "alice\u00b2",
    "roman-numeral": "\u2163",
    "emoji": "\U0001f511",
    "tag-character": "alice\U000e0041",
    "noncharacter": "alice\uffff",
    "private-use": "alice\ue000",
    "unassigned": "alice\u0378",
    "lone-surrogate": "alice\ud800",
    "surrogate-pair-apart": "\ud83d\udd11",
    "too-long": "x" * (MAX_NAME + 1),
    "far-too-long": "x" * 2_000,
    "too-long-in-full-width": "\uff58" * 2_000,
}


@pytest.mark.parametrize(("one", "other"), TWINS.values(), ids=TWINS)
def test_equivalent_names_are_one_user(one: str, other: str) -> None:
    assert read_username(one).canonical == read_username(other).canonical


@pytest.mark.parametrize(("one", "other"), STRANGERS.values(), ids=STRANGERS)
def test_different_names_are_two_users(one: str, other: str) -> None:
    assert read_username(one).canonical != read_username(other).canonical


@pytest.mark.parametrize("name", ODD_BUT_ALLOWED.values(), ids=ODD_BUT_ALLOWED)
def test_accepts_username(name: str) -> None:
    """Storage never uses a name as a key, in a filter or in a path."""
    assert read_username(name).display == name


@pytest.mark.parametrize("name", REFUSED.values(), ids=REFUSED)
def test_refuses_username(name: str) -> None:
    with pytest.raises(MalformedRequest, match=r"^username ") as refused:
        read_username(name)
    assert name not in str(refused.value) or len(name) < 2


def test_a_username_is_shown_as_it_was_written() -> None:
    assert read_username("\uff21lice").display == "Alice"
    assert read_username("RENE\u0301").display == "REN\u00c9"


@bounded
@given(st.text(max_size=80))
def test_any_text_is_a_name_or_malformed(text: str) -> None:
    for read in (read_display_name, read_credential_name):
        try:
            name = read(text)
        except MalformedRequest:
            continue
        assert 0 < len(name) <= MAX_NAME
        assert read(name) == name
    try:
        username = read_username(text)
    except MalformedRequest:
        return
    for spelling in (username.canonical, username.display):
        assert 0 < len(spelling) <= MAX_NAME
        assert read_username(spelling).canonical == username.canonical
        assert not {unicodedata.category(each) for each in spelling} & {"Cc", "Cf", "Cs", "Zs"}


WALES = "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in "gbwls") + "\U000e007f"
EMOJI = [
    *("\U0001f469\u200d\U0001f4bb", "\U0001f469\U0001f3fd\u200d\U0001f4bb", "\u2764\ufe0f"),
    *("\U0001f3f3\ufe0f\u200d\U0001f308", "\U0001f1e9\U0001f1ea", "1\ufe0f\u20e3", WALES),
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "\u2764\ufe0f\u200d\U0001f525",
]
"""A technologist, one with a skin tone, a heart, flags, a keycap, a family, a heart on fire."""


@pytest.mark.parametrize("read", [read_display_name, read_credential_name])
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Alice Liddell", "Alice Liddell"),
        ("  Alice   Liddell  ", "Alice Liddell"),
        ("Alice\u00a0Liddell", "Alice Liddell"),
        ("Rene\u0301", "Ren\u00e9"),
        ("My \U0001f511", "My \U0001f511"),
        ("x" * MAX_NAME, "x" * MAX_NAME),
        ("<b>'; DROP TABLE", "<b>'; DROP TABLE"),
        *((emoji, emoji) for emoji in EMOJI),
        *((f"  my {emoji}  {emoji}", f"my {emoji} {emoji}") for emoji in EMOJI),
        ("\U0001f600\u2764\ufe0f\U0001f600", "\U0001f600\u2764\ufe0f\U0001f600"),
    ],
)
def test_spaces_in_a_nickname_are_normalised(
    read: Callable[[str], str], text: str, name: str
) -> None:
    assert read(text) == name


@pytest.mark.parametrize(
    ("read", "member"), [(read_display_name, "displayName"), (read_credential_name, "name")]
)
@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "\u00a0", "a\0", "a\nb", "\x1b[31m", "a\u202eb", "a\u200bb", "\ufeff", "\ud800"),
        *("x" * (MAX_NAME + 1), "x" * 2_000, "alice\uffff"),
        # What joins and varies emoji, anywhere else, or more of it than can be seen.
        *("a\u200db", "\u200d", "a\ufe0f", "\U0001f511\u200d", "\u200d\U0001f511", "1\ufe0f"),
        *("\u2764\ufe0f\ufe0f", "\u2764\ufe0e", "\U0001f469\u200d\u200d\U0001f4bb"),
        *("\U0001f469\u200da", "\U0001f3f4\U000e0061\U000e007f", WALES[:-1], "\u2764\u202e\ufe0f"),
        "\U0001f469\u200d\U0001f4bb" * 22,
    ],
)
def test_refuses_nickname(read: Callable[[str], str], member: str, text: str) -> None:
    with pytest.raises(MalformedRequest, match=rf"^{member} "):
        read(text)
