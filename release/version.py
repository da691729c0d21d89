"""The version, which only pyproject.toml has, and the notes that CHANGELOG.md has on it."""

import re
import tomllib
from pathlib import Path

_SECTION = re.compile(r"(?m)^## (.+)$")
_DATED = re.compile(r"(\d+\.\d+\.\d+) \(\d{4}-\d\d-\d\d\)")
UNRELEASED = "Unreleased"


class NotReady(Exception):
    """The tree does not match the tag."""


def version_of(tree: Path) -> str:
    project = tomllib.loads((tree / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def sections_of(changelog: str) -> dict[str, str]:
    """The text below each second-level heading, the newest first."""
    _, *found = _SECTION.split(changelog)
    return {title: text.strip() for title, text in zip(found[::2], found[1::2], strict=True)}


def notes_of(version: str, changelog: str) -> str:
    """Raise NotReady if this is not the newest version, or if there are unreleased notes."""
    sections = sections_of(changelog)
    if sections.pop(UNRELEASED, ""):
        raise NotReady(f"CHANGELOG.md has changes under {UNRELEASED!r}: give them a version")
    title, text = next(iter(sections.items()), ("", ""))
    dated = _DATED.fullmatch(title)
    if dated is None or dated[1] != version or not text:
        raise NotReady(f"the newest section of CHANGELOG.md is not '{version} (YYYY-MM-DD)'")
    return text
