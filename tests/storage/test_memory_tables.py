"""The tables in memory give the same answers and failures as Azurite through both clients."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from azure.core.pipeline.transport import AsyncHttpTransport
from pytest_mock import MockerFixture

from shared.errors import StorageUnavailable
from shared.storage.edm import EdmType, EntityProperty, TableEntity
from shared.storage.tables.table import Entity, Operation, Table, version
from shared.storage.tables.versioned import VersionedTable
from tests.memory_client import open_memory
from tests.memory_tables import MemoryTables
from tests.storage_faults import Way, answer_lost, at, unreachable
from tests.storage_transport import Fault, RecordingTransport, Send, Storage

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

type Answers = list[object]
type Story = Callable[[Storage], Awaitable[Answers]]


def seen(row: TableEntity | None) -> object:
    return None if row is None else dict(row)


async def rows(table: Table, condition: str, **given: str | datetime) -> list[object]:
    return [seen(row) for row in await table.query(condition, given, limit=99)]


async def _inserted(storage: Storage) -> Answers:
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


async def _changed(storage: Storage) -> Answers:
    table = storage.table("Accounts")
    await table.insert(ROW)
    old = await table.get("it's", "a:b ü")
    assert old is not None
    answers: Answers = [
        await table.replace({**KEY, "Small": 8}, etag=version(old)),
        await table.replace({**KEY, "Small": 9}, etag=version(old)),
        await table.merge({**KEY, "Large": "now a text"}),
        seen(await table.get("it's", "a:b ü")),
    ]
    await table.upsert({**KEY, "Only": "this"})
    return [
        *answers,
        seen(await table.get("it's", "a:b ü")),
        await table.delete("it's", "a:b ü"),
        await table.delete("it's", "a:b ü"),
        await table.replace(KEY, etag=version(old)),
    ]


async def _transacted(storage: Storage) -> Answers:
    table = storage.table("Accounts")
    answers: Answers = [
        await table.transact([Operation("create", ROW), Operation("create", OTHER)])
    ]
    old = await table.get("it's", "other")
    assert old is not None
    answers += [
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
    return [*answers, *await rows(table, "PartitionKey eq @p", p="it's")]


async def _versioned(storage: Storage) -> Answers:
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


async def _queried(storage: Storage) -> Answers:
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


async def _transacted_in_two_partitions(storage: Storage) -> Answers:
    table, elsewhere = storage.table("Accounts"), {"PartitionKey": "other", "RowKey": "other"}
    with pytest.raises(StorageUnavailable):
        await table.transact([Operation("create", OTHER), Operation("create", elsewhere)])
    return await rows(table, "PartitionKey ge @p", p="")


STORIES: dict[str, Story] = {
    "inserted": _inserted,
    "changed": _changed,
    "transacted": _transacted,
    "transacted in two partitions": _transacted_in_two_partitions,
    "versioned": _versioned,
    "queried": _queried,
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
async def test_both_give_the_same_answers(
    storage: Storage, transport: RecordingTransport, story: Story
) -> None:
    async with open_memory(MemoryTables(lambda: AT)) as memory:
        assert await story(memory) == await story(storage)
        calls = [
            [(call.name, call.filter, call.deletes) for call in each.calls]
            for each in (memory.transport, transport)
        ]
        assert calls[0] == calls[1]


async def _written(storage: Storage) -> str:
    """The version of an existing row."""
    await storage.table("Accounts").upsert(ROW)
    kept = await storage.table("Accounts").get("it's", "a:b ü")
    assert kept is not None
    return version(kept)


async def _all(storage: Storage) -> list[object]:
    pages = storage.table("Accounts").pages("PartitionKey eq 'it''s'", {})
    return [len(page) async for page in pages]


async def _absent(storage: Storage) -> object:
    """A row is written without a table."""
    return await storage.table("Links").insert(ROW)


ACTS: dict[str, Callable[[Storage, str], Awaitable[object]]] = {
    "insert": lambda storage, _: storage.table("Accounts").insert(OTHER),
    "insert again": lambda storage, _: storage.table("Accounts").insert(ROW),
    "make a table": lambda storage, _: _absent(storage),
    "get": lambda storage, _: storage.table("Accounts").get("it's", "other"),
    "query": lambda storage, _: rows(storage.table("Accounts"), "PartitionKey eq 'other'"),
    "pages": lambda storage, _: _all(storage),
    "replace": lambda storage, etag: storage.table("Accounts").replace(KEY, etag=etag),
    "upsert": lambda storage, _: storage.table("Accounts").upsert(OTHER),
    "merge": lambda storage, _: storage.table("Accounts").merge(KEY),
    "delete": lambda storage, _: storage.table("Accounts").delete("it's", "a:b ü"),
    "transact": lambda storage, _: storage.table("Accounts").transact(
        [Operation("delete", KEY), Operation("create", OTHER)]
    ),
    "transact in vain": lambda storage, _: storage.table("Accounts").transact(
        [Operation("create", OTHER), Operation("create", ROW)]
    ),
    "write one": lambda storage, etag: storage.versioned("Accounts").write([({**KEY}, etag)]),
    "write a new one": lambda storage, _: storage.versioned("Accounts").write([(ROW, None)]),
    "write two": lambda storage, _: storage.versioned("Accounts").write(
        [(OTHER, None), (ROW, None)]
    ),
}


async def _outcome(storage: Storage, name: str, fault: Fault) -> object:
    """Return the result of an act while storage fails, its calls, and the rows stored then."""
    etag = await _written(storage)
    storage.transport.forget()
    storage.transport.fault = fault
    try:
        answers: object = await ACTS[name](storage, etag)
    except StorageUnavailable:
        answers = "unavailable"
    storage.transport.fault = None
    names = storage.transport.names
    stored = [await storage.table("Accounts").get("it's", key) for key in ("a:b ü", "other")]
    answers = answers if answers is None or isinstance(answers, (bool, str)) else "an answer"
    return answers, names, [seen(row) for row in stored]


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("then", [None, unreachable, answer_lost], ids=["once", "gone", "mute"])
@pytest.mark.parametrize("way", [unreachable, answer_lost])
async def test_both_retry_failures_in_the_same_way(
    storage: Storage, name: str, way: Way, then: Way | None, mocker: MockerFixture
) -> None:
    mocker.patch.object(AsyncHttpTransport, "sleep", mocker.AsyncMock())

    async def sent(send: Send) -> object:
        return await send()

    async with open_memory(MemoryTables(lambda: AT)) as memory:
        found = [
            await _outcome(each, name, at(1, way, then=then or sent)) for each in (memory, storage)
        ]
    assert found[0] == found[1]


async def test_tables_can_be_restored_from_a_snapshot() -> None:
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
