"""Checks, before the log is extended, that it is the signed log and continues earlier checkpoints.

A process remembers the newest checkpoint that it saw. Another checkpoint is outside of the tables,
if the log is shipped to blobs. An intruder who can write to the tables and has no key can change
neither. So a log that was changed, rolled back or begun anew is not signed again.

The known checkpoints are read before the head, so instances that seal meanwhile cause no
contradiction. Entries after the head are sealed only if the service appended them: each has a tag
for its number. If the head was set back, the same entries are sealed again.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from shared.audit.checkpoint import Checkpoint
from shared.audit.continuity import (
    Discontinuity,
    check_entries,
    check_growth,
    check_head,
    check_note,
)
from shared.audit.log_entry import LogEntry
from shared.audit.merkle import Frontier
from shared.audit_log.contradictions import Contradiction, Contradictions
from shared.audit_log.destinations.destination import NotNow
from shared.audit_log.destinations.outside_checkpoint import OutsideCheckpoint
from shared.audit_log.proofs import Proofs
from shared.audit_log.trust import Trust
from shared.errors import LogInconsistent, StorageUnavailable
from shared.storage.audit.audit_log import AuditLog, Head
from shared.storage.audit.audit_outbox import Pending
from shared.storage.audit.audit_rows import MAX_BATCH, TILE

EXTENDED = "extended"

logger = logging.getLogger("touchstone.audit")


class TrustedLog:
    def __init__(
        self, trust: Trust, *, log: AuditLog, proofs: Proofs, clock: Callable[[], datetime]
    ) -> None:
        self._trust = trust
        self._log = log
        self._proofs = proofs
        self._seen: Checkpoint | None = None
        self._noticed: Checkpoint | None = None
        """Signed, but not compared with the other checkpoints: this process does not seal."""
        self._compared = False
        self._contradictions = Contradictions(clock)

    async def head(self, outside: OutsideCheckpoint) -> Head:
        """The head of a log that may be extended.

        Raises Discontinuity, LogInconsistent, StorageUnavailable, KeysUnavailable.
        """
        seen, note = self._seen, await self._read(outside)
        head = await self._log.head()
        checkpoint = await self._open(head)
        if seen:
            await self._require_growth(seen, checkpoint, "before")
        if note:
            await self._compare(note, checkpoint)
        if checkpoint:
            self._remember(checkpoint)
        self._compared = True
        return head

    async def unfinished(self, head: Head) -> list[LogEntry] | None:
        """The entries that were appended after the head, in one partition of the log.

        None if another instance extends the log now. Raises the errors of `head`.
        """
        left = await self._log.tagged_entries(head.size, limit=MAX_BATCH)
        entries = [each.entry for each in left]
        expected = list(range(head.size, head.size + len(left)))
        if [entry.index for entry in entries] != expected:
            await self._refute(head, "a gap after its head")
            return None
        keys = await self._trust.statements()
        if not all(self._trust.accepts(each, keys) for each in left):
            await self._refute(head, "entries after the head that the service did not append")
            return None
        return entries

    async def accepted(self, pending: Sequence[Pending]) -> list[Pending]:
        """Return the rows that the service wrote, without those that were put back later."""
        return await self._trust.accepted(pending)

    def extended(self, size: int, root: bytes) -> None:
        """Remember the checkpoint that this process signed."""
        self._remember(Checkpoint(origin=self._trust.origin, size=size, root=root))

    async def signed_entries(self, first: int, head: Head, *, bare: bool = False) -> list[LogEntry]:
        """The entries of one partition, up to the head, proven to be in its signed tree. `bare`
        leaves their parts out.

        Raises Discontinuity if the entries are not the signed ones, LogInconsistent,
        StorageUnavailable.
        """
        limit = min(TILE, head.size - first)
        read = self._log.bare_entries if bare else self._log.entries
        entries = await read(first, limit=limit)
        before = Frontier(first, await self._proofs.frontier(first))
        proof = await self._proofs.consistency(first + len(entries), head.size)
        check_entries(entries, before, head.frontier, proof)
        return entries

    async def signed_head(self) -> Head:
        """The head, with one read, if it is signed and not smaller than a known checkpoint.

        Raises LogInconsistent, StorageUnavailable, KeysUnavailable.
        """
        known = [each for each in (self._seen, self._noticed) if each]
        head = await self._log.head()
        try:
            checkpoint = await self._open(head)
            for each in known:
                if checkpoint is None or checkpoint.size <= each.size:
                    _require(checkpoint, each, seen="before")
        except Discontinuity as error:
            raise LogInconsistent(str(error)) from error
        self._noticed = checkpoint
        return head

    async def find_contradiction(self) -> Contradiction | None:
        """Makes one read. Returns too what this process found in earlier, larger reads."""
        try:
            await self.signed_head()
        except LogInconsistent as error:
            return self._contradictions.describe(str(error), EXTENDED)
        return self._contradictions.first()

    def reporting(self, what: str) -> AbstractContextManager[None]:
        """See `Contradictions.reporting`."""
        return self._contradictions.reporting(what)

    async def _refute(self, head: Head, what: str) -> None:
        """Raise Discontinuity unless the head has changed meanwhile."""
        if (await self._log.head()).etag == head.etag:
            raise Discontinuity(f"the log has {what}")

    def _remember(self, checkpoint: Checkpoint) -> None:
        if self._seen is None or checkpoint.size >= self._seen.size:
            self._seen = checkpoint

    async def _open(self, head: Head) -> Checkpoint | None:
        if head.etag is None:
            return None
        verifiers = await self._trust.keys()
        return check_head(
            head.checkpoint, head.frontier, origin=self._trust.origin, verifiers=verifiers
        )

    async def _read(self, outside: OutsideCheckpoint) -> str | None:
        """An unreachable place blocks nothing, once this process has compared the log with it."""
        try:
            return await outside.newest_checkpoint()
        except NotNow as error:
            logger.warning("the log cannot be compared with its copy: %s", error.reason)
            if self._compared:
                return None
            raise StorageUnavailable from error

    async def _compare(self, note: str, checkpoint: Checkpoint | None) -> None:
        verifiers = await self._trust.keys()
        what = "the checkpoint of the log's copy"
        kept = check_note(note, what, origin=self._trust.origin, verifiers=verifiers)
        name = name_of(kept)
        if name not in self._trust.superseded:
            await self._require_growth(kept, checkpoint, f"in its copy, by checkpoint {name}")

    async def _require_growth(self, old: Checkpoint, new: Checkpoint | None, seen: str) -> None:
        proof: list[bytes] = []
        if new and old.size < new.size:
            proof = await self._proofs.consistency(old.size, new.size)
        _require(new, old, proof, seen=seen)


def _require(
    new: Checkpoint | None, old: Checkpoint, proof: Sequence[bytes] = (), *, seen: str
) -> None:
    if new is None:
        raise Discontinuity(f"the log is missing, and had {old.size} entries {seen}")
    check_growth(old, new, proof, seen=seen)


def name_of(checkpoint: Checkpoint) -> str:
    """The checkpoint in one word, as a setting names it."""
    return f"{checkpoint.size}-{checkpoint.root.hex()}"
