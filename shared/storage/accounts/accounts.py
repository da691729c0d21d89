"""Changes accounts and their credentials. `account_reader` reads them.

All rows of an account are in one partition. A change that depends on several of them is one
transaction that requires the account's row to be unchanged; of two such changes one fails.
"""

from collections.abc import Sequence
from dataclasses import replace

from shared.accounts.handles import AccountLocator, UserHandle
from shared.accounts.records import CredentialRecord, Link, UserAccount
from shared.audit.statement import Statement
from shared.storage.accounts.account_reader import (
    TABLE,
    AccountReader,
    StoredAccount,
    StoredCredential,
)
from shared.storage.accounts.account_rows import (
    account_row,
    credential_keys,
    listing_row,
    new_version,
)
from shared.storage.accounts.credential_entities import usage_columns
from shared.storage.accounts.entities import repeated_columns
from shared.storage.audit.statements import NoEvent, Partition, transact_with_event
from shared.storage.tables.row_keys import partition_key
from shared.storage.tables.table import Operation

__all__ = ["MOST_LINKS", "TABLE", "AccountStore", "StoredAccount", "StoredCredential"]

MOST_LINKS = 8
"""The most links of an account. With 90 credentials, the account and its access pass these are 100
rows, which one request reads."""


class AccountStore(AccountReader):
    async def create_account(
        self, account: UserAccount, *, link: Link | None = None, event: Statement | NoEvent
    ) -> bool:
        """Create an account without credentials; return False if its name is taken."""
        rows = [account_row(account), *([listing_row(account.handle, link)] if link else [])]
        return await self._transact([Operation("create", row) for row in rows], event)

    async def add_link(
        self, owner: StoredAccount, link: Link, *, event: Statement | NoEvent
    ) -> bool:
        """Return False if the account changed since it was read."""
        row = listing_row(owner.account.handle, link)
        return await self._transact([_unchanged(owner), Operation("upsert", row)], event)

    async def forget_link(
        self, handle: UserHandle, link: Link, *, event: Statement | NoEvent
    ) -> bool:
        """Return False if the link was not listed any more."""
        forgotten = Operation("delete", listing_row(handle, link))
        return await self._transact([forgotten, new_version(handle)], event)

    async def disown(self, owner: StoredAccount, link: Link, *, event: Statement | NoEvent) -> bool:
        """Remove the link's subject from the account's row, so that the account is not taken as
        created for it. Changes that depend on the account's present version then fail. Return
        False if the account changed since it was read."""
        kept = None if owner.account.subject == link.subject else owner.account.subject
        row = account_row(replace(owner.account, subject=kept))
        return await self._transact([Operation("update", row, owner.etag)], event)

    def usage(self, stored: StoredCredential, record: CredentialRecord) -> Operation:
        """What a sign-in changed, for the transaction that opens its session. That fails if another
        sign-in was faster."""
        row = credential_keys(record) | usage_columns(record)
        return Operation("update", row, stored.etag)

    async def store_usage(
        self, stored: StoredCredential, record: CredentialRecord, *, event: Statement | NoEvent
    ) -> bool:
        """Store `usage` where nothing else changes; return False if a sign-in was faster."""
        return await self._transact([self.usage(stored, record)], event)

    async def change_credential(
        self,
        stored: StoredCredential,
        *,
        name: str | None = None,
        suspended: bool | None = None,
        of: StoredAccount | None = None,
        event: Statement | NoEvent,
    ) -> bool:
        """Return False if the credential changed or was removed since it was read. If the account
        is given, the same is checked for it, and its row gets a new version: other changes that
        depend on the same read then fail."""
        columns = {"Name": name, "Suspended": suspended}
        changed = {column: value for column, value in columns.items() if value is not None}
        row = credential_keys(stored.record) | changed
        beside = [] if of is None else [_unchanged(of)]
        return await self._transact([*beside, Operation("update", row, stored.etag)], event)

    async def remove_credential(
        self, owner: StoredAccount, stored: StoredCredential, *, event: Statement | NoEvent
    ) -> bool:
        """Return False if the account changed since it was read."""
        # An earlier version may have added the credential without clearing this value.
        account = replace(owner.account, awaited_since=None)
        return await self._transact(
            [
                Operation("update", account_row(account), owner.etag),
                Operation("delete", credential_keys(stored.record)),
            ],
            event,
        )

    async def change_account(
        self, owner: StoredAccount, account: UserAccount, *, event: Statement | NoEvent
    ) -> bool:
        """Change the account, and the columns that its credentials repeat from it.

        Return False if the account changed since it was read.
        """
        repeated = repeated_columns(account)
        return await self._transact(
            [
                Operation("update", account_row(account), owner.etag),
                *(
                    Operation("update", credential_keys(record) | repeated)
                    for record in owner.records
                ),
            ],
            event,
        )

    async def change_row(
        self, owner: StoredAccount, account: UserAccount, *, event: Statement | NoEvent
    ) -> bool:
        """Change what no credential repeats. Return False if the account changed since it was
        read."""
        row = account_row(account)
        return await self._transact([Operation("update", row, owner.etag)], event)

    async def renew(self, owner: StoredAccount) -> bool:
        """Give the account a new version, so that changes of others that read it before fail.
        Return False if it changed since it was read."""
        operation = new_version(owner.account.handle, owner.etag)
        return await self._transact([operation], NoEvent("nothing changes"))

    def partition(self, locator: AccountLocator) -> Partition:
        """The partition of the events of an account."""
        return Partition(TABLE, partition_key(locator))

    async def _transact(self, operations: Sequence[Operation], event: Statement | NoEvent) -> bool:
        partition = Partition(TABLE, operations[0].row["PartitionKey"])
        return await transact_with_event(
            self._accounts, operations, partition=partition, event=event
        )


def _unchanged(owner: StoredAccount) -> Operation:
    """Require that the account is unchanged, and give its row a new version."""
    return Operation("update", account_row(owner.account), owner.etag)
