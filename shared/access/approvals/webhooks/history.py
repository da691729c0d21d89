"""What happened to an approval, step by step, as its record tells."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.access.approvals.approval import Approval, Status


class Step(StrEnum):
    REQUESTED = "requested"
    GIVEN = "given"
    """A gesture was made, and others are missing."""
    APPROVED = "approved"
    """The last gesture that it needs was made."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    USED = "used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    step: Step
    at: datetime
    after: Approval
    """The approval as it was then."""


def history_of(approval: Approval) -> Iterator[Change]:
    """In the order of time. A change only ever adds to it, so each has its number for good."""
    now = replace(
        approval, status=Status.PENDING, gestures=(), refusal=None, decided_at=None, used_at=None
    )
    yield Change(step=Step.REQUESTED, at=approval.created_at, after=now)
    for gesture in approval.gestures:
        now = now.with_gesture(gesture)
        step = Step.APPROVED if now.status is Status.APPROVED else Step.GIVEN
        yield Change(step=step, at=gesture.at, after=now)
    if approval.refusal is not None:
        yield Change(step=Step.REFUSED, at=approval.refusal.at, after=approval)
    elif approval.status is Status.WITHDRAWN and approval.decided_at is not None:
        yield Change(step=Step.WITHDRAWN, at=approval.decided_at, after=approval)
    elif approval.used_at is not None:
        yield Change(step=Step.USED, at=approval.used_at, after=approval)
