"""The service key: 32 random bytes that all instances share. The first instance makes it."""

import logging
from collections.abc import Callable

from shared.errors import StorageUnavailable
from shared.storage.accounts.accounts import AccountStore
from shared.storage.tables.table import Table

logger = logging.getLogger("touchstone.storage")

TABLE = "Service"
_PARTITION, _ROW = "service-key", "1"
_BYTES = 32


class ServiceKeyStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    async def make(self, *, candidate: bytes) -> bytes:
        """Store `candidate` and return it, or return the key of an instance that was faster."""
        await self._table.insert({"PartitionKey": _PARTITION, "RowKey": _ROW, "Value": candidate})
        stored = await self.find()
        if stored is None:
            raise StorageUnavailable
        return stored

    async def find(self) -> bytes | None:
        row = await self._table.get(_PARTITION, _ROW)
        return None if row is None else bytes(row["Value"])


class ServiceKey:
    """Read from storage once in a process. It is the same for all instances and never changes.

    Accounts are found by their names with it, and invented credentials of unknown names are made
    with it. So it cannot change as the sealing key does: no account would be found any more, and
    invented credentials would change, which would show that the name has no account.
    """

    def __init__(
        self, store: ServiceKeyStore, *, accounts: AccountStore, random: Callable[[int], bytes]
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._random = random
        self._key: bytes | None = None

    async def get(self) -> bytes:
        """Return the key, and make it if there is none yet. Raises StorageUnavailable."""
        if self._key is None:
            self._key = await self.find() or await self._store.make(candidate=self._random(_BYTES))
        return self._key

    async def find(self) -> bytes | None:
        """Return None if no key was needed yet.

        Raises StorageUnavailable if the key is gone: a new one would find none of the accounts, and
        their names could be taken.
        """
        found = await self._store.find()
        if found and self._key:
            self._key = found  # it differs only if all tables were emptied since
        if found or await self._accounts.is_empty():
            return found
        if found := await self._store.find():  # another instance has just made both
            return found
        logger.error("the service key is gone from its table: import it from a backup")
        raise StorageUnavailable
