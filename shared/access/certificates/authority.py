"""The authority: its name, and its own certificate, which follow from its key alone.

So all instances show the same certificate, after each start. It has no end of its own: servers
trust it as long as they have it in their file.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.access.certificates.der import StandIn

_NOT_BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
_NOT_AFTER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)  # RFC 5280: has no well-defined end
_NAME: Final = "Touchstone client CA"
_SERIAL_BYTES = 16
_DIGITS = 16
_NO_USE = {
    "digital_signature": False,
    "content_commitment": False,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "key_cert_sign": False,
    "crl_sign": False,
    "encipher_only": False,
    "decipher_only": False,
}


def key_usage(*uses: str) -> x509.KeyUsage:
    return x509.KeyUsage(**_NO_USE | dict.fromkeys(uses, True))


def name_of(key: RSAPublicKey) -> x509.Name:
    """Another one for each key, so that a server which trusts several takes the right one."""
    text = f"{_NAME} {_fingerprint(key).hex()[:_DIGITS]}"
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def authority_key_identifier(key: RSAPublicKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key)


def own_certificate(key: RSAPublicKey) -> bytes:
    """To be signed by this key. It issues certificates of clients, and no authority below it."""
    name, stand_in = name_of(key), StandIn(key)
    (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key)
        .serial_number(int.from_bytes(_fingerprint(key)[:_SERIAL_BYTES]) >> 1 | 1)
        .not_valid_before(_NOT_BEFORE)
        .not_valid_after(_NOT_AFTER)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .sign(stand_in, hashes.SHA256())
    )
    return stand_in.to_be_signed


def _fingerprint(key: RSAPublicKey) -> bytes:
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
