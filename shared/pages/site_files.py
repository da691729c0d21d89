"""The files of the site, kept in memory. A request can get no other file from the disk."""

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent.parent / "site"
MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_TEXTS = ".json"
"""These are for pages, which have the texts of one language in them, and are not served."""


@cache
def site_files() -> dict[str, bytes]:
    """Every file by its path within the site."""
    return {
        path.relative_to(_FOLDER).as_posix(): path.read_bytes()
        for path in _FOLDER.rglob("*")
        if path.suffix in MEDIA_TYPES
    }


def read_texts(name: str) -> bytes | None:
    path = (_FOLDER / name).with_suffix(_TEXTS)
    return path.read_bytes() if path.exists() else None
