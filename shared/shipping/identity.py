"""Who the service is to Azure Monitor and to blob storage."""

from azure.core.credentials_async import AsyncTokenCredential
from azure.identity.aio import ManagedIdentityCredential


def managed_identity(client_id: str | None) -> AsyncTokenCredential:
    return ManagedIdentityCredential(client_id=client_id)
