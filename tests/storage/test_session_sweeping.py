"""Which rows of the table of sessions a sweep removes, and the number that it returns."""

from datetime import timedelta

import pytest

from shared.storage.sessions import SessionStore
from tests.storage_transport import Storage

DAY = 86_400
TODAY = 22_000
NOW = TODAY * DAY + 3_600
SESSIONS = ("021968-old", "021998-over", "021999-over", "022000-today")
EVENTS = ("021968-left-over", "021969-left-over", "021999-waiting")


@pytest.fixture
async def sessions(storage: Storage) -> SessionStore:
    table = storage.table("Sessions")
    for partition in SESSIONS:
        await table.insert({"PartitionKey": partition, "RowKey": "session"})
    for partition in EVENTS:
        await table.insert({"PartitionKey": partition, "RowKey": "~event:1"})
    return SessionStore(table, longest=timedelta(days=1))


async def left(storage: Storage) -> list[str]:
    return [row["PartitionKey"] for row in await storage.rows("Sessions")]


async def test_a_sweep_removes_ended_sessions_and_events_after_a_month(
    sessions: SessionStore, storage: Storage
) -> None:
    assert await sessions.sweep(now=NOW) == 5
    assert await left(storage) == ["021999-waiting", "022000-today"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
async def test_a_sweep_removes_at_most_its_limit(
    sessions: SessionStore, storage: Storage, limit: int
) -> None:
    assert await sessions.sweep(now=NOW, limit=limit) == limit
    assert len(await left(storage)) == 7 - limit
