"""Challenges: added, claimed once, swept when they have expired."""

import asyncio
import secrets

import pytest

from shared.storage.challenges import ChallengeStore
from shared.storage.outbox_ranges import CHALLENGE_SHARDS
from shared.storage.tables.table import MAX_TRANSACTION, Operation
from tests.storage.claims import claim, notice_for
from tests.storage_faults import meeting
from tests.storage_transport import RecordingTransport, Storage

NOW = 1_936_785_600
"""The first second of a minute."""


def _challenge() -> bytes:
    return secrets.token_bytes(32)


async def test_a_challenge_is_claimed_once(challenges: ChallengeStore) -> None:
    challenge = _challenge()
    await challenges.add(challenge, expires_at=NOW)
    assert await claim(challenges, challenge, expires_at=NOW)
    assert not await claim(challenges, challenge, expires_at=NOW)


async def test_one_of_fifty_concurrent_claims_is_granted(challenges: ChallengeStore) -> None:
    challenge = _challenge()
    await challenges.add(challenge, expires_at=NOW)
    claims = await asyncio.gather(
        *(claim(challenges, challenge, expires_at=NOW) for _ in range(50))
    )
    assert sum(claims) == 1


async def test_a_challenge_that_was_never_added_is_not_claimed(challenges: ChallengeStore) -> None:
    assert not await claim(challenges, _challenge(), expires_at=NOW)
    await challenges.add(_challenge(), expires_at=NOW)
    assert not await claim(challenges, _challenge(), expires_at=NOW)


async def test_a_challenge_is_found_by_its_random_part(challenges: ChallengeStore) -> None:
    random = _challenge()
    await challenges.add(random, expires_at=NOW)
    assert await claim(challenges, random + b"and what is sealed", expires_at=NOW)


async def test_the_notice_is_stored_by_the_claim_alone(
    storage: Storage, challenges: ChallengeStore
) -> None:
    challenge = _challenge()
    await challenges.add(challenge, expires_at=NOW)
    notices = [notice_for(challenge) for _ in range(5)]
    claims = await asyncio.gather(
        *(claim(challenges, challenge, expires_at=NOW, notice=notice) for notice in notices)
    )
    (row,) = await storage.rows("AuditOutbox")
    (granted,) = [notice for notice, is_ours in zip(notices, claims, strict=True) if is_ours]
    assert (row["PartitionKey"], row["RowKey"]) == (granted.id[-1], granted.id)


async def test_challenges_are_spread_over_their_partitions(
    storage: Storage, challenges: ChallengeStore
) -> None:
    await asyncio.gather(*(challenges.add(_challenge(), expires_at=NOW) for _ in range(100)))
    rows = await storage.rows("AuditOutbox")
    assert {row["PartitionKey"] for row in rows} == set(CHALLENGE_SHARDS)


async def _fill(storage: Storage, shard: str, seconds: int, number: int) -> None:
    table, prefix = storage.table("AuditOutbox"), f"~challenge:{seconds // 60:010d}-"
    rows = [
        {"PartitionKey": shard, "RowKey": prefix + secrets.token_hex(32)} for _ in range(number)
    ]
    for start in range(0, number, MAX_TRANSACTION):
        batch = rows[start : start + MAX_TRANSACTION]
        assert await table.transact([Operation("create", row) for row in batch])


async def test_a_sweep_keeps_unexpired_challenges(challenges: ChallengeStore) -> None:
    ages = (-3_600, -61, -1, 0, 59, 300)
    waiting = {age: _challenge() for age in ages}
    for age, challenge in waiting.items():
        await challenges.add(challenge, expires_at=NOW + age)
    assert await challenges.sweep(now=NOW) == 3
    for age, challenge in waiting.items():
        assert await claim(challenges, challenge, expires_at=NOW + age) is (age >= 0)


async def test_a_sweep_keeps_the_current_minute(challenges: ChallengeStore) -> None:
    challenge = _challenge()
    await challenges.add(challenge, expires_at=NOW)
    assert await challenges.sweep(now=NOW + 59) == 0
    assert await challenges.sweep(now=NOW + 60) == 1


async def test_a_sweep_reads_only_expired_rows_and_deletes_in_batches(
    storage: Storage, transport: RecordingTransport, challenges: ChallengeStore
) -> None:
    await _fill(storage, "0", NOW - 60, 250)
    await _fill(storage, "3", NOW - 60, 3)
    await _fill(storage, "3", NOW + 300, 5)
    transport.forget()
    assert await challenges.sweep(now=NOW) == 253
    assert transport.names.count("query AuditOutbox") == len(CHALLENGE_SHARDS)
    assert transport.names.count("transact AuditOutbox") == 4
    last = f"~challenge:{NOW // 60:010d}"
    assert transport.calls[0].filter == (
        f"PartitionKey eq '0' and RowKey ge '~challenge:' and RowKey lt '{last}'"
    )


async def test_a_sweep_removes_no_event(storage: Storage, challenges: ChallengeStore) -> None:
    challenge = _challenge()
    await challenges.add(challenge, expires_at=NOW)
    assert await claim(challenges, challenge, expires_at=NOW)
    assert await challenges.sweep(now=NOW + 3_600) == 0
    assert len(await storage.rows("AuditOutbox")) == 1


async def test_a_sweep_has_a_limit(storage: Storage, challenges: ChallengeStore) -> None:
    await _fill(storage, "1", NOW - 60, 110)
    await _fill(storage, "2", NOW - 60, 20)
    assert await challenges.sweep(now=NOW, limit=120) == 120
    assert await challenges.sweep(now=NOW, limit=120) == 10


async def test_two_concurrent_sweepers_count_each_challenge_once(
    storage: Storage, transport: RecordingTransport, challenges: ChallengeStore
) -> None:
    await _fill(storage, "0", NOW - 60, 30)
    transport.fault = meeting(2, "transact AuditOutbox")
    counts = await asyncio.gather(*(challenges.sweep(now=NOW) for _ in range(2)))
    transport.fault = None
    assert sum(counts) == 30
    assert await challenges.sweep(now=NOW) == 0


@pytest.mark.parametrize("now", [0, NOW])
async def test_a_sweep_before_any_challenge_finds_nothing(
    challenges: ChallengeStore, now: int
) -> None:
    assert await challenges.sweep(now=now) == 0
