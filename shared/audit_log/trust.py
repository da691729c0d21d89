"""By which keys checkpoints and events are judged."""

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
    """By which the service knows what it appended."""
    untagged_before: datetime = _NEVER
    """What was written to storage before needs no tag that is known: an earlier version's doing, or
    that of an import."""
    superseded: Collection[str] = ()
    """Names of checkpoints outside from which the log need not go on, since it was restored."""

    def accepts(self, found: Tagged | Pending, keys: Sequence[StatementKey]) -> bool:
        """Whether the service wrote it."""
        return self._allows_for(found.written) or found.is_authentic(keys)

    async def accepted(self, pending: Sequence[Pending]) -> list[Pending]:
        """Those that the service wrote, and that nobody put back later."""
        keys = await self.statements()
        return [each for each in pending if self.accepts(each, keys) and not self._put_back(each)]

    def _put_back(self, pending: Pending) -> bool:
        return is_put_back(pending) and not self._allows_for(pending.written)

    def _allows_for(self, written: datetime) -> bool:
        return written < self.untagged_before
