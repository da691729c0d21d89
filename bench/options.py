"""The command's options."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    rounds: int
    ceremonies: int
    """Of each kind, at each concurrency, in each round; a few more if it does not divide evenly."""
    concurrency: tuple[int, ...]
    access_only: bool
    """Approvals, token exchange and client certificates, and nothing else."""
    json: Path | None


def parse_options(arguments: Sequence[str] | None = None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Compare with yardsticks.")
    parser.add_argument("--quick", action="store_true", help="2 rounds of 40")
    parser.add_argument("--rounds", type=_count, help="default: 5")
    parser.add_argument("--ceremonies", type=_count, help="of each kind in a round; default: 120")
    parser.add_argument("--concurrency", type=_counts, default=(1, 16, 64), metavar="N,N,...")
    parser.add_argument(
        "--access-only",
        action="store_true",
        help="approvals, token exchange and client certificates, and nothing else",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    chosen = parser.parse_args(arguments)
    rounds, ceremonies = (2, 40) if chosen.quick else (5, 120)
    return Options(
        rounds=chosen.rounds or rounds,
        ceremonies=chosen.ceremonies or ceremonies,
        concurrency=chosen.concurrency,
        access_only=chosen.access_only,
        json=chosen.json,
    )


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _counts(text: str) -> tuple[int, ...]:
    return tuple(_count(part) for part in text.split(","))
