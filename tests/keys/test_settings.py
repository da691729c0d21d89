"""The settings name one place for the keys, completely and clearly."""

from datetime import timedelta
from pathlib import Path

import pytest

from shared.environment import InvalidSetting, Values
from shared.keys.settings import (
    ClientCaInVault,
    KeyFileSettings,
    KeySettings,
    KeyVaultSettings,
    Signing,
    read_key_settings,
)

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
        client_ca=None,
        client_ca_overlap=timedelta(days=14),
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


def test_an_authority_for_certificates_is_in_the_same_store() -> None:
    named = {**VAULT, "CLIENT_CA_CERTIFICATE": "client-ca", "CLIENT_CA_OVERLAP_DAYS": "30"}
    for more, signing in (({}, Signing.LOCAL), ({"CLIENT_CA_SIGNING": "vault"}, Signing.IN_VAULT)):
        chosen = read({**named, **more})
        assert isinstance(chosen, KeyVaultSettings)
        assert chosen.client_ca == ClientCaInVault(certificate="client-ca", signing=signing)
        assert chosen.client_ca_overlap == timedelta(days=30)
    in_file = read({"SIGNING_KEY_FILE": "a.pem", "CLIENT_CA_KEY_FILE": "ca.pem"})
    assert isinstance(in_file, KeyFileSettings)
    assert in_file.client_ca_key == Path("ca.pem")


WRONG = {
    "authority in a file": (
        {**VAULT, "CLIENT_CA_KEY_FILE": "ca.pem"},
        "CLIENT_CA_KEY_FILE: is not for the key store of this service",
    ),
    "authority in a vault": (
        {"SIGNING_KEY_FILE": "a.pem", "CLIENT_CA_CERTIFICATE": "ca"},
        "CLIENT_CA_CERTIFICATE: is not for the key store of this service",
    ),
    "a path for an authority": (
        {**VAULT, "CLIENT_CA_CERTIFICATE": "a/b"},
        "CLIENT_CA_CERTIFICATE: is not a name",
    ),
    "signing elsewhere": ({**VAULT, "CLIENT_CA_SIGNING": "hsm"}, "CLIENT_CA_SIGNING: 'hsm'"),
    "no time for operators": (
        {**VAULT, "CLIENT_CA_OVERLAP_DAYS": "0"},
        "CLIENT_CA_OVERLAP_DAYS: '0'",
    ),
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
