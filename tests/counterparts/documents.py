"""The configuration that the documentation shows, for the addresses of a test."""

from collections.abc import Mapping

from tests.documents import FENCED, REPOSITORY


def blocks(
    page: str, language: str, replacements: Mapping[str, str], *, folder: str = "docs/openid"
) -> list[str]:
    """Each text that is replaced must be there."""
    text = (REPOSITORY / folder / page).read_text(encoding="utf-8")
    found = [block for _, shown, block in FENCED.findall(text) if shown == language]
    assert found, f"{page} has no {language}"
    for old, new in replacements.items():
        assert any(old in block for block in found), old
        found = [block.replace(old, new) for block in found]
    return found
