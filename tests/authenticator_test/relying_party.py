"""fido2's own server, which verifies the authenticator's responses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fido2.attestation.base import Attestation, verify_x509_chain
from fido2.server import Fido2Server, VerifyAttestation
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tests.authenticator import AttestationMaker, SoftAuthenticator, base64url, keys

RP_ID = "example.org"
ORIGIN = "https://example.org"
USER = PublicKeyCredentialUserEntity(id=b"user handle", name="alice", display_name="Alice")


@dataclass(kw_only=True)
class RelyingParty:
    """Fido2Server with the state that it needs."""

    algorithms: Sequence[int] = (-7,)
    verify_attestation: VerifyAttestation | None = None
    credentials: list[AttestedCredentialData] = field(default_factory=list)
    state: Any = None

    @cached_property
    def server(self) -> Fido2Server:
        conveyance = "direct" if self.verify_attestation else "none"
        server = Fido2Server(
            PublicKeyCredentialRpEntity(name="Example", id=RP_ID),
            attestation=AttestationConveyancePreference(conveyance),
            verify_attestation=self.verify_attestation,
        )
        server.allowed_algorithms = [
            PublicKeyCredentialParameters(type=PublicKeyCredentialType.PUBLIC_KEY, alg=alg)
            for alg in self.algorithms
        ]
        return server

    def creation_options(self) -> dict[str, Any]:
        options, self.state = self.server.register_begin(
            USER,
            self.credentials,
            resident_key_requirement=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return dict(options.public_key)

    def register(self, response: dict[str, Any]) -> AuthenticatorData:
        auth_data = self.server.register_complete(self.state, response)
        assert auth_data.credential_data is not None
        self.credentials.append(auth_data.credential_data)
        return auth_data

    def request_options(self) -> dict[str, Any]:
        options, self.state = self.server.authenticate_begin(
            self.credentials, UserVerificationRequirement.REQUIRED
        )
        return dict(options.public_key)

    def authenticate(self, response: dict[str, Any]) -> AttestedCredentialData:
        return self.server.authenticate_complete(self.state, self.credentials, response)


def verify_statement(attestation: AttestationObject, client_data_hash: bytes) -> None:
    """The statement by fido2's verifier for its format; any chain of good signatures will do."""
    verifier = Attestation.for_type(attestation.fmt)()
    result = verifier.verify(attestation.att_stmt, attestation.auth_data, client_data_hash)
    if result.trust_path:
        verify_x509_chain(result.trust_path)


def options_asking_for_attestation() -> dict[str, Any]:
    return RelyingParty(verify_attestation=verify_statement).creation_options()


def attesting(maker: AttestationMaker, algorithm: int = keys.ES256) -> SoftAuthenticator:
    return SoftAuthenticator(rp_id=RP_ID, origin=ORIGIN, algorithm=algorithm, attestation=maker)


def statement_of(response: Mapping[str, Any]) -> AttestationObject:
    return AttestationObject(base64url.decode(response["response"]["attestationObject"]))
