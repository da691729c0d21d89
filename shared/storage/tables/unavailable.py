"""Whatever keeps storage from answering is one error."""

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
"""For one operation with its retries: the Functions host gives up much later than a person."""


@asynccontextmanager
async def only_unavailable() -> AsyncIterator[None]:
    """Around calls of the SDK and nothing else, as it turns whatever they raise into
    StorageUnavailable: reading an answer that is none, the SDK fails in many ways."""
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
    """What and where, by which a mistake of our own is found; not the text."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}"
