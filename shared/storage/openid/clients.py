"""Clients of the OpenID provider. They are few and in one partition, so one query lists them."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.audit.statement import Statement
from shared.errors import MalformedRequest
from shared.openid.clients.client import Client
from shared.openid.clients.documents import ID
from shared.openid.clients.kept_clients import KeptClient, keep, read_kept, texts_in
from shared.storage.audit.statements import NO_EVENTS, Partition, transact_with_event
from shared.storage.tables.rows import Row, RowUnreadable
from shared.storage.tables.table import Entity, Operation, Table, version

TABLE = "Clients"
_PARTITION = "clients"
MOST_CLIENTS = 500
LISTED = 1000
"""More, as several may be made at the same moment. One query answers as many rows."""
_ALL = f"PartitionKey eq @partition and {NO_EVENTS}"


@dataclass(frozen=True, slots=True)
class StoredClient:
    client: Client
    etag: str


class ClientStore:
    partition = Partition(TABLE, _PARTITION)

    def __init__(self, table: Table) -> None:
        self._table = table

    async def find(self, client_id: str) -> StoredClient | None:
        """Raises StorageUnavailable, also for a row that we did not write."""
        row = await self._table.get(_PARTITION, client_id)
        return None if row is None else _read(row)

    async def ids(self) -> frozenset[str]:
        rows = await self._rows(select=("RowKey",))
        return frozenset(row["RowKey"] for row in rows)

    async def post_logout_uris(self) -> dict[str, frozenset[str]]:
        """The IDs of the clients, by each of their addresses for people who signed out."""
        found: dict[str, frozenset[str]] = {}
        for row in await self._rows(select=("RowKey", "Document")):
            for uri in _texts(row, "postLogoutRedirectUris"):
                found[uri] = found.get(uri, frozenset()) | {row["RowKey"]}
        return found

    async def resources(self) -> frozenset[str]:
        """All that clients may ask tokens for."""
        rows = await self._rows(select=("RowKey", "Document"))
        return frozenset(each for row in rows for each in _texts(row, "resources"))

    async def all(self) -> list[StoredClient]:
        """Sorted by ID. Rows that cannot be read are left out: the log names them."""
        return [found for row in await self._rows() if (found := _find_readable(row)) is not None]

    async def _rows(self, *, select: tuple[str, ...] = ()) -> list[Row]:
        given: Mapping[str, str] = {"partition": _PARTITION}
        return await self._table.query(_ALL, given, select=select, limit=LISTED)

    async def add(self, client: Client, *, event: Statement) -> bool:
        """Return False if there is a client with this ID."""
        return await self._transact(Operation("create", _row(client)), event)

    async def replace(self, stored: StoredClient, client: Client, *, event: Statement) -> bool:
        """Return False if the client changed since it was read."""
        return await self._transact(Operation("update", _row(client), stored.etag), event)

    async def remove(self, client_id: str, etag: str | None, *, event: Statement) -> bool:
        """Return False if the client changed since it had the ETag, or is gone."""
        return await self._transact(Operation("delete", _keys(client_id), etag), event)

    async def _transact(self, operation: Operation, event: Statement) -> bool:
        return await transact_with_event(
            self._table, [operation], partition=self.partition, event=event
        )


def _keys(client_id: str) -> dict[str, str]:
    return {"PartitionKey": _PARTITION, "RowKey": client_id}


def _row(client: Client) -> Entity:
    kept = keep(client)
    columns = {"Document": kept.document, "Logo": kept.logo, "Secrets": kept.secrets}
    return _keys(client.id) | columns


def _read(row: Row) -> StoredClient:
    kept = kept_in(row)
    try:
        return StoredClient(read_kept(kept, row["RowKey"]), version(row))
    except (MalformedRequest, ValueError, TypeError, KeyError) as error:
        raise row.unreadable("Document", "is not what it should be") from error


def kept_in(row: Entity) -> KeptClient:
    """Raises KeyError."""
    return KeptClient(document=row["Document"], logo=row["Logo"], secrets=row["Secrets"])


def is_client(row: Entity) -> bool:
    """Whether the row could be one that this store wrote."""
    try:
        client = read_kept(kept_in(row), row["RowKey"])
    except (MalformedRequest, ValueError, TypeError, KeyError, AttributeError):
        return False
    return row["PartitionKey"] == _PARTITION and ID.fullmatch(client.id) is not None


def _texts(row: Row, member: str) -> tuple[str, ...]:
    try:
        return texts_in(row["Document"], member)
    except (ValueError, TypeError, KeyError):
        return ()


def _find_readable(row: Row) -> StoredClient | None:
    try:
        return _read(row)
    except RowUnreadable:
        return None
