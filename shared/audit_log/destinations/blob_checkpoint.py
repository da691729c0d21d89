"""The newest checkpoint in the append blobs. An intruder in the tables cannot change these."""

import json

from azure.core.exceptions import AzureError, HttpResponseError
from azure.storage.blob.aio import BlobClient, ContainerClient

from shared.audit_log.destinations.destination import NotNow
from shared.audit_log.destinations.listing import blob_names

_TAIL_BYTES = 256 * 1024
"""Almost always has a checkpoint, as each batch that reaches the head ends with one."""


class BlobCheckpoint:
    def __init__(self, container: ContainerClient) -> None:
        self._container = container

    async def newest_checkpoint(self) -> str | None:
        try:
            return await self._newest()
        except HttpResponseError as error:
            raise NotNow(f"HTTP {error.status_code}") from error
        except (AzureError, TimeoutError) as error:
            raise NotNow(type(error).__name__) from error

    async def _newest(self) -> str | None:
        for name in reversed(await blob_names(self._container)):
            blob = self._container.get_blob_client(str(name))
            if (note := await _last_checkpoint(blob)) is not None:
                return note
        return None

    async def close(self) -> None:
        await self._container.close()


async def _last_checkpoint(blob: BlobClient) -> str | None:
    """Reads the end of the blob, and more of it until there is a checkpoint."""
    length = (await blob.get_blob_properties()).size
    tail = _TAIL_BYTES
    while length:
        offset = max(length - tail, 0)
        download = await blob.download_blob(offset=offset, length=length - offset)
        for line in reversed((await download.readall()).split(b"\n")):
            if line.startswith(b'{"checkpoint"'):
                return _read(line)
        if not offset:
            break
        tail *= 16
    return None


def _read(line: bytes) -> str:
    """A malformed line is returned as it is: no key has signed it, so it is refused."""
    try:
        return str(json.loads(line)["checkpoint"])
    except (KeyError, TypeError, ValueError):
        return line.decode(errors="replace")
