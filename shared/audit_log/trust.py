"""The keys by which checkpoints and events are checked."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.audit.checkpoint import Verifier
from shared.audit.statement import StatementKey
from shared.audit_log.settling import is_put_back
from shared.storage.audit.audit_outbox import Pending
from shared.storage.audit.tagged import Tagged

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    origin: str
    keys: Callable[[], Awaitable[Sequence[Verifier]]]
    statements: Callable[[], Awaitable[Sequence[StatementKey]]]
    """The keys by which the service recognizes its own entries."""
    untagged_before: datetime = _NEVER
    """Rows that were written to storage before need no known tag, as an earlier version or an
    import wrote them."""
    superseded: Collection[str] = ()
    """Names of outside checkpoints that the log need not continue, as it was restored."""

    def accepts(self, found: Tagged | Pending, keys: Sequence[StatementKey]) -> bool:
        """Whether the row is accepted as written by the service."""
        return self._allows_for(found.written) or found.is_authentic(keys)

    async def accepted(self, pending: Sequence[Pending]) -> list[Pending]:
        """Return the rows that the service wrote, without those that were put back later."""
        keys = await self.statements()
        return [each for each in pending if self.accepts(each, keys) and not self._put_back(each)]

    def _put_back(self, pending: Pending) -> bool:
        return is_put_back(pending) and not self._allows_for(pending.written)

    def _allows_for(self, written: datetime) -> bool:
        return written < self.untagged_before
