"""Files that nobody else can read, replaced as a whole."""

import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from touchstone.failures import LocalFault

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_HAS_MODES = os.name == "posix"
"""On Windows, the folder of a person's own is closed to others by its access control list."""


def read_private(path: Path) -> str | None:
    """None if there is no such file. Raises LocalFault if others can read or replace it."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unsafe(path, "is a link, or cannot be read") from error
    with os.fdopen(handle, encoding="utf-8") as file:
        if _HAS_MODES:
            _check(path.parent, path.parent.lstat(), stat.S_ISDIR)
            _check(path, os.fstat(file.fileno()), stat.S_ISREG)
        return file.read()


def write_private(path: Path, text: str) -> None:
    """As a new file that takes the place of the old one, so none is ever half written."""
    folder = path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _HAS_MODES:
        _check(folder, folder.lstat(), stat.S_ISDIR)
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{path.name}.")  # 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _check(path: Path, found: os.stat_result, is_kind: Callable[[int], bool]) -> None:
    if not is_kind(found.st_mode):
        raise _unsafe(path, "is a link, or not what it should be")
    if found.st_uid != os.getuid():
        raise _unsafe(path, "belongs to somebody else")
    if found.st_mode & _OTHERS:
        raise _unsafe(path, "is open to others")


def _unsafe(path: Path, problem: str) -> LocalFault:
    return LocalFault(
        f"{path} {problem}. It may be read by others, so it is not used.",
        to_do=f"Look who changed it. Then remove {path}, or run `chmod go= {path}`.",
    )
