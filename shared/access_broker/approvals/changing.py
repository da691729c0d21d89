"""An approval changes in the transaction of its event. Of two changes at once, one sees the other.

Whoever was slower looks again at what is there now, and goes on only if that still allows it.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from shared.access.approvals.approval import Approval, Status
from shared.errors import ApprovalOver, ConcurrentUse, NotFound
from shared.recording.attempt import Attempt
from shared.storage.access.approval_rows import StoredApproval
from shared.storage.access.approvals import ApprovalStore

TRIES = 6
"""As many gestures as an approval has: each can be overtaken by all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalChanges:
    store: ApprovalStore
    clock: Callable[[], datetime]

    async def make(
        self,
        attempt: Attempt,
        stored: StoredApproval,
        change: Callable[[Approval], Approval],
        *,
        of: Container[Status],
    ) -> None:
        """Change an approval that has one of the states. Raises NotFound, ApprovalOver,
        ConcurrentUse."""
        await attempt.announce(self.store.partition)
        for _ in range(TRIES):
            self.require(stored, of=of)
            after = change(stored.approval)
            if await attempt.try_commit(partial(self.store.change, stored, after)):
                return
            stored = await self.find(stored.approval.id)
        raise ConcurrentUse

    async def find(self, approval_id: str) -> StoredApproval:
        """Raises NotFound."""
        stored = await self.store.find(approval_id)
        if stored is None:
            raise NotFound
        return stored

    def require(self, stored: StoredApproval, *, of: Container[Status]) -> None:
        """Raises ApprovalOver."""
        status = stored.approval.status_at(self.clock())
        if status not in of:
            raise ApprovalOver(status)
