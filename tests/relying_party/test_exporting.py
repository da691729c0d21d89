"""What is exported is all that is sealed, in order, with the checkpoints that cover it."""

from typing import Any

import pytest

from shared.audit.checkpoint import open_checkpoint
from shared.audit.entry import read_entry, read_frontier
from shared.audit.event import Kind
from shared.audit.merkle import leaf_hash
from tests.relying_party.party import Party
from tests.relying_party.record import checkpoint, entries, seal


async def exported(party: Party, first: int = 0) -> list[dict[str, Any]]:
    return [line async for line in party.service.exporting.lines(first=first)]


@pytest.fixture
async def told(party: Party) -> Party:
    """Entries in two partitions, under four checkpoints."""
    for number in (1, 99, 160, 3):
        for _ in range(number):
            await party.resources.trail.record(Kind.AUDIT_READ)
        await seal(party)
    return party


@pytest.mark.parametrize("first", [0, 1, 77, 255, 256, 262])
async def test_every_checkpoint_follows_from_the_lines_before_it(told: Party, first: int) -> None:
    log, *lines = await exported(told, first)
    frontier, sizes = read_frontier(log["log"]), []
    keys = await told.resources.checkpoint_keys()
    verifiers = [key.verifier(log["log"]["origin"]) for key in keys]
    for line in lines:
        if "entry" in line:
            entry = read_entry(line["entry"])
            assert entry.index == frontier.size
            frontier.append(leaf_hash(entry.statement.leaf))
        else:
            signed = open_checkpoint(line["checkpoint"], verifiers)
            assert (signed.size, signed.root) == (frontier.size, frontier.root)
            sizes.append(signed.size)
    assert sizes == [size for size in (1, 100, 260, 263) if size > first]
    assert frontier.root == (await checkpoint(told)).root


async def test_what_is_not_sealed_is_not_exported(told: Party) -> None:
    sealed = await entries(told)
    await told.resources.log.append(263, [sealed[0].statement])
    assert len([line for line in await exported(told) if "entry" in line]) == 263


async def test_an_empty_log_is_exported_as_one_line(party: Party) -> None:
    assert len(await exported(party)) == 1
    with pytest.raises(ValueError, match="0 entries"):
        await exported(party, 1)
    with pytest.raises(ValueError, match="0 entries"):
        await exported(party, -1)
