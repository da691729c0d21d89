"""The certificate of a person for some minutes. All that it says is ours."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID

from shared import base64url
from shared.access.certificates.authority import authority_key_identifier, key_usage, name_of
from shared.access.certificates.csr import ClientKey
from shared.access.certificates.der import StandIn
from shared.accounts.handles import UserHandle

BACKDATED = timedelta(minutes=1)
"""For clocks that are behind ours."""
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9@._-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCertificate:
    serial: int
    role: str
    """The only common name: PostgreSQL compares the first one with the role."""
    person: str
    profile: str
    key: ClientKey
    not_before: datetime
    not_after: datetime


def person_name(username: str, handle: UserHandle) -> str:
    """The username if it has only characters that no server writes in another way, otherwise
    `sub:` and the user handle. So it means one person, whatever characters names have."""
    if _PLAIN_NAME.fullmatch(username):
        return username
    return f"sub:{base64url.encode(handle)}"


def serial_of(event_id: str) -> int:
    """Of the ID of an event or a receipt. It begins with its time, so it is not 0."""
    return int(event_id.replace("-", ""), 16)


def write_serial(serial: int) -> str:
    """As OpenSSL shows it: hexadecimal, by whole bytes."""
    return serial.to_bytes((serial.bit_length() + 7) // 8).hex()


def certificate_to_sign(wanted: ClientCertificate, *, authority: RSAPublicKey) -> bytes:
    stand_in = StandIn(authority)
    (
        x509.CertificateBuilder()
        .subject_name(_subject(wanted))
        .issuer_name(name_of(authority))
        .public_key(wanted.key)
        .serial_number(wanted.serial)
        .not_valid_before(wanted.not_before)
        .not_valid_after(wanted.not_after)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(authority_key_identifier(authority), critical=False)
        .sign(stand_in, hashes.SHA256())
    )
    return stand_in.to_be_signed


def _subject(wanted: ClientCertificate) -> x509.Name:
    """PostgreSQL shows it as `CN=<role>,OU=<person>,O=<profile>`."""
    return x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, wanted.profile),
            x509.NameAttribute(x509.NameOID.ORGANIZATIONAL_UNIT_NAME, wanted.person),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, wanted.role),
        ]
    )
