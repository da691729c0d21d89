"""A row that is written as JSON is restored exactly, each value with its type."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from shared.storage.edm import EdmType, EntityProperty, TableEntity
from shared.storage.tables.odata import read_odata, write_odata
from tests.storage_transport import Storage

KEYS = {"PartitionKey": "p", "RowKey": "r"}
EVERYTHING: dict[str, Any] = {
    **KEYS,
    "Text": "naïve 'quoted' \U0001f511\n",
    "Empty": "",
    "Bytes": bytes(range(256)),
    "NoBytes": b"",
    "Small": -(2**31),
    "Int64": EntityProperty(7, EdmType.INT64),
    "Large": EntityProperty(2**63 - 1, EdmType.INT64),
    "Yes": True,
    "No": False,
    "At": datetime(2031, 5, 17, 12, 0, 0, 123456, tzinfo=UTC),
    "Finer": EntityProperty("2031-05-17T12:00:00.1234567Z", EdmType.DATETIME),
    "Date like": "2031-05-17T12:00:00Z",
}
TYPES = {
    "Bytes": "Edm.Binary",
    "NoBytes": "Edm.Binary",
    "Int64": "Edm.Int64",
    "Large": "Edm.Int64",
    "At": "Edm.DateTime",
    "Finer": "Edm.DateTime",
}


async def _stored(storage: Storage, row: dict[str, Any]) -> TableEntity:
    table = storage.table("Accounts")
    await table.upsert(row)
    found = await table.get("p", "r")
    assert found is not None
    return found


async def test_every_value_is_read_back_with_its_type(storage: Storage) -> None:
    first = write_odata(await _stored(storage, EVERYTHING))
    travelled = json.loads(json.dumps(first))
    assert {name: travelled.get(f"{name}@odata.type") for name in EVERYTHING} == {
        name: TYPES.get(name) for name in EVERYTHING
    }
    assert travelled["Finer"] == "2031-05-17T12:00:00.1234567Z"
    assert write_odata(await _stored(storage, read_odata(travelled))) == first
    assert read_odata(first)["Bytes"] == bytes(range(256))
    assert type(read_odata(first)["Yes"]) is bool


@pytest.mark.parametrize("value", [1.5, uuid4(), None, datetime(2031, 5, 17, tzinfo=UTC)])
def test_a_value_of_an_unused_type_is_not_written(value: object) -> None:
    with pytest.raises(TypeError, match=type(value).__name__):
        write_odata({**KEYS, "Value": value})


@pytest.mark.parametrize(
    "members",
    [
        {"PartitionKey": "p"},
        {"PartitionKey": "p", "RowKey": 1},
        {**KEYS, "Value": 2**31},
        {**KEYS, "Value": 1.5},
        {**KEYS, "Value": None},
        {**KEYS, "Value": ["x"]},
        {**KEYS, "Value@odata.type": "Edm.Binary"},
        {**KEYS, "Value": "eA==", "Value@odata.type": "Edm.Guid"},
        {**KEYS, "Value": "e A==", "Value@odata.type": "Edm.Binary"},
        {**KEYS, "Value": "eA", "Value@odata.type": "Edm.Binary"},
        {**KEYS, "Value": "1.0", "Value@odata.type": "Edm.Int64"},
        {**KEYS, "Value": str(2**63), "Value@odata.type": "Edm.Int64"},
        {**KEYS, "Value": 7, "Value@odata.type": "Edm.Int64"},
        {**KEYS, "Value": "yesterday", "Value@odata.type": "Edm.DateTime"},
    ],
    ids=str,
)
def test_other_values_are_not_read(members: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_odata(members)
