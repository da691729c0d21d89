"""The one credential that opens storage, vault and monitor.

Imported only where one of them is configured to need it: the identity library costs a fifth of a
cold start.
"""

from collections.abc import Mapping
from typing import Any

from azure.core.credentials_async import AsyncTokenCredential
from azure.identity.aio import DefaultAzureCredential, ManagedIdentityCredential

from shared.settings.identity import IdentitySettings

_LITTLE_PATIENCE: Mapping[str, Any] = {
    "connection_timeout": 2,
    "read_timeout": 4,
    "retry_total": 2,
    "retry_backoff_factor": 0.1,
    "retry_backoff_max": 1,
    # Otherwise aiohttp looks for proxies and reads ~/.netrc at every single request.
    "use_env_settings": False,
}


def sign_in(settings: IdentitySettings) -> AsyncTokenCredential:
    """Build it; a token is asked for at the first request, and kept."""
    if settings.credentials is not None:
        # Which ones, it reads itself, from the same setting.
        return DefaultAzureCredential()
    return ManagedIdentityCredential(client_id=settings.client_id, **_LITTLE_PATIENCE)
