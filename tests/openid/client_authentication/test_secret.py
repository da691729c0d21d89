from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from shared.openid.client_authentication.secret import is_correct
from shared.openid.clients.client import HashedSecret, Secrets

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def hashed(text: str) -> HashedSecret:
    return HashedSecret(sha256(text.encode()).digest())


def test_each_secret_that_is_alive_is_correct() -> None:
    secrets = Secrets((hashed("old"), hashed("new")))
    assert is_correct("old", secrets, at=NOW)
    assert is_correct("new", secrets, at=NOW)
    assert not is_correct("other", secrets, at=NOW)


def test_an_expired_secret_is_wrong() -> None:
    secrets = Secrets((replace(hashed("old"), expires_at=NOW),))
    assert is_correct("old", secrets, at=NOW - timedelta(seconds=1))
    assert not is_correct("old", secrets, at=NOW)


def test_without_a_secret_each_text_is_wrong() -> None:
    for text in ("", "a", "\0" * 32):
        assert not is_correct(text, Secrets(()), at=NOW)
