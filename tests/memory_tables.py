"""Table Storage in memory, behind the transport of the real SDK.

For tests that go through thousands of storage calls: a call takes a third of the time that one to
Azurite does, what is stored can be set back to a state of before, and its clock is the test's own.
`tests/storage/test_memory_tables.py` holds it to what Azurite answers.
"""

import json
import re
from bisect import bisect_left, insort
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from itertools import islice
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, unquote, urlsplit

from azure.core.pipeline.transport import AioHttpTransport
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.core.rest._aiohttp import RestAioHttpTransportResponse

from shared.settings import TablesSettings
from shared.storage.tables.client import connect
from shared.storage.tables.clock import StorageClock
from tests.memory_filter import matches
from tests.storage_transport import RecordingTransport, Storage

CONNECTION = (
    "DefaultEndpointsProtocol=http;AccountName=memory;AccountKey=a2V5;"
    "TableEndpoint=http://memory.example/memory"
)
PAGE = 1000
_INFERRED = ("Edm.String", "Edm.Boolean", "Edm.Int32")
_ENTITY = re.compile(r"(\w+)\(PartitionKey='((?:[^']|'')*)',\s*RowKey='((?:[^']|'')*)'\)")
_CODES = {
    "EntityAlreadyExists": 409,
    "TableAlreadyExists": 409,
    "ResourceNotFound": 404,
    "TableNotFound": 404,
    "UpdateConditionNotSatisfied": 412,
    "InvalidDuplicateRow": 400,
}

type Key = tuple[str, str]
type Row = Mapping[str, Any]
"""As JSON has it, with `Timestamp` and `odata.etag`."""


class Rows:
    """Of one table, in the order of their keys."""

    def __init__(self, rows: Mapping[Key, Row] | None = None) -> None:
        self.by_key = dict(rows or {})
        self._keys = sorted(self.by_key)

    def set(self, key: Key, row: Row | None) -> Row | None:
        """Return what was there before."""
        before = self.by_key.pop(key, None)
        if row is not None:
            self.by_key[key] = row
        if before is None and row is not None:
            insort(self._keys, key)
        elif before is not None and row is None:
            del self._keys[bisect_left(self._keys, key)]
        return before

    def from_(self, first: Key) -> Iterator[Row]:
        for index in range(bisect_left(self._keys, first), len(self._keys)):
            yield self.by_key[self._keys[index]]


type State = Mapping[str, Mapping[Key, Row]]


