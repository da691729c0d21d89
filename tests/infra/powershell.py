"""What a PowerShell script consists of, by tree-sitter's grammar; nothing is run here."""

from collections.abc import Iterator

import tree_sitter_powershell
from tree_sitter import Language, Parser

from tests.infra.bicep.syntax import text, walk

_PARSER = Parser(Language(tree_sitter_powershell.language()))


def is_well_formed(source: bytes) -> bool:
    return not _PARSER.parse(source).root_node.has_error


def commands(source: bytes, program: str) -> Iterator[list[str]]:
    """The command lines of one program, word by word as written, without the program's name."""
    for node in walk(_PARSER.parse(source).root_node):
        words = text(node).split() if node.type == "command" else []
        if words[:1] == [program]:
            yield words[1:]
