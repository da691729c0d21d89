"""Proofs that events are in the log, for people who know their IDs and may not read the log.

For n events in a log of up to 256**k entries it makes 1 + 2n + (n + 1)k storage calls at most, in
three round trips: the head; the row of each ID and the batch of its entry; the hashes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shared import base64url
from shared.audit.checkpoint import Checkpoint, Verifier, open_checkpoint
from shared.audit.log_entry import LogEntry
from shared.audit.merkle import includes, leaf_hash
from shared.audit.statement import Statement, is_committed_to
from shared.audit_log.proofs import Proofs
from shared.errors import KeysUnavailable, LogInconsistent, StorageUnavailable
from shared.storage.audit.audit_log import AuditLog
from shared.storage.audit.event_ids import EventIds

logger = logging.getLogger("touchstone.audit")

_CONTRADICTIONS = (LogInconsistent, ValueError, KeyError, TypeError, RecursionError)
"""Whatever reading rows raises that the service did not write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedEvents:
    log: AuditLog
    event_ids: EventIds
    proofs: Proofs
    verifiers: Callable[[], Awaitable[Sequence[Verifier]]]
    """Of the keys whose checkpoints count."""

    async def prove(self, events: Sequence[str]) -> dict[str, Any] | None:
        """The newest checkpoint, and the entries of those events that it covers, without personal
        data. None if it covers none of them, or while the log cannot be read."""
        try:
            return await self._prove(events)
        except (StorageUnavailable, KeysUnavailable):
            logger.warning("the log cannot be read: a receipt is without its proofs")
        except _CONTRADICTIONS as error:
            logger.error(
                "the audit log contradicts itself: a receipt is without its proofs (%s)",
                type(error).__name__,
            )
        return None

    async def _prove(self, events: Sequence[str]) -> dict[str, Any] | None:
        note = (await self.log.head()).checkpoint if events else None
        if note is None:
            return None
        checkpoint = open_checkpoint(note, await self.verifiers())
        found = await asyncio.gather(*map(self.event_ids.find, events))
        entries = [entry for entry in found if entry and entry.index < checkpoint.size]
        if not entries:
            return None
        proofs = await self.proofs.inclusions([each.index for each in entries], checkpoint.size)
        described = map(_describe, entries, proofs, [checkpoint] * len(entries))
        return {"note": note, "entries": list(described)}


def _describe(entry: LogEntry, proof: Sequence[bytes], checkpoint: Checkpoint) -> dict[str, Any]:
    """Raise LogInconsistent unless the entry is the one that was signed."""
    statement, size, root = entry.statement.without_person(), checkpoint.size, checkpoint.root
    leaf = leaf_hash(statement.leaf)
    if not includes(leaf, index=entry.index, size=size, proof=proof, root=root):
        raise LogInconsistent("an entry of the log differs from the signed one")
    if not _has_its_evidence(statement):
        raise LogInconsistent("evidence in the log differs from what was signed")
    described = LogEntry(index=entry.index, statement=statement).describe()
    return described | {"proof": [base64url.encode(each) for each in proof]}


def _has_its_evidence(statement: Statement) -> bool:
    leaf, evidence = statement.read(), statement.evidence
    if evidence is None:
        return "evidence" not in leaf
    return is_committed_to(evidence, leaf, "evidence")
