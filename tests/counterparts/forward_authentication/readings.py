"""How applications may read a path: no two kinds of them agree."""

import posixpath
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import unquote

type _Reading = Callable[[str], str]

_READINGS: tuple[_Reading, ...] = (
    unquote,
    str.lower,
    lambda path: path.replace("\\", "/"),
    lambda path: re.sub(r"/{2,}", "/", path),
    lambda path: re.sub(r";[^/]*", "", path),
    lambda path: re.split(r"[?#\x00]", path)[0],
    lambda path: path.rstrip(". \t"),
    lambda path: posixpath.normpath(path) if path.startswith("/") else path,
    lambda path: unicodedata.normalize("NFKC", path),
)


def is_for(target: str, prefix: str) -> bool:
    """Whether some application serves it as what is below the prefix."""
    return any(
        path == prefix or path.startswith(f"{prefix}/") for path in _readings(target.split("?")[0])
    )


def _readings(path: str) -> set[str]:
    found, new = set[str](), {path}
    while new:
        found |= new
        new = {read(each) for each in new for read in _READINGS} - found
    return found
