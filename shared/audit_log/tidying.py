"""Removes rows of the outbox whose events are in the log already."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from shared.audit.log_entry import LogEntry
from shared.audit_log.trusted_log import TrustedLog
from shared.storage.audit.audit_log import AuditLog, Head
from shared.storage.audit.audit_outbox import AuditOutbox, Pending
from shared.storage.audit.audit_rows import MAX_BATCH
from shared.storage.tables.gather_limited import gather_limited

_LEFT = 10 * MAX_BATCH


class Tidying:
    def __init__(self, *, outbox: AuditOutbox, log: AuditLog, trusted_log: TrustedLog) -> None:
        self._outbox = outbox
        self._log = log
        self._trusted_log = trusted_log

    async def tidy(self, head: Head) -> Head:
        """Go back only over entries that a stopped instance may have left in the outbox. All other
        rows in the outbox are recognized by their IDs."""
        at = max(head.tidy, head.size - _LEFT)
        while at < head.size:
            entries = await self._log.entries(at, limit=min(MAX_BATCH, head.size - at))
            found = await gather_limited(self._find, entries)
            await self._outbox.remove([each for each in found if each])
            at = entries[-1].index + 1 if entries else head.size
        return replace(head, tidy=head.size)

    async def _find(self, entry: LogEntry) -> Pending | None:
        found = await self._outbox.find(entry.statement.id)
        if found is None or not await self._trusted_log.accepted([found]):
            return None  # the places in a row of a stranger are not read
        found = await self._outbox.find_change(found)
        return found if _agrees(found, entry) else None

    async def remove_agreeing(
        self, repeated: Sequence[Pending], sealed: Mapping[str, LogEntry]
    ) -> int:
        """Return how many are in the log with another outcome. These stay in the outbox."""
        agreeing = [each for each in repeated if _agrees(each, sealed[each.id])]
        await self._outbox.remove(agreeing)
        return len(repeated) - len(agreeing)


def _agrees(pending: Pending, entry: LogEntry) -> bool:
    """Whether the row can be removed without loss. The event beside the change of a notice may be
    missing, as it is removed first."""
    is_notice = bool(pending.places) and pending.found is None
    return is_notice or pending.statement.leaf == entry.statement.leaf
