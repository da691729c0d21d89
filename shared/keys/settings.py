"""Where the keys are kept: in Key Vault, or in files of one folder."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from shared.environment import Values

# The host name also decides for which vault the SDK asks a token.
_VAULT_URL = re.compile(r"https://[a-z0-9.-]+/?", re.IGNORECASE)
_SECRET_NAME = re.compile(r"[0-9A-Za-z-]{1,127}")


class Signing(StrEnum):
    """Where the signatures of the authority for client certificates are made."""

    LOCAL = "local"
    """Here, by a key that is read as the others are."""
    IN_VAULT = "vault"
    """By Key Vault, which need not give the key away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCaInVault:
    certificate: str
    """The name of the certificate, and of its key and secret."""
    signing: Signing


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyVaultSettings:
    url: str
    signing_certificate: str
    """The name of the certificate, and of the secret in which Key Vault keeps it with its key."""
    sealing_key: str
    checkpoint_key: str
    client_ca: ClientCaInVault | None
    client_ca_overlap: timedelta
    refresh_interval: timedelta

    @property
    def issues_certificates(self) -> bool:
        return self.client_ca is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFileSettings:
    signing_key: Path
    client_ca_key: Path | None
    client_ca_overlap: timedelta
    refresh_interval: timedelta

    @property
    def issues_certificates(self) -> bool:
        return self.client_ca_key is not None

    @property
    def sealing_key(self) -> Path:
        return self.signing_key.with_suffix(".sealing")

    @property
    def checkpoint_key(self) -> Path:
        return self.signing_key.with_suffix(".checkpoint")


type KeySettings = KeyVaultSettings | KeyFileSettings


def read_key_settings(values: Values) -> KeySettings:
    """Raise InvalidSetting for the first value that is missing, wrong or contradictory."""
    url, file = values.optional_text("KEY_VAULT_URL"), values.optional_text("SIGNING_KEY_FILE")
    if url is None and file is None:
        values.refuse("SIGNING_KEY_FILE", "neither this nor KEY_VAULT_URL is set: set one of them")
    if url is not None and file is not None:
        values.refuse("SIGNING_KEY_FILE", "both this and KEY_VAULT_URL are set: set one of them")
    interval = timedelta(seconds=values.integer("KEY_REFRESH_SECONDS", 300, 60, 3600))
    overlap = timedelta(days=values.integer("CLIENT_CA_OVERLAP_DAYS", 14, 1, 60))
    if file is not None:
        ca = _of_this_store(values, "CLIENT_CA_KEY_FILE", but="CLIENT_CA_CERTIFICATE")
        return KeyFileSettings(
            signing_key=Path(file),
            client_ca_key=None if ca is None else Path(ca),
            client_ca_overlap=overlap,
            refresh_interval=interval,
        )
    return _read_key_vault(values, interval, overlap)


def _read_key_vault(
    values: Values, refresh_interval: timedelta, overlap: timedelta
) -> KeyVaultSettings:
    return KeyVaultSettings(
        url=_matching(values, "KEY_VAULT_URL", _VAULT_URL, "the https address of a vault"),
        signing_certificate=_secret_name(values, "SIGNING_CERTIFICATE"),
        sealing_key=_secret_name(values, "SEALING_KEY"),
        checkpoint_key=_secret_name(values, "CHECKPOINT_KEY"),
        client_ca=_read_client_ca(values),
        client_ca_overlap=overlap,
        refresh_interval=refresh_interval,
    )


def _read_client_ca(values: Values) -> ClientCaInVault | None:
    signing = values.choice("CLIENT_CA_SIGNING", Signing, Signing.LOCAL)
    if _of_this_store(values, "CLIENT_CA_CERTIFICATE", but="CLIENT_CA_KEY_FILE") is None:
        return None
    name = _secret_name(values, "CLIENT_CA_CERTIFICATE")
    return ClientCaInVault(certificate=name, signing=signing)


def _of_this_store(values: Values, name: str, *, but: str) -> str | None:
    if values.optional_text(but) is not None:
        values.refuse(but, f"is not for the key store of this service: set {name}, or none")
    return values.optional_text(name)


def _secret_name(values: Values, name: str) -> str:
    return _matching(values, name, _SECRET_NAME, "a name of letters, digits and hyphens")


def _matching(values: Values, name: str, pattern: re.Pattern[str], what: str) -> str:
    value = values.text(name)
    if not pattern.fullmatch(value):
        values.refuse(name, f"is not {what}")
    return value
