"""The table of tamperings in docs/audit.md, and marks for the tests of its rows."""

import re
from dataclasses import dataclass
from functools import cache

import pytest

from devhost.process import REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "audit.md"
_HEADING = "## Tampering, and who detects it"
_QUOTE = re.compile(r'"([^"]+)"')
NOBODY = "not detected"


@dataclass(frozen=True, slots=True)
class Tampering:
    what: str
    who: str
    finder: str
    said: tuple[str, ...]
    """Sentences that the finder says, with an ellipsis for what is another one each time."""
    left: str


@cache
def tamperings() -> dict[str, Tampering]:
    """Rows of the table, by what is done."""
    section = DOCUMENT.read_text(encoding="utf-8").split(f"{_HEADING}\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {
        what: Tampering(what, who, finder, tuple(_QUOTE.findall(said)), left)
        for what, who, finder, said, left in cells
    }


def tampering(what: str) -> pytest.MarkDecorator:
    """The test runs what this row says is done."""
    return pytest.mark.tampering(what)


def assert_said(what: str, *printed: str) -> None:
    """The output of the finders has every sentence of the row. A finder that finds nothing prints
    only what it prints for an honest log."""
    row = tamperings()[what]
    everything = "\n".join(printed)
    for sentence in row.said:
        pattern = ".*".join(re.escape(part.strip()) for part in sentence.split("…"))
        assert re.search(pattern, everything), f"{sentence!r} is not in {everything!r}"
    assert bool(row.said) or row.finder == NOBODY


def finder_of(what: str) -> str:
    return tamperings()[what].finder
