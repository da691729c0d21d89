"""Sessions, partitioned by the latest day on which they can end, and by account.

So expired sessions are removed without a search. If a session can live for N days, the sessions of
an account are in N + 1 partitions.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from shared import base64url
from shared.accounts.handles import LOCATOR_BYTES, AccountLocator, UserHandle, locate_handle
from shared.audit.statement import Statement
from shared.sessions.refresh_token import RefreshToken, day_of
from shared.sessions.session import Session
from shared.storage.audit.statements import NO_EVENTS, NoEvent, Partition, transact_with_event
from shared.storage.session_rows import (
    day_key,
    partition_key_of,
    read_session,
    session_columns,
    session_keys,
)
from shared.storage.tables.expired import SWEEP, remove_before
from shared.storage.tables.table import MAX_TRANSACTION, Operation, Table, version

TABLE = "Sessions"
_LEFT_OVER_DAYS = 30
_CHANCE_BYTES = 4


@dataclass(frozen=True, slots=True)
class StoredSession:
    session: Session
    etag: str


class SessionStore:
    def __init__(self, table: Table, *, longest: timedelta) -> None:
        """`longest` is the longest lifetime of a session."""
        self._table = table
        self._longest = longest

    async def add(self, session: Session, *, event: Statement | NoEvent) -> None:
        await self._transact(
            session,
            Operation("create", session_keys(session) | session_columns(session)),
            event=event,
        )

    async def find(self, token: RefreshToken) -> StoredSession | None:
        return await self.find_at(token.locator, token.day, token.session_id)

    async def find_at(
        self, locator: AccountLocator, day: int, session_id: bytes
    ) -> StoredSession | None:
        """`day` is the latest day on which the session can end."""
        row = await self._table.get(partition_key_of(day, locator), base64url.encode(session_id))
        return None if row is None else StoredSession(read_session(row), version(row))

    async def replace(
        self, stored: StoredSession, session: Session, *, event: Statement | NoEvent
    ) -> bool:
        """Return False if the session was rotated or ended since it was read."""
        row = session_keys(session) | session_columns(session)
        return await self._transact(session, Operation("update", row, stored.etag), event=event)

    async def end(self, session: Session, *, event: Statement | NoEvent) -> bool:
        """Return False if the session had ended already."""
        return await self._transact(
            session, Operation("delete", session_keys(session)), event=event
        )

    async def undo_add(self, session: Session, *, event: Statement) -> bool:
        """End a session that was just opened; `event` replaces the event of its opening. Return
        False, and change nothing, if that event is sealed already."""
        remove = Operation("delete", session_keys(session))
        if await self._transact(session, remove, event=event, replaces_event=True):
            return True
        # It has ended, with an event. Now only the event of its opening is replaced.
        return await self._transact(session, event=event, replaces_event=True)

    async def _transact(
        self,
        session: Session,
        *operations: Operation,
        event: Statement | NoEvent,
        replaces_event: bool = False,
    ) -> bool:
        partition = Partition(TABLE, session_keys(session)["PartitionKey"])
        return await transact_with_event(
            self._table, operations, partition=partition, event=event, replaces_event=replaces_event
        )

    def partition_of(self, token: RefreshToken) -> Partition:
        return Partition(TABLE, partition_key_of(token.day, token.locator))

    def partition(self, locator: AccountLocator, *, ends_at: datetime) -> Partition:
        """The partition of the events of a session."""
        return Partition(TABLE, partition_key_of(day_of(ends_at.timestamp()), locator))

    async def of_account(self, handle: UserHandle, *, now: datetime) -> list[Session]:
        """The live sessions of an account, the latest first."""
        first = day_of(now.timestamp())
        last = day_of((now + self._longest).timestamp())
        partitions = await asyncio.gather(
            *(self._in_partition(day, locate_handle(handle)) for day in range(first, last + 1))
        )
        live = (
            session
            for session in chain.from_iterable(partitions)
            if session.sign_in.user_handle == handle and session.is_live(now)
        )
        return sorted(live, key=lambda session: session.sign_in.at, reverse=True)

    async def from_chance(
        self, random: Callable[[int], bytes], *, now: datetime, limit: int
    ) -> list[Session]:
        """The live sessions among `limit` rows from a random key on."""
        days = day_of((now + self._longest).timestamp()) - day_of(now.timestamp()) + 1
        day = day_of(now.timestamp()) + int.from_bytes(random(_CHANCE_BYTES)) % days
        start = partition_key_of(day, AccountLocator(random(LOCATOR_BYTES)))
        rows = await self._table.query(
            f"PartitionKey ge @start and {NO_EVENTS}", {"start": start}, limit=limit
        )
        return [session for session in map(read_session, rows) if session.is_live(now)]

    async def sweep(self, *, now: int, limit: int = SWEEP) -> int:
        """Remove at most `limit` sessions that ended before the current day (Unix seconds).

        Their events stay until they are sealed, or much longer if they never are.
        """
        today = day_of(now)
        over = await remove_before(self._table, day_key(today), limit=limit, condition=NO_EVENTS)
        if over == limit:
            return over
        old = day_key(today - _LEFT_OVER_DAYS)
        return over + await remove_before(self._table, old, limit=limit - over)

    async def _in_partition(self, day: int, locator: AccountLocator) -> list[Session]:
        rows = await self._table.query(
            f"PartitionKey eq @partition and {NO_EVENTS}",
            {"partition": partition_key_of(day, locator)},
            limit=10 * MAX_TRANSACTION,
        )
        return [read_session(row) for row in rows]
