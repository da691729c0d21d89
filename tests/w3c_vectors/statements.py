"""The attestation statements of section 16, one function a format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography import x509

from tests.authenticator import der
from tests.authenticator.keys import EcKey, SigningKey
from tests.w3c_vectors import tpm
from tests.w3c_vectors.certificates import SERIAL_BYTES, Authority
from tests.w3c_vectors.draws import Draws
from tests.w3c_vectors.key_pairs import draw_ec_key, sign

_ANDROID_KEY_DESCRIPTION = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.1.17")
_APPLE_NONCE = x509.ObjectIdentifier("1.2.840.113635.100.8.2")
_KEY_MINT_3 = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Attested:
    """The data that a statement attests."""

    key: SigningKey
    credential_id: bytes
    auth_data: bytes
    client_data_hash: bytes

    @property
    def signed_bytes(self) -> bytes:
        return self.auth_data + self.client_data_hash

    @property
    def ec_key(self) -> EcKey:
        if not isinstance(self.key, EcKey):
            raise TypeError("this format is of EC keys")
        return self.key


type Statement = Callable[[Attested, Draws, Authority], dict[str, Any]]


def _none(attested: Attested, draws: Draws, authority: Authority) -> dict[str, Any]:
    return {}


def _packed_self(attested: Attested, draws: Draws, authority: Authority) -> dict[str, Any]:
    signature = sign(attested.key, attested.signed_bytes)
    return {"alg": attested.key.algorithm, "sig": signature}


def _packed(attested: Attested, draws: Draws, authority: Authority) -> dict[str, Any]:
    key = draw_ec_key(draws)
    certificate = authority.issue(key.public_key, serial=draws.number(SERIAL_BYTES))
    signature = sign(key, attested.signed_bytes)
    return {"alg": key.algorithm, "sig": signature, "x5c": [certificate]}


def _fido_u2f(attested: Attested, draws: Draws, authority: Authority) -> dict[str, Any]:
    key = draw_ec_key(draws)
    certificate = authority.issue(key.public_key, serial=draws.number(SERIAL_BYTES))
    point = attested.ec_key.cose()
    rp_id_hash = attested.auth_data[:32]
    message = b"".join((b"\x00", rp_id_hash, attested.client_data_hash, attested.credential_id))
    signature = sign(key, message + b"\x04" + point[-2] + point[-3])
    return {"sig": signature, "x5c": [certificate]}


def _android_key(attested: Attested, draws: Draws, authority: Authority) -> dict[str, Any]:
    key = attested.ec_key
    description = der.sequence(
        der.integer(_KEY_MINT_3),
        der.enumerated(0),
        der.integer(0),
        der.enumerated(0),
        der.octet_string(attested.client_data_hash),
        der.octet_string(b""),
        der.sequence(),
        der.sequence(),
    )
    extension = x509.UnrecognizedExtension(_ANDROID_KEY_DESCRIPTION, description)
    certificate = authority.issue(
        key.public_key, serial=draws.number(SERIAL_BYTES), extensions=((extension, False),)
    )
    signature = sign(key, attested.signed_bytes)
    return {"alg": key.algorithm, "sig": signature, "x5c": [certificate]}


def _apple(attested: Attested, draws: Draws, authority: Authority) -> dict[str, Any]:
    nonce = sha256(attested.signed_bytes).digest()
    content = der.sequence(der.explicit(1, der.octet_string(nonce)))
    extension = x509.UnrecognizedExtension(_APPLE_NONCE, content)
    certificate = authority.issue(
        attested.ec_key.public_key,
        serial=draws.number(SERIAL_BYTES),
        extensions=((extension, False),),
    )
    return {"x5c": [certificate]}


def _tpm(attested: Attested, draws: Draws, authority: Authority) -> dict[str, Any]:
    key = draw_ec_key(draws)
    certificate = tpm.certificate(authority, key, serial=draws.number(SERIAL_BYTES))
    area = tpm.public_area(attested.ec_key)
    info = tpm.certify_info(area, sha256(attested.signed_bytes).digest())
    return {
        "ver": "2.0",
        "alg": key.algorithm,
        "x5c": [certificate],
        "sig": sign(key, info),
        "certInfo": info,
        "pubArea": area,
    }


STATEMENTS: Mapping[str, Statement] = {
    "none": _none,
    "packed-self": _packed_self,
    "packed": _packed,
    "tpm": _tpm,
    "android-key": _android_key,
    "apple": _apple,
    "fido-u2f": _fido_u2f,
}
"""By the first part of an example's name."""
