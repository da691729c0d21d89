"""Write the sealed audit log as a file of JSON lines, for `python -m shared.audit.verify`.

python -m shared.commands.export_audit_log [--first INDEX] > log.jsonl
"""

import argparse
import json
import sys
from functools import partial

from shared import wiring
from shared.commands.output import standard_output
from shared.commands.running import run


async def export(first: int) -> int:
    with standard_output() as out:
        async for line in wiring.service().exporting.lines(first=first):
            out.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="export_audit_log", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="the index to begin with")
    first: int = parser.parse_args().first
    return run(partial(export, first))


if __name__ == "__main__":
    sys.exit(main())
