"""Requests of the service: their method, address, headers and body. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from shared.storage.table_service.entities import write_entity, write_instant

JSON = "application/json;odata=minimalmetadata"
_HEADERS = {
    "Accept": JSON,
    "DataServiceVersion": "3.0",
    "x-ms-version": "2019-02-02",
}
_WITH_BODY = {**_HEADERS, "Content-Type": "application/json"}
_NO_CONTENT = {"Prefer": "return-no-content"}

type Entity = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TableRequest:
    method: str
    path: str
    """With its query, below the address of the account; everything in it is quoted."""
    expected: int
    """The status of success."""
    headers: Mapping[str, str] = field(default_factory=lambda: _HEADERS)
    body: bytes = b""


def reading(table: str, partition_key: str, row_key: str, select: Sequence[str]) -> TableRequest:
    columns = f"?$select={_quoted(','.join(select))}" if select else ""
    return TableRequest("GET", row_path(table, partition_key, row_key) + columns, 200)


def querying(
    table: str, condition: str, select: Sequence[str], *, most: int, begin: tuple[str, str] | None
) -> TableRequest:
    """The next page begins where the one before has ended."""
    parts = {"$filter": condition, "$top": str(most)}
    if select:
        parts["$select"] = ",".join(select)
    if begin:
        parts["NextPartitionKey"], parts["NextRowKey"] = begin  # a page may begin at a partition
    query = "&".join(f"{name}={_quoted(value)}" for name, value in parts.items() if value)
    return TableRequest("GET", f"/{table}()?{query}", 200)


def inserting(table: str, entity: Entity) -> TableRequest:
    headers = {**_WITH_BODY, **_NO_CONTENT}
    return TableRequest("POST", f"/{table}", 204, headers, write_entity(entity))


def replacing(table: str, entity: Entity) -> TableRequest:
    """Or inserting."""
    return TableRequest("PUT", _path_of(table, entity), 204, _WITH_BODY, write_entity(entity))


def merging(table: str, entity: Entity, etag: str) -> TableRequest:
    """Into the row of that version; `*` is any version."""
    headers = {**_WITH_BODY, "If-Match": _version(etag)}
    return TableRequest("PATCH", _path_of(table, entity), 204, headers, write_entity(entity))


def deleting(table: str, partition_key: str, row_key: str, etag: str = "*") -> TableRequest:
    path = row_path(table, partition_key, row_key)
    return TableRequest("DELETE", path, 204, {**_HEADERS, "If-Match": _version(etag)})


def row_path(table: str, partition_key: str, row_key: str) -> str:
    return f"/{table}(PartitionKey='{_key(partition_key)}',RowKey='{_key(row_key)}')"


def _path_of(table: str, entity: Entity) -> str:
    return row_path(table, entity["PartitionKey"], entity["RowKey"])


def _version(etag: str) -> str:
    """Versions come from storage, which may be what it is not: none may be more than a header."""
    if not (etag.isascii() and etag.isprintable()):
        raise ValueError("not a version")
    return etag


def _key(key: str) -> str:
    return _quoted(key.replace("'", "''"))


def _quoted(text: str) -> str:
    return quote(text, safe="")


def fill_in(condition: str, parameters: Mapping[str, str | datetime]) -> str:
    """The condition with a literal in the place of each word `@name`."""
    return " ".join(
        _literal(parameters[word[1:]]) if word.startswith("@") else word
        for word in condition.split(" ")
    )


def _literal(value: str | datetime) -> str:
    if isinstance(value, datetime):
        return f"datetime'{write_instant(value)}'"
    return "'" + value.replace("'", "''") + "'"
