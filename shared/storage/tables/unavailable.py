"""Turns all failures of storage into one error."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from azure.core.exceptions import AzureError

from shared.errors import StorageUnavailable

logger = logging.getLogger("touchstone.storage")

TIME_LIMIT_SECONDS = 10
"""For one operation with its retries. The Functions host's own limit is too long for a user."""


@asynccontextmanager
async def only_unavailable() -> AsyncIterator[None]:
    """Turn every error into StorageUnavailable: whoever reads an invalid answer fails in many ways,
    the SDK too. Use it only around requests and the reading of their answers."""
    try:
        async with asyncio.timeout(TIME_LIMIT_SECONDS):
            yield
    except StorageUnavailable:
        raise
    except (AzureError, TimeoutError) as error:
        raise StorageUnavailable from error
    except Exception as error:
        # Not the text of the error, as it may quote the answer.
        logger.error("no answer of storage: %s", _describe(error))
        raise StorageUnavailable from error


def _describe(error: Exception) -> str:
    """The error's type and place, so that our own mistakes are found; not its text."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}"
