"""Client certificates that may still be accepted, for the list of those that count no more.

They are in the partition of approvals, so that the use of an approval and the certificate are one
transaction. A row key begins with the end of the certificate, so those that are over are a range.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.accounts.handles import UserHandle
from shared.audit.statement import Statement
from shared.storage.access.approvals import PARTITION, TABLE
from shared.storage.audit.statements import Partition, transact_with_event
from shared.storage.tables.expired import SWEEP, remove_rows
from shared.storage.tables.rows import Row, RowUnreadable
from shared.storage.tables.table import Entity, Operation, Table

_PREFIX, _AFTER = "certificate:", "certificate;"
_SKEW = timedelta(minutes=1)
"""A server's clock may be behind ours."""
_PAGE = 1000
_RANGE = "PartitionKey eq @partition and RowKey gt @after and RowKey lt @end"
_COLUMNS = ("PartitionKey", "RowKey", "UserHandle", "SessionId", "CredentialHash")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCertificate:
    serial: int
    expires_at: datetime
    handle: UserHandle
    session: bytes
    credential_hash: bytes

    @property
    def grounds(self) -> tuple[UserHandle, bytes, bytes]:
        """What it rests on."""
        return self.handle, self.session, self.credential_hash


class IssuedCertificates:
    partition = Partition(TABLE, PARTITION)

    def __init__(self, table: Table) -> None:
        self._table = table

    async def add(self, issued: IssuedCertificate, *, event: Statement) -> bool:
        return await transact_with_event(
            self._table, [self.creation(issued)], partition=self.partition, event=event
        )

    def creation(self, issued: IssuedCertificate) -> Operation:
        """For the transaction that uses an approval."""
        return Operation("create", _row(issued))

    async def live(self, *, now: datetime) -> list[IssuedCertificate]:
        """Those that a server may accept. Rows that cannot be read are left out: others wrote
        them."""
        found: list[IssuedCertificate] = []
        after = _key_before(now - _SKEW)
        while True:
            rows = await self._query(after, _AFTER, select=_COLUMNS, limit=_PAGE)
            found += [each for row in rows if (each := _find_readable(row)) is not None]
            if len(rows) < _PAGE:
                return found
            after = str(rows[-1]["RowKey"])

    async def sweep(self, *, now: int, limit: int = SWEEP) -> int:
        """Remove at most `limit` of those that are over."""
        end = _key_before(datetime.fromtimestamp(now, UTC) - _SKEW)
        rows = await self._query(_PREFIX, end, select=["PartitionKey", "RowKey"], limit=limit)
        return await remove_rows(self._table, rows)

    async def _query(
        self, after: str, end: str, *, select: Sequence[str], limit: int
    ) -> Sequence[Row]:
        given = {"partition": PARTITION, "after": after, "end": end}
        return await self._table.query(_RANGE, given, select=select, limit=limit)


def _key_before(at: datetime) -> str:
    return f"{_PREFIX}{int(at.timestamp()):010d}"


def _row(issued: IssuedCertificate) -> Entity:
    return {
        "PartitionKey": PARTITION,
        "RowKey": f"{_key_before(issued.expires_at)}-{issued.serial:032x}",
        "UserHandle": issued.handle,
        "SessionId": issued.session,
        "CredentialHash": issued.credential_hash,
    }


def _find_readable(row: Row) -> IssuedCertificate | None:
    seconds, _, serial = str(row["RowKey"]).removeprefix(_PREFIX).partition("-")
    try:
        return IssuedCertificate(
            serial=int(serial, 16),
            expires_at=datetime.fromtimestamp(int(seconds), UTC),
            handle=UserHandle(row["UserHandle"]),
            session=row["SessionId"],
            credential_hash=row["CredentialHash"],
        )
    except RowUnreadable:
        return None
    except (ValueError, OverflowError, OSError):
        row.unreadable("RowKey", "is not that of a certificate")
        return None
