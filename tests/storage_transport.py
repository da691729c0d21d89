"""Table Storage as the service connects to it, with a transport that records and fails.

Everything else is the real thing: the clients, their retries, Azurite. Each store has
tables of its own, so that tests share an Azurite and nothing else.
"""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, unquote, urlsplit

from azure.core.pipeline.transport import AsyncHttpTransport
from azure.core.rest import HttpRequest
from azure.data.tables.aio import TableServiceClient

from shared.settings import TablesSettings
from shared.storage.edm import TableEntity, entity_of
from shared.storage.sdk_client import QuickTransport
from shared.storage.table_service.transport import ThinTransport
from shared.storage.tables.client import connect
from shared.storage.tables.clock import StorageClock
from shared.storage.tables.connection import Connection
from shared.storage.tables.table import Table
from shared.storage.tables.versioned import VersionedTable

TABLES = (
    *("Accounts", "Approvals", "AuditLog", "AuditOutbox", "AuditTree", "Clients"),
    *("CredentialIds", "Groups", "Links", "Logouts", "Profiles", "RateLimits", "Service"),
)

_TABLE = re.compile(rf"/({'|'.join(TABLES)})(?:[0-9a-f]{{12}})?\b")
_VERBS = {"POST": "insert", "PUT": "put", "PATCH": "replace", "DELETE": "delete"}
_READS = ("get", "query")

type Send = Callable[[], Awaitable[object]]
type Fault = Callable[["Call", Send], Awaitable[object]]


@dataclass(slots=True, eq=False)
class Call:
    """One request to storage."""

    name: str
    """Such as "insert Accounts"."""
    filter: str
    deletes: bool
    """Also as one part of a transaction."""
    depth: int
    """1 for a call that waited for no other, else one more than the last it waited for."""

    @property
    def is_write(self) -> bool:
        return not self.name.startswith(_READS)


class RecordingTransport:
    """Passes calls on, unless there is a fault: that decides whether and when they are sent."""

    turns = 10
    """Of the event loop, after each call: more than any call takes from its story to here. On a
    busy machine an answer may be there before a call beside it has left."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.fault: Fault | None = None
        self.ahead = timedelta()
        """What the clock of storage shows more than the times of its rows: so much later it is."""
        self._deepest = [0]
        """Of the calls that have ended."""

    async def record(
        self, name: str, condition: str, send: Send, *, deletes: bool = False
    ) -> object:
        deepest = self._deepest
        call = Call(name, condition, deletes, 1 + deepest[0])
        self.calls.append(call)
        try:
            return await (self.fault(call, send) if self.fault else send())
        finally:
            for _ in range(self.turns):
                await asyncio.sleep(0)
            deepest[0] = max(deepest[0], call.depth)

    @property
    def names(self) -> list[str]:
        return [call.name for call in self.calls]

    @property
    def writes(self) -> list[str]:
        return [call.name for call in self.calls if call.is_write]

    @property
    def deleted_from(self) -> set[str]:
        """The tables from which rows were deleted."""
        return {call.name.partition(" ")[2] for call in self.calls if call.deletes}

    @property
    def round_trips(self) -> int:
        """How many calls had to wait for one another: those that overlap count once."""
        return max((call.depth for call in self.calls), default=0)

    def forget(self) -> None:
        self.calls.clear()
        self._deepest = [0]


class Recorded(RecordingTransport):
    """To storage that is reached by HTTP: the calls of the SDK and ours, in one list."""

    def around[T: AsyncHttpTransport[Any, Any]](self, transport: T) -> T:
        """The transport, with its requests recorded."""
        sending = transport.send

        async def send(request: HttpRequest, **options: object) -> Any:  # noqa: ANN401
            async def forward() -> object:
                answer = await sending(request, **options)
                date = parsedate_to_datetime(answer.headers["Date"]) + self.ahead
                answer.headers["Date"] = format_datetime(date, usegmt=True)
                return answer

            name = call_name(request.method, request.url, request.content)
            return await self.record(name, condition_of(request), forward, deletes=deletes(request))

        transport.send = send  # type: ignore[method-assign]
        return transport


def call_name(method: str, url: str, body: object) -> str:
    """Such as "insert Accounts"; a transaction names its table in the body."""
    path = unquote(urlsplit(url).path)
    if path.endswith("/Tables"):
        return "make table"
    if path.endswith("/$batch"):
        return f"transact {table_of(body.decode() if isinstance(body, bytes) else str(body))}"
    if method == "GET":
        return f"{'get' if 'PartitionKey=' in path else 'query'} {table_of(path)}"
    return f"{_VERBS[method]} {table_of(path)}"


def table_of(text: str) -> str:
    found = _TABLE.search(text)
    return found[1] if found else "?"


def deletes(request: HttpRequest) -> bool:
    body = request.content
    text = body.decode() if isinstance(body, bytes) else str(body)
    return request.method == "DELETE" or re.search(r"(?m)^DELETE ", text) is not None


def condition_of(request: HttpRequest) -> str:
    return parameters_of(request.url).get("$filter", "")


@lru_cache(maxsize=64)
def parameters_of(url: str) -> Mapping[str, str]:
    """They are asked for twice in succession, and reading them takes longer than an answer from
    memory."""
    return dict(parse_qsl(urlsplit(url).query))


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    connection: Connection
    transport: RecordingTransport
    suffix: str = field(default_factory=lambda: secrets.token_hex(6))

    @property
    def sdk(self) -> TableServiceClient:
        return self.connection.sdk

    def table(self, name: str) -> Table:
        return Table(self.connection, name + self.suffix)

    def versioned(self, name: str) -> VersionedTable:
        return VersionedTable(self.connection, name + self.suffix)

    def counters(self) -> VersionedTable:
        return self.versioned("RateLimits")

    async def rows(self, name: str, *, prefix: str = "") -> list[TableEntity]:
        """All that a table holds, or those whose row key begins so."""
        client = self.sdk.get_table_client(name + self.suffix)
        rows = [entity_of(row, row.metadata) async for row in client.list_entities()]
        return [row for row in rows if row["RowKey"].startswith(prefix)]

    async def make_tables(self) -> None:
        await asyncio.gather(
            *(self.sdk.create_table(name + self.suffix) for name in TABLES),
        )
        self.transport.forget()


@asynccontextmanager
async def open_storage(
    connection_string: str, *, clock: StorageClock | None = None
) -> AsyncIterator[Storage]:
    """The client that the service itself would make, with its transports recorded."""
    recorded = Recorded()

    def quick(**options: Any) -> QuickTransport:  # noqa: ANN401
        return recorded.around(QuickTransport(**options))

    def thin(*arguments: str, **options: Any) -> ThinTransport:  # noqa: ANN401
        return recorded.around(ThinTransport(*arguments, **options))

    with (
        patch("shared.storage.sdk_client.QuickTransport", quick),
        patch("shared.storage.tables.client.ThinTransport", thin),
    ):
        connection = connect(TablesSettings(connection_string=connection_string), clock=clock)
        connection.sdk  # noqa: B018  with the recorded transport
    async with connection:
        yield Storage(connection=connection, transport=recorded)
