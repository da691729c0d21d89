"""The `android-safetynet` statement of L3 section 8.5, which old Android devices still make."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, ClassVar

import pytest
from cryptography import x509

from shared.errors import Reason, RegistrationRejected
from shared.webauthn.attestation import AttestationType
from tests.authenticator import (
    EXPIRED,
    NOT_YET_VALID,
    VALID,
    Attested,
    Authority,
    Statement,
    base64url,
    certificates,
    generate,
    keys,
)
from tests.authenticator.certificates import Extension, Profile, Validity
from tests.webauthn.relying_party import asked_to_create, register, soft_authenticator

ROOT = Authority.new_root()


@dataclass(frozen=True, kw_only=True)
class SafetyNet:
    """All parameters except the authority are lies."""

    authority: Authority = ROOT
    host: str = "attest.android.com"
    validity: Validity = VALID
    forged: bool = False
    extra: tuple[Extension, ...] = ()
    algorithm: int = keys.RS256
    """The key's."""
    alg: str = "RS256"
    payload: dict[str, Any] = field(default_factory=dict)
    signature: Callable[[bytes], bytes] = lambda honest: honest

    zero_aaguid: ClassVar[bool] = False

    def __call__(self, attested: Attested) -> Statement:
        key = generate(self.algorithm)
        profile = Profile(
            subject=certificates.name(common_name=self.host),
            validity=self.validity,
            forged=self.forged,
            extensions=self.extra,
        )
        leaf = self.authority.issue(profile, key.public_key)
        x5c = [base64url.encode(each) for each in (leaf, *self.authority.chain)]
        nonce = base64url.encode(sha256(attested.to_be_signed).digest())
        content = {"nonce": nonce, "ctsProfileMatch": True, "basicIntegrity": True} | self.payload
        signed = _part({"alg": self.alg, "x5c": x5c}) + b"." + _part(content)
        signature = base64url.encode(self.signature(key.sign(signed))).encode()
        return Statement("android-safetynet", {"ver": "1", "response": signed + b"." + signature})


def _part(value: dict[str, Any]) -> bytes:
    return base64url.encode(json.dumps(value).encode()).encode()


UNREADABLE = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.32"), b"\x30\x03\x0c\x01x")
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\0")
LIES = {
    "unknown-critical-extension": SafetyNet(extra=((UNKNOWN, True),)),
    "other-host": SafetyNet(host="attest.evil.example"),
    "other-nonce": SafetyNet(payload={"nonce": base64url.encode(bytes(32))}),
    "no-nonce": SafetyNet(payload={"nonce": None}),
    "profile-mismatch": SafetyNet(payload={"ctsProfileMatch": False}),
    "profile-as-text": SafetyNet(payload={"ctsProfileMatch": "true"}),
    "other-algorithm": SafetyNet(alg="ES256"),
    "over-sha1": SafetyNet(algorithm=keys.RS1, alg="RS1"),
    "over-pss": SafetyNet(algorithm=keys.PS256, alg="PS256"),
    "no-algorithm": SafetyNet(alg="none"),
    "signature-of-zeros": SafetyNet(signature=lambda honest: bytes(len(honest))),
    "signature-empty": SafetyNet(signature=lambda _: b""),
    "expired": SafetyNet(validity=EXPIRED),
    "not-yet-valid": SafetyNet(validity=NOT_YET_VALID),
    "forged": SafetyNet(authority=ROOT.intermediate(), forged=True),
    "no-authority": SafetyNet(authority=ROOT.intermediate(is_ca=False)),
}


HONEST = {
    "usual": SafetyNet(authority=ROOT.intermediate()),
    "unreadable-extension": SafetyNet(extra=((UNREADABLE, False),)),
    "unreadable-extension-above": SafetyNet(
        authority=ROOT.intermediate(extensions=((UNREADABLE, False),))
    ),
}


@pytest.mark.parametrize("maker", HONEST.values(), ids=HONEST)
def test_accepts_registration(maker: SafetyNet) -> None:
    message = soft_authenticator().create(asked_to_create(), attestation=maker)
    assert register(message).attestation_type is AttestationType.BASIC


@pytest.mark.parametrize("maker", LIES.values(), ids=LIES)
def test_rejects_registration(maker: SafetyNet) -> None:
    message = soft_authenticator().create(asked_to_create(), attestation=maker)
    with pytest.raises(RegistrationRejected) as refused:
        register(message)
    assert refused.value.reason is Reason.ATTESTATION_INVALID


@pytest.mark.parametrize("response", [b"", b".", b"..", b"...", b"a.b.c", "a.b.c", 5, []])
def test_rejects_response(response: object) -> None:
    message = soft_authenticator().create(
        asked_to_create(),
        attestation=SafetyNet(),
        att_stmt=lambda honest: {**honest, "response": response},
    )
    with pytest.raises(RegistrationRejected) as refused:
        register(message)
    assert refused.value.reason is Reason.ATTESTATION_INVALID
