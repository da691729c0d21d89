"""Writes rows and returns their new versions, so that the next write needs no read."""

from collections.abc import Sequence

from shared.errors import StorageUnavailable
from shared.storage.table_service.answer import Answer
from shared.storage.table_service.service import Refused
from shared.storage.tables.table import CONFLICTS, Entity, Operation, Table, is_version
from shared.storage.tables.unavailable import only_unavailable


class VersionedTable(Table):
    async def write(self, rows: Sequence[tuple[Entity, str | None]]) -> list[str] | None:
        """Write all rows or none, in one call; they are in one partition.

        A row with an ETag is merged into the row of that version; one without must not exist yet.
        Return the new ETags, or None if a row is not as expected.
        """
        operations = [_operation(entity, etag) for entity, etag in rows]
        async with only_unavailable():
            try:
                answers = await self._write(operations)
            except Refused as refused:
                if refused.reason in CONFLICTS:
                    return None
                raise
            etags = [answer.headers.get("ETag", "") for answer in answers]
            if not all(map(is_version, etags)):
                raise StorageUnavailable
            return etags

    async def _write(self, operations: Sequence[Operation]) -> list[Answer]:
        """A write whose answer is lost is not repeated: it would find its own new version."""
        if len(operations) > 1:
            return await self._transact(operations, ())
        request = operations[0].request(self._name)
        return [await self._making_table(lambda: self._service.send(request, repeated=()))]


def _operation(entity: Entity, etag: str | None) -> Operation:
    return Operation("create", entity) if etag is None else Operation("update", entity, etag)
