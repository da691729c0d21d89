"""Reads the command line, runs the command, and says how that ended."""

import os
import signal
import sys
from argparse import Namespace
from collections.abc import Sequence
from types import FrameType

from touchstone.access.exchange import Request
from touchstone.arguments import has_json, make_parser, read_arguments
from touchstone.commands import (
    access,
    approvals,
    audit,
    completion,
    login,
    logout,
    psql,
    restore,
    sql_token,
    token,
    whoami,
)
from touchstone.console import Console
from touchstone.context import Context
from touchstone.failures import INTERRUPTED, Failure
from touchstone.passing_on import find_check, split_psql


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    console = Console(as_json=has_json(given), may_ask=False)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _end)
    try:
        return _run(given, console)
    except Failure as failure:
        console.fail(failure)
        return failure.exit_code
    except KeyboardInterrupt:
        console.say("")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough. Nothing may be written when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _end(number: int, _: FrameType | None) -> None:
    """As Python does it for Ctrl-C, so what is temporary is removed."""
    raise SystemExit(128 + number)


def _run(given: list[str], console: Console) -> int:
    parser, commands = make_parser()
    if (for_check := find_check(given)) is not None:
        return audit.run(for_check)
    given, for_psql = split_psql(given)
    options = read_arguments(parser, given)
    console.as_json = options.json
    console.may_ask = sys.stdin.isatty() and not options.no_input
    context = Context(console=console, named_service=options.service, by_device=options.device)
    match options.command:
        case "completion":
            completion.run(console, options.shell, completion.words_of(parser, commands))
        case "psql":
            return psql.run(context, _request(options), for_psql, oauth_client=options.oauth_client)
        case _:
            _run_simple(context, options)
    return 0


def _run_simple(context: Context, options: Namespace) -> None:
    match options.command:
        case "login":
            login.run(context)
        case "logout":
            logout.run(context)
        case "whoami":
            whoami.run(context)
        case "access":
            access.run(context)
        case "token":
            token.run(context, _request(options))
        case "sql-token":
            sql_token.run(context, _request(options), odbc_hex=options.odbc_hex)
        case "approve":
            approvals.approve(context, options.id, opens=not options.no_open)
        case "requests":
            approvals.requests(context, options.id, opens=not options.no_open)
        case "restore":
            restore.run(context, options)


def _request(options: Namespace) -> Request:
    return Request(
        profile=options.profile,
        reason=options.reason,
        details=options.details,
        waits=not options.no_wait,
        approval=options.approval,
    )
