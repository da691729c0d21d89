"""Files that are written to the standard output."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO


@contextmanager
def standard_output() -> Iterator[BinaryIO]:
    """Open the standard output with its own buffer, so that a full disk is an error here, and not
    when Python ends.

    Raises OSError.
    """
    with open(sys.stdout.fileno(), "wb", closefd=False) as out:
        yield out
