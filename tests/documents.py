"""The documents, and what in them is code: blocks, and the texts in backticks."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.shell import command_lines

REPOSITORY = Path(__file__).parents[1]
DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")])
FENCED = re.compile(r"^[ ]*(`{3,})(\w*)\n(.*?)^[ ]*\1[ ]*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")

_SHELL = ("", "sh", "bash")
_HISTORY = "CHANGELOG.md"


def prose(path: Path) -> str:
    """Without its blocks of code."""
    return FENCED.sub("", path.read_text(encoding="utf-8"))


def spoken(path: Path) -> list[str]:
    """The texts in backticks."""
    return CODE.findall(prose(path))


def shell_blocks(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [found[3] for found in FENCED.finditer(text) if found[2] in _SHELL]


def commands_in_blocks(program: str) -> Iterator[tuple[Path, list[str]]]:
    for path in _instructions():
        for block in shell_blocks(path):
            yield from ((path, words) for words in command_lines(block, program))


def commands_in_sentences(program: str) -> Iterator[tuple[Path, list[str]]]:
    """Where some words may be left out."""
    for path in _instructions():
        for code in spoken(path):
            if code.startswith(f"{program} "):
                yield from ((path, words) for words in command_lines(code, program))


def _instructions() -> list[Path]:
    return [path for path in DOCUMENTS if path.name != _HISTORY]
