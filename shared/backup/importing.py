"""Writing the rows of a backup into a store. Rows are added; no row is changed or removed.

- An account that the store has stays as it is, and so do its credentials. A credential that it has
  lost since the backup does not come back.
- The log is imported whole, into a store without a log. If the store has a log, it must have the
  same entries, and nothing is added to it. If it differs, nothing at all is imported. The head is
  written last, so a log with a head is complete.
- A store with another service key gets nothing, as its accounts could never be found.
- Each credential in the store has its ID reserved for its account again, and each account that is
  added is in the index of its groups.
- Any other row that the store has stays.

If an import was interrupted, run it again: the result is the same.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched, chain, groupby
from typing import Any

from shared.accounts.group_texts import parse_assigned_groups
from shared.accounts.handles import UserHandle
from shared.backup.contents import ACCOUNTS, GROUPS, LOG, OUTBOX, SERVICE, TREE, section
from shared.backup.tables_file import Row
from shared.backup.units import Unit, batches_of, units_of
from shared.storage.accounts.credential_ids import CredentialIds, Held, Reservation
from shared.storage.accounts.entities import ACCOUNT_ROW, is_credential
from shared.storage.audit.audit_log import HEAD
from shared.storage.groups.members import MemberIndex
from shared.storage.tables.gather_limited import AT_ONCE
from shared.storage.tables.odata import read_odata, write_odata
from shared.storage.tables.row_keys import digest_key
from shared.storage.tables.table import Operation, Table


class ImportRefused(ValueError):
    """The store and the file do not fit together."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """The numbers of rows, by table."""

    new: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    """Rows that are in the store and equal."""
    kept: Counter[str] = field(default_factory=Counter)
    """Rows of the file that are not imported, as the store's own state differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    additions: Unit
    """The rows to add."""
    reservations: Sequence[Reservation]
    """Reservations for the credentials that are added, or that the store has. They are made first,
    as at a registration, so that two accounts never have one credential ID."""
    memberships: Sequence[tuple[str, UserHandle]]
    """The groups of the accounts that are added. The index has them first, as always."""


