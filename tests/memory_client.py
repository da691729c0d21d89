"""What the SDK's clients do with storage for the service, over tables in memory.

No HTTP and none of the SDK's pipeline: of that alone how often it repeats what was lost, as much
of the service rests on it.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from azure.core.async_paging import AsyncItemPaged, AsyncPageIterator
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.data.tables import TableEntity
from azure.data.tables._deserialize import _convert_to_entity
from azure.data.tables._serialize import _parameter_filter_substitution
from azure.data.tables.aio import TableServiceClient

from shared.azure.timeouts import RETRIES
from shared.storage.tables.connection import Connection
from tests.memory_tables import PAGE, MemoryTables, Page, Refused, Row
from tests.memory_transport import MemoryTransport, memory_service
from tests.storage_transport import Storage, table_of

_ERRORS: Mapping[int, type[HttpResponseError]] = {
    404: ResourceNotFoundError,
    409: ResourceExistsError,
}
_REPEATED = frozenset(("GET", "PUT", "DELETE"))
"""What the SDK repeats by default."""


@dataclass(frozen=True, slots=True)
class _Answer:
    value: Any
    refused: Refused | None

    def unless_refused(self) -> Any:  # noqa: ANN401  of whoever asked
        if self.refused is None:
            return self.value
        raise _error(self.refused)


def _error(refused: Refused) -> HttpResponseError:
    error = _ERRORS.get(refused.status, HttpResponseError)(message=refused.code)
    error.status_code = refused.status
    return error


def _entity(row: Row) -> TableEntity:
    entity: TableEntity = _convert_to_entity(row)  # type: ignore[no-untyped-call]
    return entity


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

    def list_entities(self) -> AsyncItemPaged[TableEntity]:
        return self.query_entities("")

    def query_entities(
        self,
        query_filter: str,
        *,
        parameters: dict[str, Any] | None = None,
        select: Sequence[str] | None = None,
        results_per_page: int = PAGE,
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
            page: Page = answer.unless_refused()
            return page

        async def rows(page: Page) -> tuple[Any, AsyncIterator[TableEntity]]:
            return page.more, _in_turn(page.rows)

        def pages(continuation_token: str | None = None) -> AsyncIterator[Any]:
            return AsyncPageIterator(next_page, rows, continuation_token)

        return AsyncItemPaged(page_iterator_class=pages)

    async def _ask(
        self,
        name: str,
        method: str,
        act: Callable[[], object],
        repeated: frozenset[str] = _REPEATED,
        *,
        condition: str = "",
    ) -> _Answer:
        async def send() -> object:
            try:
                value, refused = act(), None
            except Refused as error:
                value, refused = None, error
            return _Answer(value, refused)

        left: int = RETRIES["retry_total"]
        while True:
            try:
                return cast("_Answer", await self._transport.record(name, condition, send))
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
    transport = MemoryTransport(tables)
    sdk = cast("TableServiceClient", MemoryService(tables, transport))
    connection = Connection(memory_service(transport), lambda: sdk)
    return Storage(connection=connection, transport=transport, suffix="0" * 12)


@asynccontextmanager
async def open_memory(tables: MemoryTables) -> AsyncIterator[Storage]:
    yield over_memory(tables)
