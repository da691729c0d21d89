"""A refresh token is read exactly as it was written, or it is invalid."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.accounts.handles import LOCATOR_BYTES, AccountLocator
from shared.errors import TokenInvalid
from shared.sessions.refresh_token import RefreshToken, read_refresh_token
from shared.sessions.session import SECRET_BYTES, SESSION_ID_BYTES
from tests.authenticator import base64url


def _binary(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


TOKENS = st.builds(
    RefreshToken,
    locator=_binary(LOCATOR_BYTES).map(AccountLocator),
    session_id=_binary(SESSION_ID_BYTES),
    credential_hash=_binary(32),
    secret=_binary(SECRET_BYTES),
    issue=st.just(0) | st.integers(0, 65_535),
)
SIZE = LOCATOR_BYTES + SESSION_ID_BYTES + 32 + SECRET_BYTES + 16
KEY, OTHER_KEY = b"\x11" * 32, b"\x22" * 32


def _write(token: RefreshToken) -> str:
    return token.encode(service_key=KEY)


def _read(text: str) -> RefreshToken:
    return read_refresh_token(text, service_key=KEY)


@given(token=TOKENS)
def test_a_written_token_is_read_back(token: RefreshToken) -> None:
    assert _read(_write(token)) == token


@given(first=TOKENS, second=TOKENS)
def test_different_tokens_are_written_differently(
    first: RefreshToken, second: RefreshToken
) -> None:
    assert (first == second) == (_write(first) == _write(second))


@given(text=st.text())
@example("\ud800")
@example("é" * 155)
@example("=" * 155)
@example("\0")
@example("")
def test_any_text_is_a_token_or_invalid(text: str) -> None:
    with pytest.raises(TokenInvalid):
        _read(text)


@given(data=st.one_of(st.binary(max_size=2 * SIZE), _binary(SIZE)))
def test_unsealed_bytes_are_not_a_token(data: bytes) -> None:
    with pytest.raises(TokenInvalid):
        _read(base64url.encode(data))


@given(token=TOKENS)
def test_a_token_sealed_by_another_key_is_refused(token: RefreshToken) -> None:
    with pytest.raises(TokenInvalid):
        _read(token.encode(service_key=OTHER_KEY))


@given(token=TOKENS, data=st.data())
def test_a_token_with_one_changed_bit_is_refused(token: RefreshToken, data: st.DataObject) -> None:
    changed = bytearray(base64url.decode(_write(token)))
    bit = data.draw(st.integers(0, 8 * len(changed) - 1))
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(TokenInvalid):
        _read(base64url.encode(bytes(changed)))


@given(token=TOKENS, data=st.data())
def test_a_token_with_one_changed_character_is_refused(
    token: RefreshToken, data: st.DataObject
) -> None:
    text = _write(token)
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.characters()) + text[place + 1 :]
    if changed != text:
        with pytest.raises(TokenInvalid):
            _read(changed)


@given(token=TOKENS)
def test_a_token_has_one_spelling(token: RefreshToken) -> None:
    for spelling in (f"{_write(token)}=", f" {_write(token)}", f"{_write(token)}\n"):
        with pytest.raises(TokenInvalid):
            _read(spelling)


@given(token=TOKENS)
def test_the_repr_of_a_token_hides_its_secret(token: RefreshToken) -> None:
    for shown in (repr(token), str(token), f"{token}", repr([token])):
        assert "secret" not in shown
        assert repr(token.secret) not in shown
