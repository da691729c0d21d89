"""L3 section 7.1 steps 21 and 22: one row for each broken requirement of L3 section 8."""

from typing import Any

import pytest
from cryptography import x509

from shared.errors import Reason, RegistrationRejected
from tests.authenticator import (
    EXPIRED,
    NOT_YET_VALID,
    AndroidKey,
    Apple,
    AttestationMaker,
    Authority,
    FidoU2f,
    Packed,
    PackedSelf,
    Tpm,
    certificates,
    der,
    generate,
    keys,
)
from tests.webauthn.relying_party import asked_to_create, register, soft_authenticator

ROOT = Authority.new_root()
INTERMEDIATE = ROOT.intermediate()
OTHER_KEY = generate(keys.ES256)
UNKNOWN_CRITICAL = (
    x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\0"),
    True,
)


def basic_constraints(value: bytes) -> tuple[x509.ExtensionType, bool]:
    return x509.UnrecognizedExtension(x509.BasicConstraints.oid, value), True


def key_usage(value: bytes) -> tuple[x509.ExtensionType, bool]:
    return x509.UnrecognizedExtension(x509.KeyUsage.oid, value), True


FALSE, TRUE, ALMOST_TRUE = (der.tlv(1, octet) for octet in (b"\0", b"\xff", b"\x01"))
NO_DER = {
    "false-and-true": der.sequence(FALSE, TRUE),
    "true-twice": der.sequence(TRUE, TRUE),
    "in-a-set": der.set_of(TRUE),
    "in-a-tagged-sequence": der.explicit(16, TRUE),
    "almost-true": der.sequence(ALMOST_TRUE),
    "long-true": der.sequence(der.tlv(1, b"\xff\xff")),
    "context-boolean": der.sequence(der.tlv(0x81, b"\xff")),
    "length-first": der.sequence(der.integer(3), TRUE),
    "header-of-three-octets": b"\x30\x81\x03" + TRUE,
    "two-lengths": der.sequence(TRUE, der.integer(0), der.integer(9)),
    "length-of-nothing": der.sequence(TRUE, der.tlv(2, b"")),
    "length-of-another-type": der.sequence(TRUE, der.octet_string(b"\x09")),
}
NO_ISSUER = {
    "signatures-alone": der.tlv(3, b"\x07\x80"),
    "revocation-lists-alone": der.tlv(3, b"\x01\x02"),
    "nothing": der.tlv(3, b"\0"),
    "no-octets": der.tlv(3, b""),
    "octets": der.octet_string(b"\0\x04"),
    "issuing-as-an-unused-bit": der.tlv(3, b"\x03\x04"),
    "more-unused-bits-than-eight": der.tlv(3, b"\x09\x04"),
}
OTHER_MODEL = (
    x509.UnrecognizedExtension(
        x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4"), der.octet_string(bytes(16))
    ),
    False,
)
NOT_A_CA = ROOT.intermediate(is_ca=False)
PACKED: dict[str, AttestationMaker] = {
    "version-1": Packed(authority=ROOT, version=1),
    "version-2": Packed(authority=ROOT, version=2),
    "no-country": Packed(authority=ROOT, country=None),
    "no-organization": Packed(authority=ROOT, organization=None),
    "no-unit": Packed(authority=ROOT, organizational_unit=None),
    "other-unit": Packed(authority=ROOT, organizational_unit="Authenticator attestation"),
    "no-common-name": Packed(authority=ROOT, common_name=None),
    "aaguid-of-another-model": Packed(authority=ROOT, certified_aaguid=bytes(16)),
    "aaguid-of-another-length": Packed(authority=ROOT, certified_aaguid=b"short"),
    "aaguid-critical": Packed(authority=ROOT, aaguid_critical=True),
    "no-basic-constraints": Packed(authority=ROOT, is_ca=None),
    "leaf-is-an-authority": Packed(authority=ROOT, is_ca=True),
    "other-algorithm": Packed(authority=ROOT, alg=keys.ES384),
    "algorithm-of-another-kind": Packed(authority=ROOT, alg=keys.RS256),
    "algorithm-unknown": Packed(authority=ROOT, alg=-999),
    "algorithm-as-text": Packed(authority=ROOT, alg="ES256"),
    "signature-over-sha1": Packed(authority=ROOT, algorithm=keys.RS1),
    "short-rsa-key": Packed(
        authority=ROOT, algorithm=keys.RS256, key=keys.generate_rsa(keys.RS256, bits=1024)
    ),
    "empty-chain": Packed(authority=ROOT, x5c=()),
    "chain-of-text": Packed(authority=ROOT, x5c=("certificate",)),
    "chain-of-numbers": Packed(authority=ROOT, x5c=(1,)),
    "chain-of-no-certificate": Packed(authority=ROOT, x5c=(b"\x30\x00",)),
}
CHAINS: dict[str, dict[str, Any]] = {
    "leaf-expired": {"authority": ROOT, "validity": EXPIRED},
    "leaf-not-yet-valid": {"authority": ROOT, "validity": NOT_YET_VALID},
    "leaf-over-sha1": {"authority": ROOT, "over_sha1": True},
    "leaf-with-an-unknown-critical-extension": {"authority": ROOT, "extra": (UNKNOWN_CRITICAL,)},
    "intermediate-over-sha1": {"authority": ROOT.intermediate(over_sha1=True)},
    "intermediate-with-an-unknown-critical-extension": {
        "authority": ROOT.intermediate(extensions=(UNKNOWN_CRITICAL,))
    },
    **{
        f"intermediate-with-basic-constraints-{name}": {
            "authority": ROOT.intermediate(is_ca=None, extensions=(basic_constraints(value),))
        }
        for name, value in NO_DER.items()
    },
    **{
        f"intermediate-with-usage-of-{name}": {
            "authority": ROOT.intermediate(extensions=(key_usage(value),))
        }
        for name, value in NO_ISSUER.items()
    },
    "leaf-forged": {"authority": INTERMEDIATE, "forged": True},
    "leaf-forged-below-root": {"authority": ROOT, "forged": True, "with_root": True},
    "intermediate-expired": {"authority": ROOT.intermediate(validity=EXPIRED)},
    "intermediate-not-yet-valid": {"authority": ROOT.intermediate(validity=NOT_YET_VALID)},
    "intermediate-forged": {"authority": ROOT.intermediate(forged=True), "with_root": True},
    "intermediate-is-no-authority": {"authority": NOT_A_CA},
    "intermediate-says-nothing-of-it": {"authority": ROOT.intermediate(is_ca=None)},
    "path-too-long": {"authority": ROOT.intermediate(path_length=0).intermediate()},
    "root-expired": {"authority": Authority.new_root(validity=EXPIRED), "with_root": True},
}
CHAINED = {"packed": Packed, "tpm": Tpm, "apple": Apple, "android-key": AndroidKey}
U2F: dict[str, AttestationMaker] = {
    "two-certificates": FidoU2f(authority=INTERMEDIATE),
    "no-certificate": FidoU2f(authority=ROOT, x5c=()),
    "other-curve": FidoU2f(authority=ROOT, algorithm=keys.ES384),
    "rsa": FidoU2f(authority=ROOT, algorithm=keys.RS256),
    "over-sha1": FidoU2f(authority=ROOT, over_sha1=True),
    "unknown-critical-extension": FidoU2f(authority=ROOT, extra=(UNKNOWN_CRITICAL,)),
    "expired": FidoU2f(authority=ROOT, validity=EXPIRED),
    "not-yet-valid": FidoU2f(authority=ROOT, validity=NOT_YET_VALID),
}
MANUFACTURER, MODEL, VERSION = (
    der.tlv(6, bytes.fromhex(f"67810502{last:02}")) for last in (1, 2, 3)
)


