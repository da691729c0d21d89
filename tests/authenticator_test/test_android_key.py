"""fido2 has no verifier for android-key; these tests read the statement themselves."""

from hashlib import sha256
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tests.authenticator import AndroidKey, Authority, base64url
from tests.authenticator_test.relying_party import (
    attesting,
    options_asking_for_attestation,
    statement_of,
)

ROOT = Authority.new_root()
KEY_DESCRIPTION = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.1.17")
HEADER = "0202012c0a01010202012c0a0101"
CREATED, UNLOCKED, ANY_APPLICATION = "bf853d080206018bcfe56800", "bf8377020500", "bf8458020500"
SIGN, DECRYPT, GENERATED, IMPORTED = (
    "a1053103020102",
    "a1053103020101",
    "bf853e03020100",
    "bf853e03020102",
)


def leaf_and_hash(maker: AndroidKey) -> tuple[x509.Certificate, bytes]:
    response = attesting(maker).create(options_asking_for_attestation())
    leaf = x509.load_der_x509_certificate(statement_of(response).att_stmt["x5c"][0])
    client_data = base64url.decode(response["response"]["clientDataJSON"])
    return leaf, sha256(client_data).digest()


def extensions_of(certificate: x509.Certificate) -> list[bytes]:
    return [
        extension.value.value
        for extension in certificate.extensions
        if extension.oid == KEY_DESCRIPTION
        and isinstance(extension.value, x509.UnrecognizedExtension)
    ]


def sequence(content: str) -> str:
    return f"30{len(content) // 2:02x}{content}"


def test_the_credential_key_signs_and_is_certified() -> None:
    authenticator = attesting(AndroidKey(authority=ROOT))
    response = authenticator.create(options_asking_for_attestation())
    attestation = statement_of(response)
    certified = x509.load_der_x509_certificate(attestation.att_stmt["x5c"][0]).public_key()
    client_data = base64url.decode(response["response"]["clientDataJSON"])

    assert certified == authenticator.latest.key.public_key
    assert isinstance(certified, ec.EllipticCurvePublicKey)
    certified.verify(
        attestation.att_stmt["sig"],
        bytes(attestation.auth_data) + sha256(client_data).digest(),
        ec.ECDSA(hashes.SHA256()),
    )


@pytest.mark.parametrize(
    ("lie", "software", "tee"),
    [
        ({}, CREATED, SIGN + UNLOCKED + GENERATED),
        ({"purposes": (1,)}, CREATED, DECRYPT + UNLOCKED + GENERATED),
        ({"purposes": None}, CREATED, UNLOCKED + GENERATED),
        ({"origin": 2}, CREATED, SIGN + UNLOCKED + IMPORTED),
        ({"origin": None}, CREATED, SIGN + UNLOCKED),
        ({"enforced_by": "software"}, SIGN + CREATED + GENERATED, UNLOCKED),
        (
            {"all_applications": "software"},
            ANY_APPLICATION + CREATED,
            SIGN + UNLOCKED + GENERATED,
        ),
        (
            {"all_applications": "tee"},
            CREATED,
            SIGN + UNLOCKED + ANY_APPLICATION + GENERATED,
        ),
    ],
)
def test_the_key_description_has_each_changed_value(
    lie: dict[str, Any], software: str, tee: str
) -> None:
    leaf, client_data_hash = leaf_and_hash(AndroidKey(authority=ROOT, **lie))
    challenge = f"0420{client_data_hash.hex()}0400"
    description = sequence(HEADER + challenge + sequence(software) + sequence(tee))
    assert [value.hex() for value in extensions_of(leaf)] == [description]


def test_the_challenge_can_be_replaced() -> None:
    leaf, client_data_hash = leaf_and_hash(AndroidKey(authority=ROOT, challenge=b"another"))
    [description] = extensions_of(leaf)
    assert b"another" in description
    assert client_data_hash not in description


@pytest.mark.parametrize(("written", "found"), [(b"", []), (b"\x05\x00", [b"\x05\x00"])])
def test_the_key_description_can_be_absent_or_malformed(written: bytes, found: list[bytes]) -> None:
    leaf, _ = leaf_and_hash(AndroidKey(authority=ROOT, key_description=written))
    assert extensions_of(leaf) == found
