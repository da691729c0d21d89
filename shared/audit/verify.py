"""Re-check an exported audit log, with public keys and nothing else of the service.

With --receipt, re-check the receipt of an approval: whether each gesture in it was made for exactly
that statement, and with --key, whether its events are in the log. Then 3 is never the exit status.

Exit status:
  0   everything is proven, and the log continues the checkpoint that --seen names
  1   something is wrong: the log was tampered with, or an event should be looked into
  2   nothing is wrong, but something that a proof needs is missing
  3   the log is consistent with itself, and was compared with no checkpoint from before:
      that it was rolled back, or that others see another log, cannot be ruled out
  64  bad usage
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from shared.audit.checkpoint import Verifier, read_verifier
from shared.audit.verification.reading import Malformed
from shared.audit.verification.recheck import verify
from shared.audit.verification.report import Report
from shared.audit.verification.table import describe, write_table

_USAGE = 64
"""EX_USAGE of sysexits.h."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(_USAGE, f"{self.format_usage()}{self.prog}: {message}\n")


def _parser(prog: str) -> _Parser:
    description, _, epilog = (__doc__ or "").partition("\n\n")
    parser = _Parser(
        prog=prog,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="JSON lines, as exported; a receipt"
    )
    parser.add_argument(
        "--receipt",
        action="store_true",
        help="FILE is the receipt of an approval; it needs --rp-id",
    )
    parser.add_argument("--rp-id", metavar="RP_ID", help="the RP ID of the service")
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="where gestures may be made; https:// and the RP ID if it is left out",
    )
    parser.add_argument(
        "--approvers",
        type=int,
        default=0,
        metavar="NUMBER",
        help="how many people must have approved, beside who asked",
    )
    parser.add_argument(
        "--key",
        type=_key,
        action="append",
        default=[],
        metavar="VKEY",
        help="a key that you trust to sign checkpoints: name+id+key",
    )
    parser.add_argument(
        "--seen",
        type=Path,
        metavar="CHECKPOINT_FILE",
        help="a checkpoint that you kept: the log must continue it",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser


def _key(text: str) -> Verifier:
    try:
        return read_verifier(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a key for checkpoints") from error


def main(
    arguments: Sequence[str] | None = None, *, prog: str = "python -m shared.audit.verify"
) -> int:
    parser = _parser(prog)
    options = parser.parse_args(arguments)
    if options.receipt:
        return _check_receipt(parser, options)
    try:
        report = _verify(options.file, options.key, options.seen)
    except Malformed:
        parser.error(f"{options.seen} is not a checkpoint")
    except (OSError, UnicodeDecodeError) as error:
        parser.error(str(error))
    print(_write(report, as_json=options.json))
    return report.verdict.status


def _check_receipt(parser: _Parser, options: argparse.Namespace) -> int:
    # Most people check logs. fido2 would be loaded for both.
    from shared.audit.verification.receipts.command import verify_receipt

    if not options.rp_id:
        parser.error("--receipt needs --rp-id")
    try:
        result = verify_receipt(
            options.file.read_bytes(),
            rp_id=options.rp_id,
            origins=options.origin,
            approvers=options.approvers,
            keys=options.key,
        )
    except Malformed:
        parser.error(f"{options.file} is no receipt")
    except OSError as error:
        parser.error(str(error))
    print(json.dumps(result.describe(), indent=2) if options.json else result.text())
    return result.status


def _write(report: Report, *, as_json: bool) -> str:
    if as_json:
        return json.dumps(describe(report), indent=2)
    return write_table(report, now=datetime.now(UTC))


def _verify(file: Path, keys: Sequence[Verifier], seen: Path | None) -> Report:
    kept = None if seen is None else seen.read_text(encoding="utf-8")
    with file.open("rb") as lines:
        return verify(lines, keys=keys, seen=kept)


if __name__ == "__main__":
    sys.exit(main())
