"""`PYTHON -m tests.infra.az_cli.extract`: which options the commands of the Azure CLI take.

PYTHON is one that has the package `azure-cli`: in a virtual environment of its own, because it
brings a hundred others. The commands that documents, hooks and `WANTED` name go into
`commands.json`; nothing else.
"""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.documents import commands_in_blocks, commands_in_sentences
from tests.infra.az_cli.commands import TABLE, command_of

WANTED = Path(__file__).with_name("wanted.txt")
"""Commands of the substitute that no document names."""
type Real = Any

_INTERNAL = ("--change-reference", "--acquire-policy-token", "--cmd", "--__", "--subscription")


def main() -> None:
    version, real = _of_the_real_one()
    named = [words for _, words in [*commands_in_blocks("az"), *commands_in_sentences("az")]]
    named += [line.split() for line in WANTED.read_text(encoding="utf-8").splitlines()]
    found = {name for words in named if (name := command_of(words, real))}
    content = {"version": version} | {name: _options(real[name]) for name in sorted(found)}
    lines = (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in content.items())
    TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _of_the_real_one() -> tuple[str, dict[str, Any]]:
    core = importlib.import_module("azure.cli.core")
    cli = core.get_default_cli()
    loading = importlib.import_module("azure.cli.core.file_util")
    loading.create_invoker_and_load_cmds_and_args(cli)
    return core.__version__, cli.invocation.commands_loader.command_table


def _options(command: Real) -> dict[str, Any]:
    return dict(sorted(_each_option(command)))


def _each_option(command: Real) -> Iterator[tuple[str, Any]]:
    for argument in command.arguments.values():
        settings = argument.type.settings
        names = [str(getattr(each, "target", each)) for each in settings.get("options_list") or ()]
        if names and not names[0].startswith(_INTERNAL):
            rest = [sorted(map(str, settings["choices"]))] if settings.get("choices") else []
            yield " ".join(names), [_values(settings), bool(settings.get("required")), *rest]


def _values(settings: dict[str, Any]) -> str | int | None:
    """As argparse calls them: None is one."""
    if settings.get("action") in ("store_true", "store_false"):
        return 0
    given = settings.get("nargs")
    return given if isinstance(given, str | int) else None


if __name__ == "__main__":
    main()
