"""Proofs that an entry is in the log, and that a smaller log is the beginning of a larger one.

The hashes of 256 neighbours are read together, each such group once for a proof.
"""

import asyncio
from collections.abc import Iterable, Sequence

from shared.audit.merkle import (
    FindHash,
    Range,
    Subtree,
    complete_subtrees,
    consistency_ranges,
    inclusion_ranges,
    range_root,
    root_of,
)
from shared.storage.audit.audit_log import AuditLog
from shared.storage.audit.audit_rows import TILE_LEVELS

type _Group = tuple[int, int]
"""A level that is a multiple of 8, and the number of a group of 256 subtrees at that level."""


class Proofs:
    def __init__(self, log: AuditLog) -> None:
        self._log = log

    async def inclusion(self, index: int, size: int) -> list[bytes]:
        """Raises ValueError if a tree of that size has no such leaf."""
        (proof,) = await self.inclusions([index], size)
        return proof

    async def inclusions(self, indices: Sequence[int], size: int) -> list[list[bytes]]:
        """As `inclusion`, for several leaves. Groups that they share are read once."""
        return await self._prove([inclusion_ranges(index, size) for index in indices])

    async def consistency(self, old: int, new: int) -> list[bytes]:
        """Raises ValueError unless 0 <= old <= new."""
        (proof,) = await self._prove([consistency_ranges(old, new)])
        return proof

    async def frontier(self, size: int) -> list[bytes]:
        """The roots of the largest complete subtrees of a tree with so many leaves."""
        subtrees = list(complete_subtrees(0, size))
        find = await self._finder(subtrees)
        return [find(subtree) for subtree in subtrees]

    async def _prove(self, proofs: Sequence[Sequence[Range]]) -> list[list[bytes]]:
        find = await self._finder(
            subtree for ranges in proofs for ends in ranges for subtree in complete_subtrees(*ends)
        )
        return [[range_root(ends, find) for ends in ranges] for ranges in proofs]

    async def _finder(self, subtrees: Iterable[Subtree]) -> FindHash:
        groups = list({_group(subtree) for subtree in subtrees})
        read = await asyncio.gather(*(self._log.hashes(*group) for group in groups))
        hashes = dict(zip(groups, read, strict=True))

        def find(subtree: Subtree) -> bytes:
            group, width = _group(subtree), 1 << subtree.level % TILE_LEVELS
            first = (subtree.index * width) % (1 << TILE_LEVELS)
            return root_of(hashes[group][first : first + width])

        return find


def _group(subtree: Subtree) -> _Group:
    depth = subtree.level % TILE_LEVELS
    return subtree.level - depth, subtree.index >> (TILE_LEVELS - depth)
