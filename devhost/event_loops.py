"""The event loop that Azure's worker for Python 3.13 runs the app on, which refuses some calls that
Python's own accepts."""

from __future__ import annotations

import asyncio
import sys


def policy_as_in_azure() -> asyncio.AbstractEventLoopPolicy:
    if sys.platform == "win32":  # there is no uvloop for it
        return asyncio.DefaultEventLoopPolicy()
    import uvloop

    return uvloop.EventLoopPolicy()
