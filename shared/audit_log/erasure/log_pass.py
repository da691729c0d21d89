"""One pass through the whole log, which erases the personal data in a person's entries.

It reads the entries themselves, and does not use the index of people. Each step is noted in the
request's row, so another instance can continue after any step.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from itertools import batched

from shared.audit.statement import StatementKey
from shared.audit_log.erasure.known_names import Names, name_of
from shared.storage.audit.audit_log import AuditLog
from shared.storage.audit.audit_rows import TILE, Leaf
from shared.storage.audit.erasures import Erasure, ErasureStore
from shared.storage.audit.people_index import people_in
from shared.storage.tables.gather_limited import AT_ONCE, gather_limited


@dataclass(frozen=True, slots=True)
class _Done:
    """How many entries of the person have no personal part now, and how many keep it."""

    entries: int = 0
    named: int = 0


class LogPass:
    def __init__(
        self,
        *,
        log: AuditLog,
        erasures: ErasureStore,
        statement_key: Callable[[], Awaitable[StatementKey]],
    ) -> None:
        self._log = log
        self._erasures = erasures
        self._statement_key = statement_key

    async def step(self, erasure: Erasure) -> Erasure | None:
        """Do one step and note it. None if another instance carries out the erasure."""
        tiles = range(erasure.next - erasure.next % TILE, erasure.size or 0, TILE)
        step = next(batched(tiles, AT_ONCE, strict=False))

        async def erase(tile: int) -> _Done:
            return await self._erase_in(tile, erasure)

        done = await gather_limited(erase, step)
        moved = replace(
            erasure,
            next=min(step[-1] + TILE, erasure.size or 0),
            entries=erasure.entries + sum(each.entries for each in done),
            named=erasure.named + sum(each.named for each in done),
        )
        return await self._erasures.note(moved)

    async def _erase_in(self, tile: int, erasure: Erasure) -> _Done:
        """Erase in one partition. The numbers describe the state afterwards, including erasures of
        earlier runs. So a repetition after a crash gives the same numbers."""
        leaves = await self._log.leaves(tile, limit=TILE)
        own = [
            (index, leaf)
            for index, leaf in leaves.items()
            if index < (erasure.size or 0) and "personal" in leaf and _is_about(leaf, erasure)
        ]
        deciders = _deciders(erasure)
        named = [index for index, leaf in own if _names(leaf, "actor") & deciders]
        gone = [index for index, _ in own if index not in named]
        await gather_limited(self._forget, gone)
        return _Done(entries=len(gone), named=len(named))

    async def _forget(self, index: int) -> None:
        entry = await self._log.entry(index)
        if entry is not None and entry.statement.personal:
            await self._log.forget_person(entry, key=await self._statement_key())


def _is_about(leaf: Leaf, erasure: Erasure) -> bool:
    return bool(_names(leaf, "actor", "target") & erasure.known_as)


def _deciders(erasure: Erasure) -> Names:
    """Their own acts on the person keep the names, until others decide."""
    confirmed_by = erasure.confirmed_by
    return erasure.requested_by.known_as | (confirmed_by.known_as if confirmed_by else frozenset())


def _names(leaf: Leaf, *roles: str) -> Names:
    return frozenset(name_of(what, someone) for what, someone in people_in(leaf, *roles))
