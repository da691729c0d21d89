"""Azure Tables, as this service uses it: few operations, each with one clear outcome.

Conflicts are returned as values, because callers decide on them. All other errors of the service or
the network, incomplete and invalid answers included, become StorageUnavailable after a few quick
retries. A missing table is created at the first write to it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from azure.core.exceptions import ResourceExistsError

from shared.storage.table_service.answer import Answer
from shared.storage.table_service.requests import (
    TableRequest,
    deleting,
    inserting,
    merging,
    replacing,
)
from shared.storage.table_service.service import Refused
from shared.storage.tables.table_reader import (
    PAGE,
    TableReader,
    is_version,
    version,
)
from shared.storage.tables.unavailable import only_unavailable

__all__ = ["MAX_TRANSACTION", "PAGE", "Entity", "Operation", "Table", "is_version", "version"]

type Entity = Mapping[str, Any]

ANY = "*"
"""In place of a version."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One part of a transaction."""

    verb: Literal["create", "update", "upsert", "delete"]
    """An update merges, an upsert replaces."""
    row: Entity
    etag: str | None = None
    """The version that the row must still have."""

    def request(self, table: str) -> TableRequest:
        match self.verb:
            case "create":
                return inserting(table, self.row)
            case "update":
                return merging(table, self.row, self.etag or ANY)
            case "upsert":
                return replacing(table, self.row)
            case "delete":
                keys = self.row["PartitionKey"], self.row["RowKey"]
                return deleting(table, *keys, self.etag or ANY)


MAX_TRANSACTION = 100

_REPEATED = ("GET", "PUT", "DELETE")
"""What is sent again if its answer is lost, or is a server error. If storage was too busy to begin,
every request is sent again."""
_INSERTED = ("POST",)
"""Our POSTs insert rows that can exist only once, and the caller recognizes its own row."""
_REPLACED = ()
"""A replacement whose answer is lost is not repeated: it would find its own new version and look
like a lost race."""
_MERGED = ("PATCH",)

_EXISTS = {("EntityAlreadyExists", 409)}
_CHANGED = {("UpdateConditionNotSatisfied", 412), ("ConditionNotMet", 412)}
_GONE = {("ResourceNotFound", 404), ("TableNotFound", 404)}
CONFLICTS = _EXISTS | _CHANGED | _GONE
"""The reasons of storage for which a row is not as expected, with their statuses."""


class Table(TableReader):
    async def insert(self, entity: Entity) -> bool:
        """Return False if a row with these keys exists."""
        return await self._unless(
            _EXISTS,
            lambda: self._making_table(
                lambda: self._service.send(inserting(self._name, entity), repeated=_INSERTED)
            ),
        )

    async def replace(self, entity: Entity, *, etag: str) -> bool:
        """Merge `entity` into its row; return False if the row changed since `etag` or is gone."""
        return await self._unless(
            _CHANGED | _GONE,
            lambda: self._service.send(merging(self._name, entity, etag), repeated=_REPLACED),
        )

    async def upsert(self, entity: Entity) -> None:
        """Write the row, replacing any row with the same keys."""
        await self._unless(
            frozenset(),
            lambda: self._making_table(
                lambda: self._service.send(replacing(self._name, entity), repeated=_REPEATED)
            ),
        )

    async def merge(self, entity: Entity) -> bool:
        """Change the columns of a row, whatever its version; return False if it is gone."""
        return await self._unless(
            _GONE, lambda: self._service.send(merging(self._name, entity, ANY), repeated=_MERGED)
        )

    async def delete(self, partition_key: str, row_key: str) -> bool:
        """Return True for exactly one of any number of callers: the one whose delete did it.

        A delete that is repeated after a lost answer finds no row: then the row is gone and no
        caller gets True, which is safe.
        """
        keys = partition_key, row_key
        return await self._unless(
            _GONE, lambda: self._service.send(deleting(self._name, *keys), repeated=_REPEATED)
        )

    async def transact(self, operations: Sequence[Operation]) -> bool:
        """Do all operations of one partition or none; return False if a row exists, is missing or
        has changed."""
        return await self._unless(CONFLICTS, lambda: self._transact(operations, _INSERTED))

    async def _unless(
        self, conflicts: Set[tuple[str, int]], write: Callable[[], Awaitable[object]]
    ) -> bool:
        async with only_unavailable():
            try:
                await write()
            except Refused as refused:
                if refused.reason in conflicts:
                    return False
                raise
        return True

    async def _transact(
        self, operations: Sequence[Operation], repeated: Sequence[str]
    ) -> list[Answer]:
        if len({operation.row["PartitionKey"] for operation in operations}) > 1:
            raise ValueError("a transaction in several partitions")
        requests = [operation.request(self._name) for operation in operations]
        return await self._making_table(lambda: self._service.transact(requests, repeated=repeated))

    async def _making_table[T](self, write: Callable[[], Awaitable[T]]) -> T:
        try:
            return await write()
        except Refused as refused:
            if refused.reason != ("TableNotFound", 404):
                raise
        with suppress(ResourceExistsError):  # another instance has just created it
            await self._client.create_table(retry_on_methods=frozenset(("POST",)))
        return await write()
