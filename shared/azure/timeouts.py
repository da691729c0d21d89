"""Timeouts and retries for Azure, shorter than the defaults of its SDKs."""

from collections.abc import Mapping
from typing import Any

TIMEOUTS: Mapping[str, Any] = {
    "connection_timeout": 2,
    "read_timeout": 4,
    # Otherwise aiohttp looks for proxies and reads ~/.netrc at every request.
    "use_env_settings": False,
}
"""For a transport that a person waits for."""
RETRIES: Mapping[str, Any] = {
    "retry_total": 2,
    "retry_backoff_factor": 0.1,
    "retry_backoff_max": 1,
}
"""The retries that go with `TIMEOUTS`."""
ONE_TRY: Mapping[str, Any] = {"retry_total": 0, "connection_timeout": 5, "read_timeout": 20}
"""For a timer's client: a request that fails is sent again at the timer's next run."""
