"""Challenges: added, claimed once, swept when they have expired."""

import asyncio
import secrets

import pytest

from shared.storage.challenges import ChallengeStore
from shared.storage.tables.table import MAX_TRANSACTION, Operation
from tests.storage_faults import meeting
from tests.storage_transport import RecordingTransport, Storage

NOW = 1_936_785_600
"""The first second of a minute."""


def _challenge() -> bytes:
    return secrets.token_bytes(32)


async def test_a_challenge_is_claimed_once(challenges: ChallengeStore) -> None:
    challenge = _challenge()
    await challenges.add(challenge, expires_at=NOW)
    assert await challenges.claim(challenge, expires_at=NOW)
    assert not await challenges.claim(challenge, expires_at=NOW)


async def test_one_of_fifty_concurrent_claims_is_granted(challenges: ChallengeStore) -> None:
    challenge = _challenge()
    await challenges.add(challenge, expires_at=NOW)
    claims = await asyncio.gather(*(challenges.claim(challenge, expires_at=NOW) for _ in range(50)))
    assert sum(claims) == 1


async def test_a_challenge_that_was_never_added_is_not_claimed(challenges: ChallengeStore) -> None:
    assert not await challenges.claim(_challenge(), expires_at=NOW)
    await challenges.add(_challenge(), expires_at=NOW)
    assert not await challenges.claim(_challenge(), expires_at=NOW)


async def test_a_challenge_is_found_by_its_random_part(challenges: ChallengeStore) -> None:
    random = _challenge()
    await challenges.add(random, expires_at=NOW)
    assert await challenges.claim(random + b"and what is sealed", expires_at=NOW)


async def _fill(storage: Storage, partition: str, number: int) -> None:
    table = storage.table("Challenges")
    rows = [{"PartitionKey": partition, "RowKey": secrets.token_hex(32)} for _ in range(number)]
    for start in range(0, number, MAX_TRANSACTION):
        batch = rows[start : start + MAX_TRANSACTION]
        assert await table.transact([Operation("create", row) for row in batch])


def _partition(seconds: int, shard: str = "0") -> str:
    return f"{seconds // 60:010d}-{shard}"


async def test_a_sweep_keeps_unexpired_challenges(challenges: ChallengeStore) -> None:
    ages = (-3_600, -61, -1, 0, 59, 300)
    waiting = {age: _challenge() for age in ages}
    for age, challenge in waiting.items():
        await challenges.add(challenge, expires_at=NOW + age)
    assert await challenges.sweep(now=NOW) == 3
    for age, challenge in waiting.items():
        assert await challenges.claim(challenge, expires_at=NOW + age) is (age >= 0)


async def test_a_sweep_keeps_the_current_minute(challenges: ChallengeStore) -> None:
    challenge = _challenge()
    await challenges.add(challenge, expires_at=NOW)
    assert await challenges.sweep(now=NOW + 59) == 0
    assert await challenges.sweep(now=NOW + 60) == 1


async def test_a_sweep_reads_only_expired_partitions_and_deletes_in_batches(
    storage: Storage, transport: RecordingTransport, challenges: ChallengeStore
) -> None:
    await _fill(storage, _partition(NOW - 60), 250)
    await _fill(storage, _partition(NOW - 60, "f"), 3)
    await _fill(storage, _partition(NOW + 300), 5)
    transport.forget()
    assert await challenges.sweep(now=NOW) == 253
    assert transport.names == ["query Challenges"] + ["transact Challenges"] * 4
    assert transport.calls[0].filter == f"PartitionKey lt '{NOW // 60:010d}'"


async def test_a_sweep_has_a_limit(storage: Storage, challenges: ChallengeStore) -> None:
    await _fill(storage, _partition(NOW - 60), 130)
    assert await challenges.sweep(now=NOW, limit=120) == 120
    assert await challenges.sweep(now=NOW, limit=120) == 10


async def test_two_concurrent_sweepers_count_each_challenge_once(
    storage: Storage, transport: RecordingTransport, challenges: ChallengeStore
) -> None:
    await _fill(storage, _partition(NOW - 60), 30)
    transport.fault = meeting(2, "transact Challenges")
    counts = await asyncio.gather(*(challenges.sweep(now=NOW) for _ in range(2)))
    transport.fault = None
    assert sum(counts) == 30
    assert await challenges.sweep(now=NOW) == 0


@pytest.mark.parametrize("now", [0, NOW])
async def test_a_sweep_before_any_challenge_finds_nothing(
    challenges: ChallengeStore, now: int
) -> None:
    assert await challenges.sweep(now=now) == 0
