"""Which rows a backup holds, and in which order. Pure."""

from collections.abc import Container, Iterable, Iterator

from shared.backup.tables_file import Damaged, Row
from shared.storage.accounts.accounts import TABLE as ACCOUNTS
from shared.storage.accounts.links import TABLE as LINKS
from shared.storage.accounts.passes import PASS_ROW
from shared.storage.audit.audit_log import HEAD, LOG, TREE
from shared.storage.audit.audit_outbox import TABLE as OUTBOX
from shared.storage.audit.erasures import PARTITION as ERASURES
from shared.storage.audit.statements import event_row, is_event_row
from shared.storage.service_key import TABLE as SERVICE
from shared.storage.tables.odata import read_odata
from shared.storage.tables.row_keys import number_key

__all__ = ["ACCOUNTS", "LINKS", "LOG", "OUTBOX", "SERVICE", "TABLES", "TREE"]

TABLES = (SERVICE, ACCOUNTS, LINKS, TREE, OUTBOX, LOG)
"""In the order of the file, at the very end of which is the head of the tree."""
WHOLE_ACCOUNT = 100_000
"""More rows than any account has."""


def is_head(row: Row) -> bool:
    return (row.table, row.partition) == (TREE, HEAD)


def is_erasure(row: Row) -> bool:
    """A request to erase a person: one that was withdrawn would come back. What tells of it beside
    it is in the file."""
    return (row.table, row.partition) == (TREE, ERASURES) and not is_event_row(row.key)


def section(row: Row) -> int:
    """What is written to one section has to be there before the next one is begun."""
    return len(TABLES) if is_head(row) else TABLES.index(row.table)


def checked(rows: Iterable[Row]) -> Iterator[Row]:
    """The same rows. Raise Damaged if there is one that no export has, or one is missing that the
    head of the log tells of."""
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
    """The row keys of events that were in the outbox still when that was read."""
    return {event_row(row.key) for row in rows if row.table == OUTBOX}


def without_sealed(rows: Iterable[Row], waiting: Container[str]) -> Iterator[Row]:
    """All but events that were sealed after their account was read: they are in the log, and
    nothing would lead to what is left of them beside the account."""
    return (row for row in rows if row.key in waiting or not is_event_row(row.key))


def _check(row: Row) -> None:
    try:
        read_odata(row.entity)
    except ValueError as error:
        raise Damaged(f"a row of {row.table} cannot be read") from error
    if row.table not in TABLES or (row.table == ACCOUNTS and row.key == PASS_ROW):
        raise Damaged(f"a row of {row.table} that no export has")


def _check_index(row: Row, expected: int) -> None:
    if row.key != number_key(expected):
        raise Damaged(f"entry {expected} of the log is missing")
