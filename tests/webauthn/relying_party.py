"""A relying party in memory: the inputs of the ceremony functions, and their earlier results."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Unpack

from shared.accounts.handles import AccountLocator, UserHandle, new_handle
from shared.accounts.records import CredentialId, CredentialRecord
from shared.json_shape import Shape, parse_object
from shared.webauthn.algorithms import supported
from shared.webauthn.authentication import VerifiedAssertion, verify_assertion
from shared.webauthn.options import creation_options, request_options
from shared.webauthn.policy import CeremonyPolicy
from shared.webauthn.registration import VerifiedRegistration, verify_registration
from shared.webauthn.responses import (
    AuthenticationResponse,
    RegistrationResponse,
    read_authentication_response,
    read_registration_response,
)
from shared.webauthn.state import AuthenticationCeremony, RegistrationCeremony
from tests.authenticator import AssertionLies, SoftAuthenticator, keys

RP_ID = "example.org"
ORIGIN = "https://example.org"
CHALLENGE = bytes(range(32))
NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
EXPIRY = int(NOW.timestamp()) + 300
LOCATOR = AccountLocator(b"alice's location")
HANDLE = new_handle(LOCATOR, random=b"alice's own half")
OTHER_LOCATOR = AccountLocator(b"mallory is there")
OTHER_HANDLE = new_handle(OTHER_LOCATOR, random=b"alice's own half")
POLICY = CeremonyPolicy(
    rp_id=RP_ID,
    rp_name="Example",
    origins=(ORIGIN,),
    algorithms=(keys.ES256, *sorted(supported() - {keys.ES256})),
)
REGISTRATION = RegistrationCeremony(
    expires_at=EXPIRY,
    user_handle=HANDLE,
    username="alice",
    display_name="Alice",
    founding=True,
)
NAMED = AuthenticationCeremony(expires_at=EXPIRY, locator=LOCATOR)
USERNAMELESS = AuthenticationCeremony(expires_at=EXPIRY, locator=None)


def soft_authenticator(algorithm: int = keys.ES256, *, counting: bool = True) -> SoftAuthenticator:
    return SoftAuthenticator(
        rp_id=RP_ID, origin=ORIGIN, algorithm=algorithm, sign_count_step=int(counting)
    )


def asked_to_create(policy: CeremonyPolicy = POLICY) -> dict[str, Any]:
    return creation_options(REGISTRATION, challenge=CHALLENGE, policy=policy)


def asked_to_sign(policy: CeremonyPolicy = POLICY) -> dict[str, Any]:
    return request_options(challenge=CHALLENGE, policy=policy)


def over_the_wire(message: Mapping[str, Any]) -> Shape:
    return Shape(parse_object(json.dumps(message).encode()))


def read_created(message: Mapping[str, Any]) -> RegistrationResponse:
    return read_registration_response(over_the_wire(message))


def read_signed(message: Mapping[str, Any]) -> AuthenticationResponse:
    return read_authentication_response(over_the_wire(message))


def saying(**members: object) -> Callable[[bytes], bytes]:
    """Client data with these members in place of the honest ones, in ASCII."""
    return lambda honest: json.dumps({**json.loads(honest), **members}).encode()


def register(
    message: Mapping[str, Any], *, policy: CeremonyPolicy = POLICY, at: datetime = NOW
) -> VerifiedRegistration:
    return verify_registration(read_created(message), challenge=CHALLENGE, policy=policy, at=at)


def record_of(verified: VerifiedRegistration, *, handle: UserHandle = HANDLE) -> CredentialRecord:
    return CredentialRecord(
        id=CredentialId(verified.credential_id),
        user_handle=handle,
        username="alice",
        display_name="Alice",
        name="Passkey",
        public_key=verified.public_key,
        sign_count=verified.sign_count,
        aaguid=verified.aaguid,
        transports=(),
        uv_initialized=verified.user_verified,
        backup_eligible=verified.backup_eligible,
        backup_state=verified.backup_state,
        attestation_format=verified.attestation_format,
        attestation_type=verified.attestation_type,
        created_at=NOW,
        last_used_at=NOW,
    )


@dataclass(frozen=True, kw_only=True)
class Registered:
    """An authenticator with one credential, and the record of that credential."""

    authenticator: SoftAuthenticator
    record: CredentialRecord

    def sign(
        self, *, policy: CeremonyPolicy = POLICY, **lies: Unpack[AssertionLies]
    ) -> dict[str, Any]:
        credential = self.authenticator.latest
        return self.authenticator.get(asked_to_sign(policy), credential=credential, **lies)

    def authenticate(
        self,
        message: Mapping[str, Any],
        *,
        ceremony: AuthenticationCeremony = NAMED,
        policy: CeremonyPolicy = POLICY,
    ) -> VerifiedAssertion:
        return verify_assertion(
            read_signed(message),
            ceremony=ceremony,
            record=self.record,
            challenge=CHALLENGE,
            policy=policy,
        )


def registered(authenticator: SoftAuthenticator, *, policy: CeremonyPolicy = POLICY) -> Registered:
    verified = register(authenticator.create(asked_to_create(policy)), policy=policy)
    return Registered(authenticator=authenticator, record=record_of(verified))
