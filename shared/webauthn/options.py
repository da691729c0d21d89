"""The options of ceremonies, which a client gets at begin.

They are apart from the verification, so that a begin loads nothing of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from shared import base64url
from shared.accounts.records import CredentialDescriptor
from shared.webauthn.policy import CeremonyPolicy, ResidentKey, UserVerification
from shared.webauthn.state import AuthenticationCeremony, RegistrationCeremony

ACR_VALUES = ("phr", "aal1", "aal2")
"""What a client may require of a sign-in: phishing-resistant, which it always is, and a level."""
ATTACHMENTS = ("platform", "cross-platform")
HINTS = ("security-key", "client-device", "hybrid")


def creation_options(
    ceremony: RegistrationCeremony,
    *,
    challenge: bytes,
    policy: CeremonyPolicy,
    exclude: Iterable[CredentialDescriptor] = (),
    attachment: str | None = None,
    hints: Sequence[str] = (),
) -> dict[str, Any]:
    """PublicKeyCredentialCreationOptionsJSON (L3 section 5.1.9)."""
    selection = {
        "residentKey": policy.resident_key.value,
        # For Level 1 clients, which know only this member (L3 section 5.4.4)
        "requireResidentKey": policy.resident_key is ResidentKey.REQUIRED,
        "userVerification": policy.user_verification.value,
    }
    if attachment:
        selection["authenticatorAttachment"] = attachment
    return {
        "rp": {"id": policy.rp_id, "name": policy.rp_name},
        "user": {
            "id": base64url.encode(ceremony.user_handle),
            "name": ceremony.username,
            "displayName": ceremony.display_name,
        },
        "challenge": base64url.encode(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in policy.algorithms],
        "timeout": policy.lifetime_seconds * 1000,
        "excludeCredentials": [describe(descriptor) for descriptor in exclude],
        "authenticatorSelection": selection,
        "hints": list(hints),
        "attestation": policy.attestation.value,
        "extensions": {"credProps": True},
    }


def describe(descriptor: CredentialDescriptor) -> dict[str, Any]:
    """PublicKeyCredentialDescriptorJSON (L3 section 5.8.3)."""
    return {
        "type": "public-key",
        "id": base64url.encode(descriptor.id),
        "transports": list(descriptor.transports),
    }


def demand_user(policy: CeremonyPolicy) -> CeremonyPolicy:
    """The same policy, with user verification required."""
    return replace(policy, user_verification=UserVerification.REQUIRED)


def policy_for(ceremony: AuthenticationCeremony, policy: CeremonyPolicy) -> CeremonyPolicy:
    return demand_user(policy) if ceremony.verify_user else policy


def request_options(
    *, challenge: bytes, policy: CeremonyPolicy, allow: Iterable[CredentialDescriptor] = ()
) -> dict[str, Any]:
    """PublicKeyCredentialRequestOptionsJSON (L3 section 5.1.10)."""
    return {
        "challenge": base64url.encode(challenge),
        "timeout": policy.lifetime_seconds * 1000,
        "rpId": policy.rp_id,
        "allowCredentials": [describe(descriptor) for descriptor in allow],
        "userVerification": policy.user_verification.value,
        "hints": [],
    }
