"""Rows in the JSON form of the Table service, in which each value keeps its type. Pure.

Text, booleans and 32-bit numbers are written as they are. Every other value has its type beside
it, under `<name>@odata.type`.
"""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from shared.storage.edm import EdmType, EntityProperty
from shared.storage.tables.table import Entity

_TYPE = "@odata.type"
_INT32, _INT64 = 1 << 31, 1 << 63


@runtime_checkable
class _Instant(Protocol):
    """A datetime with the text from storage, in steps of 100 ns: ours, or that of the SDK."""

    @property
    def tables_service_value(self) -> str: ...


def write_odata(row: Entity) -> dict[str, Any]:
    """The JSON of a row that was read from storage. Raise TypeError for a type that is not ours."""
    members: dict[str, Any] = {}
    for name, value in row.items():
        edm_type, written = _write(value)
        members[name] = written
        if edm_type is not None:
            members[name + _TYPE] = edm_type.value
    return members


def _write(value: object) -> tuple[EdmType | None, object]:
    match value:
        case EntityProperty(value=int(number), edm_type=EdmType.INT64):
            return EdmType.INT64, str(number)
        case bool() | int() | str():
            return None, value
        case bytes():
            return EdmType.BINARY, base64.b64encode(value).decode()
        case _Instant():
            return EdmType.DATETIME, value.tables_service_value
    raise TypeError(f"no row of ours holds a {type(value).__name__}")


def read_odata(members: Mapping[str, Any]) -> dict[str, Any]:
    """A row that can be written to storage. Raise ValueError for anything that `write_odata`
    does not write."""
    names = [name for name in members if not name.endswith(_TYPE)]
    if len(names) + sum(name + _TYPE in members for name in names) != len(members):
        raise ValueError("a type without a value")
    row = {name: _read(members[name], members.get(name + _TYPE)) for name in names}
    if not all(isinstance(row.get(key), str) for key in ("PartitionKey", "RowKey")):
        raise ValueError("a row without keys")
    return row


def _read(value: object, edm_type: object) -> object:
    match value, edm_type:
        case (bool() | str(), None):
            return value
        case (int(number), None) if -_INT32 <= number < _INT32:
            return number
        case (str(text), EdmType.INT64.value) if -_INT64 <= int(text) < _INT64:
            return EntityProperty(int(text), EdmType.INT64)
        case (str(text), EdmType.BINARY.value):
            return base64.b64decode(text, validate=True)
        case (str(text), EdmType.DATETIME.value):
            datetime.fromisoformat(text)
            return EntityProperty(text, EdmType.DATETIME)
    raise ValueError("a value of no type that we use")
