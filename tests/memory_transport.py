"""Table Storage in memory behind the service's own client: its requests are read, and answered, as
storage does it. The retries are those of azure.core, and nobody waits between them.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from azure.core.credentials import AzureNamedKeyCredential
from azure.core.pipeline.transport import AsyncHttpTransport
from azure.core.rest import HttpRequest

from shared.storage.table_service.answer import Answer, Headers
from shared.storage.table_service.service import TableService
from tests.memory_tables import MemoryTables, Refused, Write
from tests.storage_transport import (
    RecordingTransport,
    call_name,
    condition_of,
    deletes,
    parameters_of,
)

ENDPOINT = "http://storage.test/memory"
_CREDENTIAL = AzureNamedKeyCredential("memory", "bWVtb3J5")
_PATH = re.compile(r"/memory/(\w+|\$batch)(?:\((?:PartitionKey='(.*)',RowKey='(.*)')?\))?")
_VERBS = {"POST": "create", "PUT": "upsert", "PATCH": "update", "DELETE": "delete"}
_PART = "--changesetresponse\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 {} x\r\n{}\r\n{}\r\n"

type Body = tuple[int, Mapping[str, str], str]


class MemoryTransport(RecordingTransport, AsyncHttpTransport[HttpRequest, Any]):
    """Records and fails like `RecordingTransport`, and needs no server."""

    turns = 5

    def __init__(self, tables: MemoryTables) -> None:
        super().__init__()
        self._tables = tables

    async def send(self, request: HttpRequest, **_options: object) -> Any:  # noqa: ANN401
        async def send() -> Answer:
            return self._answered(lambda: self._do(request))

        name = call_name(request.method, request.url, request.content)
        return await self.record(name, condition_of(request), send, deletes=deletes(request))

    async def sleep(self, duration: float) -> None:
        """Between two tries."""

    async def open(self) -> None:
        """There is nothing to open."""

    async def close(self) -> None:
        """Nor to close."""

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    def date(self) -> str:
        now = self._tables.clock().replace(microsecond=0) + self.ahead
        return format_datetime(now, usegmt=True)

    def _answered(self, act: Callable[[], Body]) -> Answer:
        try:
            status, headers, text = act()
        except Refused as refused:
            status, headers, text = _refusal(refused)
        sent = Headers()
        for name, value in {"Date": self.date(), **headers}.items():
            sent[name] = value
        return Answer(status, sent, text.encode())

    def _do(self, request: HttpRequest) -> Body:
        address = urlsplit(request.url)
        if address.path.endswith("/$batch"):
            return self._transact(request.content.decode())
        table, key = _addressed(address.path)
        if request.method != "GET":
            write = _write(request.method, key, (request.content or b"").decode(), request.headers)
            return 204, {"ETag": self._tables.write(table, write)}, ""
        given = parameters_of(request.url)
        select = given["$select"].split(",") if "$select" in given else ()
        if key is None:
            return self._query(table, given, select)
        return 200, {}, json.dumps(self._tables.get(table, key, select))

    def _query(self, table: str, given: Mapping[str, str], select: Sequence[str]) -> Body:
        begin = (given["NextPartitionKey"], given["NextRowKey"]) if _begins(given) else None
        page = self._tables.query(
            table, given["$filter"], select, most=int(given["$top"]), begin=begin
        )
        headers = {}
        if page.more:
            headers = {
                f"x-ms-continuation-Next{name}": key
                for name, key in zip(("PartitionKey", "RowKey"), page.more, strict=True)
            }
        return 200, headers, json.dumps({"value": list(page.rows)})

    def _transact(self, body: str) -> Body:
        writes, tables = [], set[str]()
        for part in body.split("--changeset_touchstone\r\n")[1:]:
            _, head, content = part.split("\r\n\r\n")[:3]
            first, *lines = head.split("\r\n")
            method, address, _ = first.split(" ")
            headers = dict(line.split(": ") for line in lines)
            table, key = _addressed(urlsplit(address).path)
            tables.add(table)
            row = content[: int(headers["Content-Length"])]
            writes.append(_write(method, key, row, headers))
        (table,) = tables
        try:
            etags = self._tables.transact(table, writes)
            parts: list[Body] = [(204, {"ETag": etag} if etag else {}, "") for etag in etags]
        except Refused as refused:
            parts = [_refusal(refused)]
        return _changeset(parts)


def _begins(given: Mapping[str, str]) -> bool:
    return "NextPartitionKey" in given


def _addressed(path: str) -> tuple[str, tuple[str, str] | None]:
    """The table and the keys of a row in it."""
    found = _PATH.fullmatch(path)
    assert found, path
    table, *keys = found.groups()
    if keys[0] is None:
        return table, None
    partition, row = (unquote(key).replace("''", "'") for key in keys)
    return table, (partition, row)


def _write(
    method: str, key: tuple[str, str] | None, content: str, headers: Mapping[str, str]
) -> Write:
    row = json.loads(content or "{}")
    key = key or (row["PartitionKey"], row["RowKey"])
    return Write(_VERBS[method], key, row, headers.get("If-Match"))


def _refusal(refused: Refused) -> Body:
    number = "" if refused.part is None else f"{refused.part}:"
    error = {"code": refused.code, "message": {"lang": "en-US", "value": f"{number}{refused.code}"}}
    return refused.status, {}, json.dumps({"odata.error": error})


def _changeset(parts: Sequence[Body]) -> Body:
    content = "".join(
        _PART.format(status, "".join(f"{name}: {headers[name]}\r\n" for name in headers), text)
        for status, headers, text in parts
    )
    inner = f"Content-Type: multipart/mixed; boundary=changesetresponse\r\n\r\n{content}"
    return (
        202,
        {"Content-Type": "multipart/mixed; boundary=batchresponse"},
        f"--batchresponse\r\n{inner}--changesetresponse--\r\n--batchresponse--\r\n",
    )


def memory_service(transport: MemoryTransport) -> TableService:
    return TableService(ENDPOINT, credential=_CREDENTIAL, transport=transport)
