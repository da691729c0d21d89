"""How long Azure is waited for, which is less than its SDKs have time for."""

from collections.abc import Mapping
from typing import Any

TIMEOUTS: Mapping[str, Any] = {
    "connection_timeout": 2,
    "read_timeout": 4,
    # Otherwise aiohttp looks for proxies and reads ~/.netrc at every single request.
    "use_env_settings": False,
}
"""Of a transport, where a person waits."""
RETRIES: Mapping[str, Any] = {
    "retry_total": 2,
    "retry_backoff_factor": 0.1,
    "retry_backoff_max": 1,
}
"""There too."""
ONE_TRY: Mapping[str, Any] = {"retry_total": 0, "connection_timeout": 5, "read_timeout": 20}
"""Of a timer's client: whatever fails is sent again at its next run."""
