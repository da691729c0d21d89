import secrets

import pytest

from shared import base64url
from shared.keys.sealing_key import read_sealing_key


@pytest.mark.parametrize("length", [32, 33, 64])
def test_a_sealing_key_is_base64url(length: int) -> None:
    key = secrets.token_bytes(length)
    assert read_sealing_key(base64url.encode(key)) == key


@pytest.mark.parametrize(
    "value", ["", "!", base64url.encode(bytes(31)), "A" * 42 + "=", "/" * 43], ids=repr
)
def test_other_secrets_are_refused(value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # its text does not matter
        read_sealing_key(value)
