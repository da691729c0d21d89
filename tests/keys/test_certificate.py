"""The signing certificate in the forms in which Key Vault keeps it."""

from hashlib import sha256
from itertools import permutations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from shared import base64url
from shared.keys.certificate import PEM, PKCS12, read_certificate
from tests.keys.certificates import (
    Certified,
    certify,
    ec_key,
    rsa_key,
    self_signed,
    with_chain,
)


def write(certified: Certified, content_type: str, chain: list[x509.Certificate]) -> str:
    return certified.pem(chain) if content_type == PEM else certified.pkcs12(chain)


@pytest.mark.parametrize("content_type", [PKCS12, PEM])
def test_the_chain_is_sorted_upwards(content_type: str) -> None:
    certified = with_chain()
    for order in permutations(certified.chain):
        if content_type == PKCS12 and order[0] != certified.chain[0]:
            continue  # in PKCS#12 the first is marked as the key's own
        key = read_certificate(write(certified, content_type, list(order)), content_type)
        assert key.public_jwk()["x5c"] == certified.x5c
        assert key.private_key.public_key() == certified.key.public_key()


@pytest.mark.parametrize("content_type", [PKCS12, PEM])
def test_a_certificate_may_be_self_signed(content_type: str) -> None:
    certified = self_signed(0)
    key = read_certificate(write(certified, content_type, list(certified.chain)), content_type)
    assert key.public_jwk()["x5c"] == certified.x5c


def test_certificates_outside_the_chain_are_left_out() -> None:
    certified = with_chain()
    key = read_certificate(certified.pem([*self_signed(0).chain, *certified.chain]), PEM)
    assert key.public_jwk()["x5c"] == certified.x5c


def test_the_key_id_is_the_fingerprint_of_the_certificate() -> None:
    certified = self_signed(0)
    fingerprint = sha256(certified.chain[0].public_bytes(Encoding.DER)).digest()
    assert read_certificate(certified.pem(), PEM).key_id == base64url.encode(fingerprint)


def test_a_renewal_with_the_same_key_has_a_new_key_id() -> None:
    first, renewed = (certify(rsa_key(0), "Touchstone") for _ in range(2))
    assert read_certificate(first.pem(), PEM).key_id != read_certificate(renewed.pem(), PEM).key_id


def test_no_private_member_is_published() -> None:
    published = read_certificate(with_chain().pem(), PEM).public_jwk()
    assert published.keys() == {"kty", "n", "e", "use", "alg", "kid", "x5c"}
    assert (published["use"], published["alg"]) == ("sig", "RS256")


UNUSABLE = {
    "nothing": ("", PEM),
    "no PEM": ("not a certificate", PEM),
    "no base64": ("not a certificate!", PKCS12),
    "no PKCS#12": ("AQID", PKCS12),
    "another content type": (self_signed(0).pem(), "text/plain"),
    "no content type": (self_signed(0).pem(), None),
    "PEM that says PKCS#12": (self_signed(0).pem(), PKCS12),
    "PKCS#12 that says PEM": (self_signed(0).pkcs12(), PEM),
    "an elliptic curve": (certify(ec_key(), "Touchstone").pem(), PEM),
    "an elliptic curve in PKCS#12": (certify(ec_key(), "Touchstone").pkcs12(), PKCS12),
    "too few bits": (certify(rsa_key(0, bits=1024), "Touchstone").pem(), PEM),
    "a key without a certificate": (self_signed(0).pem([]), PEM),
    "another key's certificate": (self_signed(0).pem(list(self_signed(1).chain)), PEM),
    "a certificate without a key": (self_signed(0).pem().partition("-----END PRI")[2], PEM),
}


@pytest.mark.parametrize(("value", "content_type"), UNUSABLE.values(), ids=UNUSABLE)
def test_other_secrets_are_refused(value: str, content_type: str | None) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # its text does not matter
        read_certificate(value, content_type)


def test_an_unknown_kind_of_key_in_a_chain_is_an_unusable_value() -> None:
    own = self_signed(0)
    encoded = certify(ec_key(), "Odd").chain[0].public_bytes(Encoding.DER)
    id_ec_public_key = bytes.fromhex("06072a8648ce3d0201")
    odd = x509.load_der_x509_certificate(encoded.replace(id_ec_public_key, b"\x06\x07" + b"*" * 7))
    with pytest.raises(ValueError, match="not a form of certificate"):
        read_certificate(own.pem([odd, *own.chain]), PEM)
