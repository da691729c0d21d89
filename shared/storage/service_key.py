"""The service key: 32 random bytes that all instances share, made by whichever comes first."""

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
        """Store `candidate`, and return it, or the key of an instance which was faster."""
        await self._table.insert({"PartitionKey": _PARTITION, "RowKey": _ROW, "Value": candidate})
        stored = await self.find()
        if stored is None:
            raise StorageUnavailable
        return stored

    async def find(self) -> bytes | None:
        row = await self._table.get(_PARTITION, _ROW)
        return None if row is None else bytes(row["Value"])


class ServiceKey:
    """Read from storage once in a process; every instance gets the same one, for ever.

    It finds accounts by their names, and makes credentials up for names that no account has. So it
    cannot change as the sealing key does: every account would be lost, and whatever stays the same
    for a name that exists would change for one that does not.
    """

    def __init__(
        self, store: ServiceKeyStore, *, accounts: AccountStore, random: Callable[[int], bytes]
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._random = random
        self._key: bytes | None = None

    async def get(self) -> bytes:
        """Make it if there is none yet. Raises StorageUnavailable."""
        if self._key is None:
            self._key = await self.find() or await self._store.make(candidate=self._random(_BYTES))
        return self._key

    async def find(self) -> bytes | None:
        """None if nothing has needed one yet.

        Raises StorageUnavailable if it is gone: another one would lead to none of the accounts, and
        let their names be taken.
        """
        found = await self._store.find()
        if found and self._key:
            self._key = found  # another one only if all tables were emptied since
        if found or await self._accounts.is_empty():
            return found
        if found := await self._store.find():  # another instance made both since
            return found
        logger.error("the service key is gone from its table: import it from a backup")
        raise StorageUnavailable
