"""Compare the tables with the audit log: every change has one event, and every event its change.
Run it after a restore, after an alert on the log, and for an audit.

python -m shared.commands.check_audit_log [--restored]

It reads all accounts, sessions, links and the whole log, and writes nothing. The service may keep
running. It trusts the log, so verify the log first (shared.audit.verify).

Exit status:
  0   tables and log agree
  1   they contradict each other, or the check failed: the standard error says why
  2   nothing is wrong, but some changes are not settled yet: run it again in five minutes
  64  bad usage
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NoReturn

from shared import wiring
from shared.commands.running import run
from shared.composition.audit_log import make_crosschecking
from shared.crosscheck.comparing import Report

_USAGE = 64
"""EX_USAGE of sysexits.h."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(_USAGE, f"{self.format_usage()}{self.prog}: {message}\n")


async def check(*, restored: bool) -> int:
    trusted_log = wiring.service().trusted_log
    crosschecking = make_crosschecking(wiring.parts(), trusted_log, table=wiring.table)
    report = await crosschecking.check(restored=restored)
    sys.stdout.writelines(write(report))
    return report.status


def write(report: Report) -> Iterator[str]:
    yield from (f"wrong: {text}\n" for text in report.wrong)
    yield from (f"not settled yet: {text}\n" for text in report.unsettled)
    if report.wrong:
        yield f"{len(report.wrong)} contradictions between tables and log\n"
    elif report.unsettled:
        yield "nothing is wrong, but not everything is settled: run this again in five minutes\n"
    else:
        yield "tables and log agree\n"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _Parser(
        prog="check_audit_log",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--restored",
        action="store_true",
        help="the tables were restored: a backup has no sessions and no access passes",
    )
    restored: bool = parser.parse_args(arguments).restored
    return run(partial(check, restored=restored))


if __name__ == "__main__":
    sys.exit(main())
