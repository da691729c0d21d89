"""The one credential that opens storage, vault, monitor and Graph.

Imported only where one of them is configured to need it: the identity library costs a fifth of a
cold start.
"""

from azure.core.credentials_async import AsyncTokenCredential
from azure.identity.aio import DefaultAzureCredential, ManagedIdentityCredential

from shared.azure.timeouts import RETRIES, TIMEOUTS


def sign_in(*, client_id: str | None, credentials: str | None = None) -> AsyncTokenCredential:
    """Build it; a token is asked for at the first request, and kept.

    `client_id` is that of a user-assigned managed identity. `credentials` names those of the Azure
    SDK that an operator's machine has, where there is no managed identity.
    """
    if credentials is not None:
        # Which ones, it reads itself, from the same setting.
        return DefaultAzureCredential()
    return ManagedIdentityCredential(client_id=client_id, **RETRIES, **TIMEOUTS)
