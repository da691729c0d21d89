"""Sessions, in the partition of their account: so a sign-in opens its session, with its event and
with what it changes in the credential, in one transaction.

There may be many sessions of one account. No other query of an account reads them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.accounts.handles import LOCATOR_BYTES, AccountLocator, UserHandle, locate_handle
from shared.audit.statement import Statement
from shared.sessions.client_use import ClientUse
from shared.sessions.session import Session
from shared.storage.accounts.account_reader import TABLE
from shared.storage.accounts.entities import SESSION_PREFIX
from shared.storage.audit.statements import NoEvent, Partition, transact_with_event
from shared.storage.session_rows import (
    client_columns,
    keys_of,
    read_session,
    session_columns,
    session_keys,
)
from shared.storage.tables.row_keys import partition_key
from shared.storage.tables.table import Operation, Table, version

_SESSIONS = "RowKey ge @first and RowKey lt '~'"
_FIRST = {"first": SESSION_PREFIX}
_MOST = 100_000
"""More sessions than any account has."""


@dataclass(frozen=True, slots=True)
class StoredSession:
    session: Session
    etag: str


class SessionStore:
    def __init__(self, accounts: Table) -> None:
        self._accounts = accounts

    async def add(
        self, session: Session, *, also: Sequence[Operation] = (), event: Statement | NoEvent
    ) -> bool:
        """`also` are other changes of the account. Return False, with nothing done, if one of them
        is no longer possible."""
        row = session_keys(session) | session_columns(session)
        return await self._transact(session, Operation("create", row), *also, event=event)

    async def find(self, locator: AccountLocator, session_id: bytes) -> StoredSession | None:
        keys = keys_of(locator, session_id)
        row = await self._accounts.get(keys["PartitionKey"], keys["RowKey"])
        return None if row is None else StoredSession(read_session(row), version(row))

    async def find_again(self, session: Session) -> StoredSession | None:
        return await self.find(locate_handle(session.sign_in.user_handle), session.id)

    async def replace(
        self, stored: StoredSession, session: Session, *, event: Statement | NoEvent
    ) -> bool:
        """Return False if the session was rotated or ended since it was read."""
        row = session_keys(session) | session_columns(session)
        return await self._transact(session, Operation("update", row, stored.etag), event=event)

    async def set_clients(
        self, stored: StoredSession, clients: Sequence[ClientUse], *, event: Statement | NoEvent
    ) -> bool:
        """Return False if the session changed or ended since it was read."""
        row = session_keys(stored.session) | client_columns(clients)
        change = Operation("update", row, stored.etag)
        return await self._transact(stored.session, change, event=event)

    async def end(self, session: Session, *, event: Statement | NoEvent) -> bool:
        """Return False if the session had ended already."""
        return await self._transact(
            session, Operation("delete", session_keys(session)), event=event
        )

    async def end_unchanged(self, stored: StoredSession, *, event: Statement | NoEvent) -> bool:
        """Return False if the session changed or ended since it was read."""
        change = Operation("delete", session_keys(stored.session), stored.etag)
        return await self._transact(stored.session, change, event=event)

    def requiring(self, stored: StoredSession) -> Operation:
        """For a transaction of the account that fails if the session has ended. A refresh does not
        disturb it."""
        row = session_keys(stored.session)
        return Operation("update", row | {"UserHandle": bytes(stored.session.sign_in.user_handle)})

    async def remove_over(self, locator: AccountLocator, session_id: bytes) -> bool:
        """Remove a session whose time is over. Return False if it is gone."""
        keys = keys_of(locator, session_id)
        return await self._accounts.delete(keys["PartitionKey"], keys["RowKey"])

    async def _transact(
        self, session: Session, *operations: Operation, event: Statement | NoEvent
    ) -> bool:
        partition = self.partition(locate_handle(session.sign_in.user_handle))
        return await transact_with_event(
            self._accounts, operations, partition=partition, event=event
        )

    def partition_of(self, session: Session) -> Partition:
        return self.partition(locate_handle(session.sign_in.user_handle))

    def partition(self, locator: AccountLocator) -> Partition:
        """The partition of the events of a session."""
        return Partition(TABLE, partition_key(locator))

    async def of_account(self, handle: UserHandle, *, now: datetime) -> list[Session]:
        """The live sessions of an account, the latest first."""
        return [stored.session for stored in await self.stored_of_account(handle, now=now)]

    async def stored_of_account(self, handle: UserHandle, *, now: datetime) -> list[StoredSession]:
        """As `of_account`."""
        rows = await self._accounts.query(
            f"PartitionKey eq @account and {_SESSIONS}",
            {"account": partition_key(locate_handle(handle)), **_FIRST},
            limit=_MOST,
        )
        found = (StoredSession(read_session(row), version(row)) for row in rows)
        live = (
            stored
            for stored in found
            if stored.session.sign_in.user_handle == handle and stored.session.is_live(now)
        )
        return sorted(live, key=lambda stored: stored.session.sign_in.at, reverse=True)

    async def from_chance(self, random: Callable[[int], bytes], *, limit: int) -> list[Session]:
        """The sessions of `limit` rows from a random account on, also if they have ended."""
        start = partition_key(AccountLocator(random(LOCATOR_BYTES)))
        rows = await self._accounts.query(
            f"PartitionKey ge @start and {_SESSIONS}", {"start": start, **_FIRST}, limit=limit
        )
        return [read_session(row) for row in rows]
