"""Of a request for a certificate only the key counts, and not each key."""

import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.access.certificates.csr import LONGEST, read_csr
from shared.errors import MalformedRequest
from tests.access.certificates.requests import NAMES, csr, new_key

KEY = new_key()
BEGIN, END = "-----BEGIN CERTIFICATE REQUEST-----", "-----END CERTIFICATE REQUEST-----"


def der(text: str) -> bytes:
    return base64.b64decode("".join(text.split("\n")[1:-2]))


def pem(content: bytes) -> str:
    text = base64.b64encode(content).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join([BEGIN, *lines, END, ""])


def with_other_signature() -> str:
    content = bytearray(der(csr(KEY)))
    content[-1] ^= 1
    return pem(bytes(content))


def of_version(version: int) -> str:
    """The first INTEGER of a request. 0 stands for version 1, and there is no other."""
    return pem(der(csr(KEY)).replace(b"\2\1\0", bytes([2, 1, version]), 1))


def with_other_key() -> str:
    """The request of somebody, with the key of somebody else in it."""
    forms = [
        key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        for key in (KEY, new_key())
    ]
    return pem(der(csr(KEY)).replace(forms[0], forms[1]))


REFUSED = {
    "nothing": ("PEM", ""),
    "other text": ("PEM", "hello"),
    "DER in base64": ("PEM", base64.b64encode(der(csr(KEY))).decode()),
    "two requests": ("PEM", csr(KEY) * 2),
    "text before it": ("PEM", f"Subject: x\n{csr(KEY)}"),
    "a private key behind it": ("PEM", f"{csr(KEY)}-----BEGIN PRIVATE KEY-----\nAA==\n"),
    "two labels": ("PEM", csr(KEY).replace("BEGIN C", "BEGIN NEW C")),
    "a NUL": ("PEM", csr(KEY).replace("\n", "\n\0", 1)),
    "letters of others": ("PEM", csr(KEY).replace("A", "\u0410")),
    "a certificate": ("PEM", csr(KEY).replace("CERTIFICATE REQUEST", "CERTIFICATE")),
    "too long": ("PEM", csr(KEY, *["a" * 64] * 60)),
    "no base64": ("cannot be read", f"{BEGIN}\nA\n{END}\n"),
    "no PKCS #10": ("cannot be read", pem(b"\x30\x03\x02\x01\x00")),
    "cut off": ("cannot be read", pem(der(csr(KEY))[:-1])),
    "bytes behind it": ("cannot be read", pem(der(csr(KEY)) + b"\0")),
    "version 2": ("cannot be read", of_version(1)),
    "version 4": ("cannot be read", of_version(3)),
    "RSA of 1024 bits": ("P-256", csr(rsa.generate_private_key(65537, 1024))),  # noqa: S505
    "RSA of 2048 bits": ("P-256", csr(rsa.generate_private_key(65537, 2048))),
    "P-384": ("P-256", csr(ec.generate_private_key(ec.SECP384R1()))),
    "secp256k1": ("P-256", csr(ec.generate_private_key(ec.SECP256K1()))),
    "Ed448": ("P-256", csr(ed448.Ed448PrivateKey.generate())),
    "DSA": ("P-256", csr(dsa.generate_private_key(2048))),
    "Brainpool": ("P-256", csr(ec.generate_private_key(ec.BrainpoolP256R1()))),
    "other signature": ("not signed", with_other_signature()),
    "other key": ("not signed", with_other_key()),
}


@pytest.mark.parametrize(("told", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_request_is_refused_and_not_repeated(told: str, text: str) -> None:
    with pytest.raises(MalformedRequest, match=told) as refused:
        read_csr(text)
    assert str(refused.value).startswith("csr ")


@pytest.mark.parametrize("key", [KEY, ed25519.Ed25519PrivateKey.generate()], ids=["P-256", "Ed"])
def test_the_key_of_a_request_is_read(key: ec.EllipticCurvePrivateKey) -> None:
    assert read_csr(csr(key)) == key.public_key()
    assert read_csr(f"\n{csr(key)}\n".replace("\n", "\r\n")) == key.public_key()
    assert read_csr(csr(key).replace(" CERT", " NEW CERT")) == key.public_key()


def test_the_subject_and_the_extensions_are_never_read() -> None:
    builder = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NAMES.COMMON_NAME, "postgres")] * 2))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_attribute(x509.ObjectIdentifier("1.2.3.4"), b"postgres")
    )
    text = builder.sign(KEY, hashes.SHA256()).public_bytes(Encoding.PEM).decode()
    assert read_csr(text) == KEY.public_key()


def test_a_usual_request_is_far_from_the_limit() -> None:
    assert len(csr(KEY, "a" * 64)) * 5 < LONGEST