class Refused(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.status = _CODES[code]

    def body(self, prefix: str = "") -> bytes:
        message = {"lang": "en-US", "value": f"{prefix}{self.code}"}
        return json.dumps({"odata.error": {"code": self.code, "message": message}}).encode()


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class MemoryTables:
    """All accounts' tables; `clock` is the one of storage."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._tables: dict[str, Rows] = {}
        self._writes = 0
        self._undoing: list[tuple[Rows, Key, Row | None]] = []

    def snapshot(self) -> State:
        return {name: dict(rows.by_key) for name, rows in self._tables.items()}

    def restore(self, state: State) -> None:
        self._tables = {name: Rows(rows) for name, rows in state.items()}

    def answer(self, asked: Asked) -> Answered:
        try:
            if asked.path.endswith("/$batch"):
                return self._transact(asked)
            return self._one(asked)
        except Refused as refused:
            return Answered(refused.status, refused.body())

    def _one(self, asked: Asked) -> Answered:
        path = asked.path.rsplit("/", 1)[-1]
        if path == "Tables":
            return self._make_table(json.loads(asked.body)["TableName"])
        if asked.method == "POST":
            return self._insert(path, json.loads(asked.body))
        if found := _ENTITY.fullmatch(asked.path.partition("/memory/")[2]):
            name, partition, row = (
                found[1],
                *(each.replace("''", "'") for each in found.group(2, 3)),
            )
            return self._at(asked, self._table(name), (partition, row))
        return self._query(self._table(path.removesuffix("()")), asked.query)

    def _make_table(self, name: str) -> Answered:
        if name in self._tables:
            raise Refused("TableAlreadyExists")
        self._tables[name] = Rows()
        return Answered(201, json.dumps({"TableName": name}).encode())

    def _table(self, name: str) -> Rows:
        if name not in self._tables:
            raise Refused("TableNotFound")
        return self._tables[name]

    def _insert(self, name: str, row: Row) -> Answered:
        table, key = self._table(name), (row["PartitionKey"], row["RowKey"])
        if key in table.by_key:
            raise Refused("EntityAlreadyExists")
        return self._put(table, key, row, status=201)

    def _at(self, asked: Asked, table: Rows, key: Key) -> Answered:
        found = table.by_key.get(key)
        if asked.method == "GET":
            if found is None:
                raise Refused("ResourceNotFound")
            return Answered(200, json.dumps(_selected(found, asked.query)).encode())
        self._require(found, asked.headers.get("If-Match"))
        if asked.method == "DELETE":
            self._undoing.append((table, key, table.set(key, None)))
            return Answered(204)
        row = json.loads(asked.body)
        if asked.method == "PATCH":
            kept = {name: value for name, value in (found or {}).items() if _name(name) not in row}
            row = kept | row
        return self._put(table, key, row, status=204)

    def _require(self, found: Row | None, etag: str | None) -> None:
        if etag is not None and found is None:
            raise Refused("ResourceNotFound")
        if etag not in (None, "*") and found and found["odata.etag"] != etag:
            raise Refused("UpdateConditionNotSatisfied")

    def _put(self, table: Rows, key: Key, row: Row, *, status: int) -> Answered:
        self._writes += 1  # no two rows are of one moment
        moment = self.clock() + timedelta(microseconds=self._writes % 1_000_000)
        stamp = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
        etag = f"W/\"datetime'{stamp}-{self._writes}'\""
        keys = {"PartitionKey": key[0], "RowKey": key[1]}
        told = {
            name: row[name] for name in row if row.get(name) not in _INFERRED or "@" not in name
        }
        written = told | keys | {"Timestamp": stamp, "odata.etag": etag}
        self._undoing.append((table, key, table.set(key, written)))
        body = json.dumps(written).encode() if status == 201 else b""
        return Answered(status, body, {"ETag": etag})

    def _query(self, table: Rows, query: Mapping[str, str]) -> Answered:
        condition, most = query.get("$filter", ""), min(PAGE, int(query.get("$top", PAGE)))
        rows = _within(table, condition, query)
        found = list(islice((row for row in rows if matches(condition, row)), most + 1))
        headers = {}
        if len(found) > most:
            more = found.pop()
            headers["x-ms-continuation-NextPartitionKey"] = more["PartitionKey"]
            headers["x-ms-continuation-NextRowKey"] = more["RowKey"]
        value = [_selected(row, query) for row in found]
        return Answered(200, json.dumps({"value": value}).encode(), headers)

    def _transact(self, asked: Asked) -> Answered:
        keys = set[str]()
        self._undoing.clear()
        parts: list[bytes] = []
        for number, part in enumerate(_parts(asked.body)):
            try:
                if _row_of(part) in keys:
                    raise Refused("InvalidDuplicateRow")
                keys.add(_row_of(part))
                parts.append(_part(self._one(part)))
            except Refused as refused:
                for table, key, row in reversed(self._undoing):
                    table.set(key, row)
                parts = [_part(Answered(refused.status, refused.body(f"{number}:")))]
                break
        return _batch(parts)


_ONE = re.compile(r"PartitionKey (eq|ge) '((?:[^']|'')*)'(?: and .*)?")


def _within(table: Rows, condition: str, query: Mapping[str, str]) -> Iterator[Row]:
    """The rows among which there may be some that meet the condition."""
    found = None if " or " in condition else _ONE.fullmatch(condition)
    partition = "" if found is None else found[2].replace("''", "'")
    begin = query.get("NextPartitionKey", partition), query.get("NextRowKey", "")
    for row in table.from_(begin):
        if found and found[1] == "eq" and row["PartitionKey"] > partition:
            return
        yield row


def _name(column: str) -> str:
    return column.partition("@")[0]


def _selected(row: Row, query: Mapping[str, str]) -> Row:
    names = set(filter(None, query.get("$select", "").split(",")))
    if not names:
        return row
    return {name: row[name] for name in row if _name(name) in names or name == "odata.etag"}


def _parts(body: str) -> Iterator[Asked]:
    for text in re.split(r"\r?\n--changeset\S*", body)[1:]:
        _, _, request = text.replace("\r\n", "\n").partition("\n\n")
        head, _, content = request.partition("\n\n")
        lines = head.split("\n")
        if not lines[0].endswith(" HTTP/1.1"):  # behind the last one
            continue
        method, url, _ = lines[0].split(" ")
        headers = dict(line.split(": ", 1) for line in lines[1:])
        yield _asked(method, url, headers, content.strip())


def _row_of(asked: Asked) -> str:
    if asked.method == "POST":
        row = json.loads(asked.body)
        return f"{row['PartitionKey']}\0{row['RowKey']}"
    found = _ENTITY.search(asked.path)
    return "" if found is None else f"{found[2]}\0{found[3]}"


def _part(answered: Answered) -> bytes:
    headers = {"Content-Length": str(len(answered.body)), **answered.headers}
    if answered.body:
        headers["Content-Type"] = "application/json"
    lines = [f"HTTP/1.1 {answered.status} -", *(f"{name}: {headers[name]}" for name in headers)]
    head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    return (head + "\r\n".join(lines) + "\r\n\r\n").encode() + answered.body


def _batch(parts: list[bytes]) -> Answered:
    inner = b"".join(b"--changes\r\n" + part + b"\r\n" for part in parts) + b"--changes--\r\n"
    head = b"--batch\r\nContent-Type: multipart/mixed; boundary=changes\r\n\r\n"
    body = head + inner + b"--batch--\r\n"
    return Answered(202, body, {"Content-Type": "multipart/mixed; boundary=batch"})


def _asked(method: str, url: str, headers: Mapping[str, str], body: str) -> Asked:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return Asked(method, unquote(parts.path), query, headers, body)


class _Internal:
    """What the SDK's response wants of aiohttp's."""

    def __init__(self, answered: Answered, headers: Mapping[str, str]) -> None:
        self.status, self.reason = answered.status, ""
        self.headers = headers

    def close(self) -> None:
        pass


class _InMemory(AioHttpTransport):  # type: ignore[misc]  # the SDK hides its type
    tables: MemoryTables

    async def open(self) -> None:
        pass

    async def sleep(self, duration: float) -> None:
        """A repetition waits for nothing here."""

    async def send(self, request: HttpRequest, **options: object) -> AsyncHttpResponse:
        content = request.content
        body = content.decode() if isinstance(content, bytes) else str(content or "")
        answered = self.tables.answer(_asked(request.method, request.url, request.headers, body))
        headers = {
            "Content-Type": "application/json;odata=minimalmetadata",
            "Date": format_datetime(self.tables.clock().replace(microsecond=0), usegmt=True),
            "x-ms-request-id": "memory",
            **answered.headers,
        }
        response = RestAioHttpTransportResponse(
            request=request, internal_response=_Internal(answered, headers), decompress=False
        )
        response._content = answered.body
        return response


class MemoryTransport(RecordingTransport, _InMemory):
    """Records and fails as the other one, and needs nobody to answer."""


@asynccontextmanager
async def open_memory(
    tables: MemoryTables, *, clock: StorageClock | None = None
) -> AsyncIterator[Storage]:
    """The client that the service itself would make, but for the transport."""
    transports: list[MemoryTransport] = []

    def make(*, clock: StorageClock | None, **options: object) -> MemoryTransport:
        transports.append(MemoryTransport(clock=clock, **options))
        transports[-1].tables = tables
        return transports[-1]

    with patch("shared.storage.tables.client.QuickTransport", make):
        service = connect(TablesSettings(connection_string=CONNECTION), clock=clock)
    # Making one takes longer than a call.
    service.get_table_client = cache(service.get_table_client)  # type: ignore[method-assign]
    async with service:
        yield Storage(service=service, transport=transports[0], suffix="0" * 12)
