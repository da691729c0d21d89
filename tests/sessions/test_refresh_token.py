"""A refresh token is read exactly as it was written, or it is invalid."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.accounts.handles import LOCATOR_BYTES, AccountLocator
from shared.errors import TokenInvalid
from shared.sessions.refresh_token import RefreshToken, day_of, read_refresh_token
from shared.sessions.session import SECRET_BYTES, SESSION_ID_BYTES
from tests.authenticator import base64url


def _binary(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


TOKENS = st.builds(
    RefreshToken,
    day=st.integers(0, 2**32 - 1),
    locator=_binary(LOCATOR_BYTES).map(AccountLocator),
    session_id=_binary(SESSION_ID_BYTES),
    credential_hash=_binary(32),
    secret=_binary(SECRET_BYTES),
)
SIZE = 4 + LOCATOR_BYTES + SESSION_ID_BYTES + 32 + SECRET_BYTES


@given(token=TOKENS)
def test_what_was_written_is_read(token: RefreshToken) -> None:
    assert read_refresh_token(token.encode()) == token


@given(first=TOKENS, second=TOKENS)
def test_different_tokens_are_written_differently(
    first: RefreshToken, second: RefreshToken
) -> None:
    assert (first == second) == (first.encode() == second.encode())


@given(text=st.text())
@example("\ud800")
@example("é" * 134)
@example("=" * 134)
@example("\0")
@example("")
def test_text_is_invalid_and_nothing_worse(text: str) -> None:
    with pytest.raises(TokenInvalid):
        read_refresh_token(text)


@given(data=st.binary(max_size=2 * SIZE))
def test_only_so_many_bytes_are_a_token(data: bytes) -> None:
    text = base64url.encode(data)
    if len(data) == SIZE:
        assert read_refresh_token(text).encode() == text
    else:
        with pytest.raises(TokenInvalid):
            read_refresh_token(text)


@given(token=TOKENS, data=st.data())
def test_a_token_with_one_character_changed_is_another_or_none(
    token: RefreshToken, data: st.DataObject
) -> None:
    text = token.encode()
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.characters()) + text[place + 1 :]
    if changed != text:
        with suppress(TokenInvalid):
            assert read_refresh_token(changed) != token


@given(token=TOKENS)
def test_a_token_has_one_spelling(token: RefreshToken) -> None:
    for spelling in (f"{token.encode()}=", f" {token.encode()}", f"{token.encode()}\n"):
        with pytest.raises(TokenInvalid):
            read_refresh_token(spelling)


@given(token=TOKENS)
def test_showing_a_token_does_not_show_its_secret(token: RefreshToken) -> None:
    for shown in (repr(token), str(token), f"{token}", repr([token])):
        assert "secret" not in shown
        assert repr(token.secret) not in shown


@pytest.mark.parametrize(
    ("seconds", "day"), [(0, 0), (86399.999, 0), (86400, 1), (1_900_000_000, 21990)]
)
def test_days_begin_at_midnight_utc(seconds: float, day: int) -> None:
    assert day_of(seconds) == day
