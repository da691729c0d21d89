"""Moves the head of the log on over new entries, with a checkpoint that our keys sign."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.audit.checkpoint import Checkpoint, CheckpointKey, sign_checkpoint
from shared.audit.merkle import leaf_hash
from shared.audit.statement import Statement
from shared.audit_log.trusted_log import TrustedLog
from shared.storage.audit.audit_log import AuditLog, Head


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadSigning:
    log: AuditLog
    trusted_log: TrustedLog
    origin: str
    """The name of the log."""
    keys: Callable[[], Awaitable[Sequence[CheckpointKey]]]
    """All keys that sign checkpoints now."""
    clock: Callable[[], datetime]

    async def advance(self, head: Head, statements: Sequence[Statement]) -> Head | None:
        """Move on over `statements`, which are appended. None if another instance was faster."""
        frontier = head.frontier.copy()
        leaves = [leaf_hash(statement.leaf) for statement in statements]
        completed = [done for leaf in leaves for done in frontier.append(leaf)]
        await self.log.keep_roots(completed)
        checkpoint = Checkpoint(origin=self.origin, size=frontier.size, root=frontier.root)
        note = sign_checkpoint(checkpoint, await self.keys())
        new = replace(head, frontier=frontier, checkpoint=note, sealed_at=self.clock())
        advanced = await self.log.advance(head, new)
        if advanced is not None:
            self.trusted_log.extended(frontier.size, frontier.root)
        return advanced

    async def conclude(self, head: Head) -> None:
        """Keep the newest checkpoint, and note that the outbox is tidy up to it."""
        await self.log.keep_checkpoint(head.size, head.checkpoint or "")
        await self.log.advance(head, replace(head, tidy=head.size))
