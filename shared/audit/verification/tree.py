"""The tree over the entries of a file, up to the first gap."""

from shared.audit.merkle import HASH_BYTES, Frontier, Subtree, complete_subtrees, join


class Tree:
    """Keeps every complete subtree, so that a checkpoint may come long after its last entry."""

    def __init__(self, frontier: Frontier) -> None:
        self.first = frontier.size
        self._frontier = frontier.copy()
        self._before = dict(zip(complete_subtrees(0, self.first), frontier.hashes, strict=True))
        self._levels: list[bytearray] = []

    @property
    def size(self) -> int:
        return self._frontier.size

    def append(self, leaf: bytes) -> None:
        for subtree, node in self._frontier.append(leaf):
            if subtree.level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[subtree.level] += node

    def root(self, size: int) -> bytes | None:
        """Return None if an entry that it needs is not in the file."""
        if not self.first <= size <= self.size:
            return None
        return join([self._find(subtree) for subtree in complete_subtrees(0, size)])

    def _find(self, subtree: Subtree) -> bytes:
        if subtree in self._before:
            return self._before[subtree]
        # The first subtree of each level that is completed here is the one that holds `first`.
        start = (subtree.index - (self.first >> subtree.level)) * HASH_BYTES
        return bytes(self._levels[subtree.level][start : start + HASH_BYTES])
