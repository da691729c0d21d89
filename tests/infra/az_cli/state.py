"""What the substitute for az keeps between two commands."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from pathlib import Path

FOLDER = "AZ_FOLDER"


class Refused(Exception):
    """As the real one prints it, after ERROR:."""

    def __init__(self, message: str, *, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


def journal(state: Path, words: list[str]) -> None:
    with (state / "commands").open("a") as file:
        file.write(json.dumps(words) + "\n")


def refuse_if_told(state: Path, words: list[str]) -> None:
    for told in (state / "refusals").glob("*"):
        times, message = json.loads(told.read_text())
        begins = told.name.split()
        if words[: len(begins)] == begins and times > 0:
            told.write_text(json.dumps([times - 1, message]))
            raise Refused(message)


def command(
    parser: ArgumentParser,
    run: Callable[[Namespace, Path], object],
    *,
    required: tuple[str, ...] = (),
    optional: Mapping[str, object] | None = None,
) -> ArgumentParser:
    """Make the parser that of a command: `run` gets its options and the group's folder, and answers
    what the real one would print as JSON."""
    for name in required:
        parser.add_argument(f"--{name}", required=True)
    for name, default in (optional or {}).items():
        parser.add_argument(f"--{name}", default=default)
    parser.add_argument("--subscription")
    parser.add_argument("--query")
    parser.add_argument("--output", default="json", choices=["json", "none", "tsv"])
    parser.set_defaults(run=run)
    return parser
