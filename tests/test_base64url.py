"""Base64url as in RFC 4648 section 5: one spelling for any bytes."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared import base64url

bounded = settings(max_examples=300)


@bounded
@given(st.binary(max_size=100))
def test_base64url_has_one_spelling_for_any_bytes(data: bytes) -> None:
    spelt = base64url.encode(data)
    assert base64url.decode(spelt) == data
    assert not set(spelt) & set("+/= \n")


@bounded
@given(st.text(max_size=20) | st.text("AZaz09-_+/= \n", max_size=12))
def test_base64url_reads_only_what_it_writes(text: str) -> None:
    try:
        data = base64url.decode(text)
    except ValueError:
        return
    assert base64url.encode(data) == text


LENIENT: dict[str, Callable[[str], str]] = {
    "padded": lambda text: text + "==",
    "standard-alphabet": lambda text: text.replace("-", "+").replace("_", "/"),
    "newline": lambda text: text + "\n",
    "inner-newline": lambda text: text[:2] + "\n" + text[2:],
    "space": lambda text: " " + text,
    "foreign": lambda text: text[:2] + "!" + text[2:],
    "stray-bits": lambda text: text[:-1] + "9",
    "impossible-length": lambda text: text + "AAA",
    "nul": lambda text: text + "\0",
    "full-width": lambda text: "\uff21" + text[1:],
}


@pytest.mark.parametrize("spell", LENIENT.values(), ids=LENIENT)
def test_base64url_refuses_other_spellings(spell: Callable[[str], str]) -> None:
    honest = base64url.encode(b"\xfb\xff\xfe\xf8" * 4)
    assert spell(honest) != honest
    with pytest.raises(ValueError, match=r"base64url|ASCII"):
        base64url.decode(spell(honest))
