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
from functools import partial

from shared import wiring
from shared.audit.instants import write_instant
from shared.backup.exporting import Exporting
from shared.backup.row_source import RowSource, TableRows
from shared.backup.tables_file import About, Tally, Writing
from shared.commands.output import standard_output
from shared.commands.remote import EXPLANATION, Remote, add_options, operating, read_options
from shared.commands.remote_rows import begin_export
from shared.commands.running import run, run_without_settings
from shared.keys.operator_tokens import Purpose


async def export() -> int:
    settings = wiring.settings()
    about = About(
        rp_id=settings.policy.rp_id,
        issuer=settings.tokens.issuer,
        at=write_instant(datetime.now(UTC)),
    )
    return await write(about, TableRows(wiring.table))


async def export_through(remote: Remote) -> int:
    async with operating(remote, Purpose.EXPORT) as client:
        rows = await begin_export(client)
        return await write(rows.about, rows)


async def write(about: About, source: RowSource) -> int:
    writing = Writing()
    with standard_output() as out:
        out.write(writing.begin(about))
        async for row in Exporting(source).rows():
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
    parser = argparse.ArgumentParser(
        prog="export_tables",
        description=f"{__doc__}{EXPLANATION.format(command='export_tables', purpose='export')}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(parser)
    remote = read_options(parser, parser.parse_args())
    if remote is None:
        return run(export)
    return run_without_settings(partial(export_through, remote))


if __name__ == "__main__":
    sys.exit(main())
