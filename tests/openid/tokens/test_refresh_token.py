"""Refresh tokens of clients show nothing, and are no others."""

import pytest

from shared.accounts.handles import LOCATOR_BYTES, AccountLocator
from shared.errors import TokenInvalid
from shared.openid.tokens.refresh_token import read_client_token, write_client_token
from shared.sessions.refresh_token import RefreshToken
from shared.sessions.session import SECRET_BYTES, SESSION_ID_BYTES

KEY = b"\x11" * 32
TOKEN = RefreshToken(
    locator=AccountLocator(b"l" * LOCATOR_BYTES),
    session_id=b"s" * SESSION_ID_BYTES,
    credential_hash=b"c" * 32,
    secret=b"x" * SECRET_BYTES,
)


def test_a_token_is_read_as_it_was_written() -> None:
    text = write_client_token(TOKEN, service_key=KEY)
    assert read_client_token(text, service_key=KEY) == TOKEN.encode(service_key=KEY)


def test_a_repeated_request_has_the_same_answer() -> None:
    assert write_client_token(TOKEN, service_key=KEY) == write_client_token(TOKEN, service_key=KEY)


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "=", "A" * 171, "A" * 2_000),
        TOKEN.encode(service_key=KEY),
        write_client_token(TOKEN, service_key=bytes(32)),
    ],
    ids=["empty", "short", "no base64url", "made up", "long", "of a page", "of another service"],
)
def test_another_text_is_none(text: str) -> None:
    with pytest.raises(TokenInvalid):
        read_client_token(text, service_key=KEY)
