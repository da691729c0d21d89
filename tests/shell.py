"""The command lines of a program in a shell script or a document, word by word as written."""

import re
from collections.abc import Iterator

PLACEHOLDER = re.compile(r"<\w[^<>\n]*>")
_COMMENT = re.compile(r"(?:(?<=\s)|^)#.*", re.MULTILINE)
_ENDS_A_COMMAND = "\n;|&)`><"


def command_lines(script: str, program: str) -> Iterator[list[str]]:
    """Without the program's name. Also those in substitutions, functions and pipes."""
    source = _COMMENT.sub("", script)
    for found in re.finditer(rf"(?<![\w./$<-]){program}(?=[ \n]|$)", source):
        yield list(_words(source, found.end()))


def _words(source: str, position: int) -> Iterator[str]:
    while True:
        position = _after_blanks(source, position)
        end = _end_of_word(source, position)
        if end == position or _is_redirection(source, position, end):
            return
        yield source[position:end]
        position = end


def _is_redirection(source: str, position: int, end: int) -> bool:
    return source[position:end].isdigit() and source[end : end + 1] in {">", "<"}


def _after_blanks(source: str, position: int) -> int:
    blanks = re.compile(r"(?: |\t|\\\n)*").match(source, position)
    return blanks.end() if blanks else position


def _end_of_word(source: str, position: int) -> int:
    while position < len(source):
        placeholder = PLACEHOLDER.match(source, position)
        character = source[position]
        if placeholder:
            position = placeholder.end()
        elif character in _ENDS_A_COMMAND or character in " \t" or source[position:][:2] == "\\\n":
            return position
        elif character == "'":
            position = source.index("'", position + 1) + 1
        elif character == '"':
            position = _end_of_quotes(source, position + 1)
        elif source.startswith("$(", position):
            position = _end_of_substitution(source, position + 2)
        else:
            position += 1
    return position


def _end_of_quotes(source: str, position: int) -> int:
    while source[position] != '"':
        nested = source.startswith("$(", position)
        position = _end_of_substitution(source, position + 2) if nested else position + 1
    return position + 1


def _end_of_substitution(source: str, position: int) -> int:
    while source[position] != ")":
        if source[position] == '"':
            position = _end_of_quotes(source, position + 1)
        elif source[position] == "'":
            position = source.index("'", position + 1) + 1
        elif source.startswith("$(", position):
            position = _end_of_substitution(source, position + 2)
        else:
            position += 1
    return position + 1
