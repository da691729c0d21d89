"""A substitute for the Azure CLI, as far as hooks and documents use it.

A module of groups/ knows the commands that begin with its name: it takes the options that the real
ones take, refuses what Azure refuses, and keeps what it knows in a folder of its own. Each command
line is written down.
"""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path

from tests.infra.az_cli.answers import text_of
from tests.infra.az_cli.commands import Misused, command_of, known_commands, parser_of
from tests.infra.az_cli.groups import (
    account,
    ad,
    deployment,
    functionapp,
    identity,
    keyvault,
    provider,
    rest,
)
from tests.infra.az_cli.state import FOLDER, Refused, journal, refuse_if_told

GROUPS = {
    "account": account.add_to,
    "ad": ad.add_to,
    "deployment": deployment.add_to,
    "functionapp": functionapp.add_to,
    "identity": identity.add_to,
    "keyvault": keyvault.add_to,
    "provider": provider.add_to,
    "rest": rest.add_to,
}


def main(words: list[str]) -> int:
    state = Path(os.environ[FOLDER])
    journal(state, words)
    try:
        refuse_if_told(state, words)
        answer = run(words, state)
    except Refused as refused:
        print(f"ERROR: {refused}", file=sys.stderr)
        return refused.status
    return answer


def run(words: list[str], state: Path) -> int:
    if words[0] not in GROUPS:
        raise Refused(f"'{words[0]}' is misspelled or not recognized by the system.", status=2)
    refuse_unknown_options(words)
    whole = ArgumentParser(prog="az", allow_abbrev=False)
    GROUPS[words[0]](whole.add_subparsers(required=True).add_parser(words[0]))
    asked = whole.parse_args(words)
    folder = state / words[0]
    folder.mkdir(exist_ok=True)
    print(text_of(asked.run(asked, folder), asked.query, asked.output), end="")
    return 0


def refuse_unknown_options(words: list[str]) -> None:
    """A group knows some of a command's options; the table knows all that the real one takes."""
    name = command_of(words, known_commands())
    if name is None:
        return
    try:
        parser_of(name).parse_args(words[len(name.split()) :])
    except Misused as fault:
        raise Refused(str(fault), status=2) from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
