"""Tables in memory for tests of readers: written rows are kept unchanged."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from shared.storage.edm import Metadata, TableEntity
from shared.storage.table_service.requests import fill_in
from shared.storage.tables.rows import Row
from shared.storage.tables.table import Entity, Operation
from shared.storage.tables.versioned import VersionedTable
from tests.memory_filter import matches

ETAG = 'W/"1"'

type Keys = tuple[str, str]


class KeptRows(VersionedTable):
    """Queries obey their conditions. Writes have none."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.rows: dict[Keys, dict[str, object]] = {}

    def _keep(self, entity: Entity) -> None:
        self.rows.setdefault((entity["PartitionKey"], entity["RowKey"]), {}).update(entity)

    async def insert(self, entity: Entity) -> bool:
        self._keep(entity)
        return True

    async def upsert(self, entity: Entity) -> None:
        self._keep(entity)

    async def transact(self, operations: Sequence[Operation]) -> bool:
        for operation in operations:
            self._keep(operation.row)
        return True

    async def delete(self, partition_key: str, row_key: str) -> bool:
        return self.rows.pop((partition_key, row_key), None) is not None

    async def merge(self, entity: Entity) -> bool:
        self._keep(entity)
        return True

    async def replace(self, entity: Entity, *, etag: str) -> bool:
        self._keep(entity)
        return True

    async def write(self, rows: Sequence[tuple[Entity, str | None]]) -> list[str] | None:
        for entity, _ in rows:
            self._keep(entity)
        return [ETAG for _ in rows]

    async def get(
        self,
        partition_key: str,
        row_key: str,
        *,
        select: Sequence[str] = (),
    ) -> Row | None:
        found = self.rows.get((partition_key, row_key))
        return None if found is None else self._read(found)

    async def query(
        self,
        condition: str,
        parameters: Mapping[str, str | datetime],
        *,
        select: Sequence[str] = (),
        limit: int,
    ) -> list[Row]:
        asked = fill_in(condition, parameters)
        found = [keys for keys in sorted(self.rows) if matches(asked, self._under(keys))]
        return [self._read(self.rows[keys]) for keys in found[:limit]]

    def _under(self, keys: Keys) -> Entity:
        """The row as it was written, also if a test has changed its keys since."""
        return {**self.rows[keys], "PartitionKey": keys[0], "RowKey": keys[1]}

    def _read(self, members: Mapping[str, object]) -> Row:
        metadata: Metadata = {"etag": ETAG, "timestamp": datetime(2031, 5, 17, tzinfo=UTC)}
        return self._whole(TableEntity(members, metadata=metadata))
