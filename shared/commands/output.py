"""What commands write: files to the standard output, and why they failed to the other one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO


@contextmanager
def standard_output() -> Iterator[BinaryIO]:
    """With a buffer of its own: a disk that is full shows here, and not when Python ends.

    Raises OSError.
    """
    with open(sys.stdout.fileno(), "wb", closefd=False) as out:
        yield out


def complain(error: Exception) -> int:
    """In one line, with what is behind it; return the exit status."""
    told = [error, *filter(None, [error.__cause__])]
    sys.stderr.write(": ".join(filter(None, map(_in_a_line, told))) + "\n")
    return 1


def _in_a_line(error: BaseException) -> str:
    first, *_ = str(error).splitlines() or [""]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
