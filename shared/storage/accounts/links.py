"""Links from an identity provider's subject to an account.

The account's own partition lists its links too (`shared.storage.accounts.accounts`). The row here
decides: a link that is listed but has no row here gives no access.
"""

from dataclasses import dataclass
from typing import Any

from shared import base64url
from shared.accounts.handles import UserHandle, parse_handle
from shared.accounts.records import hash_subject
from shared.audit.statement import Statement
from shared.storage.audit.statements import NoEvent, Partition, transact_with_event
from shared.storage.tables.table import Operation, Table, version

TABLE = "Links"
_ROW = "account"


@dataclass(frozen=True, slots=True)
class StoredLink:
    """The account of a subject, and the version of its row."""

    link_id: bytes
    handle: UserHandle | None
    etag: str


class LinkStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    async def find(self, subject: str) -> UserHandle | None:
        stored = await self.find_by(hash_subject(subject))
        return None if stored is None else stored.handle

    async def find_by(self, link_id: bytes) -> StoredLink | None:
        """`link_id` is the SHA-256 of the subject."""
        row = await self._table.get(base64url.encode(link_id), _ROW)
        if row is None:
            return None
        return StoredLink(link_id, parse_handle(row["UserHandle"]), version(row))

    async def add(self, subject: str, handle: UserHandle, *, event: Statement | NoEvent) -> bool:
        """Return False if the subject is linked to an account already."""
        row = _key(hash_subject(subject)) | {"UserHandle": bytes(handle)}
        return await self._transact(Operation("create", row), event)

    async def replace(
        self, stored: StoredLink, handle: UserHandle, *, event: Statement | NoEvent
    ) -> bool:
        """Return False if the link changed since it was read."""
        row = _key(stored.link_id) | {"UserHandle": bytes(handle)}
        return await self._transact(Operation("update", row, stored.etag), event)

    async def remove(self, stored: StoredLink, *, event: Statement | NoEvent) -> bool:
        """Return False if the link changed since it was read, or is gone."""
        return await self._transact(Operation("delete", _key(stored.link_id), stored.etag), event)

    async def _transact(self, operation: Operation, event: Statement | NoEvent) -> bool:
        partition = Partition(TABLE, operation.row["PartitionKey"])
        return await transact_with_event(self._table, [operation], partition=partition, event=event)

    def partition(self, subject: str) -> Partition:
        """The partition of the events of a link."""
        return Partition(TABLE, base64url.encode(hash_subject(subject)))


def _key(link_id: bytes) -> dict[str, Any]:
    return {"PartitionKey": base64url.encode(link_id), "RowKey": _ROW}
