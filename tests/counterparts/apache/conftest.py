import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.counterparts.clock import Clock


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """That Apache can read, too, after it has become another user."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def clock(folder: Path) -> Clock:
    clock = Clock(folder / "clock")
    clock.is_fast(0)
    return clock
