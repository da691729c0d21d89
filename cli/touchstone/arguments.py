"""The command line: which commands and options there are."""

import argparse
import json
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from touchstone import __version__
from touchstone.commands.completion import SHELLS
from touchstone.failures import WrongUsage

_EXIT_CODES = """exit codes:
  0    done
  1    something went wrong
  2    wrong usage
  3    nobody is signed in, or the sign-in is too old or too weak
  4    refused, by the service or by a person
  5    the service does not answer, or cannot do it now
  6    an approval is needed, and there is none
  7    something on this machine is missing or not safe
  130  ended by Ctrl-C
`touchstone psql` ends with the exit code of psql once that has started."""


class _Parser(ArgumentParser):
    def error(self, message: str) -> "Any":  # noqa: ANN401
        raise WrongUsage(message, to_do=f"See `{self.prog} --help`.")


def make_parser() -> tuple[ArgumentParser, Mapping[str, ArgumentParser]]:
    """And those of the commands, by their names."""
    parser = _Parser(
        prog="touchstone",
        description="Sign in with a passkey, and get into what that opens.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"touchstone {__version__}")
    _add_common(parser, default=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    made = {name: _add(commands, name, text) for name, text in _COMMANDS.items()}
    for name in ("token", "sql-token", "psql"):
        _add_request(made[name])
    made["sql-token"].add_argument(
        "--odbc-hex", action="store_true", help="as Microsoft's ODBC driver takes it, in hex"
    )
    made["psql"].usage = "touchstone psql --profile NAME [options] [-- arguments of psql]"
    made["psql"].add_argument(
        "--oauth-client",
        metavar="ID",
        default="psql",
        help="the client as which psql signs people in by OAuth",
    )
    for name in ("approve", "requests"):
        made[name].add_argument("id", nargs="?", metavar="ID", help="open the page of this one")
        made[name].add_argument("--no-open", action="store_true", help="open no page")
    _add_restore(made["restore"])
    made["completion"].add_argument("shell", choices=SHELLS)
    made["audit"].add_argument("verify", choices=("verify",))
    return parser, made


_COMMANDS = {
    "login": "sign in",
    "logout": "end the session, here and at the service",
    "whoami": "who is signed in, and where that is kept",
    "access": "what you may ask for",
    "token": "a token for what a profile gives",
    "sql-token": "a token for Azure SQL",
    "psql": "get into PostgreSQL",
    "approve": "what waits for you to approve it",
    "requests": "what you asked for from here",
    "restore": "restore a machine from Azure Backup",
    "audit": "check an exported log, or the receipt of an approval: `audit verify --help`",
    "completion": "completion for a shell",
}


def _add(commands: "argparse._SubParsersAction[_Parser]", name: str, text: str) -> _Parser:
    made = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
    _add_common(made, default=SUPPRESS)
    return made


def _add_common(parser: ArgumentParser, *, default: Any) -> None:  # noqa: ANN401
    """Before the command or after it: there, a default must not take the place of what was said."""
    switch: dict[str, Any] = {"action": "store_true"} | (
        {"default": SUPPRESS} if default is SUPPRESS else {}
    )
    parser.add_argument("--json", **switch, help="answer in JSON")
    parser.add_argument("--no-input", **switch, help="ask nothing, and do not sign in by itself")
    parser.add_argument("--device", **switch, help="sign in on another device, with a code")
    parser.add_argument(
        "--service", metavar="URL", default=default, help="the service; also TOUCHSTONE_URL"
    )


def _add_request(parser: ArgumentParser) -> None:
    parser.add_argument("--profile", metavar="NAME", required=True, help="what to ask for")
    parser.add_argument("--reason", metavar="TEXT", help="what for, for those who approve it")
    parser.add_argument(
        "--details",
        metavar="JSON",
        type=read_details,
        help="authorization_details; @FILE reads a file",
    )
    parser.add_argument("--approval", metavar="ID", help="one that was asked for before")
    parser.add_argument("--no-wait", action="store_true", help="do not wait for an approval")


def _add_restore(parser: ArgumentParser) -> None:
    parser.add_argument("--profile", metavar="NAME", help="of kind azure-backup-restore")
    parser.add_argument("--item", metavar="NAME", help="what to restore")
    parser.add_argument("--point", metavar="ID", help="the recovery point")
    parser.add_argument("--type", metavar="TYPE", help="such as RestoreDisks")
    parser.add_argument(
        "--storage-account", metavar="ID", help="where Azure puts what it needs for the restore"
    )
    parser.add_argument("--resource-group", metavar="ID", help="where the result goes")
    parser.add_argument("--region", metavar="NAME", help="if not that of the machine")
    parser.add_argument("--virtual-machine", metavar="NAME", help="for AlternateLocation: its name")
    parser.add_argument("--subnet", metavar="ID", help="for AlternateLocation")
    parser.add_argument("--reason", metavar="TEXT", help="what for, for those who approve it")
    parser.add_argument("--approval", metavar="ID", help="go on with one that was asked for before")


def read_details(text: str) -> dict[str, Any]:
    try:
        given = Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text
        value = json.loads(given)
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError("is not an object of JSON")
    return value


def has_json(arguments: list[str]) -> bool:
    """Also if the rest cannot be read."""
    return "--json" in arguments


def read_arguments(parser: ArgumentParser, arguments: list[str]) -> Namespace:
    """Raises WrongUsage."""
    options = parser.parse_args(arguments)
    if options.command is None:
        raise WrongUsage("A command is needed.", to_do="See `touchstone --help`.")
    return options
