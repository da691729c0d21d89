"""Each `az` and `azd` command of the documents exists, and takes the options that it is given."""

from collections.abc import Sequence

import pytest

from tests.documents import REPOSITORY, commands_in_blocks, commands_in_sentences
from tests.infra.az_cli.commands import Misused, command_of, known_commands, parser_of
from tests.shell import command_lines

WORKFLOWS = REPOSITORY / ".github" / "workflows"


def fault_of(words: Sequence[str], program: str, *, complete: bool) -> str | None:
    name = command_of(words, known_commands(program))
    if name is None:
        return "no such command"
    try:
        parser_of(name, program=program, complete=complete).parse_args(words[len(name.split()) :])
    except Misused as fault:
        return str(fault)
    return None


@pytest.mark.parametrize("program", ["az", "azd"])
def test_commands_in_blocks_are_complete(program: str) -> None:
    lines = [(path.name, words) for path, words in commands_in_blocks(program)]
    assert lines
    faults = {(name, *words): fault_of(words, program, complete=True) for name, words in lines}
    assert {line: fault for line, fault in faults.items() if fault} == {}


@pytest.mark.parametrize("program", ["az", "azd"])
def test_commands_in_sentences_exist(program: str) -> None:
    groups = _groups(program)
    lines = [(path.name, words) for path, words in commands_in_sentences(program)]
    assert lines
    faults = {
        (name, *words): fault_of(words, program, complete=False)
        for name, words in lines
        if " ".join(words) not in groups and not words[0].startswith("-")
    }
    assert {line: fault for line, fault in faults.items() if fault} == {}


@pytest.mark.parametrize("program", ["az", "azd"])
def test_commands_of_workflows_are_complete(program: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in WORKFLOWS.glob("*.yml")]
    lines = [words for text in texts for words in command_lines(text, program) if words]
    assert lines
    faults = {tuple(words): fault_of(words, program, complete=True) for words in lines}
    assert {line: fault for line, fault in faults.items() if fault} == {}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("lock remove --ids x", "no such command"),
        ("lock delete --id x", "az lock delete: unrecognized arguments: --id x"),
        (
            "lock create -n keep -t Never",
            "az lock create: argument --lock-type/-t: 'Never' is none of CanNotDelete, ReadOnly",
        ),
        (
            "role assignment create --role Reader",
            "az role assignment create: the following arguments are required: --scope",
        ),
    ],
)
def test_what_the_real_one_refuses_is_found(line: str, fault: str) -> None:
    assert fault_of(line.split(), "az", complete=True) == fault


def test_commands_are_found_in_substitutions_pipes_and_functions() -> None:
    script = """
    # az comment
    f() { az one "$(az two --query "[?a=='b'].id")" | xargs -n 1 az three --ids; }
    az four --name <two words> \\
      --last 2>/dev/null && azd five
    """
    assert list(command_lines(script, "az")) == [
        ["one", '''"$(az two --query "[?a=='b'].id")"'''],
        ["two", "--query", "\"[?a=='b'].id\""],
        ["three", "--ids"],
        ["four", "--name", "<two words>", "--last"],
    ]


def _groups(program: str) -> set[str]:
    names = [name.split() for name in known_commands(program)]
    return {" ".join(words[:count]) for words in names for count in range(1, len(words))}
