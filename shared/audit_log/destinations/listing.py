"""The blobs of a container that have the log."""

from azure.storage.blob.aio import ContainerClient

from shared.audit_log.destinations.blob_names import BlobName, read_blob_name


async def blob_names(container: ContainerClient) -> list[BlobName]:
    """Lists the blobs in the order in which they were made."""
    found = [read_blob_name(name) async for name in container.list_blob_names()]
    return sorted(name for name in found if name)
