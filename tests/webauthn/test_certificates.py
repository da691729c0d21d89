"""The authenticator model in an attestation certificate (L3 sections 8.2.1 and 8.3)."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from fido2.webauthn import AuthenticatorData

from shared.webauthn.attestation.certificates import (
    check_aaguid_extension,
    check_chain,
    check_leaf_key,
    verify_leaf_signature,
)
from tests.authenticator import AAGUID, Authority, certificates, der, generate, keys
from tests.authenticator.certificates import Profile
from tests.webauthn.relying_party import NOW, asked_to_create, read_created, soft_authenticator

FIDO_AAGUID = x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")
ROOT = Authority.new_root()
KEY = generate(keys.ES256)


def leaf(value: bytes | None) -> bytes:
    extensions = () if value is None else ((x509.UnrecognizedExtension(FIDO_AAGUID, value), False),)
    profile = Profile(subject=certificates.name(common_name="leaf"), extensions=extensions)
    return ROOT.issue(profile, KEY.public_key)


def registered() -> AuthenticatorData:
    message = soft_authenticator().create(asked_to_create(), key=KEY)
    raw = read_created(message).attestation_object
    return AuthenticatorData(raw[raw.index(b"hauthData") + 11 :])


def signed_in() -> AuthenticatorData:
    return AuthenticatorData(bytes(37))


def test_a_certificate_may_name_the_model_or_none() -> None:
    check_aaguid_extension(leaf(der.octet_string(AAGUID)), registered())
    check_aaguid_extension(leaf(None), registered())


@pytest.mark.parametrize(
    "value",
    [
        der.octet_string(bytes(16)),
        der.octet_string(AAGUID[:-1]),
        der.octet_string(AAGUID + b"\0"),
        AAGUID,
        der.tlv(0x03, AAGUID),
        b"",
    ],
    ids=bytes.hex,
)
def test_a_certificate_for_another_model_is_refused(value: bytes) -> None:
    with pytest.raises(ValueError, match="another model"):
        check_aaguid_extension(leaf(value), registered())


def test_authenticator_data_without_a_credential_cannot_be_checked() -> None:
    with pytest.raises(ValueError, match="no attested credential"):
        check_aaguid_extension(leaf(None), signed_in())
    with pytest.raises(ValueError, match="no attested credential"):
        check_leaf_key(leaf(None), signed_in())


def test_a_certificate_is_for_the_registered_key() -> None:
    check_leaf_key(leaf(None), registered())
    other = AuthenticatorData(
        bytes(registered()).replace(KEY.cose()[-2], generate(keys.ES256).cose()[-2])
    )
    with pytest.raises(ValueError, match="another key"):
        check_leaf_key(leaf(None), other)


OLD_ROOT = Authority.new_root(over_sha1=True)
OLD = OLD_ROOT.certificate.public_bytes(Encoding.DER)


def of_the_same_name(authority: Authority) -> bytes:
    """A certificate with the issuer's name as subject, but with another key."""
    subject = authority.certificate.subject
    profile = Profile(subject=subject, is_ca=True, over_sha1=True)
    return authority.issue(profile, KEY.public_key)


def below(authority: Authority) -> bytes:
    return authority.issue(Profile(subject=certificates.name(common_name="leaf")), KEY.public_key)


def test_the_self_signature_of_a_root_is_not_checked() -> None:
    check_chain([below(OLD_ROOT), OLD], at=NOW)


@pytest.mark.parametrize(
    "chain",
    [
        [OLD],
        [of_the_same_name(ROOT)],
        [of_the_same_name(ROOT), ROOT.certificate.public_bytes(Encoding.DER)],
        [of_the_same_name(OLD_ROOT), OLD],
        [below(ROOT), of_the_same_name(ROOT)],
        [below(OLD_ROOT), OLD, OLD],
    ],
    ids=["itself", "leaf", "leaf-below-root", "leaf-below-old-root", "last", "twice"],
)
def test_no_other_certificate_may_be_signed_over_sha1(chain: list[bytes]) -> None:
    with pytest.raises(ValueError, match="broken hash"):
        check_chain(chain, at=NOW)


def test_a_statement_is_signed_over_sha1_only_where_that_is_allowed() -> None:
    key = generate(keys.RS1)
    profile = Profile(subject=certificates.name(common_name="leaf"))
    signature = key.sign(b"said")
    certificate = ROOT.issue(profile, key.public_key)
    verify_leaf_signature(
        certificate, algorithm=keys.RS1, message=b"said", signature=signature, sha1_allowed=True
    )
    with pytest.raises(ValueError, match="SHA-1"):
        verify_leaf_signature(certificate, algorithm=keys.RS1, message=b"said", signature=signature)


def test_a_key_that_is_slow_to_verify_is_refused() -> None:
    """An exponent as long as the modulus takes twenty times as long, in each certificate."""
    slow = keys.with_long_exponent(keys.generate_rsa(keys.RS256).private_key)
    profile = Profile(subject=certificates.name(common_name="leaf"))
    with pytest.raises(ValueError, match="RSA key"):
        check_chain([ROOT.issue(profile, slow.public_key())], at=NOW)
    honest = keys.generate_rsa(keys.RS256).public_key
    check_chain([ROOT.issue(profile, honest)], at=NOW)