class Importing:
    def __init__(
        self,
        table: Callable[[str], Table],
        credential_ids: CredentialIds,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        """`table` returns the table of a name."""
        self._table = table
        self._credential_ids = credential_ids
        self._members = MemberIndex(table(GROUPS))
        self._clock = clock

    async def import_rows(self, rows: Iterable[Row], *, write: bool) -> Outcome:
        """Import the rows. Without `write`, only report what an import would do.

        Raise ImportRefused or StorageUnavailable.
        """
        outcome = Outcome()
        has_log = await self._table(TREE).get(HEAD, HEAD) is not None
        sections = groupby(units_of(rows), key=lambda unit: (section(unit[0]), unit[0].table))
        for (_, table), units in sections:
            # The log is imported in order, so that what is there is always the beginning of the
            # log.
            for some in batched(units, 1 if table == LOG else AT_ONCE, strict=False):
                plans = await asyncio.gather(
                    *(self._plan(unit, outcome, has_log=has_log) for unit in some)
                )
                if write:
                    await asyncio.gather(*map(self._write, plans))
        return outcome

    async def _plan(self, unit: Unit, outcome: Outcome, *, has_log: bool) -> _Plan:
        table, existing = unit[0].table, await self._existing(unit)
        missing = [row for row in unit if row.key not in existing]
        differing = [row for row in unit if existing.get(row.key, row.entity) != row.entity]
        _refuse_another_log(differing, existing)
        if table == SERVICE and differing:
            raise ImportRefused("the store has another service key")
        if table == LOG and missing and has_log:
            raise ImportRefused("the store has a log that is shorter than that of the file")
        is_kept = (table == OUTBOX and has_log) or (table == ACCOUNTS and ACCOUNT_ROW in existing)
        additions = [] if is_kept else missing
        owned = [row for row in unit if _is_same_owners(row, existing)]
        # Made now: an old reservation without its credential is removed like that of a failed
        # registration.
        reservations = _reservations(additions, owned, at=self._clock())
        for each in reservations:
            _refuse_owner(await self._credential_ids.find(each.credential_id), each)
        outcome.new[table] += len(additions)
        outcome.there[table] += len(unit) - len(missing) - len(differing)
        outcome.kept[table] += len(differing) + len(missing) - len(additions)
        return _Plan(
            additions=additions, reservations=reservations, memberships=_memberships(additions)
        )

    async def _existing(self, unit: Unit) -> dict[str, dict[str, Any]]:
        """The rows of the store that have the same keys, by row key."""
        keys = {row.key for row in unit}
        pages = self._table(unit[0].table).pages(
            "PartitionKey eq @partition and RowKey ge @first and RowKey le @last",
            {"partition": unit[0].partition, "first": min(keys), "last": max(keys)},
        )
        rows = [write_odata(row) async for page in pages for row in page if row["RowKey"] in keys]
        return {str(row["RowKey"]): row for row in rows}

    async def _write(self, plan: _Plan) -> None:
        for each in plan.reservations:
            _refuse_owner(await self._credential_ids.reserve(each), each)
        for group, handle in plan.memberships:
            await self._members.put(group, handle)
        # The account's own row is written last. Until then the account does not exist.
        for batch in batches_of(sorted(plan.additions, key=lambda row: row.key == ACCOUNT_ROW)):
            creations = [Operation("create", read_odata(row.entity)) for row in batch]
            if not await self._table(batch[0].table).transact(creations):
                # If only the answer was lost, the rows are there and equal.
                _refuse_other_writers(batch, await self._existing(batch))


def _refuse_another_log(differing: Unit, existing: Mapping[str, Mapping[str, Any]]) -> None:
    """The personal part of an entry in the store may have been erased. Its leaf never changes."""
    for row in differing:
        if row.table == LOG and existing[row.key]["Leaf"] != row.entity["Leaf"]:
            raise ImportRefused(f"the store has another log: entry {int(row.key)} differs")


def _refuse_other_writers(written: Unit, existing: Mapping[str, Mapping[str, Any]]) -> None:
    differing = [row for row in written if existing.get(row.key) != row.entity]
    _refuse_another_log([row for row in differing if row.key in existing], existing)
    if differing:
        table = differing[0].table
        raise ImportRefused(f"somebody else writes to {table}: is the service running?")


def _refuse_owner(held: Held | None, reservation: Reservation) -> None:
    if held is not None and held.reservation.owner != reservation.owner:
        named = digest_key(reservation.credential_id)
        raise ImportRefused(f"another account of the store has a credential of the file: {named}")


def _is_credential(row: Row) -> bool:
    return row.table == ACCOUNTS and is_credential(row.entity)


def _is_same_owners(row: Row, existing: Mapping[str, Mapping[str, Any]]) -> bool:
    found = existing.get(row.key)
    return found is not None and found.get("UserHandle") == row.entity.get("UserHandle")


def _reservations(*units: Unit, at: datetime) -> list[Reservation]:
    rows = filter(_is_credential, chain(*units))
    return [_reservation(read_odata(row.entity), at=at) for row in rows]


def _memberships(additions: Unit) -> list[tuple[str, UserHandle]]:
    accounts = [
        read_odata(row.entity)
        for row in additions
        if (row.table, row.key) == (ACCOUNTS, ACCOUNT_ROW)
    ]
    return [
        (group, UserHandle(account["UserHandle"]))
        for account in accounts
        for group in sorted(parse_assigned_groups(account.get("AssignedGroups", "")))
    ]


def _reservation(row: Mapping[str, Any], *, at: datetime) -> Reservation:
    return Reservation(
        credential_id=row["CredentialId"],
        owner=UserHandle(row["UserHandle"]),
        ceremony=b"",  # no registration that might try again
        at=at,
    )
