"""Every event is in the log once, for any number of concurrent sealers, and after a crash."""

import asyncio
import os

import pytest

from shared.audit.event import Kind
from shared.audit.merkle import (
    Subtree,
    complete_subtrees,
    includes,
    inclusion_ranges,
    is_consistent,
    leaf_hash,
    root_of,
)
from tests.authenticator import SoftAuthenticator
from tests.harness.record import checkpoint, entries, record, seal
from tests.harness.service_harness import Clock, ServiceHarness


async def record_events(party: ServiceHarness, number: int) -> None:
    for first in range(0, number, 50):
        now = range(first, min(first + 50, number))
        recorded = (party.recorder.record(Kind.AUDIT_READ, facts={"n": n}) for n in now)
        await asyncio.gather(*recorded)


async def recorded(party: ServiceHarness) -> list[int]:
    return sorted(event["facts"]["n"] for event in await record(party))


async def test_nothing_is_sealed_if_nothing_waits(party: ServiceHarness) -> None:
    assert await seal(party) == 0
    assert (await party.stores.log.head()).checkpoint is None


async def test_a_sealed_event_no_longer_waits(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    await party.sign_in(alices, "alice")
    assert await seal(party) == 2
    assert await party.stores.outbox.read(limit=10) == []
    assert await seal(party) == 0
    (account,) = await party.storage.rows("Accounts", prefix="account")
    partition = account["PartitionKey"]
    assert not [row for row in await party.storage.rows("Accounts") if "~" in row["RowKey"]]
    assert partition


async def test_open_challenges_are_left_alone(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    """They are rows of the outbox, too."""
    await party.register(alices, "alice")
    begun = [await party.begin_authentication() for _ in range(12)]
    assert await seal(party) == 1
    assert party.service.sealing.contradiction is None
    for options in begun:
        await party.finish_authentication(alices.get(options))
    assert await seal(party) == len(begun)
    assert await party.storage.rows("AuditOutbox") == []


async def test_a_notice_waits_for_its_outcome(party: ServiceHarness, clock: Clock) -> None:
    attempt = party.recorder.attempt(Kind.PASS_ISSUED)
    await attempt.announce(party.stores.links.partition("somebody"))
    assert await party.service.sealing.seal(until=clock.now.replace(year=2099)) == 0
    (event,) = await record(party)
    assert (event["kind"], event["outcome"]) == ("pass.issued", "attempted")


async def test_more_than_a_batch_is_sealed_in_order(party: ServiceHarness) -> None:
    await record_events(party, 300)
    events = await record(party)
    assert len(events) == 300
    rounds = [event["facts"]["n"] // 50 for event in events]  # that many are recorded together
    assert rounds == sorted(rounds)
    assert len(await party.stores.log.checkpoints(first=0, limit=10)) == 1


async def test_several_reads_are_sealed_in_one_run(
    party: ServiceHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.audit_log.sealing._READ", 20)
    await record_events(party, 70)
    assert await seal(party) == 70
    assert len({event["id"] for event in await record(party)}) == 70


async def test_each_checkpoint_continues_the_one_before(party: ServiceHarness) -> None:
    sizes = []
    for number in (1, 99, 160, 3):
        await record_events(party, number)
        await seal(party)
        sizes.append(await checkpoint(party))
    leaves = [leaf_hash(entry.statement.leaf) for entry in await entries(party)]
    assert [(each.size, each.root) for each in sizes] == [
        (size, root_of(leaves[:size])) for size in (1, 100, 260, 263)
    ]
    proof = await party.service.proofs.consistency(100, 263)
    assert is_consistent(
        old=100, old_root=sizes[1].root, new=263, new_root=sizes[3].root, proof=proof
    )


async def test_every_entry_can_be_proven(party: ServiceHarness) -> None:
    await record_events(party, 270)
    await seal(party)
    signed = await checkpoint(party)
    for entry in (await entries(party))[::9]:
        proof = await party.service.proofs.inclusion(entry.index, signed.size)
        leaf = leaf_hash(entry.statement.leaf)
        assert includes(leaf, index=entry.index, size=signed.size, proof=proof, root=signed.root)


async def test_concurrent_sealers_seal_each_event_once(party: ServiceHarness) -> None:
    await record_events(party, 250)
    others = [party, *(party.restarted() for _ in range(4))]
    await asyncio.gather(*map(seal, others))
    assert await recorded(party) == list(range(250))


async def test_events_recorded_during_sealing_are_all_sealed(party: ServiceHarness) -> None:
    others = [party.restarted() for _ in range(3)]

    async def keep_sealing(other: ServiceHarness) -> None:
        for _ in range(10):
            await seal(other)

    await asyncio.gather(record_events(party, 200), *map(keep_sealing, others))
    assert await recorded(party) == list(range(200))


async def test_a_row_of_roots_is_kept_for_each_full_tile(party: ServiceHarness) -> None:
    await record_events(party, 260)
    await seal(party)
    (root,) = await party.stores.log.hashes(8, 0)
    leaves = await party.stores.log.hashes(0, 0)
    assert len(leaves) == 256
    assert root == root_of(leaves)
    assert list(complete_subtrees(0, 260)) == [Subtree(8, 0), Subtree(2, 64)]
    assert inclusion_ranges(0, 260)[-1] == (256, 260)


async def test_the_tree_does_not_change_if_a_person_is_erased(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    await seal(party)
    before = await checkpoint(party)
    (entry,) = await entries(party)
    await party.stores.log.forget_person(entry, key=await party.keys.statement_key())
    (after,) = await entries(party)
    assert after.statement.personal is None
    assert after.statement.leaf == entry.statement.leaf
    assert after.statement.evidence == entry.statement.evidence
    assert root_of([leaf_hash(after.statement.leaf)]) == before.root
    assert os.fsencode("alice") not in after.statement.leaf


async def test_a_batch_is_appended_completely_or_not_at_all(party: ServiceHarness) -> None:
    """Another sealer may have appended some of the same statements: that is a different batch."""
    await record_events(party, 3)
    await seal(party)
    first, second, third = (entry.statement for entry in await entries(party))
    log = party.stores.log
    assert await log.append(3, [first, second])
    assert await log.append(3, [first, second])  # the answer was lost
    assert await log.append(3, [first])  # they stand where they were to stand
    for batch in ([first, second, third], [first, third], [second], [third, second]):
        assert not await log.append(3, batch)
    assert len(await log.entries(3, limit=9)) == 2
