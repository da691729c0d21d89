"""Makes each credential ID belong to one account only (L3 section 7.1, step 26)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import base64url
from shared.accounts.handles import UserHandle
from shared.storage.tables.row_keys import digest_key
from shared.storage.tables.table import Entity, Operation, Table, version
from shared.storage.tables.values import read_instant

TABLE = "CredentialIds"
_ROW = "owner"
ABANDONED_AFTER = timedelta(minutes=15)
"""No registration takes this long between its two writes; an older one crashed there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    credential_id: bytes
    owner: UserHandle
    ceremony: bytes
    """Digest of the challenge that the registration answers."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """An existing reservation of the ID, and the version of its row."""

    reservation: Reservation
    etag: str


@dataclass(frozen=True, slots=True)
class Stray:
    """A reservation that may have no credential."""

    digest: bytes
    """SHA-256 of the credential ID."""
    owner: UserHandle
    etag: str


class CredentialIds:
    def __init__(self, table: Table) -> None:
        self._table = table

    async def reserve(self, reservation: Reservation) -> Held | None:
        """Return None if the ID is now reserved, else the earlier reservation."""
        if await self._table.insert(_row(reservation)):
            return None
        held = await self.find(reservation.credential_id)
        if held is None:  # released between the two calls
            return await self.reserve(reservation)
        # A retry after a lost answer finds our own row.
        return None if held.reservation.ceremony == reservation.ceremony else held

    async def take_over(self, held: Held, reservation: Reservation) -> bool:
        """Replace an abandoned reservation; return False if another registration was faster."""
        return await self._table.replace(_row(reservation), etag=held.etag)

    async def abandoned(self, start: str, *, before: datetime, limit: int) -> list[Stray]:
        """Read `limit` reservations from the key `start` on; return those made before a time. Most
        of them have their credential."""
        rows = await self._table.query("PartitionKey ge @start", {"start": start}, limit=limit)
        return [
            Stray(row.key_bytes("PartitionKey"), UserHandle(row["UserHandle"]), version(row))
            for row in rows
            if read_instant(row["ReservedAt"]) < before
        ]

    async def remove(self, stray: Stray) -> bool:
        """Return False if another registration took it over since it was read."""
        row = {"PartitionKey": base64url.encode(stray.digest), "RowKey": _ROW}
        return await self._table.transact([Operation("delete", row, stray.etag)])

    async def release(self, credential_id: bytes) -> None:
        await self._table.delete(digest_key(credential_id), _ROW)

    async def find(self, credential_id: bytes) -> Held | None:
        row = await self._table.get(digest_key(credential_id), _ROW)
        if row is None:
            return None
        found = Reservation(
            credential_id=credential_id,
            owner=UserHandle(row["UserHandle"]),
            ceremony=row["Ceremony"],
            at=read_instant(row["ReservedAt"]),
        )
        return Held(found, version(row))


def _row(reservation: Reservation) -> Entity:
    return {
        "PartitionKey": digest_key(reservation.credential_id),
        "RowKey": _ROW,
        "UserHandle": bytes(reservation.owner),
        "Ceremony": reservation.ceremony,
        "ReservedAt": reservation.at,
    }
