"""What the recorder records of calls to a real storage."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bench.scale.call_recorder import Asked, Recorder
from devhost.azurite import Azurite
from shared.settings import TablesSettings
from shared.storage.tables.client import connect
from shared.storage.tables.table import Operation, Table


@pytest.fixture
async def recorder(azurite: Azurite) -> AsyncIterator[Recorder]:
    async with Recorder(f"http://127.0.0.1:{azurite.port}") as recorder:
        yield recorder


@pytest.fixture
async def table(azurite: Azurite, recorder: Recorder) -> AsyncIterator[Table]:
    """A table with two rows, behind the recorder."""
    port, behind = f":{azurite.port}/", f":{recorder.port}/"
    text = azurite.connection_string.replace(port, behind)
    async with connect(TablesSettings(connection_string=text)) as connection:
        table = Table(connection, "RateLimits")
        for row in ("one", "two"):
            await table.upsert(_row(row))
        recorder.reset()
        yield table


def _row(name: str) -> dict[str, str]:
    return {"PartitionKey": "recorded", "RowKey": name}


def asked(recorder: Recorder) -> list[Asked]:
    return [one for calls in recorder.rounds for one in calls]


async def test_concurrent_calls_are_one_round(table: Table, recorder: Recorder) -> None:
    await asyncio.gather(table.get("recorded", "one"), table.get("recorded", "two"))
    await table.get("recorded", "one")
    assert [len(calls) for calls in recorder.rounds] == [2, 1]


async def test_a_transaction_touches_each_of_its_rows(table: Table, recorder: Recorder) -> None:
    await table.transact([Operation("upsert", _row(name)) for name in ("one", "two")])
    assert asked(recorder) == [Asked(name="transact RateLimits", entities=2)]


async def test_a_query_touches_the_rows_that_it_finds(table: Table, recorder: Recorder) -> None:
    await table.query("PartitionKey eq @key", {"key": "recorded"}, limit=10)
    await table.query("PartitionKey eq @key", {"key": "empty"}, limit=10)
    assert [one.entities for one in asked(recorder)] == [2, 1]
    assert asked(recorder)[0].table == "RateLimits"
