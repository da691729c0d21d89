"""Secrets of the two kinds that the service reads, in a fake vault."""

import secrets

from shared import base64url
from shared.keys.certificate import PEM
from shared.keys.reading import Reading
from tests.fakes.key_vault import FakeKeyVault
from tests.fakes.key_vault_answers import Secret
from tests.keys.certificates import self_signed
from tests.keys.clock import at

ORIGIN = "http://localhost:7071"
CERTIFICATE, SEALING, CHECKPOINT = "signing", "sealing", "checkpoint"
CLIENT_CA = "client-ca"


def add_certificate(vault: FakeKeyVault, number: int = 0, *, created: float = 0) -> Secret:
    return vault.add(
        CERTIFICATE,
        Secret(
            value=self_signed(number).pem(),
            content_type=PEM,
            created=at(created),
            updated=at(created),
        ),
    )


def add_sealing_key(vault: FakeKeyVault, *, created: float = 0) -> Secret:
    value = base64url.encode(secrets.token_bytes(32))
    return vault.add(
        SEALING, Secret(value=value, content_type=None, created=at(created), updated=at(created))
    )


def add_checkpoint_key(vault: FakeKeyVault) -> Secret:
    value = base64url.encode(secrets.token_bytes(32))
    return vault.add(
        CHECKPOINT, Secret(value=value, content_type=None, created=at(0), updated=at(0))
    )


def versions[K](reading: Reading[K]) -> set[str]:
    return {each.version for each in reading.versions}
