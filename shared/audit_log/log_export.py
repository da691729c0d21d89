"""The sealed log as the lines of a file that anybody can verify."""

import re
from collections.abc import AsyncIterator
from typing import Any

from shared.audit.log_entry import log_line
from shared.audit_log.proofs import Proofs
from shared.storage.audit.audit_log import AuditLog
from shared.storage.audit.audit_rows import TILE

_NUMBER = re.compile("[0-9]{1,19}")


class Exporting:
    def __init__(self, log: AuditLog, proofs: Proofs, *, origin: str) -> None:
        self._log = log
        self._proofs = proofs
        self._origin = origin

    async def lines(self, *, first: int = 0) -> AsyncIterator[dict[str, Any]]:
        """The entries from `first` on, with every checkpoint that covers some of them.

        Raises ValueError if none of them is sealed.
        """
        head = await self._log.head()
        if not 0 <= first < max(head.size, 1):
            raise ValueError(f"the log has {head.size} entries")
        frontier = await self._proofs.frontier(first)
        yield log_line(self._origin, first=first, frontier=frontier)
        at = first
        while at < head.size:
            end = min((at // TILE + 1) * TILE, head.size)
            notes = await self._checkpoints(at + 1, end)
            for entry in await self._log.entries(at, limit=end - at):
                yield {"entry": entry.describe()}
                if (size := entry.index + 1) in notes and size < head.size:
                    yield {"checkpoint": notes[size]}
            at = end  # even if the last entries are missing
        if head.checkpoint:
            yield {"checkpoint": head.checkpoint}

    async def _checkpoints(self, first: int, last: int) -> dict[int, str]:
        """Return checkpoints by their size. There is at most one for each entry of a partition."""
        notes = await self._log.checkpoints(first=first, limit=TILE)
        sizes = {_size_of(note): note for note in notes}
        return {size: note for size, note in sizes.items() if size is not None and size <= last}


def _size_of(note: str) -> int | None:
    """None for a row that is no checkpoint: the service did not write it, so it is left out."""
    _, size, *_ = [*note.split("\n"), "", ""]
    return int(size) if _NUMBER.fullmatch(size) else None
