"""Which rows a backup holds, and in which order. Pure."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping

from shared.backup.tables_file import Damaged, Row
from shared.storage.access.profiles import TABLE as PROFILES
from shared.storage.access.profiles import is_profile
from shared.storage.accounts.accounts import TABLE as ACCOUNTS
from shared.storage.accounts.entities import NO_SESSIONS, is_session
from shared.storage.accounts.links import TABLE as LINKS
from shared.storage.accounts.passes import PASS_ROW
from shared.storage.audit.audit_log import HEAD, LOG, TREE
from shared.storage.audit.audit_outbox import TABLE as OUTBOX
from shared.storage.audit.erasure_rows import PARTITION as ERASURES
from shared.storage.audit.statements import event_row, is_event_row
from shared.storage.groups.definitions import PARTITION as GROUP_DEFINITIONS
from shared.storage.groups.definitions import TABLE as GROUPS
from shared.storage.openid.clients import TABLE as CLIENTS
from shared.storage.openid.clients import is_client
from shared.storage.outbox_ranges import is_challenge_row
from shared.storage.service_key import TABLE as SERVICE
from shared.storage.tables.odata import read_odata
from shared.storage.tables.row_keys import number_key
from shared.storage.tables.table import Entity

__all__ = [
    "ACCOUNTS",
    "CLIENTS",
    "GROUPS",
    "LINKS",
    "LOG",
    "OUTBOX",
    "PROFILES",
    "SERVICE",
    "TABLES",
    "TREE",
]

TABLES = (SERVICE, ACCOUNTS, LINKS, CLIENTS, GROUPS, PROFILES, TREE, OUTBOX, LOG)
"""The tables in the order of the file. The head of the tree comes at the very end."""
_WRITTEN: Mapping[str, Callable[[Entity], bool]] = {CLIENTS: is_client, PROFILES: is_profile}
WHOLE_ACCOUNT = 100_000
"""More rows than any account has."""
KEPT = f"RowKey ne '{PASS_ROW}' and ( {NO_SESSIONS} or RowKey ge '~' )"
"""The condition of a query for the rows of accounts in a backup: all but access passes and
sessions, as a used pass or an ended session would come back."""


def is_head(row: Row) -> bool:
    return (row.table, row.partition) == (TREE, HEAD)


def is_erasure(row: Row) -> bool:
    """Whether the row is a request to erase a person. Requests are left out, as a withdrawn request
    would come back. Their events are in the file."""
    return (row.table, row.partition) == (TREE, ERASURES) and not is_event_row(row.key)


def is_challenge(row: Row) -> bool:
    """Whether the row is an open challenge. These are left out, as a used challenge could be
    answered again."""
    return row.table == OUTBOX and is_challenge_row(row.partition, row.key)


def is_foreign(row: Row) -> bool:
    """Whether the row is in the table of clients or of profiles, and none that the service wrote.
    Others are left out: nobody's codes may be sent to where an intruder wrote into a table or a
    file, and nobody may get access by what an intruder wrote."""
    check = _WRITTEN.get(row.table)
    return check is not None and not is_event_row(row.key) and not check(read_odata(row.entity))


def is_member(row: Row) -> bool:
    """Whether the row is one of the index of members. These are left out, and made again from the
    accounts, so that the two agree."""
    return row.table == GROUPS and row.partition != GROUP_DEFINITIONS


def section(row: Row) -> int:
    """The number of the row's section. A section must be written before the next one begins."""
    return len(TABLES) if is_head(row) else TABLES.index(row.table)


def checked(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the same rows. Raise Damaged if a row cannot be part of an export, or if an entry is
    missing that the log's head covers."""
    last, entries = 0, 0
    for row in rows:
        _check(row)
        if section(row) < last:
            raise Damaged(f"a row of {row.table} is not where an export has it")
        last = section(row)
        if row.table == LOG:
            _check_index(row, entries)
            entries += 1
        if is_head(row) and str(row.entity.get("Size")) > number_key(entries):
            raise Damaged("the log is shorter than its head says")
        yield row


def waiting(rows: Iterable[Row]) -> set[str]:
    """The row keys of events that were still in the outbox when the export read it."""
    return {event_row(row.key) for row in rows if row.table == OUTBOX}


def without_sealed(rows: Iterable[Row], waiting: Container[str]) -> Iterator[Row]:
    """Leave out events that were sealed after their account was read. They are in the log, and the
    rest of them beside the account would never be found."""
    return (row for row in rows if row.key in waiting or not is_event_row(row.key))


def _check(row: Row) -> None:
    try:
        read_odata(row.entity)
    except ValueError as error:
        raise Damaged(f"a row of {row.table} cannot be read") from error
    if (
        row.table not in TABLES
        or _opens(row)
        or is_challenge(row)
        or is_foreign(row)
        or is_member(row)
    ):
        raise Damaged(f"a row of {row.table} that no export has")


def _opens(row: Row) -> bool:
    """Whether the row is an access pass or a session."""
    return row.table == ACCOUNTS and (row.key == PASS_ROW or is_session(row.entity))


def _check_index(row: Row, expected: int) -> None:
    if row.key != number_key(expected):
        raise Damaged(f"entry {expected} of the log is missing")
