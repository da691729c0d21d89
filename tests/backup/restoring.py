"""Export and import in process, and the content of a store."""

from collections.abc import Sequence
from datetime import UTC, datetime

from shared.backup.contents import TABLES, checked, waiting, without_sealed
from shared.backup.exporting import Exporting
from shared.backup.importing import Importing, Outcome
from shared.backup.row_source import TableRows
from shared.backup.tables_file import About, Reading, Row, Writing
from shared.storage.accounts.credential_ids import CredentialIds
from shared.storage.tables.odata import write_odata
from tests.storage_transport import Storage

type Rows = dict[tuple[str, str], dict[str, object]]

IMPORTED_AT = datetime(2031, 6, 1, tzinfo=UTC)
ABOUT = About(rp_id="touchstone.example", issuer="https://t", at="2031-05-17T12:00:00.000000Z")


async def back_up(storage: Storage) -> list[bytes]:
    """Return the lines of the file."""
    writing = Writing()
    begin = writing.begin(ABOUT)
    rows = [writing.row(row) async for row in Exporting(TableRows(storage.table)).rows()]
    return [begin, *rows, writing.end()]


async def import_rows(storage: Storage, lines: Sequence[bytes], *, write: bool = True) -> Outcome:
    ids = CredentialIds(storage.table("CredentialIds"))
    importing = Importing(storage.table, ids, clock=lambda: IMPORTED_AT)
    return await importing.import_rows(rows_of(lines), write=write)


def rows_of(lines: Sequence[bytes]) -> list[Row]:
    rows = list(checked(Reading(lines).rows()))
    return list(without_sealed(rows, waiting(rows)))


async def content(storage: Storage, *names: str) -> dict[str, Rows]:
    """Return the rows with the type of each value, and without rows that a backup leaves out."""
    found: dict[str, Rows] = {}
    for name in names or (*TABLES, "CredentialIds", "RateLimits"):
        rows = [write_odata(row) for row in await storage.rows(name)]
        found[name] = {
            (row["PartitionKey"], row["RowKey"]): row
            for row in rows
            if row["RowKey"] != "access-pass"
            and not row["RowKey"].startswith("session:")
            and not row["PartitionKey"].startswith("members-")
        }
    return found
