"""The last recorded settings and keys, for the comparison with the present ones."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from shared.audit.statement import Statement
from shared.storage.audit.statements import Partition, transact_with_event
from shared.storage.tables.row_keys import digest_key
from shared.storage.tables.table import Entity, Operation, Table, version

TABLE = "AuditTree"
_PARTITION = "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationSnapshot:
    name: str
    state: Mapping[str, str]
    etag: str | None


class ConfigurationSnapshots:
    partition = Partition(TABLE, _PARTITION)

    def __init__(self, table: Table) -> None:
        self._table = table

    async def find(self, name: str) -> ConfigurationSnapshot:
        row = await self._table.get(_PARTITION, digest_key(name.encode()))
        if row is None:
            return ConfigurationSnapshot(name=name, state={}, etag=None)
        return ConfigurationSnapshot(name=name, state=_read_state(row), etag=version(row))

    async def replace(
        self, known: ConfigurationSnapshot, state: Mapping[str, str], *, event: Statement
    ) -> bool:
        """Return False if another instance was faster."""
        row = {
            "PartitionKey": _PARTITION,
            "RowKey": digest_key(known.name.encode()),
            "State": json.dumps(dict(state)),
        }
        verb = Operation("update", row, known.etag) if known.etag else Operation("create", row)
        return await transact_with_event(self._table, [verb], partition=self.partition, event=event)


def _read_state(row: Entity) -> Mapping[str, str]:
    """Empty if the row cannot be read: then everything is recorded as new."""
    try:
        state = json.loads(row["State"])
    except (KeyError, TypeError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}
