"""Write a backup of the tables: people, credentials, the audit log. The file holds personal data
and the service key, so protect it like the tables themselves.

umask 077; python -m shared.commands.export_tables > tables.jsonl

It prints a SHA-256 on the standard error, by which the file can be recognised later. The digest is
over all lines but the last one; the last line has it too.
"""

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from shared import wiring
from shared.audit.instants import write_instant
from shared.backup.exporting import Exporting
from shared.backup.row_source import TableRows
from shared.backup.tables_file import About, Tally, Writing
from shared.commands.output import standard_output
from shared.commands.running import run


async def export() -> int:
    settings, writing = wiring.settings(), Writing()
    about = About(
        rp_id=settings.policy.rp_id,
        issuer=settings.tokens.issuer,
        at=write_instant(datetime.now(UTC)),
    )
    with standard_output() as out:
        out.write(writing.begin(about))
        async for row in Exporting(TableRows(wiring.table)).rows():
            out.write(writing.row(row))
        if not writing.tally.rows:
            raise ValueError("all tables are empty: is this the right account?")
        out.write(writing.end())
    sys.stderr.writelines(report(writing.tally))
    return 0


def report(tally: Tally) -> Iterator[str]:
    for table, rows in tally.rows.items():
        yield f"{table:<12}{rows:>9}\n"
    yield f"sha256 {tally.digest}\n"


def main() -> int:
    argparse.ArgumentParser(
        prog="export_tables",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()
    return run(export)


if __name__ == "__main__":
    sys.exit(main())