def attribute(
    kind: bytes, value: str | bytes, *, tag: int = 0x0C, held_in: int = der.SEQUENCE
) -> bytes:
    content = value if isinstance(value, bytes) else value.encode()
    return der.tlv(held_in, kind + der.tlv(tag, content))


def named(*attributes: bytes) -> bytes:
    return der.explicit(4, der.sequence(*(der.set_of(each) for each in attributes)))


MAKER, KIND, ISSUE = (
    attribute(MANUFACTURER, "id:494E5443"),
    attribute(MODEL, "Test TPM"),
    attribute(VERSION, "id:00010001"),
)
OTHER_NAMES = {
    "spread-over-names": der.sequence(named(MAKER), named(KIND), named(ISSUE)),
    "two-names": der.sequence(named(MAKER, KIND, ISSUE), named(MAKER, KIND, ISSUE)),
    "maker-twice": der.sequence(named(attribute(MANUFACTURER, "id:45564C00"), MAKER, KIND, ISSUE)),
    "name-of-another-class": der.sequence(der.tlv(0x64, named(MAKER, KIND, ISSUE)[2:])),
    "name-in-one-piece": der.sequence(der.tlv(0x84, named(MAKER, KIND, ISSUE)[2:])),
    "names-in-a-set": der.set_of(named(MAKER, KIND, ISSUE)),
    "attributes-in-a-set": der.sequence(
        named(attribute(MANUFACTURER, "id:494E5443", held_in=der.SET), KIND, ISSUE)
    ),
    "parts-in-a-sequence": der.sequence(
        der.explicit(4, der.sequence(der.sequence(MAKER), der.sequence(KIND), der.sequence(ISSUE)))
    ),
    "kind-of-another-type": der.sequence(
        named(der.sequence(b"\x86" + MODEL[1:] + der.tlv(0x0C, b"Test TPM")), MAKER, ISSUE)
    ),
    "model-as-octets": der.sequence(named(MAKER, attribute(MODEL, "Test TPM", tag=4), ISSUE)),
    "model-of-a-zero": der.sequence(named(MAKER, attribute(MODEL, "\0"), ISSUE)),
    "model-of-a-space": der.sequence(named(MAKER, attribute(MODEL, " "), ISSUE)),
    "model-too-long": der.sequence(named(MAKER, attribute(MODEL, "x" * 129), ISSUE)),
    "version-too-long": der.sequence(named(MAKER, KIND, attribute(VERSION, "id:" + "0" * 17))),
    "dotless-maker": der.sequence(named(attribute(MANUFACTURER, "\u0131d:494E5443"), KIND, ISSUE)),
}
TPM: dict[str, AttestationMaker] = {
    "version": Tpm(authority=ROOT, ver="1.2"),
    "version-as-number": Tpm(authority=ROOT, ver=2),
    "magic": Tpm(authority=ROOT, magic=b"\xffTCH"),
    "quote-and-not-certify": Tpm(authority=ROOT, attest_type=0x8018),
    "extra-data-of-another-ceremony": Tpm(authority=ROOT, extra_data=bytes(32)),
    "extra-data-empty": Tpm(authority=ROOT, extra_data=b""),
    "name-of-another-area": Tpm(authority=ROOT, name=b"\x00\x0b" + bytes(32)),
    "name-empty": Tpm(authority=ROOT, name=b""),
    "area-of-another-key": Tpm(authority=ROOT, area_key=OTHER_KEY),
    "area-of-another-kind": Tpm(authority=ROOT, area_key=generate(keys.RS256)),
    "bytes-after-cert-info": Tpm(authority=ROOT, cert_info_suffix=b"\0"),
    "subject": Tpm(authority=ROOT, subject=certificates.name(common_name="TPM")),
    "no-alternative-name": Tpm(authority=ROOT, manufacturer=None),
    "alternative-name-not-critical": Tpm(authority=ROOT, name_critical=False),
    "unknown-manufacturer": Tpm(authority=ROOT, manufacturer="id:45564C00"),
    "manufacturer-of-the-conformance-tools": Tpm(authority=ROOT, manufacturer="id:FFFFF1D0"),
    "manufacturer-by-name": Tpm(authority=ROOT, manufacturer="Intel"),
    "manufacturer-longer": Tpm(authority=ROOT, manufacturer="id:494E544300"),
    **{
        f"alternative-name-{name}": Tpm(authority=ROOT, alternative_name=value)
        for name, value in OTHER_NAMES.items()
    },
    "no-model": Tpm(authority=ROOT, model=None),
    "no-version": Tpm(authority=ROOT, tpm_version=None),
    "version-by-name": Tpm(authority=ROOT, tpm_version="2.0"),
    "no-usage": Tpm(authority=ROOT, extended_key_usage=None),
    "aaguid-of-another-model": Tpm(authority=ROOT, extra=(OTHER_MODEL,)),
    "other-usage": Tpm(authority=ROOT, extended_key_usage="2.23.133.8.1"),
    "leaf-is-an-authority": Tpm(authority=ROOT, is_ca=True),
    "no-basic-constraints": Tpm(authority=ROOT, is_ca=None),
    "version-1-certificate": Tpm(authority=ROOT, version=1),
    "other-algorithm": Tpm(authority=ROOT, alg=keys.RS256),
    "algorithm-unknown": Tpm(authority=ROOT, alg=-999),
    "empty-chain": Tpm(authority=ROOT, x5c=()),
}
APPLE: dict[str, AttestationMaker] = {
    "nonce": Apple(authority=ROOT, nonce=bytes(32)),
    "nonce-empty": Apple(authority=ROOT, nonce=b""),
    "no-nonce": Apple(authority=ROOT, nonce_extension=False),
    "certificate-of-another-key": Apple(authority=ROOT, certified_key=OTHER_KEY),
    "certificate-of-another-kind": Apple(authority=ROOT, certified_key=generate(keys.RS256)),
    "empty-chain": Apple(authority=ROOT, x5c=()),
}
ANDROID: dict[str, AttestationMaker] = {
    "certificate-of-another-key": AndroidKey(authority=ROOT, certified_key=OTHER_KEY),
    "other-algorithm": AndroidKey(authority=ROOT, alg=keys.ES384),
    "algorithm-unknown": AndroidKey(authority=ROOT, alg=-999),
    "challenge": AndroidKey(authority=ROOT, challenge=bytes(32)),
    "challenge-empty": AndroidKey(authority=ROOT, challenge=b""),
    "purpose-decrypt": AndroidKey(authority=ROOT, purposes=(1,)),
    "purposes-sign-and-decrypt": AndroidKey(authority=ROOT, purposes=(1, 2)),
    "purposes-none": AndroidKey(authority=ROOT, purposes=()),
    "purpose-decrypt-in-software": AndroidKey(
        authority=ROOT, purposes=(1,), enforced_by="software"
    ),
    "origin-imported": AndroidKey(authority=ROOT, origin=2),
    "origin-imported-in-software": AndroidKey(authority=ROOT, origin=2, enforced_by="software"),
    "all-applications": AndroidKey(authority=ROOT, all_applications="tee"),
    "all-applications-in-software": AndroidKey(authority=ROOT, all_applications="software"),
    "all-applications-in-another-class": AndroidKey(
        authority=ROOT, more_authorizations=b"\x7f\x84\x58\x02\x05\0"
    ),
    "origin-imported-in-another-class": AndroidKey(
        authority=ROOT, origin=None, more_authorizations=b"\x7f\x85\x3e\x03\x02\x01\x02"
    ),
    "authorization-cut": AndroidKey(authority=ROOT, more_authorizations=b"\xbf\x84"),
    "no-key-description": AndroidKey(authority=ROOT, key_description=b""),
    "key-description-null": AndroidKey(authority=ROOT, key_description=b"\x05\x00"),
    "key-description-empty": AndroidKey(authority=ROOT, key_description=b"\x30\x00"),
    "key-description-cut": AndroidKey(authority=ROOT, key_description=b"\x30\x82\x01"),
    "key-description-endless": AndroidKey(authority=ROOT, key_description=b"\x30\x80"),
    "key-description-twice": AndroidKey(authority=ROOT, key_description=b"\x30\x00\x30\x00"),
    "empty-chain": AndroidKey(authority=ROOT, x5c=()),
}
MAKERS: dict[str, AttestationMaker] = {
    **{f"packed-{name}": maker for name, maker in PACKED.items()},
    **{
        f"{fmt}-{name}": kind(**lies)
        for fmt, kind in CHAINED.items()
        for name, lies in CHAINS.items()
    },
    **{f"fido-u2f-{name}": maker for name, maker in U2F.items()},
    **{f"tpm-{name}": maker for name, maker in TPM.items()},
    **{f"apple-{name}": maker for name, maker in APPLE.items()},
    **{f"android-key-{name}": maker for name, maker in ANDROID.items()},
    "packed-self-other-algorithm": PackedSelf(alg=keys.ES384),
    "packed-self-algorithm-as-text": PackedSelf(alg="ES256"),
    "packed-self-algorithm-unknown": PackedSelf(alg=-999),
}


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_rejects_registration(maker: AttestationMaker) -> None:
    message = soft_authenticator().create(asked_to_create(), attestation=maker)
    with pytest.raises(RegistrationRejected) as refused:
        register(message)
    assert refused.value.reason is Reason.ATTESTATION_INVALID


