"""A client and its authenticator in one: honest, unless told to lie."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Unpack

from tests.authenticator import assertion, keys, registration
from tests.authenticator.attestation import AttestationMaker, NoAttestation
from tests.authenticator.authenticator_data import AuthenticatorState
from tests.authenticator.base64url import decode
from tests.authenticator.client_data import collect
from tests.authenticator.credentials import (
    Credential,
    asks_for_discoverable,
    choose_algorithm,
    descriptor_ids,
)
from tests.authenticator.lies import AssertionLies, RegistrationLies, require_known
from tests.authenticator.refusals import InvalidStateError, NotAllowedError, SecurityError
from tests.authenticator.responses import envelope

AAGUID = b"touchstone tests"


@dataclass(kw_only=True)
class SoftAuthenticator:
    """Holds any number of credentials for one RP ID, used from one origin."""

    rp_id: str
    origin: str
    algorithm: int = keys.ES256
    """Wished for; another is taken if this one is not offered."""
    aaguid: bytes = AAGUID
    sign_count_step: int = 1
    """What each ceremony adds to a credential's counter; 0 keeps it at zero for ever."""
    backup_eligible: bool = False
    backup_state: bool = False
    user_verification: bool = True
    """Whether the user can be verified; it is done unless discouraged."""
    transports: tuple[str, ...] = ("usb", "nfc")
    attachment: str = "cross-platform"
    attestation: AttestationMaker = field(default_factory=NoAttestation)
    """How it attests when the options ask for attestation."""
    credentials: dict[bytes, Credential] = field(default_factory=dict, init=False)

    def create(
        self, options: Mapping[str, Any], **lies: Unpack[RegistrationLies]
    ) -> dict[str, Any]:
        """Answer PublicKeyCredentialCreationOptionsJSON with RegistrationResponseJSON."""
        require_known(lies, RegistrationLies)
        self._require_own_rp_id(options["rp"].get("id"))
        if descriptor_ids(options.get("excludeCredentials")) & self.credentials.keys():
            raise InvalidStateError("an excluded credential is held")
        selection = options.get("authenticatorSelection") or {}
        user_verified = self._verify_user(selection.get("userVerification"))
        credential = self._new_credential(options, lies)
        maker = lies.get("attestation", self._maker(options.get("attestation")))
        response = registration.respond(
            credential,
            self._use(credential, user_verified=user_verified),
            collected=collect("webauthn.create", options, self.origin, lies),
            aaguid=bytes(16) if maker.zero_aaguid else self.aaguid,
            maker=maker,
            lies=lies,
        )
        return envelope(
            lies.get("credential_id", credential.id),
            response | {"transports": list(self.transports)},
            attachment=self.attachment,
            extension_results=_extension_results(options, credential),
            lies=lies,
        )

    def get(
        self,
        options: Mapping[str, Any],
        *,
        credential: Credential | bytes | None = None,
        **lies: Unpack[AssertionLies],
    ) -> dict[str, Any]:
        """Answer PublicKeyCredentialRequestOptionsJSON with AuthenticationResponseJSON.

        A `credential` named by the caller is used whether or not it is allowed.
        """
        require_known(lies, AssertionLies)
        self._require_own_rp_id(options.get("rpId"))
        user_verified = self._verify_user(options.get("userVerification"))
        if isinstance(credential, bytes):
            credential = self.credentials[credential]
        used = credential or self._allowed(options)
        response = assertion.respond(
            used,
            self._use(used, user_verified=user_verified),
            collected=collect("webauthn.get", options, self.origin, lies),
            lies=lies,
        )
        return envelope(
            lies.get("credential_id", used.id),
            response,
            attachment=self.attachment,
            extension_results={},
            lies=lies,
        )

    @property
    def latest(self) -> Credential:
        """The credential made last."""
        return list(self.credentials.values())[-1]

    def clone(self) -> "SoftAuthenticator":
        """The same keys and counters in another body; from here on each counts alone."""
        twin = replace(self)
        twin.credentials = {held.id: replace(held) for held in self.credentials.values()}
        return twin

    def _require_own_rp_id(self, rp_id: str | None) -> None:
        if rp_id not in (None, self.rp_id):
            raise SecurityError(f"{rp_id} is not {self.rp_id}")

    def _verify_user(self, requirement: str | None) -> bool:
        if requirement == "required" and not self.user_verification:
            raise NotAllowedError("the user cannot be verified")
        return self.user_verification and requirement != "discouraged"

    def _new_credential(self, options: Mapping[str, Any], lies: RegistrationLies) -> Credential:
        credential = Credential(
            key=lies.get("key") or keys.generate(choose_algorithm(options, self.algorithm)),
            user_handle=decode(options["user"]["id"]),
            discoverable=asks_for_discoverable(options),
        )
        credential.id = lies.get("credential_id", credential.id)
        self.credentials[credential.id] = credential
        return credential

    def _maker(self, conveyance: str | None) -> AttestationMaker:
        return NoAttestation() if conveyance in (None, "none") else self.attestation

    def _allowed(self, options: Mapping[str, Any]) -> Credential:
        allowed = descriptor_ids(options.get("allowCredentials"))
        for held in reversed(self.credentials.values()):
            if held.id in allowed or (not allowed and held.discoverable):
                return held
        raise NotAllowedError("no credential fits")

    def _use(self, credential: Credential, *, user_verified: bool) -> AuthenticatorState:
        credential.sign_count += self.sign_count_step
        return AuthenticatorState(
            rp_id_hash=sha256(self.rp_id.encode()).digest(),
            user_verified=user_verified,
            backup_eligible=self.backup_eligible,
            backup_state=self.backup_state,
            sign_count=credential.sign_count,
        )


def _extension_results(options: Mapping[str, Any], credential: Credential) -> dict[str, Any]:
    asked = options.get("extensions") or {}
    return {"credProps": {"rk": credential.discoverable}} if asked.get("credProps") else {}
