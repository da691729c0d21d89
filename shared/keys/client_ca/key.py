"""The RSA key of the authority that issues client certificates. It signs nothing else.

Its signatures have no random part, so the authority's own certificate is the same on all instances,
also if Key Vault makes the signature.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from shared.keys.certificate import read_certificate
from shared.keys.signing_key import read_pem

BITS = 3072
"""Of a new one. Servers trust it for a year or longer."""


@dataclass(frozen=True, slots=True)
class ClientCaKey:
    public_key: RSAPublicKey
    sign: Callable[[bytes], Awaitable[bytes]]
    """By PKCS #1 v1.5 and SHA-256. Raises KeysUnavailable if the key is elsewhere."""

    @property
    def fingerprint(self) -> bytes:
        form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        return sha256(self.public_key.public_bytes(*form)).digest()


def read_client_ca(value: str, content_type: str | None) -> ClientCaKey:
    """From a secret of Key Vault. Raise ValueError if it is not a certificate with its RSA key."""
    return local_key(read_certificate(value, content_type).private_key)


def read_client_ca_pem(pem: bytes) -> ClientCaKey:
    """Raise ValueError for anything but an unencrypted RSA key of at least 2048 bits."""
    return local_key(read_pem(pem).private_key)


def local_key(key: RSAPrivateKey) -> ClientCaKey:
    async def sign(content: bytes) -> bytes:
        return key.sign(content, PKCS1v15(), hashes.SHA256())

    return ClientCaKey(key.public_key(), sign)


def new_client_ca_pem() -> bytes:
    key = generate_private_key(public_exponent=65537, key_size=BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
