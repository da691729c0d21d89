"""What the SDK's clients do with storage, over tables in memory.

No HTTP and none of the SDK's pipeline: of that alone how often it repeats what was lost, as much
of the service rests on it.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any, cast

from azure.core import MatchConditions
from azure.core.async_paging import AsyncItemPaged, AsyncPageIterator
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.data.tables import TableEntity, TableTransactionError, UpdateMode
from azure.data.tables._deserialize import _convert_to_entity
from azure.data.tables._serialize import _add_entity_properties, _parameter_filter_substitution
from azure.data.tables.aio import TableServiceClient

from shared.azure.timeouts import RETRIES
from tests.memory_tables import PAGE, MemoryTables, Page, Refused, Row, Write
from tests.storage_transport import RecordingTransport, Storage, table_of

type Entity = Mapping[str, Any]
type Hook = Callable[[Any], None]
type Metadata = Mapping[str, Any]

_ERRORS: Mapping[int, type[HttpResponseError]] = {
    404: ResourceNotFoundError,
    409: ResourceExistsError,
    412: ResourceModifiedError,
}
_REPEATED = frozenset(("GET", "PUT", "DELETE"))
"""What the SDK repeats by default."""


class MemoryTransport(RecordingTransport):
    """Records and fails like `RecordingTransport`, and needs no server."""

    turns = 5


@dataclass(frozen=True, slots=True)
class _Answer:
    value: Any
    refused: Refused | None
    date: str

    def unless_refused(self) -> Any:  # noqa: ANN401  of whoever asked
        if self.refused is None:
            return self.value
        raise _error(self.refused)

    def show(self, hook: Hook | None) -> None:
        status = self.refused.status if self.refused else 204
        if hook:
            hook(
                SimpleNamespace(
                    http_response=SimpleNamespace(status_code=status, headers={"Date": self.date})
                )
            )


def _error(refused: Refused) -> HttpResponseError:
    if refused.part is None:
        error = _ERRORS.get(refused.status, HttpResponseError)(message=refused.code)
    else:
        error = TableTransactionError(message=f"{refused.part}:{refused.code}")
    error.status_code = refused.status
    return error


def _entity(row: Row) -> TableEntity:
    entity: TableEntity = _convert_to_entity(row)  # type: ignore[no-untyped-call]
    return entity


def _write(verb: str, entity: Entity, etag: str | None) -> Write:
    row = _add_entity_properties(entity)
    return Write(verb, (row["PartitionKey"], row["RowKey"]), row, etag)


class MemoryClient:
    """Of one table, as a `TableClient`."""

    def __init__(self, tables: MemoryTables, transport: MemoryTransport, name: str) -> None:
        self._tables, self._transport, self._name = tables, transport, name
        self._shown_name = table_of("/" + name)

    async def create_table(self, *, retry_on_methods: frozenset[str] = _REPEATED) -> None:
        answer = await self._ask(
            "make table", "POST", lambda: self._tables.make(self._name), retry_on_methods
        )
        answer.unless_refused()

    async def create_entity(
        self, entity: Entity, *, retry_on_methods: frozenset[str] = _REPEATED
    ) -> Metadata:
        return await self._change(
            "insert", "POST", _write("create", entity, None), retry_on_methods
        )

    async def upsert_entity(self, entity: Entity, mode: UpdateMode) -> Metadata:
        assert mode is UpdateMode.REPLACE
        return await self._change("put", "PUT", _write("upsert", entity, None))

    async def update_entity(
        self,
        entity: Entity,
        mode: UpdateMode,
        *,
        etag: str | None = None,
        match_condition: MatchConditions | None = None,
        retry_on_methods: frozenset[str] = _REPEATED,
    ) -> Metadata:
        assert mode is UpdateMode.MERGE
        assert (match_condition is MatchConditions.IfNotModified) == (etag is not None)
        write = _write("update", entity, etag or "*")
        return await self._change("replace", "PATCH", write, retry_on_methods)

    async def delete_entity(
        self, partition_key: str, row_key: str, *, raw_response_hook: Hook | None = None
    ) -> None:
        write = Write("delete", (partition_key, row_key), {}, "*")
        answer = await self._ask(
            f"delete {self._shown_name}",
            "DELETE",
            lambda: self._tables.write(self._name, write),
            deletes=True,
        )
        answer.show(raw_response_hook)
        if answer.refused and answer.refused.status != 404:
            answer.unless_refused()

    async def submit_transaction(
        self,
        operations: Sequence[tuple[str, Entity, Mapping[str, Any]]],
        *,
        retry_on_methods: frozenset[str] = _REPEATED,
    ) -> list[Metadata]:
        writes = [
            _write(verb, entity, options.get("etag", "*" if verb in ("update", "delete") else None))
            for verb, entity, options in operations
        ]
        answer = await self._ask(
            f"transact {self._shown_name}",
            "POST",
            lambda: self._tables.transact(self._name, writes),
            retry_on_methods,
            deletes=any(write.verb == "delete" for write in writes),
        )
        return [{"etag": etag} for etag in answer.unless_refused()]

    async def get_entity(
        self, partition_key: str, row_key: str, *, select: Sequence[str] | None = None
    ) -> TableEntity:
        answer = await self._ask(
            f"get {self._shown_name}",
            "GET",
            lambda: self._tables.get(self._name, (partition_key, row_key), select or ()),
        )
        return _entity(answer.unless_refused())

    def list_entities(self) -> AsyncItemPaged[TableEntity]:
        return self.query_entities("")

    def query_entities(
        self,
        query_filter: str,
        *,
        parameters: dict[str, Any] | None = None,
        select: Sequence[str] | None = None,
        results_per_page: int = PAGE,
        raw_response_hook: Hook | None = None,
    ) -> AsyncItemPaged[TableEntity]:
        condition = _parameter_filter_substitution(parameters, query_filter)

        async def next_page(begin: Any) -> Page:  # noqa: ANN401  the SDK says that it is a text
            answer = await self._ask(
                f"query {self._shown_name}",
                "GET",
                lambda: self._tables.query(
                    self._name, condition, select or (), most=results_per_page, begin=begin
                ),
                condition=condition,
            )
            answer.show(raw_response_hook)
            page: Page = answer.unless_refused()
            return page

        async def rows(page: Page) -> tuple[Any, AsyncIterator[TableEntity]]:
            return page.more, _in_turn(page.rows)

        def pages(continuation_token: str | None = None) -> AsyncIterator[Any]:
            return AsyncPageIterator(next_page, rows, continuation_token)

        return AsyncItemPaged(page_iterator_class=pages)

    async def _change(
        self, verb: str, method: str, write: Write, repeated: frozenset[str] = _REPEATED
    ) -> Metadata:
        answer = await self._ask(
            f"{verb} {self._shown_name}",
            method,
            lambda: self._tables.write(self._name, write),
            repeated,
        )
        return {"etag": answer.unless_refused()}

    async def _ask(
        self,
        name: str,
        method: str,
        act: Callable[[], object],
        repeated: frozenset[str] = _REPEATED,
        *,
        condition: str = "",
        deletes: bool = False,
    ) -> _Answer:
        async def send() -> object:
            try:
                value, refused = act(), None
            except Refused as error:
                value, refused = None, error
            now = self._tables.clock().replace(microsecond=0) + self._transport.ahead
            return _Answer(value, refused, format_datetime(now, usegmt=True))

        left: int = RETRIES["retry_total"]
        while True:
            try:
                return cast(
                    "_Answer", await self._transport.record(name, condition, send, deletes=deletes)
                )
            except (ServiceRequestError, ServiceResponseError):
                if method not in repeated or not left:
                    raise
                left -= 1


async def _in_turn(rows: Sequence[Row]) -> AsyncIterator[TableEntity]:
    for row in rows:
        yield _entity(row)


class MemoryService:
    """As a `TableServiceClient`."""

    def __init__(self, tables: MemoryTables, transport: MemoryTransport) -> None:
        self._tables, self._transport = tables, transport

    def get_table_client(self, name: str) -> MemoryClient:
        return MemoryClient(self._tables, self._transport, name)

    async def create_table(self, name: str) -> None:
        await self.get_table_client(name).create_table()

    async def delete_table(self, name: str) -> None:
        self._tables.drop(name)


def over_memory(tables: MemoryTables) -> Storage:
    transport = MemoryTransport()
    service = cast("TableServiceClient", MemoryService(tables, transport))
    return Storage(service=service, transport=transport, suffix="0" * 12)


@asynccontextmanager
async def open_memory(tables: MemoryTables) -> AsyncIterator[Storage]:
    yield over_memory(tables)
