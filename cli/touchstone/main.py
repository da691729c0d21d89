"""Reads the command line, runs the command, and says how that ended."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from touchstone import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    parser.parse_args(arguments)
    parser.print_help(sys.stderr)
    return 2


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="touchstone", description=__doc__, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"touchstone {__version__}")
    return parser
