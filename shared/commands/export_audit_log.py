"""Write the sealed audit log as a file of JSON lines, for `python -m shared.audit.verify`.

python -m shared.commands.export_audit_log [--first INDEX] > log.jsonl

With --format ocsf each line is an event of the Open Cybersecurity Schema Framework instead, for
other tools. Such a file proves nothing, as it does not have the texts that were hashed.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from shared import wiring
from shared.audit.log_entry import read_entry
from shared.audit.schemas.ocsf import ocsf_event
from shared.commands.output import standard_output
from shared.commands.running import run

type Line = dict[str, Any]
type Format = Callable[[Line], Line | None]


def as_log(line: Line) -> Line:
    return line


def as_ocsf(line: Line) -> Line | None:
    """Return None for a line that is no entry, such as a checkpoint."""
    return ocsf_event(read_entry(line["entry"])) if "entry" in line else None


FORMATS: Mapping[str, Format] = {"log": as_log, "ocsf": as_ocsf}


async def export(first: int, form: Format) -> int:
    with standard_output() as out:
        async for line in wiring.service().exporting.lines(first=first):
            if (written := form(line)) is not None:
                out.write(json.dumps(written, ensure_ascii=False).encode() + b"\n")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="export_audit_log",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--first", type=int, default=0, help="the first index")
    parser.add_argument("--format", choices=FORMATS, default="log", help="default: log")
    chosen = parser.parse_args()
    return run(partial(export, chosen.first, FORMATS[chosen.format]))


if __name__ == "__main__":
    sys.exit(main())
