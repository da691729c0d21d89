"""The options follow L3 sections 5.1.9 and 5.1.10, and fido2 reads them."""

from dataclasses import replace

import pytest
from fido2.webauthn import (
    PublicKeyCredentialCreationOptions,
    PublicKeyCredentialRequestOptions,
)

from shared import base64url
from shared.accounts.records import CredentialDescriptor, CredentialId
from shared.webauthn.options import creation_options, request_options
from shared.webauthn.policy import AttestationConveyance, ResidentKey, UserVerification
from tests.webauthn.relying_party import (
    CHALLENGE,
    HANDLE,
    POLICY,
    REGISTRATION,
    asked_to_create,
    asked_to_sign,
)

HELD = CredentialDescriptor(id=CredentialId(b"held"), transports=("nfc", "usb"))
HELD_JSON = {"type": "public-key", "id": "aGVsZA", "transports": ["nfc", "usb"]}


def test_creation_options_have_all_that_a_browser_needs() -> None:
    policy = replace(POLICY, algorithms=(-8, -7), lifetime_seconds=120)
    assert creation_options(
        REGISTRATION, challenge=CHALLENGE, policy=policy, exclude=[HELD], hints=("hybrid",)
    ) == {
        "rp": {"id": "example.org", "name": "Example"},
        "user": {"id": base64url.encode(HANDLE), "name": "alice", "displayName": "Alice"},
        "challenge": base64url.encode(CHALLENGE),
        "pubKeyCredParams": [
            {"type": "public-key", "alg": -8},
            {"type": "public-key", "alg": -7},
        ],
        "timeout": 120_000,
        "excludeCredentials": [HELD_JSON],
        "authenticatorSelection": {
            "residentKey": "preferred",
            "requireResidentKey": False,
            "userVerification": "required",
        },
        "hints": ["hybrid"],
        "attestation": "none",
        "extensions": {"credProps": True},
    }


def test_request_options_have_all_that_a_browser_needs() -> None:
    policy = replace(POLICY, lifetime_seconds=120)
    assert request_options(challenge=CHALLENGE, policy=policy, allow=[HELD]) == {
        "challenge": base64url.encode(CHALLENGE),
        "timeout": 120_000,
        "rpId": "example.org",
        "allowCredentials": [HELD_JSON],
        "userVerification": "required",
        "hints": [],
    }


@pytest.mark.parametrize("attachment", ["platform", "cross-platform"])
def test_an_attachment_is_only_in_the_options_if_requested(attachment: str) -> None:
    wished = creation_options(
        REGISTRATION, challenge=CHALLENGE, policy=POLICY, attachment=attachment
    )
    assert wished["authenticatorSelection"]["authenticatorAttachment"] == attachment
    assert "authenticatorAttachment" not in asked_to_create()["authenticatorSelection"]


@pytest.mark.parametrize("resident_key", ResidentKey)
def test_level_1_clients_learn_whether_a_resident_key_is_required(
    resident_key: ResidentKey,
) -> None:
    options = asked_to_create(replace(POLICY, resident_key=resident_key))
    assert options["authenticatorSelection"]["residentKey"] == resident_key.value
    required = options["authenticatorSelection"]["requireResidentKey"]
    assert required is (resident_key is ResidentKey.REQUIRED)


@pytest.mark.parametrize("user_verification", UserVerification)
@pytest.mark.parametrize("attestation", AttestationConveyance)
def test_options_follow_the_policy(
    user_verification: UserVerification, attestation: AttestationConveyance
) -> None:
    policy = replace(POLICY, user_verification=user_verification, attestation=attestation)
    creation, request = asked_to_create(policy), asked_to_sign(policy)
    assert creation["attestation"] == attestation.value
    assert creation["authenticatorSelection"]["userVerification"] == user_verification.value
    assert request["userVerification"] == user_verification.value


def test_fido2_reads_the_options() -> None:
    creation = PublicKeyCredentialCreationOptions.from_dict(asked_to_create())
    request = PublicKeyCredentialRequestOptions.from_dict(asked_to_sign())
    assert (creation.challenge, creation.user.id) == (CHALLENGE, HANDLE)
    assert (request.challenge, request.rp_id) == (CHALLENGE, "example.org")
