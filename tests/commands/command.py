"""Commands as an operator runs them, in processes of their own."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping

from devhost.process import REPOSITORY


async def run(
    module: str, *arguments: str, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", module, *arguments],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
