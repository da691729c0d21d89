"""Access profiles of administrators. They are few and in one partition, so one query lists them.

Some rules are about all profiles: a vault belongs to one of them. So each profile that is made or
changed also changes the row of the whole set. Of two administrators who checked the rules at the
same moment, one succeeds.
"""

from dataclasses import dataclass

from shared.access.canonical import canonical_json
from shared.access.profiles.documents import read_profile, write_profile
from shared.access.profiles.json_schemas import ValueFault
from shared.access.profiles.profile import Profile
from shared.audit.statement import Statement
from shared.json_shape import parse_object
from shared.storage.audit.statements import NO_EVENTS, Partition, transact_with_event
from shared.storage.tables.rows import Row, RowUnreadable
from shared.storage.tables.table import Entity, Operation, Table, version

TABLE = "Profiles"
_PARTITION = "profiles"
_SET = "!set"
"""The row of the whole set. No profile has such a name."""
MOST_PROFILES = 100
_LISTED = 1000
_ALL = f"PartitionKey eq @partition and {NO_EVENTS}"


@dataclass(frozen=True, slots=True)
class StoredProfile:
    profile: Profile
    etag: str


@dataclass(frozen=True, slots=True)
class ProfileSet:
    stored: tuple[StoredProfile, ...]
    """Sorted by name. Rows that cannot be read are left out: the log names them."""
    names: frozenset[str]
    """Of all rows."""
    etag: str | None
    """None if there was never a profile."""

    def find(self, name: str) -> StoredProfile | None:
        return next((each for each in self.stored if each.profile.name == name), None)


class ProfileStore:
    partition = Partition(TABLE, _PARTITION)

    def __init__(self, table: Table) -> None:
        self._table = table

    async def all(self) -> ProfileSet:
        """Raises StorageUnavailable."""
        rows = await self._table.query(_ALL, {"partition": _PARTITION}, limit=_LISTED)
        profiles = [row for row in rows if row["RowKey"] != _SET]
        whole = next((row for row in rows if row["RowKey"] == _SET), None)
        read = (_find_readable(row) for row in profiles)
        return ProfileSet(
            stored=tuple(each for each in read if each is not None),
            names=frozenset(row["RowKey"] for row in profiles),
            etag=None if whole is None else version(whole),
        )

    async def add(self, profile: Profile, known: ProfileSet, *, event: Statement) -> bool:
        """Return False if any profile was made or changed since `known`."""
        return await self._transact([Operation("create", _row(profile)), _changing(known)], event)

    async def replace(
        self, stored: StoredProfile, profile: Profile, known: ProfileSet, *, event: Statement
    ) -> bool:
        """Return False if any profile was made or changed since `known`."""
        changed = Operation("update", _row(profile), stored.etag)
        return await self._transact([changed, _changing(known)], event)

    async def remove(self, name: str, etag: str | None, *, event: Statement) -> bool:
        """Return False if the profile changed since it had the ETag, or is gone."""
        return await self._transact([Operation("delete", _keys(name), etag)], event)

    async def _transact(self, operations: list[Operation], event: Statement) -> bool:
        return await transact_with_event(
            self._table, operations, partition=self.partition, event=event
        )


def is_profile(row: Entity) -> bool:
    """Whether the row could be one that this store wrote."""
    if row["PartitionKey"] != _PARTITION:
        return False
    try:
        return is_set(row["RowKey"]) or _read_document(row).name == str(row["RowKey"])
    except (ValueFault, ValueError, TypeError, KeyError, AttributeError):
        return False


def is_set(row_key: str) -> bool:
    return row_key == _SET


def _changing(known: ProfileSet) -> Operation:
    return Operation("update" if known.etag else "create", _keys(_SET), known.etag)


def _keys(name: str) -> dict[str, str]:
    return {"PartitionKey": _PARTITION, "RowKey": name}


def _row(profile: Profile) -> Entity:
    document = canonical_json(write_profile(profile)).decode()
    return _keys(profile.name) | {"Document": document}


def _read_document(row: Entity) -> Profile:
    return read_profile(parse_object(row["Document"].encode()))


def _find_readable(row: Row) -> StoredProfile | None:
    try:
        return _read(row)
    except RowUnreadable:
        return None


def _read(row: Row) -> StoredProfile:
    try:
        profile = _read_document(row)
    except (ValueError, TypeError, KeyError) as error:
        raise row.unreadable("Document", "is not what it should be") from error
    if profile.name != row["RowKey"]:
        raise row.unreadable("Document", "is of another profile")
    return StoredProfile(profile, version(row))
