"""Sealing: what waits in the outbox becomes entries of the log, under a signed checkpoint.

Any number of instances may do it at once, and each may end at any moment. The log gives each number
once, so of several that append at the same place one goes on and the others leave it to that one.
Who begins first takes up what was left: entries that were appended and are not under the head yet,
and rows of the outbox that are in the log already. Only then it reads the outbox. An event that is
read twice would be appended at a number that is taken by then, so that nothing is in the log twice.

Before all that the log is checked (`shared.relying_party.continuity`): what somebody else wrote to
the tables is not signed.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from shared.audit.checkpoint import Checkpoint, CheckpointKey, sign_checkpoint
from shared.audit.entry import Entry
from shared.audit.merkle import leaf_hash
from shared.relying_party.continuity import Continuity
from shared.shipping.outside import Nowhere, Outside
from shared.storage.at_once import at_once
from shared.storage.audit_log import MAX_BATCH, AuditLog, Head, next_batch
from shared.storage.audit_outbox import AuditOutbox, Pending

SETTLING = timedelta(minutes=3)
"""A request is given up long before this: a notice that is older has no outcome to wait for."""
_READ = 1000
_NOWHERE = Nowhere()


class Sealing:
    def __init__(
        self,
        *,
        outbox: AuditOutbox,
        log: AuditLog,
        continuity: Continuity,
        origin: str,
        keys: Callable[[], Awaitable[Sequence[CheckpointKey]]],
        clock: Callable[[], datetime],
    ) -> None:
        """`origin` names the log; `keys` are all that sign its checkpoints now."""
        self._outbox = outbox
        self._log = log
        self._continuity = continuity
        self._origin = origin
        self._keys = keys
        self._clock = clock

    async def seal(self, *, until: datetime, outside: Outside = _NOWHERE) -> int:
        """Seal what is ready, beginning no batch after `until`; return how many entries.

        Raises StorageUnavailable, KeysUnavailable; whoever comes next goes on. Raises
        LogInconsistent, with nothing done, if the log is not the one that was signed.
        """
        head, left = await self._take_up(outside)
        sealed, more = 0, True
        while head is not None and more and self._clock() < until:
            pending = await self._outbox.read(limit=_READ)
            ready = await self._ready(pending)
            more = bool(ready) and len(pending) == _READ
            while ready and head is not None and self._clock() < until:
                batch, ready = self._next(head, ready)
                head = await self._append(head, batch)
                sealed += len(batch) if head else 0
        if head is not None and (sealed or left):
            await self._conclude(head)
        return sealed

    async def _conclude(self, head: Head) -> None:
        await self._log.keep_checkpoint(head.size, head.checkpoint or "")
        await self._log.advance(head, replace(head, tidy=head.size))

    def _next(
        self, head: Head, ready: Sequence[Pending]
    ) -> tuple[Sequence[Pending], Sequence[Pending]]:
        size = len(next_batch(head.size, [each.statement for each in ready]))
        return ready[:size], ready[size:]

    async def _ready(self, pending: Sequence[Pending]) -> Sequence[Pending]:
        looked = await at_once(self._outbox.look, pending)
        now = self._clock()
        ready = (
            each for each in looked if each.found or not each.places or now - each.at > SETTLING
        )
        return sorted(ready, key=lambda each: each.statement.id)  # by time

    async def _append(self, head: Head, batch: Sequence[Pending]) -> Head | None:
        """Return the new head, or None if another one is sealing."""
        statements = [each.statement for each in batch]
        if not await self._log.append(head.size, statements):
            return None
        new = await self._advance(head, [leaf_hash(statement.leaf) for statement in statements])
        if new is None:
            return None
        await self._outbox.remove(batch)
        return replace(new, tidy=new.size)

    async def _advance(self, head: Head, leaves: Sequence[bytes]) -> Head | None:
        frontier = head.frontier.copy()
        completed = [done for leaf in leaves for done in frontier.append(leaf)]
        await self._log.keep_roots(completed)
        checkpoint = Checkpoint(origin=self._origin, size=frontier.size, root=frontier.root)
        note = sign_checkpoint(checkpoint, await self._keys())
        new = replace(head, frontier=frontier, checkpoint=note, sealed_at=self._clock())
        advanced = await self._log.advance(head, new)
        if advanced is not None:
            self._continuity.extended(frontier.size, frontier.root)
        return advanced

    async def _take_up(self, outside: Outside) -> tuple[Head | None, bool]:
        """Finish what another sealer left; return whether there was something.

        No head if that one is still at it.
        """
        head = await self._continuity.head(outside)
        while head is not None:
            left = await self._continuity.unfinished(head)
            if left is None:
                break
            if not left:
                return await self._tidy(head), head.tidy < head.size
            head = await self._advance(head, [leaf_hash(each.statement.leaf) for each in left])
        return None, False

    async def _tidy(self, head: Head) -> Head:
        at = head.tidy
        while at < head.size:
            entries = await self._log.entries(at, limit=min(MAX_BATCH, head.size - at))
            found = await at_once(self._find, entries)
            await self._outbox.remove([each for each in found if each])
            at += len(entries)
        return replace(head, tidy=at)

    async def _find(self, entry: Entry) -> Pending | None:
        return await self._outbox.find(entry.statement.id)
