"""The Merkle tree of RFC 6962 section 2.1, and its proofs.

A subtree is complete if its number of leaves is a power of two. A complete subtree never changes as
the tree grows. So this module asks the store only for hashes of complete subtrees, each named
by its level and its index in that level. Everything else is computed here.
"""

import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
HASH_BYTES = 32


@dataclass(frozen=True, slots=True, order=True)
class Subtree:
    """A complete subtree of 2**level leaves, whose first leaf is at index << level."""

    level: int
    index: int


type FindHash = Callable[[Subtree], bytes]


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def complete_subtrees(first: int, end: int) -> Iterator[Subtree]:
    """Cover the leaves from `first` to before `end`, from left to right, with the largest complete
    subtrees. `first` must be where a subtree of the whole tree begins."""
    while first < end:
        level = (end - first).bit_length() - 1
        if first:
            level = min(level, (first & -first).bit_length() - 1)
        yield Subtree(level, first >> level)
        first += 1 << level


def join(hashes: Sequence[bytes]) -> bytes:
    """The root over neighbouring complete subtrees that get smaller to the right."""
    if not hashes:
        return EMPTY_ROOT
    *rest, root = hashes
    for left in reversed(rest):
        root = node_hash(left, root)
    return root


@dataclass(slots=True)
class Frontier:
    """The roots of the tree's largest complete subtrees: all that appending needs of the tree."""

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise ValueError("a frontier has one hash for each bit of its size")

    def append(self, leaf: bytes) -> list[tuple[Subtree, bytes]]:
        """Append a leaf's hash. Return the subtrees that this completes, the leaf itself first."""
        completed = [(Subtree(0, self.size), leaf)]
        level, node = 0, leaf
        while self.size >> level & 1:
            node = node_hash(self.hashes.pop(), node)
            level += 1
            completed.append((Subtree(level, self.size >> level), node))
        self.hashes.append(node)
        self.size += 1
        return completed

    @property
    def root(self) -> bytes:
        return join(self.hashes)

    def copy(self) -> "Frontier":
        return Frontier(self.size, list(self.hashes))


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root


type Range = tuple[int, int]
"""The leaves from the first index to before the second."""


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges whose roots prove that leaf `index` is in a tree of `size` leaves, from the leaf
    upwards (RFC 6962 section 2.1.1). Raise ValueError if there is no such leaf."""
    if not 0 <= index < size:
        raise ValueError("the tree has no such leaf")
    first, end, ranges = 0, size, list[Range]()
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((first, middle))
            first = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The ranges whose roots prove that the tree of `old` leaves is the beginning of the tree of
    `new` leaves (RFC 6962 section 2.1.2). Raise ValueError unless 0 <= old <= new."""
    if not 0 <= old <= new:
        raise ValueError("only a smaller tree can be the beginning of a larger one")
    if old in (0, new):
        return []
    first, end, ranges, whole = 0, new, list[Range](), True
    while old != end:
        middle = first + _split(end - first)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((first, middle))
            first, whole = middle, False
    if not whole:
        ranges.append((first, end))
    return ranges[::-1]


def range_root(ends: Range, find: FindHash) -> bytes:
    return join([find(subtree) for subtree in complete_subtrees(*ends)])


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def includes(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Check an inclusion proof for a leaf's hash (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, at, last = leaf, index, size - 1
    for sibling in proof:
        if not last:
            return False
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    return not last and hmac.compare_digest(node, root)


def is_consistent(
    *, old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Check a consistency proof (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and hmac.compare_digest(old_root, new_root)
    if not old:
        return not proof and hmac.compare_digest(old_root, EMPTY_ROOT)
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_node = new_node = path[0]
    for sibling in path[1:]:
        if not last:
            return False
        if at & 1 or at == last:
            old_node, new_node = node_hash(sibling, old_node), node_hash(sibling, new_node)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new_node = node_hash(new_node, sibling)
        at, last = at >> 1, last >> 1
    return (
        not last
        and hmac.compare_digest(old_node, old_root)
        and hmac.compare_digest(new_node, new_root)
    )
