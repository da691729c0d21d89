"""The one credential that opens storage, vault, monitor and Graph.

Imported only where one of them is configured to need it: the identity library costs a fifth of a
cold start.
"""

from azure.core.credentials_async import AsyncTokenCredential
from azure.identity.aio import DefaultAzureCredential, ManagedIdentityCredential

from shared.patience import RETRIES, TIMEOUTS
from shared.settings.identity import IdentitySettings


def sign_in(settings: IdentitySettings) -> AsyncTokenCredential:
    """Build it; a token is asked for at the first request, and kept."""
    if settings.credentials is not None:
        # Which ones, it reads itself, from the same setting.
        return DefaultAzureCredential()
    return ManagedIdentityCredential(client_id=settings.client_id, **RETRIES, **TIMEOUTS)
