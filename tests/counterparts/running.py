"""Programs of others, for as long as a test needs them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from devhost.process import Child


@asynccontextmanager
async def running(*command: str | Path, ready: str, folder: Path) -> AsyncIterator[Child]:
    """`ready` is what it prints when it can be used."""
    child = Child(list(map(str, command)), directory=folder)
    try:
        await asyncio.to_thread(child.wait_for, ready)
        yield child
    finally:
        await asyncio.to_thread(child.stop)
        print(child.output)  # pytest shows it if a test fails
