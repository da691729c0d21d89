"""Which entries a file has, in which order, and from which time."""

from array import array
from bisect import bisect_left, bisect_right
from enum import Enum, auto

from shared.audit.merkle import HASH_BYTES
from shared.audit.verification.findings import Period, Span
from shared.audit.verification.reading import to_instant


class Arrival(Enum):
    NEW = auto()
    REPEATED = auto()
    CHANGED = auto()
    """An entry with this index was read before, and was a different one."""
    LATE = auto()
    """The entry belongs before one that was read already."""


class Ledger:
    def __init__(self, first: int) -> None:
        self.first = first
        self.end = first
        """The index after the last entry."""
        self._indexes = array("q")
        self._leaves = bytearray()
        self._instants = array("q")
        self._late: dict[int, bytes] = {}

    def take(self, index: int, leaf: bytes) -> Arrival:
        """`leaf` is the leaf's hash."""
        known = self._known(index)
        if known is not None:
            return Arrival.REPEATED if known == leaf else Arrival.CHANGED
        if index < self.end:
            self._late[index] = leaf
            return Arrival.LATE
        self._indexes.append(index)
        self._leaves += leaf
        self._instants.append(self._instants[-1] if self._instants else 0)
        self.end = index + 1
        return Arrival.NEW

    def date(self, at: int) -> None:
        """Set the time of the latest new entry."""
        self._instants[-1] = at

    def _known(self, index: int) -> bytes | None:
        place = bisect_left(self._indexes, index)
        if place < len(self._indexes) and self._indexes[place] == index:
            return bytes(self._leaves[place * HASH_BYTES : (place + 1) * HASH_BYTES])
        return self._late.get(index)

    @property
    def count(self) -> int:
        return len(self._indexes) + len([index for index in self._late if index >= self.first])

    def gaps(self) -> list[Span]:
        found, following = list[Span](), self.first
        for index in self._all_indexes():
            if index > following:
                found.append(Span(first=following, last=index - 1))
            following = index + 1
        return found

    def _all_indexes(self) -> list[int] | array[int]:
        late = [index for index in self._late if index >= self.first]
        return sorted([*self._indexes, *late]) if late else self._indexes

    def period(self, entries: Span | None) -> Period | None:
        """Return None if none of these entries was read."""
        if entries is None:
            return None
        start = bisect_left(self._indexes, entries.first)
        end = bisect_right(self._indexes, entries.last)
        instants = self._instants[start:end]
        return (to_instant(min(instants)), to_instant(max(instants))) if instants else None
