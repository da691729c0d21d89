"""The members of a ceremony's event. Each step that succeeds adds more of them.

Before the challenge is claimed there is no evidence, as nothing may be stored of an answer to a
ceremony that is over. Until the answer is verified, its texts, such as the origin, are evidence
only: a stranger may have written them, and the public part of an event is never removed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from shared.accounts.handles import AccountLocator
from shared.accounts.records import CredentialRecord
from shared.audit.event import Kind
from shared.audit.facts import CredentialFacts, Fact
from shared.recording.actors import owner_of, user
from shared.recording.credential_facts import facts_of
from shared.recording.event_details import EventDetails
from shared.sessions.authority import describe_authority
from shared.sessions.session import hash_credential
from shared.webauthn.authentication import VerifiedAssertion
from shared.webauthn.credential_changes import Observation
from shared.webauthn.responses import AuthenticationResponse, RegistrationResponse
from shared.webauthn.state import RegistrationCeremony

_OBSERVED = {
    Observation.SIGN_COUNT_REGRESSION: Kind.SIGN_COUNT_REGRESSION,
    Observation.SIGN_COUNTS_APART: Kind.SIGN_COUNT_REGRESSION,
    Observation.SIGN_COUNT_UNCHANGED: Kind.SIGN_COUNT_UNCHANGED,
    Observation.BACKUP_ELIGIBILITY_APPEARED: Kind.BACKUP_ELIGIBILITY_APPEARED,
    Observation.BACKUP_ELIGIBILITY_VANISHED: Kind.BACKUP_ELIGIBILITY_VANISHED,
    Observation.BACKUP_STATE_CHANGED: Kind.BACKUP_STATE_CHANGED,
}

KEPT_UNVERIFIED = {
    "clientDataJSON": 1024,
    "attestationObject": 10_240,
    "authenticatorData": 1024,
    "signature": 5120,
}
"""The most bytes that are kept of an answer that was not verified. Of larger members, the SHA-256
and the length are kept. The largest in captured ceremonies are 418 bytes of client data and 8,572
of an attestation object. The largest signature, of ML-DSA-87, has 4,627."""


def observed_in(
    record: CredentialRecord, verified: VerifiedAssertion
) -> Sequence[tuple[Kind, EventDetails]]:
    """Observations in a correct answer that need an event."""
    what = recognized(record) | proven(record, verified)
    return [(_OBSERVED[each], what | _facts_of(each)) for each in verified.observations]


def _facts_of(observation: Observation) -> EventDetails:
    """Marks a synced passkey whose copies count separately: it is not a copied key."""
    apart = observation is Observation.SIGN_COUNTS_APART
    return EventDetails(facts={"synced": True}) if apart else EventDetails()


def asserted(response: AuthenticationResponse, locator: AccountLocator | None) -> EventDetails:
    """The client's claims, before anything is verified."""
    return EventDetails(
        target=None if locator is None else user(locator),
        credential=CredentialFacts(hash=hash_credential(response.credential_id)),
    )


def examined(
    response: AuthenticationResponse,
    record: CredentialRecord | None,
    verified: VerifiedAssertion | None,
    *,
    overtaken: bool,
) -> EventDetails:
    """The challenge is claimed, and the answer was checked. `record` is given if it was found, and
    `verified` if the answer is correct. `overtaken` means that the sign count fell, and that
    another answer may explain it.
    """
    details = EventDetails(evidence=_bounded(_assertion(response)))
    if record is not None:
        details |= recognized(record)
    if overtaken:
        # The alert on copied keys uses this: a thief with a copy could begin each sign-in before
        # the owner finishes another.
        details |= EventDetails(facts={"countFell": True})
    if record is not None and verified is not None:
        # All signed data is kept, and the origin is verified.
        origin, evidence = response.client_data.origin, _assertion(response)
        details |= proven(record, verified) | EventDetails(origin=origin, evidence=evidence)
    return details


def _assertion(response: AuthenticationResponse) -> dict[str, bytes]:
    return {
        "clientDataJSON": response.client_data.raw,
        "authenticatorData": response.authenticator_data,
        "signature": response.signature,
    }


def _bounded(evidence: Mapping[str, bytes]) -> dict[str, bytes | int]:
    kept: dict[str, bytes | int] = {}
    for name, data in evidence.items():
        if len(data) <= KEPT_UNVERIFIED[name]:
            kept[name] = data
        else:
            kept |= {f"{name}.sha256": sha256(data).digest(), f"{name}.length": len(data)}
    return kept


def recognized(record: CredentialRecord) -> EventDetails:
    """The response names a known credential. What the authenticator says is not verified yet."""
    credential = replace(
        facts_of(record),
        sign_count=None,
        user_verified=None,
        backup_eligible=None,
        backup_state=None,
    )
    return EventDetails(target=owner_of(record), credential_name=record.name, credential=credential)


def proven(record: CredentialRecord, verified: VerifiedAssertion) -> EventDetails:
    """The signature is valid, and so is the data of the authenticator."""
    credential = replace(
        facts_of(record),
        sign_count=verified.sign_count,
        user_verified=verified.user_verified,
        backup_eligible=verified.backup_eligible,
        backup_state=verified.backup_state,
    )
    return EventDetails(actor=owner_of(record), credential=credential)


def offered(response: RegistrationResponse, ceremony: RegistrationCeremony) -> EventDetails:
    """The client's claims and the authority of the ceremony, before anything is verified."""
    facts: dict[str, Fact] = {
        "founding": ceremony.founding,
        "authority": describe_authority(ceremony.authority),
    }
    return EventDetails(
        target=user(ceremony.user_handle, name=ceremony.username),
        credential=CredentialFacts(hash=hash_credential(response.credential_id)),
        facts=facts,
    )


def shown_new(response: RegistrationResponse) -> EventDetails:
    """The challenge is claimed, so the authenticator's data may be kept, up to a size."""
    return EventDetails(evidence=_bounded(_attestation(response)))


def _attestation(response: RegistrationResponse) -> dict[str, bytes]:
    return {
        "clientDataJSON": response.client_data.raw,
        "attestationObject": response.attestation_object,
    }


def registered(record: CredentialRecord, response: RegistrationResponse) -> EventDetails:
    return EventDetails(
        origin=response.client_data.origin,
        actor=owner_of(record),
        credential_name=record.name,
        credential=facts_of(record),
        evidence=_attestation(response),
    )
