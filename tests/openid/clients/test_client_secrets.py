"""Secrets of clients."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.openid.clients.client import Secrets
from shared.openid.clients.client_secrets import alive, hash_secret, with_secret, write_secret

NOW = datetime(2031, 5, 17, 12, tzinfo=UTC)


def test_a_secret_has_256_random_bits_and_a_known_beginning() -> None:
    assert write_secret(bytes(32)) == "tss_" + "A" * 43
    for size in (31, 33):
        with pytest.raises(ValueError, match="32 random bytes"):
            write_secret(bytes(size))


def test_a_secret_lives_until_its_end() -> None:
    ending = hash_secret("a", made_at=NOW, expires_at=NOW + timedelta(days=1))
    endless = hash_secret("b", made_at=NOW, expires_at=None)
    both = Secrets((ending, endless))
    assert alive(both, at=NOW + timedelta(days=1, seconds=-1)) == (ending, endless)
    assert alive(both, at=NOW + timedelta(days=1)) == (endless,)
    assert with_secret(both, endless) is None


def test_ids_of_secrets_differ() -> None:
    ids = {hash_secret(text, made_at=NOW, expires_at=None).id for text in "abc"}
    assert {len(each) for each in ids} == {12}
    assert len(ids) == 3
