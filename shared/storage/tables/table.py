"""Azure Tables, as this service uses it: few operations, each with one clear outcome.

Conflicts are returned as values, because callers decide on them. All other errors of the service or
the network, incomplete and invalid answers included, become StorageUnavailable after a few quick
retries. A missing table is created at the first write to it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from azure.core import MatchConditions
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
)
from azure.core.pipeline import PipelineResponse
from azure.data.tables import TableTransactionError, UpdateMode

from shared.errors import StorageUnavailable
from shared.storage.tables.table_reader import PAGE, TableReader, is_version, version
from shared.storage.tables.unavailable import only_unavailable

__all__ = ["MAX_TRANSACTION", "PAGE", "Entity", "Operation", "Table", "is_version", "version"]

type Entity = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One part of a transaction."""

    verb: Literal["create", "update", "upsert", "delete"]
    """An update merges, an upsert replaces."""
    row: Entity
    etag: str | None = None
    """The version that the row must still have."""

    def for_sdk(self) -> tuple[str, dict[str, Any], dict[str, Any]]:
        options: dict[str, Any] = {}
        if self.etag:
            options = {"etag": self.etag, "match_condition": MatchConditions.IfNotModified}
        if self.verb == "upsert":
            options = {"mode": UpdateMode.REPLACE}
        return self.verb, dict(self.row), options


MAX_TRANSACTION = 100

_RETRIED: Mapping[str, Any] = {"retry_on_methods": frozenset(("GET", "DELETE", "POST"))}
"""The SDK does not repeat a POST whose answer is lost, as the work might be done twice. Our POSTs
insert rows that can exist only once, and the caller recognizes its own row. A replacement whose
answer is lost is not repeated: it would find its own new version and look like a lost race. The
SDK itself repeats requests that are answered with 500, 503 or 504."""


_MERGED: Mapping[str, Any] = {"retry_on_methods": frozenset(("PATCH",))}


class Table(TableReader):
    async def insert(self, entity: Entity) -> bool:
        """Return False if a row with these keys exists."""
        async with only_unavailable():
            try:
                await self._making_table(
                    lambda: self._client.create_entity(dict(entity), **_RETRIED)
                )
            except ResourceExistsError:
                return False
        return True

    async def replace(self, entity: Entity, *, etag: str) -> bool:
        """Merge `entity` into its row; return False if the row changed since `etag` or is gone."""
        async with only_unavailable():
            try:
                await self._client.update_entity(
                    dict(entity),
                    mode=UpdateMode.MERGE,
                    etag=etag,
                    match_condition=MatchConditions.IfNotModified,
                )
            except (ResourceModifiedError, ResourceNotFoundError):
                return False
        return True

    async def upsert(self, entity: Entity) -> None:
        """Write the row, replacing any row with the same keys."""
        async with only_unavailable():
            await self._making_table(
                lambda: self._client.upsert_entity(dict(entity), mode=UpdateMode.REPLACE)
            )

    async def merge(self, entity: Entity) -> bool:
        """Change the columns of a row, whatever its version; return False if it is gone."""
        async with only_unavailable():
            try:
                await self._client.update_entity(dict(entity), mode=UpdateMode.MERGE, **_MERGED)
            except ResourceNotFoundError:
                return False
        return True

    async def delete(self, partition_key: str, row_key: str) -> bool:
        """Return True for exactly one of any number of callers: the one whose delete did it.

        The SDK's `delete_entity` hides a 404, and with it the loss of a race, so the status is
        read from the response itself. A delete that is repeated after a lost answer also gets 404:
        then the row is gone and no caller gets True, which is safe.
        """
        statuses: list[int] = []

        def remember(response: PipelineResponse[Any, Any]) -> None:
            statuses.append(response.http_response.status_code)

        async with only_unavailable():
            await self._client.delete_entity(partition_key, row_key, raw_response_hook=remember)
        return statuses[-1:] == [204]

    async def transact(self, operations: Sequence[Operation]) -> bool:
        """Do all operations of one partition or none; return False if a row exists, is missing or
        has changed."""
        async with only_unavailable():
            try:
                await self._making_table(lambda: self._submit(operations, **_RETRIED))
            except (TableTransactionError, ResourceExistsError, ResourceNotFoundError) as error:
                if error.status_code in (404, 409, 412):
                    return False
                raise
        return True

    async def _submit(
        self, operations: Sequence[Operation], **options: object
    ) -> list[Mapping[str, Any]]:
        """The results of all operations. In an incomplete answer the SDK may miss a failure and
        report success, so their number is checked."""
        done = await self._client.submit_transaction(
            [operation.for_sdk() for operation in operations], **options
        )
        if len(done) != len(operations):
            raise StorageUnavailable
        return done

    async def _making_table(self, write: Callable[[], Awaitable[object]]) -> None:
        try:
            await write()
        except HttpResponseError as error:
            if not _is_missing_table(error):
                raise
            with suppress(ResourceExistsError):  # another instance has just created it
                await self._client.create_table(**_RETRIED)
            await write()


def _is_missing_table(error: HttpResponseError) -> bool:
    return error.status_code == 404 and "TableNotFound" in str(error)
