"""What was on record last of settings and keys, to be compared with what is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from shared.audit.statement import Statement
from shared.storage.keys import digest_key
from shared.storage.statements import Place, transact_telling
from shared.storage.tables import Entity, Operation, Table, version

TABLE = "AuditTree"
_PARTITION = "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownState:
    name: str
    state: Mapping[str, str]
    etag: str | None


class KnownStateStore:
    place = Place(TABLE, _PARTITION)

    def __init__(self, table: Table) -> None:
        self._table = table

    async def find(self, name: str) -> KnownState:
        row = await self._table.get(_PARTITION, digest_key(name.encode()))
        if row is None:
            return KnownState(name=name, state={}, etag=None)
        return KnownState(name=name, state=_read_state(row), etag=version(row))

    async def replace(
        self, known: KnownState, state: Mapping[str, str], *, told: Statement
    ) -> bool:
        """Return False if another instance was faster."""
        row = {
            "PartitionKey": _PARTITION,
            "RowKey": digest_key(known.name.encode()),
            "State": json.dumps(dict(state)),
        }
        verb = Operation("update", row, known.etag) if known.etag else Operation("create", row)
        return await transact_telling(self._table, [verb], place=self.place, told=told)


def _read_state(row: Entity) -> Mapping[str, str]:
    """Nothing, if somebody else wrote it: then all that there is is told of again."""
    try:
        state = json.loads(row["State"])
    except (KeyError, TypeError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}
