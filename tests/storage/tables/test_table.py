"""Each operation on a table has one clear outcome, whether or not the table exists."""

import asyncio

from shared.storage.service_key import ServiceKeyStore
from shared.storage.tables.table import MAX_TRANSACTION, Entity, Operation, version
from tests.storage_transport import RecordingTransport, Storage

ROW = {"PartitionKey": "p", "RowKey": "r"}


def _rows(number: int, partition: str = "p") -> list[Entity]:
    return [{"PartitionKey": partition, "RowKey": f"{index:04d}"} for index in range(number)]


async def test_a_missing_table_is_empty(storage: Storage, transport: RecordingTransport) -> None:
    table = storage.table("Accounts")
    assert await table.get("p", "r") is None
    assert await table.query("PartitionKey eq @p", {"p": "p"}, select=[], limit=9) == []
    assert not await table.delete("p", "r")
    assert not await table.replace(ROW, etag='W/"1"')
    assert "make table" not in transport.names


async def test_a_table_is_made_by_the_first_insert(
    storage: Storage, transport: RecordingTransport
) -> None:
    assert await storage.table("Accounts").insert(ROW)
    assert transport.names == ["insert Accounts", "make table", "insert Accounts"]


async def test_a_table_is_made_by_the_first_transaction(
    storage: Storage, transport: RecordingTransport
) -> None:
    assert await storage.table("Accounts").transact([Operation("create", ROW)])
    assert transport.names == ["transact Accounts", "make table", "transact Accounts"]


async def test_a_table_is_made_by_concurrent_writers(storage: Storage) -> None:
    table = storage.table("Accounts")
    rows = _rows(10)
    assert await asyncio.gather(*map(table.insert, rows)) == [True] * 10


async def test_a_row_is_inserted_once(storage: Storage) -> None:
    table = storage.table("Accounts")
    outcomes = await asyncio.gather(*(table.insert(ROW) for _ in range(20)))
    assert sum(outcomes) == 1


async def test_a_row_is_deleted_once(storage: Storage) -> None:
    table = storage.table("Accounts")
    await table.insert(ROW)
    outcomes = await asyncio.gather(*(table.delete("p", "r") for _ in range(20)))
    assert sum(outcomes) == 1


async def test_a_version_is_replaced_once(storage: Storage) -> None:
    table = storage.table("Accounts")
    await table.insert({**ROW, "Kept": "k"})
    row = await table.get("p", "r")
    assert row is not None
    outcomes = await asyncio.gather(
        *(table.replace({**ROW, "Number": n}, etag=version(row)) for n in range(20))
    )
    assert sum(outcomes) == 1
    replaced = await table.get("p", "r")
    assert replaced is not None
    assert (replaced["Kept"], replaced["Number"]) == ("k", outcomes.index(True))


async def test_a_deleted_row_is_not_replaced(storage: Storage) -> None:
    table = storage.table("Accounts")
    await table.insert(ROW)
    row = await table.get("p", "r")
    assert row is not None
    await table.delete("p", "r")
    assert not await table.replace(ROW, etag=version(row))
    assert await table.get("p", "r") is None


async def test_a_transaction_is_all_or_nothing(storage: Storage) -> None:
    table = storage.table("Accounts")
    rows = _rows(MAX_TRANSACTION)
    await table.insert(rows[-1])
    assert not await table.transact([Operation("create", row) for row in rows])
    assert await table.query("PartitionKey eq @p", {"p": "p"}, select=["RowKey"], limit=9) == [
        {"RowKey": rows[-1]["RowKey"]}
    ]


async def test_a_query_selects_and_stops_at_its_limit(storage: Storage) -> None:
    table = storage.table("Accounts")
    await table.transact([Operation("create", {**row, "More": "m"}) for row in _rows(30)])
    rows = await table.query("PartitionKey eq @p", {"p": "p"}, select=["RowKey"], limit=12)
    assert rows == [{"RowKey": f"{index:04d}"} for index in range(12)]


async def test_a_query_reads_all_pages(storage: Storage, transport: RecordingTransport) -> None:
    table = storage.table("Accounts")
    for number in range(11):
        await table.transact([Operation("create", row) for row in _rows(100, f"p{number:02d}")])
    transport.forget()
    rows = await table.query("PartitionKey lt @p", {"p": "q"}, select=["RowKey"], limit=2_000)
    assert len(rows) == 1_100
    assert transport.names == ["query Accounts"] * 2


async def test_a_parameter_is_never_part_of_the_condition(storage: Storage) -> None:
    table = storage.table("Accounts")
    await table.insert({"PartitionKey": "it's", "RowKey": "r"})
    await table.insert(ROW)
    for value, number in (("it's", 1), ("' or PartitionKey ne '", 0), ("@p", 0), ("''", 0)):
        rows = await table.query("PartitionKey eq @p", {"p": value}, select=[], limit=9)
        assert len(rows) == number


async def test_concurrent_makers_get_one_service_key(storage: Storage) -> None:
    stores = [ServiceKeyStore(storage.table("Service")) for _ in range(10)]
    keys = await asyncio.gather(
        *(store.make(candidate=bytes([number]) * 32) for number, store in enumerate(stores))
    )
    assert len(set(keys)) == 1
    assert await stores[0].find() == keys[0]


async def test_there_is_no_service_key_before_it_is_made(storage: Storage) -> None:
    assert await ServiceKeyStore(storage.table("Service")).find() is None
