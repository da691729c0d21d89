"""Two gestures have one purpose only if they are of one kind and bound to the same texts."""

from hashlib import sha256

import pytest

from shared.webauthn.state import PURPOSE_BYTES, commit_to, make_purpose

PURPOSE = make_purpose("transfer", "ab", "c")


@pytest.mark.parametrize(
    ("kind", "bound"),
    [
        ("transfers", ("ab", "c")),
        ("transfer", ("a", "bc")),
        ("transfer", ("c", "ab")),
        ("transfer", ("ab", "c", "")),
        ("transfer", ("ab",)),
        ("transfer", ()),
        ("transfe", ("r", "ab", "c")),
    ],
)
def test_other_texts_are_another_purpose(kind: str, bound: tuple[str, ...]) -> None:
    assert make_purpose(kind, *bound) != PURPOSE


def test_a_purpose_is_written_as_documented() -> None:
    """A page that was loaded from an instance of one version may be answered by another one."""
    written = b"transfer\0" + b"\0\0\0\2ab" + b"\0\0\0\1c"

    assert sha256(written).digest() == PURPOSE
    assert len(PURPOSE) == PURPOSE_BYTES


def test_a_commitment_is_what_others_compute() -> None:
    """With `printf 'touchstone gesture\\0' | cat - nonce purpose | sha256sum`."""
    nonce, purpose = bytes(range(32)), bytes(range(32, 64))
    expected = "d418c22a37b73a08778581724b5ea28ad50a477ba197f13a943e37d4919daa06"
    assert commit_to(purpose, nonce=nonce).hex() == expected


def test_each_nonce_gives_another_commitment() -> None:
    assert commit_to(PURPOSE, nonce=bytes(32)) != commit_to(PURPOSE, nonce=b"\1" + bytes(31))
