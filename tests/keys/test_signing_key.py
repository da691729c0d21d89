"""The key that signs tokens, as it is published and as it is stored in a file."""

import base64
import json
from functools import cache
from hashlib import sha256

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from shared import base64url
from shared.keys.signing_key import new_signing_key, read_pem, write_pem
from tests.sessions.issuing import SETTINGS, honest_claims, issue, other_key, our_key

PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
_PEM, _PKCS8 = Encoding.PEM, PrivateFormat.PKCS8


def rsa_pem(bits: int) -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return key.private_bytes(_PEM, _PKCS8, NoEncryption())


@cache
def broken_pems() -> dict[str, bytes]:
    pem = write_pem(our_key())
    encrypted = our_key().private_key.private_bytes(
        _PEM, _PKCS8, BestAvailableEncryption(b"password")
    )
    public = our_key().private_key.public_key()
    return {
        "empty": b"",
        "text": b"not a key",
        "binary": bytes(range(256)),
        "cut": pem[: len(pem) // 2],
        "without-its-end": pem.replace(b"-----END PRIVATE KEY-----", b""),
        "one-byte-changed": pem[:200] + b"\0" + pem[201:],
        "encrypted": encrypted,
        "public": public.public_bytes(_PEM, PublicFormat.SubjectPublicKeyInfo),
        "short": rsa_pem(1024),
        "elliptic": ec.generate_private_key(ec.SECP256R1()).private_bytes(
            _PEM, _PKCS8, NoEncryption()
        ),
        "edwards": ed25519.Ed25519PrivateKey.generate().private_bytes(_PEM, _PKCS8, NoEncryption()),
    }


def test_the_public_key_has_no_private_members() -> None:
    jwk = our_key().public_jwk()
    assert jwk.keys() == {"kty", "n", "e", "use", "alg", "kid", "x5c"}
    assert not jwk.keys() & PRIVATE_MEMBERS
    written = json.dumps(jwk)
    private = our_key().private_key.private_numbers()
    for secret in (private.d, private.p, private.q, private.dmp1, private.dmq1, private.iqmp):
        spelt = secret.to_bytes((secret.bit_length() + 7) // 8)
        assert base64url.encode(spelt) not in written
        assert base64.b64encode(spelt).decode() not in written


def test_the_public_key_names_its_use() -> None:
    jwk = our_key().public_jwk()
    assert (jwk["kty"], jwk["use"], jwk["alg"]) == ("RSA", "sig", "RS256")
    assert jwk["e"] == "AQAB"
    assert len(base64url.decode(jwk["n"])) == 256


def test_certificates_belong_to_the_key() -> None:
    for encoded in our_key().public_jwk()["x5c"]:
        certificate = x509.load_der_x509_certificate(base64.b64decode(encoded))
        assert certificate.public_key() == our_key().private_key.public_key()


def test_the_key_id_is_its_thumbprint() -> None:
    """RFC 7638 section 3: of the required members, in order, without spaces."""
    jwk = our_key().public_jwk()
    canonical = json.dumps(
        {name: jwk[name] for name in ("e", "kty", "n")}, separators=(",", ":"), sort_keys=True
    )
    assert jwk["kid"] == our_key().key_id == base64url.encode(sha256(canonical.encode()).digest())
    assert our_key().key_id != other_key().key_id


def test_a_standard_client_verifies_with_the_key_set() -> None:
    keys = jwt.PyJWKSet.from_dict({"keys": [other_key().public_jwk(), our_key().public_jwk()]})
    token = issue()
    key = keys[jwt.get_unverified_header(token)["kid"]]
    assert key.public_key_use == "sig"
    assert (
        jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=SETTINGS.account_audience,
            issuer=SETTINGS.issuer,
            options={"verify_exp": False, "verify_iat": False},
        )
        == honest_claims()
    )


def test_a_standard_client_refuses_the_other_key() -> None:
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(
            issue(),
            jwt.PyJWK(other_key().public_jwk()),
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_aud": False},
        )


def test_a_written_key_is_read_back() -> None:
    again = read_pem(write_pem(our_key()))
    assert again.key_id == our_key().key_id
    assert again.private_key.private_numbers() == our_key().private_key.private_numbers()


def test_each_new_key_is_different() -> None:
    assert new_signing_key().key_id != new_signing_key().key_id


@pytest.mark.parametrize("name", broken_pems())
def test_a_broken_file_is_no_key(name: str) -> None:
    with pytest.raises(ValueError, match=r"RSA|key|PEM"):
        read_pem(broken_pems()[name])
