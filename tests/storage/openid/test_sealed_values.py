"""Codes and pushed requests are used once, with their events."""

import asyncio
import json
import secrets
from datetime import UTC, datetime

import pytest

from shared.audit.event_id import EVENT_ID_RANDOM_BYTES, new_event_id
from shared.audit.statement import Statement
from shared.storage.challenges import shard_of_digest
from shared.storage.openid.sealed_values import SealedValueStore
from tests.storage.claims import PLACE
from tests.storage_faults import answer_lost, once
from tests.storage_transport import Storage

NOW = 1_936_785_600


@pytest.fixture
def values(storage: Storage) -> SealedValueStore:
    return SealedValueStore(storage.table("AuditOutbox"))


def new_value() -> bytes:
    return secrets.token_bytes(32)


def event_for(value: bytes) -> Statement:
    event_id = new_event_id(
        datetime(2026, 1, 1, tzinfo=UTC),
        sequence=0,
        random=secrets.token_bytes(EVENT_ID_RANDOM_BYTES),
        last_digit=shard_of_digest(value),
    )
    return Statement(leaf=json.dumps({"id": event_id}).encode())


async def test_one_of_many_claims_is_granted(values: SealedValueStore, storage: Storage) -> None:
    value = new_value()
    await values.add(value, expires_at=NOW)
    claims = await asyncio.gather(*(values.claim(value, expires_at=NOW) for _ in range(20)))
    assert sum(claims) == 1
    assert await storage.rows("AuditOutbox") == []


async def test_one_of_many_claims_leaves_its_event(
    values: SealedValueStore, storage: Storage
) -> None:
    value = new_value()
    added, events = event_for(value), [event_for(value) for _ in range(10)]
    await values.add_with_event(value, expires_at=NOW, event=added)
    claims = await asyncio.gather(
        *(values.claim_with_event(value, expires_at=NOW, notice=each) for each in events)
    )
    won = [event for event, claimed in zip(events, claims, strict=True) if claimed]
    assert len(won) == 1
    rows = await storage.rows("AuditOutbox")
    assert {row["RowKey"] for row in rows} == {added.id, won[0].id}
    assert {row["Places"] for row in rows} == {""}


async def test_a_claim_may_leave_a_notice(values: SealedValueStore, storage: Storage) -> None:
    value = new_value()
    await values.add(value, expires_at=NOW)
    notice = event_for(value)
    assert await values.claim_with_event(value, expires_at=NOW, notice=notice, places=[PLACE])
    (row,) = await storage.rows("AuditOutbox")
    assert row["Places"] == str(PLACE)


async def test_a_claim_whose_answer_was_lost_is_ours(
    values: SealedValueStore, storage: Storage
) -> None:
    value = new_value()
    await values.add(value, expires_at=NOW)
    storage.transport.fault = once(answer_lost, "transact AuditOutbox")
    assert await values.claim_with_event(value, expires_at=NOW, notice=event_for(value))
    assert not await values.claim_with_event(value, expires_at=NOW, notice=event_for(value))


async def test_a_value_whose_answer_was_lost_was_added_once(
    values: SealedValueStore, storage: Storage
) -> None:
    value = new_value()
    storage.transport.fault = once(answer_lost, "transact AuditOutbox")
    await values.add_with_event(value, expires_at=NOW, event=event_for(value))
    assert len(await storage.rows("AuditOutbox")) == 2
