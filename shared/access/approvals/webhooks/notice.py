"""What a webhook of a profile has to be told of an approval."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.access.approvals.approval import Approval
from shared.access.approvals.webhooks.history import history_of
from shared.notice import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalNotice(Notice):
    """It only points at a change. What is told comes from the approval, whose row nobody else can
    write."""

    approval: str
    change: int
    """Its number in the approval's history."""
    profile: str
    webhook: int
    """Its place among the addresses of the profile."""


def notices_of(before: Approval | None, after: Approval) -> Iterator[ApprovalNotice]:
    """For each change between the two, and each webhook."""
    known = 0 if before is None else sum(1 for _ in history_of(before))
    for number, change in enumerate(history_of(after)):
        for webhook in range(after.webhooks) if number >= known else ():
            yield ApprovalNotice(
                approval=after.id,
                change=number,
                profile=after.profile,
                webhook=webhook,
                noted_at=change.at,
                due_at=change.at,
            )
