"""A host for one test, while others do their work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from devhost.process import HostProcess
from tests.api import Api


@asynccontextmanager
async def serving(host: HostProcess) -> AsyncIterator[Api]:
    """When it is left, the host has ended and sent all that it had to tell."""
    try:
        await asyncio.to_thread(host.start)
        async with Api(host.url) as api:
            yield api
    finally:
        await asyncio.to_thread(host.stop)
