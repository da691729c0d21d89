"""Rows in the JSON of the service, in which a value's type is beside it where JSON has none. Pure.

A row that is read has its version and time in its `metadata`.
"""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from shared.storage.edm import EdmType, EntityProperty, Metadata, TableEntity

_TYPE = "@odata.type"
_INT32 = 1 << 31
_INT64 = 1 << 63


class Instant(datetime):
    """A time as storage wrote it, in steps of 100 ns, which a datetime cannot have."""

    tables_service_value: str

    @classmethod
    def read(cls, text: str) -> Self:
        instant = cls.fromisoformat(text)
        if instant.tzinfo is None:
            raise ValueError("a time without a zone")
        instant.tables_service_value = text
        return instant


def write_entity(entity: Mapping[str, Any]) -> bytes:
    """Columns without a value are left out. Raise TypeError for a type that no row of ours has."""
    members: dict[str, Any] = {}
    for name, value in entity.items():
        if value is None:
            continue
        edm_type, members[name] = _write(value)
        if edm_type:
            members[name + _TYPE] = edm_type
    return _WRITER.encode(members).encode()


def _write(value: object) -> tuple[str | None, object]:
    match value:
        case str() | bool():
            return None, value
        case EntityProperty():
            return _write_typed(value)
        case int() if -_INT32 <= value < _INT32:
            return None, value
        case bytes():
            return EdmType.BINARY, base64.b64encode(value).decode()
        case datetime():
            return EdmType.DATETIME, write_instant(value)
    raise TypeError(f"no row of ours has such a {type(value).__name__}")


def _write_typed(value: EntityProperty) -> tuple[str | None, object]:
    match value:
        case EntityProperty(value=int(number), edm_type=EdmType.INT64) if (
            -_INT64 <= number < _INT64
        ):
            return EdmType.INT64, str(number)
        case EntityProperty(value=str(text), edm_type=EdmType.DATETIME):
            return EdmType.DATETIME, text
    raise TypeError("no row of ours has such a property")


def write_instant(at: datetime) -> str:
    """Exactly as it was read, here or by the SDK, if it was."""
    read: str = getattr(at, "tables_service_value", "")
    return read or at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _int64(text: str) -> EntityProperty:
    return EntityProperty(int(text), EdmType.INT64)


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


_READ: Mapping[str, Callable[[Any], object]] = {
    EdmType.BINARY: _bytes,
    EdmType.DATETIME: Instant.read,
    EdmType.INT64: _int64,
    # No row of ours has these. A row of somebody else is read as the SDK reads it.
    EdmType.BOOLEAN: lambda value: value,
    EdmType.DOUBLE: float,
    EdmType.GUID: UUID,
    EdmType.INT32: lambda value: value,
    EdmType.STRING: lambda value: value,
}


def read_entity(members: Mapping[str, Any]) -> TableEntity:
    """Raise ValueError, TypeError or KeyError if these are not the members of a row."""
    columns = dict[str, Any]()
    for name, value in members.items():
        if name.startswith("odata.") or name.endswith(_TYPE) or name == "Timestamp":
            continue
        edm_type = members.get(name + _TYPE)
        columns[name] = value if edm_type is None else _READ[edm_type](value)
    stamp = members.get("Timestamp")
    metadata: Metadata = {
        "etag": members.get("odata.etag"),
        "timestamp": None if stamp is None else Instant.read(stamp),
    }
    return TableEntity(columns, metadata=metadata)


def read_entities(content: bytes) -> list[TableEntity]:
    """Of the answer to a query. Raise as `read_entity` and `read_json` do."""
    rows = read_json(content)["value"]
    if not isinstance(rows, list):
        raise TypeError("no list of rows")
    return [read_entity(row) for row in rows]


def read_json(content: bytes) -> dict[str, Any]:
    """Raise ValueError for anything but the UTF-8 of one JSON object."""
    members = _READER.decode(content.decode())
    if not isinstance(members, dict):
        raise ValueError("not an object")
    return members


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


# json.dumps and json.loads would make one for each call, which takes as long as their work.
_WRITER, _READER = json.JSONEncoder(separators=(",", ":")), json.JSONDecoder(parse_constant=_refuse)
