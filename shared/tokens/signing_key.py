"""The RSA key behind RS256: Entra federation accepts no other algorithm."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from shared import base64url

BITS = 2048


@dataclass(frozen=True, slots=True)
class SigningKey:
    private_key: RSAPrivateKey
    """Kept as an object: PyJWT would check a PEM anew for every token, for 34 ms each."""
    key_id: str
    """JWK thumbprint (RFC 7638)."""

    def public_jwk(self) -> dict[str, Any]:
        return {**_required_members(self.private_key), "use": "sig", "alg": "RS256"} | {
            "kid": self.key_id
        }


def new_signing_key() -> SigningKey:
    return _with_key_id(generate_private_key(public_exponent=65537, key_size=BITS))


def read_pem(pem: bytes) -> SigningKey:
    """Raise ValueError for anything but an unencrypted RSA key of at least 2048 bits."""
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, RSAPrivateKey) or key.key_size < BITS:
        raise ValueError(f"not an RSA key of {BITS} bits or more")
    return _with_key_id(key)


def write_pem(key: SigningKey) -> bytes:
    return key.private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _with_key_id(key: RSAPrivateKey) -> SigningKey:
    members = _required_members(key)
    canonical = '{{"e":"{e}","kty":"{kty}","n":"{n}"}}'.format(**members)
    return SigningKey(key, base64url.encode(sha256(canonical.encode()).digest()))


def _required_members(key: RSAPrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "n": _integer(numbers.n), "e": _integer(numbers.e)}


def _integer(value: int) -> str:
    return base64url.encode(value.to_bytes((value.bit_length() + 7) // 8))
