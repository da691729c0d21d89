"""Writes rows and returns their new versions, so that the next write needs no read."""

from collections.abc import Mapping, Sequence
from typing import Any

from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError
from azure.data.tables import UpdateMode

from shared.errors import StorageUnavailable
from shared.storage.tables.table import Entity, Operation, Table, is_version
from shared.storage.tables.unavailable import only_unavailable

_CONFLICTS = (404, 409, 412)


class VersionedTable(Table):
    async def write(self, rows: Sequence[tuple[Entity, str | None]]) -> list[str] | None:
        """Write all rows or none, in one call; they are in one partition.

        A row with an ETag is merged into the row of that version; one without must not exist yet.
        Return the new ETags, or None if a row is not as expected.
        """
        etags: list[str] = []

        async def send() -> None:
            etags[:] = await self._send(rows)

        async with only_unavailable():
            try:
                await self._making_table(send)
            except HttpResponseError as error:
                if error.status_code in _CONFLICTS:
                    return None
                raise
        return etags

    async def _send(self, rows: Sequence[tuple[Entity, str | None]]) -> list[str]:
        if len(rows) > 1:
            done = await self._submit([_operation(entity, etag) for entity, etag in rows])
        else:
            done = [await self._send_one(*rows[0])]
        etags = [one["etag"] for one in done]
        if not all(map(is_version, etags)):
            raise StorageUnavailable
        return etags

    async def _send_one(self, entity: Entity, etag: str | None) -> Mapping[str, Any]:
        if etag is None:
            return await self._client.create_entity(dict(entity))
        return await self._client.update_entity(dict(entity), **_only(etag))


def _operation(entity: Entity, etag: str | None) -> Operation:
    return Operation("create", entity) if etag is None else Operation("update", entity, etag)


def _only(etag: str) -> dict[str, Any]:
    return {
        "mode": UpdateMode.MERGE,
        "etag": etag,
        "match_condition": MatchConditions.IfNotModified,
    }