HONEST_NAMES = {
    "one-by-one": der.sequence(named(MAKER, KIND, ISSUE)),
    "in-one-set-that-is-not-sorted": der.sequence(
        der.explicit(4, der.sequence(der.tlv(der.SET, ISSUE + KIND + MAKER)))
    ),
    "printable": der.sequence(named(MAKER, attribute(MODEL, "Test TPM", tag=0x13), ISSUE)),
    "beside-another-kind-of-name": der.sequence(
        der.tlv(0x82, b"tpm.example"), named(MAKER, KIND, ISSUE)
    ),
}
ISSUERS = {
    "usage-of-issuing": (key_usage(der.tlv(3, b"\x02\x04")),),
    "usage-of-issuing-and-lists": (key_usage(der.tlv(3, b"\x01\x06")),),
    "no-usage": (),
}


@pytest.mark.parametrize("value", HONEST_NAMES.values(), ids=HONEST_NAMES)
def test_accepts_an_alternative_name(value: bytes) -> None:
    maker = Tpm(authority=ROOT, alternative_name=value)
    register(soft_authenticator().create(asked_to_create(), attestation=maker))


@pytest.mark.parametrize("extensions", ISSUERS.values(), ids=ISSUERS)
def test_accepts_an_issuer(extensions: tuple[certificates.Extension, ...]) -> None:
    maker = Packed(authority=ROOT.intermediate(extensions=extensions))
    register(soft_authenticator().create(asked_to_create(), attestation=maker))


def test_accepts_a_leaf_that_states_that_it_is_not_an_authority() -> None:
    """DER leaves out this default value, but some makers write it."""
    maker = Packed(authority=ROOT, is_ca=None, extra=(basic_constraints(der.sequence(FALSE)),))
    register(soft_authenticator().create(asked_to_create(), attestation=maker))
