"""The timer follows restores to their end, and sends those that could not be sent before.

Any number of instances do it at the same time: whoever leases a restore does its next step. If the
process stops, another one goes on after the lease.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.access.restores.restore import Status
from shared.access_broker.restores.changing import Found, RestoreChanges
from shared.access_broker.restores.posting import Posting
from shared.access_broker.restores.watching import Watching
from shared.storage.access.restores import RestoreStore
from shared.storage.tables.gather_limited import gather_limited

BATCH = 4
"""A step takes some requests. One that the timer stops is gone on with after its lease."""


@dataclass(kw_only=True)
class Following:
    store: RestoreStore
    changes: RestoreChanges
    posting: Posting
    watching: Watching
    clock: Callable[[], datetime]

    async def follow(self, *, until: datetime) -> int:
        """Return how many restores were looked at. Each is once, and no batch begins after `until`.
        Raises StorageUnavailable, KeysUnavailable."""
        followed = 0
        after: str | None = ""
        while after is not None and self.clock() < until:
            due = await self.store.due(self.clock(), after=after, limit=BATCH)
            found = [each for stored in due.restores if (each := await self.changes.open(stored))]
            await gather_limited(self._step, found)
            followed += len(found)
            after = due.go_on_after
        return followed

    async def go_on(self, approval: str) -> None:
        """The next step of one restore, if it is due. Raises StorageUnavailable,
        KeysUnavailable."""
        found = await self.changes.find(approval)
        if found is not None and not found.stored.is_ended:
            await self._step(found)

    async def _step(self, found: Found) -> None:
        """The column that says when it is due is for the query: only the seal is believed."""
        if found.restore.due_at > self.clock():
            return
        if found.restore.status is Status.INTENDED:
            await self.posting.post(found)
        else:
            await self.watching.watch(found)
