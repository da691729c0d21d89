"""A verified gesture, before it counts for an approval."""

from dataclasses import dataclass
from datetime import datetime

from shared.access.approvals.approval import Asker, Gesture, Part
from shared.access.approvals.proof import proof_digest
from shared.access.profiles.eligibility import obstacles, obstacles_of_approver
from shared.access_broker.approvals.looking import Look
from shared.access_broker.people import gesture_of
from shared.accounts.handles import UserHandle
from shared.errors import AccessObstructed, AuthenticationRejected, Reason
from shared.relying_party.passkeys.assertion_verification import ProvenAssertion
from shared.sessions.session import hash_credential
from shared.webauthn.public_keys.identity import identify_key

CREDENTIAL_USED = "credential-used"
"""The obstacle of a credential, or of a key, that another gesture of the approval has, or who
asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenGesture:
    proven: ProvenAssertion
    part: Part
    person: UserHandle
    at: datetime

    def check(self, look: Look) -> None:
        """Raises ApprovalLapsed; AccessObstructed for a credential that the profile does not admit,
        or that has approved before."""
        if self.proven.stored.record.user_handle != self.person:
            raise AuthenticationRejected(Reason.USER_HANDLE_MISMATCH)
        profile, _ = look.grounds.require()
        record, asked = self.proven.stored.record, look.approval.asker
        shown = gesture_of(record, user_verified=self.proven.verified.user_verified, at=self.at)
        if self.part is Part.ASK:
            found = obstacles(profile, look.person, client=asked.client, gesture=shown, now=self.at)
        else:
            decided = [each.by for each in look.approval.gestures]
            found = obstacles_of_approver(
                profile, look.person, asker=asked.handle, decided=decided, gesture=shown
            )
        if found:
            raise AccessObstructed(found)
        if self._is_askers(asked) or any(map(self._is_same_key, look.approval.gestures)):
            raise AccessObstructed((CREDENTIAL_USED,))

    def _is_askers(self, asked: Asker) -> bool:
        """Somebody with two accounts does not approve with the key of the first one."""
        key = identify_key(self.proven.stored.record.public_key)
        return self.part is Part.APPROVE and key in asked.keys

    def _is_same_key(self, other: Gesture) -> bool:
        """People are told apart by their keys, too: two accounts may have registered one."""
        record = self.proven.stored.record
        is_same_credential = other.credential == hash_credential(record.id)
        return is_same_credential or other.key == identify_key(record.public_key)

    def gesture(self, event_id: str, content: bytes) -> Gesture:
        record = self.proven.stored.record
        return Gesture(
            part=self.part,
            by=self.person,
            username=record.username,
            credential=hash_credential(record.id),
            key=identify_key(record.public_key),
            at=self.at,
            event=event_id,
            proof=proof_digest(content),
        )
