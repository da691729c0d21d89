"""Approvals. They are few and in one partition, so that rows about one change together.

`shared.storage.access.approval_rows` says which rows are ours. A row's key begins with the time, so
what is old is a range of keys.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from shared import base64url
from shared.access.approvals.approval import MOST_GESTURES, Approval, Status
from shared.accounts.handles import UserHandle
from shared.audit.event_id import id_before
from shared.audit.statement import Statement, StatementKey
from shared.storage.access.approval_rows import (
    COLUMNS,
    PREFIX,
    StoredApproval,
    read_ours,
    write_row,
)
from shared.storage.audit.statements import Partition, transact_with_event
from shared.storage.tables.expired import SWEEP, remove_rows
from shared.storage.tables.table import Entity, Operation, Table

TABLE, PARTITION = "Approvals", "approvals"
KEPT = timedelta(days=90)
"""After it was asked for."""
MOST_LISTED = 200
"""Of one person."""
MOST_PENDING = 1000
"""Of all people. One of them has 20 at most, so it takes fifty to hide those of others."""
_LONGEST_WAIT = timedelta(days=1, minutes=5)
"""No approval waits for longer than a day; clocks differ."""
_ASKED_WITHIN = (timedelta(days=7), timedelta(days=1), timedelta(hours=1), timedelta(minutes=15))
_AFTER = "approval;"
_RANGE = "PartitionKey eq @partition and RowKey ge @first and RowKey lt @after"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is kept of a gesture for the receipt: its place among the gestures, and the bytes."""

    number: int
    content: bytes


class NoticeWriter(Protocol):
    def operations(self, before: Approval | None, after: Approval) -> Sequence[Operation]:
        """On other rows of the partition."""
        ...


class ApprovalStore:
    partition = Partition(TABLE, PARTITION)

    def __init__(
        self,
        table: Table,
        *,
        notices: NoticeWriter,
        key: Callable[[], Awaitable[StatementKey]],
        keys: Callable[[], Awaitable[Sequence[StatementKey]]],
    ) -> None:
        """Each change is written together with its `notices`. `key` makes tags; the tags of all
        `keys` are accepted."""
        self._table = table
        self._notices = notices
        self._key = key
        self._keys = keys

    async def add(self, approval: Approval, *, event: Statement) -> bool:
        creation = Operation("create", await self._row(approval))
        return await self._transact([creation, *self._notices.operations(None, approval)], event)

    async def find(self, approval_id: str) -> StoredApproval | None:
        row = await self._table.get(PARTITION, PREFIX + approval_id, select=COLUMNS)
        return None if row is None else read_ours(row, await self._keys())

    async def proofs(self, approval_id: str) -> list[bytes]:
        """What is kept of each gesture, in their order. Others may have written them, so compare
        their digests."""
        columns = [_proof_column(number) for number in range(MOST_GESTURES)]
        row = await self._table.get(PARTITION, PREFIX + approval_id, select=columns)
        found = [] if row is None else [row.get(name) for name in columns]
        return [content for content in found if isinstance(content, bytes)]

    async def change(
        self,
        stored: StoredApproval,
        approval: Approval,
        *,
        proof: Proof | None = None,
        also: Sequence[Operation] = (),
        event: Statement,
    ) -> bool:
        """Return False if it changed since it was read, or is gone. `also` are operations on other
        rows of `partition`, in the same transaction."""
        row = await self._row(approval)
        if proof is not None:
            row = {**row, _proof_column(proof.number): proof.content}
        notices = self._notices.operations(stored.approval, approval)
        return await self._transact([Operation("update", row, stored.etag), *notices, *also], event)

    async def pending(self, *, now: datetime) -> list[Approval]:
        """Those that wait for decisions, of all people."""
        return await self._query(
            "and Status eq @pending and ExpiresAt gt @now",
            {"pending": Status.PENDING, "now": now},
            since=now - _LONGEST_WAIT,
            limit=MOST_PENDING,
        )

    async def open_of(self, asker: UserHandle, *, now: datetime) -> list[Approval]:
        """Those of one person that nobody has ended."""
        return await self._query(
            "and Asker eq @asker and ( Status eq @pending or Status eq @approved ) "
            "and ExpiresAt gt @now",
            {
                "asker": base64url.encode(asker),
                "pending": Status.PENDING,
                "approved": Status.APPROVED,
                "now": now,
            },
            since=now - _LONGEST_WAIT,
            limit=MOST_LISTED,
        )

    async def asked_by(self, asker: UserHandle, *, now: datetime) -> list[Approval]:
        """The latest ones. The table gives the oldest ones first, so the time is made shorter until
        they are not too many."""
        found: list[Approval] = []
        for ago in _ASKED_WITHIN:
            found = await self._query(
                "and Asker eq @asker",
                {"asker": base64url.encode(asker)},
                since=now - ago,
                limit=MOST_LISTED,
            )
            if len(found) < MOST_LISTED:
                break
        return found

    async def _query(
        self,
        condition: str,
        given: dict[str, str | datetime],
        *,
        since: datetime,
        limit: int,
    ) -> list[Approval]:
        ranged = {"partition": PARTITION, "first": PREFIX + id_before(since), "after": _AFTER}
        rows = await self._table.query(
            f"{_RANGE} {condition}", ranged | given, select=COLUMNS, limit=limit
        )
        keys = await self._keys() if rows else ()
        return [found.approval for row in rows if (found := read_ours(row, keys)) is not None]

    async def sweep(self, *, now: int, limit: int = SWEEP) -> int:
        """Remove at most `limit` old approvals."""
        old = datetime.fromtimestamp(now, UTC) - KEPT
        rows = await self._table.query(
            _RANGE,
            {"partition": PARTITION, "first": PREFIX, "after": PREFIX + id_before(old)},
            select=["PartitionKey", "RowKey"],
            limit=limit,
        )
        return await remove_rows(self._table, rows)

    async def _row(self, approval: Approval) -> Entity:
        return {"PartitionKey": PARTITION, **write_row(approval, await self._key())}

    async def _transact(self, operations: Sequence[Operation], event: Statement) -> bool:
        return await transact_with_event(
            self._table, operations, partition=self.partition, event=event
        )


def _proof_column(number: int) -> str:
    return f"Gesture{number}"
