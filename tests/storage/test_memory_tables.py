"""The tables in memory answer as Azurite does: what is told of the one holds for the other."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from azure.data.tables import EdmType, EntityProperty, TableEntity

from shared.storage.tables.table import Entity, Operation, Table, version
from shared.storage.tables.versioned import VersionedTable
from tests.memory_client import open_memory
from tests.memory_tables import MemoryTables
from tests.storage_transport import RecordingTransport, Storage

AT = datetime(2031, 5, 17, 12, 0, 0, 1, tzinfo=UTC)
ROW: Entity = {
    "PartitionKey": "it's",
    "RowKey": "a:b ü",
    "Text": "line\r\n--changeset '\"é",
    "Bytes": b"\x00\xff" * 40,
    "Small": 7,
    "Large": EntityProperty(1 << 40, EdmType.INT64),
    "At": AT,
    "Is": True,
    "None": "",
}
KEY = {"PartitionKey": "it's", "RowKey": "a:b ü"}
OTHER = {"PartitionKey": "it's", "RowKey": "other"}

type Told = list[object]
type Story = Callable[[Storage], Awaitable[Told]]


def seen(row: TableEntity | None) -> object:
    return None if row is None else dict(row)


async def rows(table: Table, condition: str, **given: str | datetime) -> list[object]:
    return [seen(row) for row in await table.query(condition, given, limit=99)]


async def _inserted(storage: Storage) -> Told:
    table = storage.table("Accounts")
    return [
        await table.get("it's", "a:b ü"),
        await table.delete("it's", "a:b ü"),
        await table.merge(KEY),
        await table.insert(ROW),
        await table.insert(ROW),
        seen(await table.get("it's", "a:b ü")),
        seen(await table.get("it's", "a:b ü", select=["Bytes", "Absent"])),
        seen(await table.get("it's", "a:b u")),
    ]


async def _changed(storage: Storage) -> Told:
    table = storage.table("Accounts")
    await table.insert(ROW)
    old = await table.get("it's", "a:b ü")
    assert old is not None
    told: Told = [
        await table.replace({**KEY, "Small": 8}, etag=version(old)),
        await table.replace({**KEY, "Small": 9}, etag=version(old)),
        await table.merge({**KEY, "Large": "now a text"}),
        seen(await table.get("it's", "a:b ü")),
    ]
    await table.upsert({**KEY, "Only": "this"})
    return [
        *told,
        seen(await table.get("it's", "a:b ü")),
        await table.delete("it's", "a:b ü"),
        await table.delete("it's", "a:b ü"),
        await table.replace(KEY, etag=version(old)),
    ]


async def _transacted(storage: Storage) -> Told:
    table = storage.table("Accounts")
    told: Told = [await table.transact([Operation("create", ROW), Operation("create", OTHER)])]
    old = await table.get("it's", "other")
    assert old is not None
    told += [
        await table.transact(operations)
        for operations in (
            [Operation("create", OTHER)],
            [Operation("update", {**KEY, "Small": 1}), Operation("create", OTHER)],
            [Operation("update", {**OTHER, "New": "n"}, version(old))],
            [Operation("delete", KEY), Operation("update", {**OTHER, "New": "o"}, version(old))],
            [Operation("upsert", {**OTHER, "Only": b"this"}), Operation("delete", KEY)],
            [Operation("delete", KEY)],
            [Operation("update", KEY)],
        )
    ]
    return [*told, *await rows(table, "PartitionKey eq @p", p="it's")]


async def _versioned(storage: Storage) -> Told:
    table: VersionedTable = storage.versioned("RateLimits")
    first = await table.write([(ROW, None), (OTHER, None)])
    assert first
    again = await table.write([({**KEY, "Small": 2}, first[0])])
    assert again
    return [
        len(set(first + again)),
        await table.write([(ROW, None)]),
        await table.write([({**KEY, "Small": 3}, first[0])]),
        await table.write([({**KEY, "Small": 3}, again[0]), (OTHER, None)]),
        seen(await table.get("it's", "a:b ü")),
    ]


async def _queried(storage: Storage) -> Told:
    table = storage.table("Accounts")
    for partition in ("a", "b", "c"):
        made = [{"PartitionKey": partition, "RowKey": f"{n}", "N": f"{n}"} for n in range(3)]
        await table.transact([Operation("create", row) for row in made])
    row = await table.get("a", "0", select=["Timestamp"])
    assert row is not None
    return [
        await rows(table, "PartitionKey ge @p", p="b"),
        await rows(table, "PartitionKey eq @p and RowKey lt '~'", p="b"),
        await rows(table, "( N eq @n or Absent eq @n ) and PartitionKey ne @p", n="1", p="a"),
        await rows(table, "N gt @n and PartitionKey le 'a'", n="it's or N eq '0'"),
        await rows(table, "PartitionKey lt @p and Timestamp lt @t", p="c", t=AT.replace(year=2001)),
        len(await rows(table, "Timestamp gt @t", t=AT.replace(year=2001))),
        len(await table.query("PartitionKey ge ''", {}, limit=4)),
        [len(page) async for page in table.pages("PartitionKey ge @p", {"p": "b"})],
        len(await rows(storage.table("Links"), "PartitionKey eq 'x'")),
    ]


STORIES: dict[str, Story] = {
    "inserted": _inserted,
    "changed": _changed,
    "transacted": _transacted,
    "versioned": _versioned,
    "queried": _queried,
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
async def test_both_answer_alike(
    storage: Storage, transport: RecordingTransport, story: Story
) -> None:
    async with open_memory(MemoryTables(lambda: AT)) as memory:
        assert await story(memory) == await story(storage)
        assert memory.transport.names == transport.names


async def test_what_is_stored_can_be_set_back() -> None:
    tables = MemoryTables(lambda: AT)
    async with open_memory(tables) as memory:
        table = memory.table("Accounts")
        await table.insert(ROW)
        before, kept = tables.snapshot(), await table.get("it's", "a:b ü")
        assert kept is not None
        await table.delete("it's", "a:b ü")
        await table.insert(OTHER)
        tables.restore(before)
        found: Any = await memory.rows("Accounts")
        assert [version(row) for row in found] == [version(kept)]
        await table.merge({**KEY, "Small": 8})
        tables.restore(before)
        assert await table.replace(KEY, etag=version(kept))
