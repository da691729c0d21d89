"""The configuration that the documentation shows, for the addresses of a test."""

import re
from collections.abc import Mapping

from tests.documents import FENCED, REPOSITORY


def blocks(
    page: str,
    language: str,
    replacements: Mapping[str, str],
    *,
    folder: str = "docs/openid",
    heading: str | None = None,
) -> list[str]:
    """Each text that is replaced must be there. With a heading, those up to the next one."""
    text = (REPOSITORY / folder / page).read_text(encoding="utf-8")
    if heading is not None:
        text = re.split(r"\n##+ ", text.partition(f"# {heading}\n")[2])[0]
    found = [block for _, shown, block in FENCED.findall(text) if shown == language]
    assert found, f"{page} has no {language}"
    for old, new in replacements.items():
        assert any(old in block for block in found), old
        found = [block.replace(old, new) for block in found]
    return found
