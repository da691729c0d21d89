"""The command `python -m devhost`: its options, and its message when it cannot start."""

from __future__ import annotations

import argparse
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from devhost.errors import CannotStart
from devhost.launch import Options, launch
from devhost.loading import BrokenApp
from devhost.settings import DEFAULT_PORT


def main(arguments: Sequence[str] | None = None) -> int:
    # Until the event loop handles them, both signals unwind the stack, which stops Azurite.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return launch(_parse(arguments))
    except CannotStart as error:
        print(error, file=sys.stderr)
        if isinstance(error, BrokenApp):
            traceback.print_exception(error.__cause__)
        return error.exit_code
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _parse(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m devhost", description="Run the app locally.")
    parser.add_argument("--app", type=Path, default=Path(), metavar="DIR", help="default: .")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 takes a free one")
    parser.add_argument(
        "--azurite",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="start a table storage, unless the settings name one",
    )
    parser.add_argument("--azurite-port", type=int, default=10002, metavar="PORT")
    parser.add_argument("--data", type=Path, metavar="DIR", help="default: .local/azurite/PORT")
    parser.add_argument(
        "--runner",
        choices=("devhost", "func", "auto"),
        default="devhost",
        help="func is Core Tools; auto uses it if it is installed",
    )
    parser.add_argument(
        "--administrator",
        metavar="NAME",
        help="in an empty store, make this account an administrator's and print its access pass",
    )
    parser.add_argument(
        "--even-broken",
        action="store_true",
        help="if the app cannot be loaded, serve its fallback, as Azure does",
    )
    parser.add_argument("--stop-with-parent", action="store_true", help="stop when stdin closes")
    return Options(**vars(parser.parse_args(arguments)))
