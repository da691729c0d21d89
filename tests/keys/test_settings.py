"""The settings name one place for the keys, completely and clearly."""

from datetime import timedelta
from pathlib import Path

import pytest

from shared.environment import InvalidSetting, Values
from shared.keys.settings import KeyFileSettings, KeySettings, KeyVaultSettings, read_key_settings

VAULT = {
    "KEY_VAULT_URL": "https://touchstone.vault.azure.net/",
    "SIGNING_CERTIFICATE": "token-signing",
    "SEALING_KEY": "challenge-sealing",
    "CHECKPOINT_KEY": "audit-checkpoints",
}


def read(settings: dict[str, str]) -> KeySettings:
    return read_key_settings(Values(settings))


def test_a_vault_needs_its_address_and_three_names() -> None:
    assert read(VAULT) == KeyVaultSettings(
        url="https://touchstone.vault.azure.net/",
        signing_certificate="token-signing",
        checkpoint_key="audit-checkpoints",
        sealing_key="challenge-sealing",
        refresh_interval=timedelta(minutes=5),
    )


def test_the_reading_interval_can_be_set() -> None:
    chosen = read({**VAULT, "KEY_REFRESH_SECONDS": "60"})
    assert chosen.refresh_interval == timedelta(minutes=1)


def test_the_sealing_key_is_kept_next_to_the_signing_key() -> None:
    chosen = read({"SIGNING_KEY_FILE": ".local/signing-key.pem"})
    assert isinstance(chosen, KeyFileSettings)
    assert chosen.signing_key == Path(".local/signing-key.pem")
    assert chosen.sealing_key == Path(".local/signing-key.sealing")


WRONG = {
    "neither": ({}, "SIGNING_KEY_FILE: neither this nor KEY_VAULT_URL is set"),
    "both": (
        {**VAULT, "SIGNING_KEY_FILE": "key.pem"},
        "SIGNING_KEY_FILE: both this and KEY_VAULT_URL are set",
    ),
    "no certificate": ({**VAULT, "SIGNING_CERTIFICATE": ""}, "SIGNING_CERTIFICATE: is required"),
    "no checkpoint key": ({**VAULT, "CHECKPOINT_KEY": ""}, "CHECKPOINT_KEY: is required"),
    "no sealing key": ({**VAULT, "SEALING_KEY": " "}, "SEALING_KEY: is required"),
    "plain http": ({**VAULT, "KEY_VAULT_URL": "http://a.vault.azure.net"}, "KEY_VAULT_URL: is not"),
    "a secret's address": (
        {**VAULT, "KEY_VAULT_URL": "https://a.vault.azure.net/secrets/b"},
        "KEY_VAULT_URL: is not",
    ),
    "a path for a name": ({**VAULT, "SEALING_KEY": "a/b"}, "SEALING_KEY: is not"),
    "a version for a name": ({**VAULT, "SIGNING_CERTIFICATE": "a_b"}, "SIGNING_CERTIFICATE: is"),
    "too often": ({**VAULT, "KEY_REFRESH_SECONDS": "1"}, "KEY_REFRESH_SECONDS: '1'"),
}


@pytest.mark.parametrize(("settings", "problem"), WRONG.values(), ids=WRONG)
def test_an_error_names_the_wrong_setting(settings: dict[str, str], problem: str) -> None:
    with pytest.raises(InvalidSetting, match=problem):
        read(settings)
