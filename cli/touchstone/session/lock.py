"""One process at a time refreshes a session: the others' refresh token is over then."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from touchstone.failures import LocalFault

_SECONDS = 60
_PAUSE = 0.05


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Raises LocalFault if another process holds it for a minute. The system lets go of it when a
    process ends, however it ends."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(handle, "r+") as file:
        _wait_for(file, path)
        yield


def _wait_for(file: IO[str], path: Path) -> None:
    end = time.monotonic() + _SECONDS
    while not _try_lock(file):
        if time.monotonic() > end:
            raise LocalFault(
                f"Another touchstone has held {path} for a minute.",
                to_do="End it, and try again.",
            )
        time.sleep(_PAUSE)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[str]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
