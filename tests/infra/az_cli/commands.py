"""The commands of the Azure CLI and their options, as `extract` read them from the real one."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Container, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, NoReturn

TABLE = Path(__file__).with_name("commands.json")
GLOBAL = {
    "--output -o": None,
    "--query": None,
    "--subscription": None,
    "--only-show-errors": 0,
    "--verbose": 0,
    "--debug": 0,
}
# Of extensions, which az offers to install; they are not in the package that `extract` reads.
_EXTENSIONS = {
    "monitor data-collection rule show": {
        "--ids": ["+", False],
        "--name -n --rule-name": [None, False],
        "--resource-group -g": [None, False],
    },
}
_LOGIN = ("--check-status --managed-identity --use-device-code", "--client-id --tenant-id")
# How azd describes itself: options without a value, options with one, how many words.
_AZD = {
    "auth login": (_LOGIN[0], f"{_LOGIN[1]} --federated-credential-provider", 0),
    "deploy": ("--all", "--from-package --timeout", 1),
    "down": ("--force --purge", "", 1),
    "env get-value": ("", "", 1),
    "env get-values": ("", "", 0),
    "env list": ("", "", 0),
    "env new": ("", "--location --subscription", 1),
    "env select": ("", "", 1),
    "env set": ("", "--file", 2),
    "hooks run": ("", "--layer --platform --service", 1),
    "provision": ("--no-state --preview", "--location --subscription", 1),
    "up": ("", "--location --subscription", 0),
}


class Misused(Exception):
    """A command or an option that the real one does not know, or needs and did not get."""


@cache
def known_commands(program: str = "az") -> dict[str, Any]:
    if program == "azd":
        return _AZD
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    return _EXTENSIONS | {name: options for name, options in table.items() if name != "version"}


def command_of(words: Sequence[str], known: Container[str]) -> str | None:
    """The longest beginning of the words that is the name of a command."""
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count])
        if name in known:
            return name
    return None


def parser_of(name: str, *, program: str = "az", complete: bool = True) -> ArgumentParser:
    """A parser that takes what the real one takes; `complete`: and needs what it needs."""
    parser = _Parser(prog=f"{program} {name}", allow_abbrev=False, add_help=False)
    if program == "azd":
        _add_azd(parser, *_AZD[name], complete=complete)
        return parser
    for names, values in GLOBAL.items():
        _add(parser, names, values, complete=complete)
    for names, (values, required, *choices) in known_commands()[name].items():
        allowed = choices[0] if choices else None
        _add(parser, names, values, required=required, complete=complete, choices=allowed)
    return parser


def _add_azd(
    parser: ArgumentParser, flags: str, options: str, words: int, *, complete: bool
) -> None:
    for flag in ("--no-prompt", "--debug", *flags.split()):
        _add(parser, flag, 0, complete=complete)
    for option in ("--environment -e", *options.split()):
        _add(parser, option, None, complete=complete)
    if words:
        parser.add_argument("words", nargs="*")


def _add(
    parser: ArgumentParser,
    names: str,
    values: str | int | None,
    *,
    required: bool = False,
    complete: bool,
    choices: Sequence[str] | None = None,
) -> None:
    if values == 0:
        parser.add_argument(*names.split(), action="store_true")
    else:
        nargs = values if complete else "*"
        # A switch that may be given a value is on without one.
        on = True if nargs == "?" else None
        given = parser.add_argument(*names.split(), nargs=nargs, const=on)
        given.required = required and complete
        if choices and complete:
            given.type = partial(_one_of, choices)


def _one_of(choices: Sequence[str], value: str) -> str:
    """As the real one does, whatever the case. What the shell fills in may be anything."""
    if "$" in value or "<" in value or value.lower() in {each.lower() for each in choices}:
        return value
    raise ArgumentTypeError(f"'{value}' is none of {', '.join(choices)}")


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Misused(f"{self.prog}: {message}")
