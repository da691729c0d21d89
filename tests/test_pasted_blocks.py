"""Blocks of documents work as they are pasted into an interactive bash or zsh, which read some
characters differently than a script.
"""

import re
from pathlib import Path

import pytest

from tests.documents import DOCUMENTS, REPOSITORY, shell_blocks, spoken

# Single quotes keep everything. After ! a blank, = or ( begins no event of the history.
QUOTED = re.compile(r"'[^'\n]*'")
EVENT = re.compile(r"!(?![\s=(]|$)")
AFTER_A_COMMAND = re.compile(r"^.*\S[ \t]+#.*", re.MULTILINE)


def faults(block: str) -> list[str]:
    plain = QUOTED.sub("''", block)
    events = [line for line in plain.splitlines() if EVENT.search(line)]
    return events + AFTER_A_COMMAND.findall(plain)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_no_line_means_something_else_when_it_is_pasted(path: Path) -> None:
    """An interactive zsh, that of a Mac, passes a comment to the command. Both take ! for a command
    of the history, also between double quotes.
    """
    assert [fault for block in shell_blocks(path) for fault in faults(block)] == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("azd up    # asks", True),
        ("--query \"[?!contains(name, 'x')]\"", True),
        ("--query \"[?! contains(name, 'x')]\"", False),
        ("--query '[?!enabled]'", False),
        ("--query \"[?name!='x']\"", False),
        ("account=${TABLES_ENDPOINT#https://}", False),
    ],
)
def test_what_an_interactive_shell_reads_differently(line: str, wrong: bool) -> None:
    assert (faults(line) != []) is wrong


def test_no_line_answers_the_question_of_the_line_before() -> None:
    """azd asks whether a further environment is to be selected, and would read the next line."""
    all_blocks = shell_blocks(REPOSITORY / "docs" / "deploy.md")
    (makes,) = [index for index, block in enumerate(all_blocks) if "azd env new prod" in block]
    assert all_blocks[makes] == "azd env new prod\n"
    assert all_blocks[makes + 1].startswith("azd env select prod\n")


# What only GNU's tools have, and a Mac does not.
GNU = re.compile(
    r"sha256sum|readlink -f|sed -i|date -d|base64 -w|grep -P|stat -c|xargs -r|head -n -"
)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_no_command_needs_the_tools_of_linux(path: Path) -> None:
    said = [*shell_blocks(path), *spoken(path)]
    assert [each for each in said if GNU.search(each)] == []
