"""The service key: 32 random bytes that all instances share, made by whichever comes first."""

from shared.errors import StorageUnavailable
from shared.storage.tables import Table

TABLE = "Service"
_PARTITION, _ROW = "service-key", "1"


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
