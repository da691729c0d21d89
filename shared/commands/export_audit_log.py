"""Write the sealed audit log as a file of JSON lines, for `python -m shared.audit.verify`.

python -m shared.commands.export_audit_log [--first INDEX] > log.jsonl
"""

import argparse
import asyncio
import json
import sys

from shared import wiring
from shared.commands.output import complain, standard_output
from shared.errors import TouchstoneError
from shared.settings import InvalidSetting


async def export(first: int) -> None:
    try:
        with standard_output() as out:
            async for line in wiring.service().exporting.lines(first=first):
                out.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    finally:
        await wiring.disconnect()


def main() -> int:
    parser = argparse.ArgumentParser(prog="export_audit_log", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="the index to begin with")
    first: int = parser.parse_args().first
    try:
        wiring.prepare()
        asyncio.run(export(first))
    except (InvalidSetting, TouchstoneError, OSError, ValueError) as error:
        return complain(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
