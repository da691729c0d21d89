"""The action of a statement in one short text, for a list. The page of the approval has all of it.

It is made as the words of that page are, of few and short values only: a list may be long, and its
texts are a stranger's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from shared.access.approvals.flattening import Leaf, flatten
from shared.access.approvals.marks import Mark
from shared.access.approvals.statement import read_statement
from shared.access.approvals.wording import (
    Line,
    Writer,
    add_database,
    add_leaf,
    in_quotes,
    tell,
)
from shared.access.approvals.words import WORDS

LONGEST = 160
"""In characters."""
_MOST_VALUES = 16
_HALF_POINT = re.compile(r"\[(?:U(?:\+[0-9A-F]{0,6})?)?$")
_KIND = "type"


@dataclass(frozen=True, slots=True)
class Summary:
    text: str
    """Empty if the request says nothing but the name of its profile."""
    marks: tuple[Mark, ...]
    """With `long` if there is more."""


def summarize(
    statement: str, *, language: str, template: Mapping[str, str] | None = None
) -> Summary:
    """`template` as for the words of the page."""
    members = read_statement(statement)
    leaves = flatten(members["details"])
    short = [replace(leaf, text=leaf.text[:LONGEST]) for leaf in leaves[:_MOST_VALUES]]
    writer = Writer(WORDS[language])
    told = tell(writer, template, language, short)
    add_database(writer, members)
    for leaf in short:
        if leaf.path not in told and (leaf.path, leaf.text) != (_KIND, members["profile"]["kind"]):
            add_leaf(writer, leaf)
    text = "; ".join(map(_piece, writer.lines))
    marks = [each for line in writer.lines for each in line.marks]
    if len(text) > LONGEST or _are_more(leaves):
        text, marks = _HALF_POINT.sub("", text[:LONGEST]) + "…", [*marks, Mark.LONG]
    return Summary(text, tuple(dict.fromkeys(marks)))


def _piece(line: Line) -> str:
    return line.value if line.name == "what" else f"{line.label} {in_quotes(line.value)}"


def _are_more(leaves: list[Leaf]) -> bool:
    return len(leaves) > _MOST_VALUES or any(len(leaf.text) > LONGEST for leaf in leaves)
