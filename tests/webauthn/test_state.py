"""Two gestures have one purpose only if they are of one kind and bound to the same texts."""

from hashlib import sha256

import pytest

from shared.webauthn.state import PURPOSE_BYTES, make_purpose

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
