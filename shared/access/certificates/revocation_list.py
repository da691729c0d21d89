"""The list of certificates that count no more (CRL, RFC 5280 section 5)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from shared.access.certificates.authority import authority_key_identifier, name_of
from shared.access.certificates.client_certificate import BACKDATED
from shared.access.certificates.der import StandIn

LIFE = timedelta(days=7)
"""OpenSSL accepts nobody by a list that is over. Certificates last for minutes, so an old list
does little harm, and a server that cannot get a new one goes on for some days."""


def list_to_sign(revoked: Collection[int], *, authority: RSAPublicKey, now: datetime) -> bytes:
    """`revoked` are serial numbers. Its own number grows with the time. It begins as far back as
    certificates do: OpenSSL accepts nobody by a list from the future."""
    stand_in, now = StandIn(authority), now.replace(microsecond=0)
    since = now - BACKDATED
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name_of(authority))
        .last_update(since)
        .next_update(now + LIFE)
        .add_extension(authority_key_identifier(authority), critical=False)
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
    )
    for serial in sorted(revoked):
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        builder = builder.add_revoked_certificate(entry.build())
    builder.sign(stand_in, hashes.SHA256())
    return stand_in.to_be_signed
