"""What is issued, as OpenSSL and PostgreSQL read it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from shared.access.certificates.authority import own_certificate
from shared.access.certificates.client_certificate import (
    BACKDATED,
    ClientCertificate,
    certificate_to_sign,
    person_name,
    serial_of,
    write_serial,
)
from shared.access.certificates.pem import certificate_pem, list_pem
from shared.access.certificates.revocation_list import LIFE, list_to_sign
from shared.accounts.handles import UserHandle
from shared.audit.event_id import new_event_id
from tests.access.certificates.openssl import verify
from tests.access.certificates.requests import new_key
from tests.access.certificates.signing import AUTHORITY, CA_KEY, certificate, signed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = new_key()
HANDLE = UserHandle(bytes(range(32)))
SERIAL = serial_of(new_event_id(NOW, sequence=0, random=b"\xff" * 8))
CA = certificate_pem(signed(own_certificate(AUTHORITY)))


def wanted(**members: object) -> ClientCertificate:
    given: dict[str, Any] = {
        "serial": SERIAL,
        "role": "app_ro",
        "person": "alice@example.org",
        "profile": "orders",
        "key": KEY.public_key(),
        "not_before": NOW - BACKDATED,
        "not_after": NOW + timedelta(minutes=5),
    }
    return ClientCertificate(**given | members)


def issued(by: rsa.RSAPrivateKey = CA_KEY, **members: object) -> bytes:
    return signed(certificate_to_sign(wanted(**members), authority=by.public_key()), by)


def read(**members: object) -> x509.Certificate:
    return certificate(certificate_to_sign(wanted(**members), authority=AUTHORITY))


def test_the_subject_has_one_common_name_which_is_the_role() -> None:
    # PostgreSQL compares this text for `clientname=DN`.
    assert read().subject.rfc4514_string() == "CN=app_ro,OU=alice@example.org,O=orders"
    odd = 'rôle, "a"+b=c\\'
    (name,) = read(role=odd).subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    assert name.value == odd


@pytest.mark.parametrize("role", ["a" * 63, "é" * 31, ",CN=postgres", "x/CN=postgres", "+CN=y"])
def test_a_role_is_never_a_second_name(role: str) -> None:
    subject = read(role=role).subject
    assert len(subject.rdns) == 3
    assert [each.value for each in subject][-1] == role


def test_it_is_for_signing_in_as_a_client_and_for_nothing_else() -> None:
    found = read().extensions
    usage = found.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign
    assert not usage.value.crl_sign
    (use,) = found.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert use == ExtendedKeyUsageOID.CLIENT_AUTH
    constraints = found.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert not constraints.value.ca


def test_the_serial_number_is_the_id_of_the_event() -> None:
    event = new_event_id(NOW, sequence=0, random=bytes(8))
    text = write_serial(serial_of(event))
    assert read(serial=serial_of(event)).serial_number > 0
    assert text == event.replace("-", "").removeprefix("00")


def test_openssl_accepts_it_while_it_lasts(tmp_path: Path) -> None:
    text = certificate_pem(issued())
    for at in (NOW - BACKDATED, NOW, NOW + timedelta(minutes=4, seconds=59)):
        assert verify(tmp_path, text, authorities=CA, at=at) == ""
    for at, told in (
        (NOW - BACKDATED - timedelta(seconds=1), "not yet valid"),
        (NOW + timedelta(minutes=5), "has expired"),
    ):
        assert told in verify(tmp_path, text, authorities=CA, at=at)


def test_openssl_accepts_ed25519_too(tmp_path: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate().public_key()
    assert verify(tmp_path, certificate_pem(issued(key=key)), authorities=CA, at=NOW) == ""


def test_another_authority_of_the_same_name_is_refused(tmp_path: Path) -> None:
    other = rsa.generate_private_key(65537, 2048)
    forged = signed(certificate_to_sign(wanted(), authority=AUTHORITY), other)
    told = verify(tmp_path, certificate_pem(forged), authorities=CA, at=NOW)
    assert "signature failure" in told
    both = CA + certificate_pem(signed(own_certificate(other.public_key()), other))
    assert verify(tmp_path, certificate_pem(issued(other)), authorities=both, at=NOW) == ""
    assert verify(tmp_path, certificate_pem(issued()), authorities=both, at=NOW) == ""


def test_the_authority_issues_no_authority_below_it(tmp_path: Path) -> None:
    """Whoever is issued a certificate can sign another one, which nobody accepts."""
    leaf = rsa.generate_private_key(65537, 2048)
    chain = certificate_pem(issued(key=leaf.public_key())) + CA
    below = certificate_pem(issued(leaf))
    assert verify(tmp_path, below, authorities=chain, at=NOW) != ""


def test_the_authoritys_certificate_follows_from_its_key() -> None:
    once, again = (own_certificate(AUTHORITY) for _ in range(2))
    assert signed(once) == signed(again)
    found = certificate(once)
    found.verify_directly_issued_by(found)
    constraints = found.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.value.ca, constraints.value.path_length) == (True, 0)
    usage = found.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.key_cert_sign, usage.crl_sign, usage.digital_signature) == (True, True, False)
    assert found.serial_number > 0


def test_a_listed_certificate_is_refused_and_no_other(tmp_path: Path) -> None:
    crl = list_pem(signed(list_to_sign([SERIAL, 7], authority=AUTHORITY, now=NOW)))
    text, other = certificate_pem(issued()), certificate_pem(issued(serial=SERIAL + 1))
    assert "revoked" in verify(tmp_path, text, authorities=CA, crl=crl, at=NOW)
    assert verify(tmp_path, other, authorities=CA, crl=crl, at=NOW) == ""


def test_a_list_without_certificates_lets_all_in_until_its_end(tmp_path: Path) -> None:
    crl = list_pem(signed(list_to_sign([], authority=AUTHORITY, now=NOW)))
    later = NOW + LIFE + timedelta(seconds=1)
    text = certificate_pem(issued(not_after=later + timedelta(days=1)))
    assert verify(tmp_path, text, authorities=CA, crl=crl, at=NOW) == ""
    assert "CRL has expired" in verify(tmp_path, text, authorities=CA, crl=crl, at=later)


@pytest.mark.parametrize("username", ["alice", "a", "alice@example.org", "a-b_c.d", "0" * 64])
def test_a_plain_username_names_the_person(username: str) -> None:
    assert person_name(username, HANDLE) == username


@pytest.mark.parametrize(
    "username", ["zoë", "a,ou=b", "a+b", '"', "#a", "a/b", ".a", "a:b", "sub:x"]
)
def test_any_other_person_is_named_by_the_handle(username: str) -> None:
    """Servers write some characters in another way, and two names must never look alike."""
    name = person_name(username, HANDLE)
    assert name.startswith("sub:")
    assert len(name) <= 64
    assert name != person_name(username, UserHandle(bytes(32)))


def test_the_key_of_the_person_is_certified() -> None:
    found = read().public_key()
    assert isinstance(found, ec.EllipticCurvePublicKey)
    form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    assert found.public_bytes(*form) == KEY.public_key().public_bytes(*form)
