"""Write a backup of the tables: people, credentials, the audit log. It holds personal data and the
service key, so keep it as you keep the tables.

umask 077; python -m shared.commands.export_tables > tables.jsonl

What the file has to be known by later is printed on the standard error: the SHA-256 of all of its
lines but the last one, which has it too.
"""

import argparse
import asyncio
import sys
from datetime import UTC, datetime

from shared import wiring
from shared.audit.event import write_instant
from shared.backup.exporting import Exporting
from shared.backup.tables_file import About, Tally, Writing
from shared.commands.output import complain, standard_output
from shared.errors import TouchstoneError
from shared.settings import InvalidSetting


async def export() -> Tally:
    settings, writing = wiring.settings(), Writing()
    about = About(
        rp_id=settings.policy.rp_id,
        issuer=settings.tokens.issuer,
        at=write_instant(datetime.now(UTC)),
    )
    try:
        with standard_output() as out:
            out.write(writing.begin(about))
            async for row in Exporting(wiring.table).rows():
                out.write(writing.row(row))
            if not writing.tally.rows:
                raise ValueError("there is no row in any table: is it the right account?")
            out.write(writing.end())
    finally:
        await wiring.disconnect()
    return writing.tally


def main() -> int:
    argparse.ArgumentParser(
        prog="export_tables",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()
    try:
        wiring.prepare()
        tally = asyncio.run(export())
    except (InvalidSetting, TouchstoneError, OSError, ValueError) as error:
        return complain(error)
    sys.stderr.writelines(f"{table:<12}{rows:>9}\n" for table, rows in tally.rows.items())
    sys.stderr.write(f"sha256 {tally.digest}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
