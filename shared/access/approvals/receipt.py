"""The receipt of an approval: what anybody needs to check who approved what, without this service.

`docs/approvals.md` describes it. `python -m shared.audit.verify --receipt` checks it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from shared import base64url
from shared.access.approvals.approval import Approval, Gesture, Status
from shared.access.approvals.proof import proof_digest, proof_members
from shared.access.approvals.statement import read_statement

VERSION = 1


class ProofMissing(ValueError):
    """What is kept of a gesture is not what was kept when it was made."""


def write_receipt(
    approval: Approval,
    proofs: Sequence[bytes],
    *,
    status: Status,
    checkpoint: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """`proofs` are those of the gestures, in their order. `checkpoint` proves which of the
    `events_of` the approval are in the log. Raise ProofMissing."""
    digests = [proof_digest(content) for content in proofs]
    if digests != [gesture.proof for gesture in approval.gestures]:
        raise ProofMissing
    given = zip(approval.gestures, proofs, strict=True)
    decided = approval.decided_at
    return {
        "version": VERSION,
        "statement": approval.statement,
        "service": read_statement(approval.statement)["service"],
        "status": status.value,
        "decidedAt": None if decided is None else decided.isoformat(),
        "gestures": [_gesture(gesture, content) for gesture, content in given],
        "use": _use(approval),
        "checkpoint": checkpoint,
    }


def events_of(approval: Approval) -> list[str]:
    """The IDs of the events that its receipt names."""
    gestures = [gesture.event for gesture in approval.gestures]
    return gestures if approval.use is None else [*gestures, approval.use]


def _use(approval: Approval) -> dict[str, str] | None:
    if approval.use is None or approval.used_at is None:
        return None
    return {"at": approval.used_at.isoformat(), "event": approval.use}


def _gesture(gesture: Gesture, content: bytes) -> dict[str, Any]:
    return {
        "role": gesture.part.value,
        "user": {"id": base64url.encode(gesture.by), "username": gesture.username},
        **proof_members(content),
        "at": gesture.at.isoformat(),
        "event": gesture.event,
    }
