"""Rows of devices: decided once, used up once, whatever answer is lost."""

import asyncio
import secrets

import pytest

from shared.storage.openid.device_codes import DeviceCodeStore, WaitingDevice
from tests.storage.claims import PLACE
from tests.storage.openid.test_sealed_values import NOW, event_for
from tests.storage_faults import answer_lost, once
from tests.storage_transport import Storage


@pytest.fixture
def store(storage: Storage) -> DeviceCodeStore:
    return DeviceCodeStore(storage.table("AuditOutbox"))


async def waiting(store: DeviceCodeStore) -> WaitingDevice:
    row = secrets.token_bytes(32)
    assert await store.add(row, request="sealed", expires_at=NOW)
    found = await store.find(row)
    assert found is not None
    return found


async def test_a_code_is_given_once(store: DeviceCodeStore) -> None:
    device = await waiting(store)
    assert (device.request, device.decision) == ("sealed", None)
    assert not await store.add(device.row, request="another", expires_at=NOW)
    found = await store.find(device.row)
    assert found is not None
    assert found.request == "sealed"


async def test_one_of_many_decisions_counts(store: DeviceCodeStore) -> None:
    device = await waiting(store)
    decided = await asyncio.gather(*(store.decide(device, f"by {n}") for n in range(5)))
    assert sum(decided) == 1
    found = await store.find(device.row)
    assert found is not None
    assert found.decision == f"by {decided.index(True)}"


async def test_a_decision_whose_answer_was_lost_is_ours(
    store: DeviceCodeStore, storage: Storage
) -> None:
    device = await waiting(store)
    storage.transport.fault = once(answer_lost, "transact AuditOutbox")
    assert await store.decide(device, "approved", event=event_for(device.row))
    assert not await store.decide(device, "rejected", event=event_for(device.row))
    assert len(await storage.rows("AuditOutbox")) == 2


async def test_one_of_many_claims_leaves_its_event(
    store: DeviceCodeStore, storage: Storage
) -> None:
    device = await waiting(store)
    events = [event_for(device.row) for _ in range(10)]
    claims = await asyncio.gather(
        *(store.claim_with_event(device, notice=each, places=[PLACE]) for each in events)
    )
    assert sum(claims) == 1
    (row,) = await storage.rows("AuditOutbox")
    assert (row["RowKey"], row["Places"]) == (events[claims.index(True)].id, str(PLACE))


async def test_a_claim_whose_answer_was_lost_is_ours(
    store: DeviceCodeStore, storage: Storage
) -> None:
    device = await waiting(store)
    storage.transport.fault = once(answer_lost, "transact AuditOutbox")
    assert await store.claim_with_event(device, notice=event_for(device.row))
    assert not await store.claim_with_event(device, notice=event_for(device.row))


async def test_a_decision_in_between_spoils_a_claim(store: DeviceCodeStore) -> None:
    device = await waiting(store)
    await store.decide(device, "rejected")
    assert not await store.claim_with_event(device, notice=event_for(device.row))


async def test_only_rows_that_are_over_are_removed(
    store: DeviceCodeStore, storage: Storage
) -> None:
    for _ in range(8):  # in several partitions
        await waiting(store)
    later = secrets.token_bytes(32)
    await store.add(later, request="sealed", expires_at=NOW + 1)
    assert await store.sweep(now=NOW - 1) == 0
    assert await store.sweep(now=NOW, limit=3) == 3
    assert await store.sweep(now=NOW) == 5
    assert await store.find(later) is not None
