"""Append blobs: the log as files of JSON lines, in a container that can forbid to change them.

A blob holds the entries of about a day, and its name the index of its first one. Whether a line was
written is asked of the blob itself: it is appended to at the length that it was seen to have, so of
two shippers one is refused, and a batch whose answer was lost is found at its end. Nothing is ever
overwritten, as an immutability policy with protected append writes would have it.

What is personal is left out. Blobs that cannot be changed could not forget a person; the leaf still
commits to it, and who has the personal part from elsewhere can prove it.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from azure.core import MatchConditions
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import (
    AzureError,
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
)
from azure.storage.blob.aio import BlobClient, ContainerClient

from shared.audit.entry import Entry, log_line
from shared.shipping.destination import NotNow

_TAIL_BYTES = 256 * 1024
"""More than the longest line has."""
_MOST_BLOCKS = 40_000  # of the 50,000 that a blob may have
_BLOCK_BYTES = 2 * 1024 * 1024

type Lines = list[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What of the log a file says besides its entries."""

    origin: str
    frontier: Callable[[int], Awaitable[list[bytes]]]
    checkpoint: Callable[[], Awaitable[str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A blob, as long as it is, and the index that comes next in it."""

    blob: BlobClient
    length: int
    blocks: int
    next: int
    day: str


class AppendBlobDestination:
    name = "blob"

    def __init__(
        self,
        container: ContainerClient,
        surroundings: Surroundings,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._container = container
        self._surroundings = surroundings
        self._clock = clock

    async def send(self, entries: Sequence[Entry]) -> None:
        try:
            await self._send(entries)
        except (ResourceModifiedError, ResourceExistsError) as error:
            raise NotNow("another shipper is writing") from error
        except HttpResponseError as error:
            raise NotNow(f"HTTP {error.status_code}") from error
        except (AzureError, TimeoutError) as error:
            raise NotNow(type(error).__name__) from error

    async def _send(self, entries: Sequence[Entry]) -> None:
        written = await self._newest()
        fresh = [entry for entry in entries if written is None or entry.index >= written.next]
        if not fresh:
            return
        if written is None or self._is_full(written) or fresh[0].index != written.next:
            written = await self._begin(fresh[0].index)
        if not written.length:
            written = await self._introduce(written)
        note = await self._surroundings.checkpoint()
        lines = [_line({"entry": _impersonal(entry).describe()}) for entry in fresh]
        if note is not None and int(note.split("\n")[1]) <= fresh[-1].index + 1:
            lines.append(_line({"checkpoint": note}))
        await self._append(written, lines)

    def _is_full(self, written: _Written) -> bool:
        return written.blocks >= _MOST_BLOCKS or written.day != self._today()

    def _today(self) -> str:
        return self._clock().strftime("%Y/%m/%d")

    async def _newest(self) -> _Written | None:
        """The blob with the largest first index; names of one length sort as their numbers do."""
        names = [name async for name in self._container.list_blob_names()]
        if not names:
            return None
        name = max(names, key=_first_index)
        blob = self._container.get_blob_client(name)
        properties = await blob.get_blob_properties()
        return _Written(
            blob=blob,
            length=properties.size,
            blocks=properties.append_blob_committed_block_count or 0,
            next=await self._next_index(blob, properties.size, _first_index(name)),
            day=name.rpartition("-")[0],
        )

    async def _next_index(self, blob: BlobClient, length: int, first: int) -> int:
        if not length:
            return first
        offset = max(length - _TAIL_BYTES, 0)
        download = await blob.download_blob(offset=offset, length=length - offset)
        for line in reversed((await download.readall()).split(b"\n")):
            if line.startswith(b'{"entry"'):
                return int(json.loads(line)["entry"]["index"]) + 1
        return first

    async def _begin(self, first: int) -> _Written:
        blob = self._container.get_blob_client(f"{self._today()}-{first:012d}.jsonl")
        await blob.create_append_blob(match_condition=MatchConditions.IfMissing)
        return _Written(blob=blob, length=0, blocks=0, next=first, day=self._today())

    async def _introduce(self, written: _Written) -> _Written:
        """Apart from beginning it: who did that may have ended there."""
        frontier = await self._surroundings.frontier(written.next)
        head = log_line(self._surroundings.origin, first=written.next, frontier=frontier)
        return replace(written, length=await self._append(written, [_line(head)]))

    async def _append(self, written: _Written, lines: Lines) -> int:
        length = written.length
        for block in _blocks(lines):
            await written.blob.append_block(block, length=len(block), appendpos_condition=length)
            length += len(block)
        return length

    async def close(self) -> None:
        await self._container.close()


def _impersonal(entry: Entry) -> Entry:
    return Entry(index=entry.index, statement=entry.statement.without_person())


def _first_index(name: str) -> int:
    return int(name.rpartition("-")[2].partition(".")[0])


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _blocks(lines: Lines) -> Lines:
    """Whole lines together, as many as a block should have."""
    blocks: Lines = [b""]
    for line in lines:
        if blocks[-1] and len(blocks[-1]) + len(line) > _BLOCK_BYTES:
            blocks.append(b"")
        blocks[-1] += line
    return blocks


def connect_container(
    url: str, credential: AsyncTokenCredential | None = None, **options: object
) -> ContainerClient:
    """With little patience: whatever fails is sent again at the next run."""
    usual: dict[str, Any] = {"retry_total": 0, "connection_timeout": 5, "read_timeout": 20}
    return ContainerClient.from_container_url(url, credential=credential, **(usual | options))
