"""Rows are written and read as the SDK does it, value by value."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from azure.data.tables._deserialize import _convert_to_entity
from azure.data.tables._serialize import _add_entity_properties

from shared.accounts.roles import Role
from shared.storage.edm import EdmType, EntityProperty
from shared.storage.table_service.entities import Instant, read_entity, read_json, write_entity

KEYS = {"PartitionKey": "it's", "RowKey": "ü\r\n\x00"}
EVERYTHING: dict[str, Any] = {
    **KEYS,
    "Text": "naïve '\"\U0001f511\u2028\n",
    "Empty": "",
    "Role": next(iter(Role)),
    "Bytes": bytes(range(256)),
    "NoBytes": b"",
    "Least": -(2**31),
    "Most": 2**31 - 1,
    "Int64": EntityProperty(7, EdmType.INT64),
    "Large": EntityProperty(2**63 - 1, EdmType.INT64),
    "Yes": True,
    "No": False,
    "None": None,
    "At": datetime(2031, 5, 17, 12, 0, 0, 123456, tzinfo=UTC),
    "Elsewhere": datetime(2031, 5, 17, 12, tzinfo=timezone(timedelta(hours=-7))),
    "Finer": EntityProperty("2031-05-17T12:00:00.1234567Z", EdmType.DATETIME),
}
READ: dict[str, Any] = {
    **KEYS,
    "odata.metadata": "http://storage.test/$metadata#T/@Element",
    "odata.etag": "W/\"datetime'2031-05-17T12%3A00%3A00.1234567Z'\"",
    "Timestamp": "2031-05-17T12:00:00.1234567Z",
    "Text": "text",
    "Small": 7,
    "Yes": True,
    "Large": str(2**40),
    "Large@odata.type": "Edm.Int64",
    "Bytes": "AP8=",
    "Bytes@odata.type": "Edm.Binary",
    "At": "2031-05-17T12:00:00.1234567Z",
    "At@odata.type": "Edm.DateTime",
    "Whole": "2031-05-17T12:00:00Z",
    "Whole@odata.type": "Edm.DateTime",
    "Guid": "0d2ee21c-9a1c-4c7e-8d8a-6d8a0b9a4f11",
    "Guid@odata.type": "Edm.Guid",
    "Double": 1.5,
    "Double@odata.type": "Edm.Double",
    "Infinite": "Infinity",
    "Infinite@odata.type": "Edm.Double",
}


def test_a_row_is_written_as_the_sdk_writes_it() -> None:
    by_sdk: dict[str, Any] = _add_entity_properties(EVERYTHING)
    inferred = {name for name, value in by_sdk.items() if value == "Edm.String"}
    assert read_json(write_entity(EVERYTHING)) == {
        name: value for name, value in by_sdk.items() if name not in inferred
    }


def test_a_row_is_one_line_of_ascii() -> None:
    """So no text of it can end a line of a changeset."""
    written = write_entity(EVERYTHING)
    assert written.isascii()
    assert written.decode().isprintable()


def test_a_row_is_read_as_the_sdk_reads_it() -> None:
    row, by_sdk = read_entity(READ), _convert_to_entity(READ)  # type: ignore[no-untyped-call]
    assert row == by_sdk
    assert row.metadata == {name: by_sdk.metadata[name] for name in ("etag", "timestamp")}
    assert (row["Guid"], type(row["Yes"])) == (UUID(READ["Guid"]), bool)


def test_a_time_is_written_as_it_was_read() -> None:
    """Also of a row that the SDK has read."""
    for row in (read_entity(READ), _convert_to_entity(READ)):  # type: ignore[no-untyped-call]
        assert read_json(write_entity({**KEYS, "At": row["At"]}))["At"] == READ["At"]


@pytest.mark.parametrize(
    "value",
    [
        *(1.5, UUID(int=1), ["x"], 2**31, -(2**31) - 1, EntityProperty(2**63, EdmType.INT64)),
        *(EntityProperty("x", EdmType.GUID), EntityProperty(True, EdmType.BOOLEAN)),
    ],
    ids=str,
)
def test_a_value_of_an_unused_type_is_not_written(value: object) -> None:
    with pytest.raises(TypeError):
        write_entity({**KEYS, "Value": value})


@pytest.mark.parametrize(
    ("edm_type", "value"),
    [
        *(("Edm.Binary", "e A=="), ("Edm.Binary", "eA"), ("Edm.Binary", 7), ("Edm.Int64", "7.0")),
        *(("Edm.DateTime", "yesterday"), ("Edm.DateTime", "2031-05-17T12:00:00")),
        *(("Edm.DateTime", 7), ("Edm.Guid", "x"), ("Edm.Unknown", "x"), (7, "x"), (["x"], "x")),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_not_read(edm_type: object, value: object) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        read_entity({**KEYS, "Value": value, "Value@odata.type": edm_type})


@pytest.mark.parametrize(
    "content",
    [
        *(
            b"",
            b"[]",
            b"null",
            b"{",
            b"{}{}",
            b'{"a":NaN}',
            b'{"a":-Infinity}',
            b"\xff\xfe{\x00}\x00",
        ),
        *(b'{"a":"\xff"}', b"\xef\xbb\xbf{}", b"<html></html>"),
    ],
)
def test_only_an_object_in_utf_8_is_read(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(content)


def test_an_instant_is_a_datetime() -> None:
    instant = Instant.read("2031-05-17T12:00:00.1234567Z")
    assert instant == datetime(2031, 5, 17, 12, 0, 0, 123456, tzinfo=UTC)
