"""Sealed values: only ours open, only as their kind, and only until they end."""

import pytest

from shared import base64url
from shared.sealed import LONGEST, RANDOM_BYTES, SealInvalid, open_sealed, seal

KEY, OTHER_KEY = bytes(32), bytes([1]) * 32
RANDOM = bytes(range(RANDOM_BYTES))
END = 1_800_000_000
SEALED = seal("code", b"content", expires_at=END, random=RANDOM, sealing_key=KEY)


def opens(
    text: str, *, kind: str = "code", now: int = END - 1, keys: tuple[bytes, ...] = (KEY,)
) -> bool:
    try:
        open_sealed(kind, text, now=now, sealing_keys=keys)
    except SealInvalid:
        return False
    return True


def test_a_value_opens_as_it_was_sealed() -> None:
    opened = open_sealed("code", SEALED, now=END - 1, sealing_keys=[OTHER_KEY, KEY])

    assert (opened.content, opened.expires_at) == (b"content", END)


def test_each_value_has_a_name_of_its_own() -> None:
    other = seal("code", b"content", expires_at=END, random=bytes(32), sealing_key=KEY)

    names = {open_sealed("code", text, now=0, sealing_keys=[KEY]).id for text in (SEALED, other)}

    assert len(names) == 2


def test_a_value_ends() -> None:
    assert not opens(SEALED, now=END)


def test_a_value_opens_only_as_its_kind() -> None:
    assert not opens(SEALED, kind="cod")
    assert not opens(SEALED, kind="request")


def test_a_value_of_another_key_does_not_open() -> None:
    assert not opens(SEALED, keys=(OTHER_KEY,))
    assert not opens(SEALED, keys=())


def test_a_value_with_any_changed_byte_does_not_open() -> None:
    data = base64url.decode(SEALED)

    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1
        assert not opens(base64url.encode(bytes(changed)))


@pytest.mark.parametrize(
    "text",
    ["", "A", "!", "é", SEALED[:-1], SEALED + "A", SEALED + "=", SEALED[:43], "A" * (LONGEST + 4)],
)
def test_a_text_that_is_no_value_does_not_open(text: str) -> None:
    assert not opens(text)


def test_a_value_needs_enough_chance() -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        seal("code", b"", expires_at=END, random=bytes(31), sealing_key=KEY)


def test_a_repr_shows_no_content() -> None:
    assert "content" not in repr(open_sealed("code", SEALED, now=0, sealing_keys=[KEY]))
