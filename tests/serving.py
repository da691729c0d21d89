"""Hosts in addition to the one that all tests share."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from devhost.process import HostProcess
from tests.api import Api

WITHOUT_TIMER = {"AzureWebJobs.maintain.Disabled": "true"}
"""For a host that stays, with the same storage: of two that seal at once one may have to leave it
to the other, and a test that has just had its events sealed would not find them yet."""


@asynccontextmanager
async def serving(host: HostProcess) -> AsyncIterator[Api]:
    """A host for one test. At the exit, the host has ended and has sent all its telemetry."""
    try:
        await asyncio.to_thread(host.start)
        async with Api(host.url) as api:
            yield api
    finally:
        await asyncio.to_thread(host.stop)
