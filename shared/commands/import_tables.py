"""Import the rows of a backup into the tables, while the service is stopped.

python -m shared.commands.import_tables tables.jsonl [--dry-run] [--sha256 DIGEST] [--rp-id RP_ID]

Rows are added; no row is changed or removed. Nothing is written before the whole file was read and
compared with the tables. If the import is interrupted, run it again.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from shared import wiring
from shared.backup.contents import TABLES, checked, waiting, without_sealed
from shared.backup.importing import Importing, Outcome
from shared.backup.tables_file import About, Reading, Row
from shared.commands.running import run
from shared.storage.accounts.credential_ids import TABLE as CREDENTIAL_IDS
from shared.storage.accounts.credential_ids import CredentialIds


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    about: About
    file: Path
    waiting: set[str]

    @contextmanager
    def rows(self) -> Iterator[Iterator[Row]]:
        with self.file.open("rb") as lines:
            yield without_sealed(checked(Reading(lines).rows()), self.waiting)


def read(file: Path, *, rp_id: str, digest: str | None) -> Backup:
    """Read the whole file. Raise Damaged, or ValueError if it is not the expected file."""
    with file.open("rb") as lines:
        reading = Reading(lines)
        left = waiting(checked(reading.rows()))
    if digest is not None and digest != reading.tally.digest:
        raise ValueError("the file has another SHA-256")
    if reading.about.rp_id != rp_id:
        raise ValueError(f"the file is of the RP ID {reading.about.rp_id}, not of {rp_id}")
    return Backup(about=reading.about, file=file, waiting=left)


async def import_rows(options: argparse.Namespace) -> int:
    rp_id = options.rp_id or wiring.settings().policy.rp_id
    backup = read(options.file, rp_id=rp_id, digest=options.sha256)
    ids = CredentialIds(wiring.table(CREDENTIAL_IDS))
    importing = Importing(wiring.table, ids, clock=wiring.CLOCK)
    with backup.rows() as rows:
        outcome = await importing.import_rows(rows, write=False)
    if not options.dry_run:
        with backup.rows() as rows:
            await importing.import_rows(rows, write=True)
    sys.stdout.writelines(report(backup.about, outcome))
    sys.stdout.write("nothing was written\n" if options.dry_run else "all rows are there\n")
    return 0


def report(about: About, outcome: Outcome) -> Iterator[str]:
    yield f"{about.rp_id}, {about.issuer}, as of {about.at}\n"
    yield f"{'':<12}{'new':>9}{'there':>9}{'kept':>9}\n"
    for table in TABLES:
        numbers = outcome.new[table], outcome.there[table], outcome.kept[table]
        yield f"{table:<12}{numbers[0]:>9}{numbers[1]:>9}{numbers[2]:>9}\n"


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="import_tables",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, help="what export_tables wrote")
    parser.add_argument("--dry-run", action="store_true", help="only print what would be done")
    parser.add_argument("--sha256", help="that the file must have, as export_tables printed it")
    parser.add_argument("--rp-id", help="of the file, if it differs from the settings")
    return parser


def main() -> int:
    return run(partial(import_rows, parser().parse_args()))


if __name__ == "__main__":
    sys.exit(main())
