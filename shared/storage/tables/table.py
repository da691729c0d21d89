"""Azure Tables, as this service uses it: few operations, each with one clear outcome.

Conflicts come back as values, because callers decide on them. Whatever else the service or the
network does becomes StorageUnavailable after a few quick retries, an answer that ends early or that
is not one among it. A table that is missing is made when something is first written to it.
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
"""The SDK does not repeat a POST whose answer is lost, since that might do its work twice. Ours
insert rows that can exist only once, and whoever inserts knows his own row again. A replacement
whose answer is lost stays out: repeated, it would meet its own new version and look like a lost
race. Whatever is answered with 500, 503 or 504 the SDK repeats by itself."""


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
        """Put the row in place of whatever was there."""
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
        read from the response itself. A delete whose answer is lost and that is sent again also
        reads 404: the row is then gone and nobody owns it, which is the safe side.
        """
        statuses: list[int] = []

        def remember(response: PipelineResponse[Any, Any]) -> None:
            statuses.append(response.http_response.status_code)

        async with only_unavailable():
            await self._client.delete_entity(partition_key, row_key, raw_response_hook=remember)
        return statuses[-1:] == [204]

    async def transact(self, operations: Sequence[Operation]) -> bool:
        """All or nothing within one partition; return False if a row exists, is missing or has
        changed."""
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
        """What storage says of each. Of an answer that was cut the SDK may see no refusal, and
        take it for a success."""
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
            with suppress(ResourceExistsError):  # another instance made it in this moment
                await self._client.create_table(**_RETRIED)
            await write()


def _is_missing_table(error: HttpResponseError) -> bool:
    return error.status_code == 404 and "TableNotFound" in str(error)
