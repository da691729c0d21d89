"""The reading half of `Table`."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import ResourceNotFoundError

from shared.errors import StorageUnavailable
from shared.storage.edm import TableEntity, entity_of
from shared.storage.table_service.answer import Answer
from shared.storage.table_service.entities import read_entities, read_entity, read_json
from shared.storage.table_service.requests import fill_in, querying, reading
from shared.storage.table_service.service import Refused
from shared.storage.tables.connection import Connection
from shared.storage.tables.rows import Row
from shared.storage.tables.unavailable import only_unavailable

if TYPE_CHECKING:
    from azure.data.tables.aio import TableClient

PAGE = 500
"""The rows of one request: half of the number that storage allows, since some are large."""
MOST = 1000
"""The rows of one request that storage allows."""

type Begin = tuple[str, str]
"""The keys at which a page begins."""

_READS = ("GET",)
_MISSING = {("ResourceNotFound", 404), ("TableNotFound", 404)}


def version(row: TableEntity) -> str:
    """The row's ETag, which is sent when the row is replaced."""
    return row.metadata["etag"] or ""


def is_version(etag: str) -> bool:
    return etag.endswith('"')


def is_missing(refused: Refused) -> bool:
    """Whether there is no such row, or not even its table."""
    return refused.reason in _MISSING


class TableReader:
    def __init__(self, connection: Connection, name: str) -> None:
        self._connection, self._service = connection, connection.service
        self._name = name

    @property
    def _client(self) -> "TableClient":
        """Of the SDK."""
        return self._connection.sdk.get_table_client(self._name)

    async def get(
        self, partition_key: str, row_key: str, *, select: Sequence[str] = ()
    ) -> Row | None:
        """The row's version is in its `metadata`; without `select` all columns are read."""
        async with only_unavailable():
            request = reading(self._name, partition_key, row_key, select)
            try:
                answer = await self._service.send(request, repeated=_READS)
            except Refused as refused:
                if is_missing(refused):
                    return None
                raise
            return self._whole(read_entity(read_json(answer.content)))

    async def query(
        self,
        condition: str,
        parameters: Mapping[str, str | datetime],
        *,
        select: Sequence[str] = (),
        limit: int,
    ) -> list[Row]:
        """Rows in the order of their keys; `condition` is OData with `@name` parameters."""
        rows, begin = list[Row](), None
        async with only_unavailable():
            given = fill_in(condition, parameters)
            while len(rows) < limit:
                most = min(limit - len(rows), MOST)
                found, begin = await self._page(given, select, most=most, begin=begin)
                rows += found
                if begin is None:
                    break
        return rows

    async def _page(
        self, condition: str, select: Sequence[str], *, most: int, begin: Begin | None
    ) -> tuple[list[Row], Begin | None]:
        """The rows of one request, and where the next page begins if there may be more. A page may
        have fewer rows than asked for, or none, and still have others after it."""
        request = querying(self._name, condition, select, most=most, begin=begin)
        try:
            answer = await self._service.send(request, repeated=_READS)
        except Refused as refused:
            if is_missing(refused) and begin is None:  # the table is not there yet
                return [], None
            raise
        rows = self._rows(answer)
        partition_key = answer.headers.get("x-ms-continuation-NextPartitionKey")
        if not partition_key:
            return rows, None
        return rows, (partition_key, answer.headers.get("x-ms-continuation-NextRowKey", ""))

    async def pages(
        self, condition: str, parameters: Mapping[str, str], *, select: Sequence[str] = ()
    ) -> AsyncIterator[list[Row]]:
        """All rows in the order of their keys, in a list for each request."""
        given, columns = dict(parameters), list(select) or None
        query = self._client.query_entities(
            condition, parameters=given, select=columns, results_per_page=PAGE
        ).by_page()
        page: list[Row] | None = None
        while True:
            async with only_unavailable():
                try:
                    page = [
                        self._whole(entity_of(row, row.metadata))
                        async for row in await anext(query)
                    ]
                except StopAsyncIteration:
                    return
                except ResourceNotFoundError as error:
                    if page is None:  # the table is not there yet
                        return
                    raise StorageUnavailable from error  # it was removed meanwhile
            yield page

    async def first_page(
        self, condition: str, parameters: Mapping[str, str], *, may_be_missing: bool
    ) -> tuple[list[Row], bool]:
        """The rows of one request, and whether there are more. Empty only if there are no rows: a
        request that finds none may still have others after it. A missing table has no rows, or
        raises StorageUnavailable."""
        # The SDK's type of pages has no token.
        pages: Any = self._client.query_entities(
            condition, parameters=dict(parameters), results_per_page=PAGE
        ).by_page()
        async with only_unavailable():
            rows: list[Row] = []
            try:
                while not rows:
                    rows = [
                        self._whole(entity_of(row, row.metadata))
                        async for row in await anext(pages)
                    ]
            except StopAsyncIteration:
                return [], False
            except ResourceNotFoundError as error:
                if not may_be_missing:
                    raise StorageUnavailable from error
                return [], False
            return rows, bool(pages.continuation_token)

    def _rows(self, answer: Answer) -> list[Row]:
        return [self._whole(each) for each in read_entities(answer.content)]

    def _whole(self, row: TableEntity) -> Row:
        """Every row from storage has a version; JSON from elsewhere does not."""
        if not is_version(version(row)):
            raise StorageUnavailable
        return Row(self._name, row)

    async def now(self) -> datetime:
        """The time by the clock of storage, rounded up to the second."""
        request = querying(self._name, "PartitionKey eq ''", (), most=1, begin=None)
        async with only_unavailable():
            try:
                answer = await self._service.send(request, repeated=_READS)
                self._rows(answer)
            except Refused as refused:
                if not is_missing(refused):
                    raise
                answer = refused.answer  # it has a date, too
            return parsedate_to_datetime(answer.headers["Date"]) + timedelta(seconds=1)
