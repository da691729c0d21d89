"""The reading half of `Table`."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from azure.core.exceptions import ResourceNotFoundError
from azure.core.pipeline import PipelineResponse
from azure.data.tables import TableEntity
from azure.data.tables.aio import TableServiceClient

from shared.errors import StorageUnavailable
from shared.storage.tables.rows import Row
from shared.storage.tables.unavailable import only_unavailable

PAGE = 500
"""The rows of one request: half of the number that storage allows, since some are large."""


def version(row: TableEntity) -> str:
    """The row's ETag, which is sent when the row is replaced."""
    return row.metadata["etag"] or ""


def is_version(etag: str) -> bool:
    return etag.endswith('"')


class TableReader:
    def __init__(self, service: TableServiceClient, name: str) -> None:
        self._client = service.get_table_client(name)
        self._name = name

    async def get(
        self, partition_key: str, row_key: str, *, select: Sequence[str] = ()
    ) -> Row | None:
        """The row's version is in its `metadata`; without `select` all columns are read."""
        async with only_unavailable():
            try:
                row = await self._client.get_entity(
                    partition_key, row_key, select=list(select) or None
                )
            except ResourceNotFoundError:
                return None
            return self._whole(row)

    async def query(
        self,
        condition: str,
        parameters: Mapping[str, str | datetime],
        *,
        select: Sequence[str] = (),
        limit: int,
    ) -> list[Row]:
        """Rows in the order of their keys; `condition` is OData with `@name` parameters."""
        rows: list[Row] = []
        async with only_unavailable():
            pages = self._client.query_entities(
                condition, parameters=dict(parameters), select=list(select) or None
            )
            try:
                async for row in pages:
                    rows.append(self._whole(row))
                    if len(rows) == limit:
                        break
            except ResourceNotFoundError:  # the table is not there yet
                return []
        return rows

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
                    page = [self._whole(row) async for row in await anext(query)]
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
                    rows = [self._whole(row) async for row in await anext(pages)]
            except StopAsyncIteration:
                return [], False
            except ResourceNotFoundError as error:
                if not may_be_missing:
                    raise StorageUnavailable from error
                return [], False
            return rows, bool(pages.continuation_token)

    def _whole(self, row: TableEntity) -> Row:
        """Every row from storage has a version; JSON from elsewhere does not."""
        if not is_version(version(row)):
            raise StorageUnavailable
        return Row(self._name, row)

    async def now(self) -> datetime:
        """The time by the clock of storage, rounded up to the second."""
        dates: list[str] = []

        def remember(response: PipelineResponse[Any, Any]) -> None:
            dates.append(response.http_response.headers["Date"])

        async with only_unavailable():
            rows = self._client.query_entities("PartitionKey eq ''", raw_response_hook=remember)
            with suppress(ResourceNotFoundError):  # a missing table's answer has a date, too
                _ = [row async for row in rows]
            return parsedate_to_datetime(dates[-1]) + timedelta(seconds=1)
