"""The RSA key behind RS256. Entra federation accepts no other algorithm."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)

from shared import base64url

BITS = 2048

_NOT_BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
_NOT_AFTER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)  # RFC 5280: has no well-defined end


@dataclass(frozen=True, slots=True)
class SigningKey:
    private_key: RSAPrivateKey
    """An object, as PyJWT would check a PEM again for every token, for 34 ms each."""
    key_id: str
    certificates: tuple[bytes, ...]
    """In DER: the key's own certificate, then its issuer's, and so on."""
    public_key: RSAPublicKey = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "public_key", self.private_key.public_key())

    def public_jwk(self) -> dict[str, Any]:
        return {
            **_required_members(self.private_key),
            "use": "sig",
            "alg": "RS256",
            "kid": self.key_id,
            # Entra requires it. Unlike other members of a JWK it is not base64url (RFC 7517, 4.7).
            "x5c": [base64.b64encode(certificate).decode() for certificate in self.certificates],
        }


def new_signing_key() -> SigningKey:
    return _bare(generate_private_key(public_exponent=65537, key_size=BITS))


def read_pem(pem: bytes) -> SigningKey:
    """Raise ValueError for anything but an unencrypted RSA key of at least 2048 bits."""
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (TypeError, UnsupportedAlgorithm) as error:  # encrypted, or an unknown kind of key
        raise ValueError("not an unencrypted key") from error
    return _bare(only_rsa(key))


def only_rsa(key: object) -> RSAPrivateKey:
    """Raise ValueError for a key that RS256 cannot or should not use."""
    if not isinstance(key, RSAPrivateKey) or key.key_size < BITS:
        raise ValueError(f"not an RSA key of {BITS} bits or more")
    return key


def write_pem(key: SigningKey) -> bytes:
    return key.private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _bare(key: RSAPrivateKey) -> SigningKey:
    """A key without a certificate. It is named by its thumbprint (RFC 7638) and certifies
    itself."""
    members = _required_members(key)
    canonical = '{{"e":"{e}","kty":"{kty}","n":"{n}"}}'.format(**members)
    thumbprint = sha256(canonical.encode()).digest()
    return SigningKey(key, base64url.encode(thumbprint), (_certify_itself(key, thumbprint),))


def _certify_itself(key: RSAPrivateKey, thumbprint: bytes) -> bytes:
    """The certificate depends on the key only, so it is the same after each start."""
    from cryptography import x509  # takes a tenth of a cold start, and a begin needs no certificate

    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Touchstone")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(thumbprint[:16]))
        .not_valid_before(_NOT_BEFORE)
        .not_valid_after(_NOT_AFTER)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.DER)


def _required_members(key: RSAPrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "n": _integer(numbers.n), "e": _integer(numbers.e)}


def _integer(value: int) -> str:
    return base64url.encode(value.to_bytes((value.bit_length() + 7) // 8))
