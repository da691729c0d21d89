"""An approval: what was asked, what people decided, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from shared import base64url
from shared.accounts.handles import UserHandle
from shared.webauthn.state import make_purpose

MOST_GESTURES = 6
"""Of the asker and of five approvers."""


class Status(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    """By as many as it needs. It was not used yet."""
    USED = "used"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    """No row says so: the time does."""


class Part(StrEnum):
    """What a gesture says."""

    ASK = "ask"
    APPROVE = "approve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gesture:
    """Of the asker or of an approver. What the authenticator signed is kept beside it."""

    part: Part
    by: UserHandle
    username: str
    credential: bytes
    """SHA-256 of the credential ID."""
    key: bytes
    """What names the public key, however it is written."""
    at: datetime
    event: str
    """The ID of its event."""
    proof: bytes
    """SHA-256 of what is kept for the receipt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    by: UserHandle
    username: str
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    handle: UserHandle
    username: str
    session: bytes | None
    """The session that asked. When it ends, the approval opens nothing."""
    thumbprint: str | None
    client: str | None
    """The client by which the person asked; None for our own pages."""
    keys: frozenset[bytes]
    """What names the public keys of the account. None of them approves, whoever registered it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    id: str
    """A UUID of version 7."""
    statement: str
    """The canonical text that gestures commit to."""
    profile: str
    """Its name."""
    asker: Asker
    approvers: int
    """How many have to approve."""
    bound_gesture: bool
    """The asker has to make a gesture too."""
    created_at: datetime
    expires_at: datetime
    webhooks: int = 0
    """How many addresses the profile had that are told."""
    status: Status = Status.PENDING
    gestures: tuple[Gesture, ...] = ()
    refusal: Refusal | None = None
    decided_at: datetime | None = None
    used_at: datetime | None = None
    use: str | None = None
    """The ID of the event of its use."""

    def status_at(self, now: datetime) -> Status:
        waits = self.status in (Status.PENDING, Status.APPROVED)
        return Status.EXPIRED if waits and self.expires_at <= now else self.status

    @property
    def approvals(self) -> Sequence[Gesture]:
        return [each for each in self.gestures if each.part is Part.APPROVE]

    @property
    def lacks_asker(self) -> bool:
        """The asker's own gesture is still missing."""
        return self.bound_gesture and all(each.part is not Part.ASK for each in self.gestures)

    @property
    def missing(self) -> int:
        """How many approvers are still missing."""
        return max(0, self.approvers - len(self.approvals))

    def with_gesture(self, gesture: Gesture) -> "Approval":
        """It is approved with the last gesture that it needs."""
        after = replace(self, gestures=(*self.gestures, gesture))
        if after.missing or after.lacks_asker:
            return after
        return replace(after, status=Status.APPROVED, decided_at=gesture.at)

    def refused(self, refusal: Refusal) -> "Approval":
        return replace(self, status=Status.REFUSED, refusal=refusal, decided_at=refusal.at)

    def withdrawn(self, *, at: datetime) -> "Approval":
        return replace(self, status=Status.WITHDRAWN, decided_at=at)

    def used(self, *, at: datetime, event: str) -> "Approval":
        return replace(self, status=Status.USED, used_at=at, use=event)


def approve_url(approval: Approval, issuer: str) -> str:
    return f"{issuer}/approve#{approval.id}"


def purpose_of(approval: str, part: Part, by: UserHandle, statement: str) -> bytes:
    """What a gesture is for: this part of this person in this approval of these bytes. Receipts
    are checked by it, so it never changes."""
    digest = base64url.encode(sha256(statement.encode()).digest())
    return make_purpose("approval", approval, part, base64url.encode(by), digest)
