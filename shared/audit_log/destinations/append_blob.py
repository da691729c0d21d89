"""Append blobs: the log as files of JSON lines, in a container that can forbid changes.

A blob has the entries of about a day. Its name has the index of its first entry. The blob itself
shows whether a line was written: each append requires the length that was read before. So if two
instances write, one of them is refused, and a batch whose answer was lost is found at the end of
the blob. Nothing is overwritten, so an immutability policy with protected append writes can be set.

If the container has other entries than the log, the log was restored to an older state or changed.
The entries in the container stay, and the log goes on in files of a new branch.

Personal data is left out, as it could not be erased from such blobs. The leaf still commits to it,
so anybody who has it from elsewhere can prove it.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from azure.core import MatchConditions
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceModifiedError
from azure.storage.blob.aio import BlobClient, ContainerClient

from shared.audit.log_entry import LogEntry, log_line
from shared.audit_log.destinations.blob_lines import (
    Lines,
    day_of,
    entry_line,
    last_entry,
    to_blocks,
    write_line,
)
from shared.audit_log.destinations.blob_names import BlobName
from shared.audit_log.destinations.destination import NotNow
from shared.audit_log.destinations.listing import blob_names
from shared.azure.timeouts import ONE_TRY
from shared.errors import StorageUnavailable

logger = logging.getLogger("touchstone.shipping")

_MOST_BLOCKS = 40_000  # a blob may have 50,000


@dataclass(frozen=True, slots=True, kw_only=True)
class LogContext:
    """The data of a file besides entries, and the entries of the log to compare with."""

    origin: str
    frontier: Callable[[int], Awaitable[list[bytes]]]
    checkpoint: Callable[[], Awaitable[str | None]]
    entry: Callable[[int], Awaitable[LogEntry | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A blob as it was read."""

    name: BlobName
    blob: BlobClient
    length: int
    blocks: int
    last: LogEntry | None

    @property
    def is_full(self) -> bool:
        return self.blocks >= _MOST_BLOCKS

    @property
    def next(self) -> int:
        """The index of the next entry in it."""
        return self.name.first if self.last is None else self.last.index + 1


class AppendBlobDestination:
    name = "blob"

    def __init__(self, container: ContainerClient, context: LogContext) -> None:
        self._container = container
        self._context = context

    async def send(self, entries: Sequence[LogEntry]) -> None:
        try:
            await self._send(entries)
        except (ResourceModifiedError, ResourceExistsError) as error:
            raise NotNow("another shipper is writing") from error
        except HttpResponseError as error:
            raise NotNow(f"HTTP {error.status_code}") from error
        except StorageUnavailable:
            raise
        except Exception as error:  # the SDK raises many kinds of errors for an invalid answer
            raise NotNow(type(error).__name__) from error

    async def _send(self, entries: Sequence[LogEntry]) -> None:
        written = await self._newest()
        if written and not await self._is_ours(written, entries[0]):
            written = await self._branch_off(entries[0], branch=written.name.branch + 1)
        fresh = [entry for entry in entries if written is None or entry.index >= written.next]
        if fresh:
            await self._write(await self._open(written, fresh[0]), fresh)

    async def _open(self, written: _Written | None, first: LogEntry) -> _Written:
        """Return this file, or a new one if an entry cannot be added to it."""
        if written is None:
            written = await self._begin(first)
        elif written.is_full or written.name.day < day_of(first) or written.next != first.index:
            written = await self._begin(first, after=written.name)
        return written if written.length else await self._introduce(written)

    async def _write(self, written: _Written, entries: Sequence[LogEntry]) -> None:
        note = await self._context.checkpoint()
        lines = [entry_line(entry) for entry in entries]
        if note is not None and int(note.split("\n")[1]) <= entries[-1].index + 1:
            lines.append(write_line({"checkpoint": note}))
        await self._append(written, lines)

    async def _newest(self) -> _Written | None:
        names = await blob_names(self._container)
        return await self._look_at(names[-1]) if names else None

    async def _look_at(self, name: BlobName) -> _Written:
        blob = self._container.get_blob_client(str(name))
        properties = await blob.get_blob_properties()
        return _Written(
            name=name,
            blob=blob,
            length=properties.size,
            blocks=properties.append_blob_committed_block_count or 0,
            last=await last_entry(blob, properties.size),
        )

    async def _is_ours(self, newest: _Written, first: LogEntry) -> bool:
        """Whether the last written entry is in the log; then all entries before it are, too. A new
        branch without entries fits if the first entry to send comes after its start."""
        last = newest.last or await self._last(branch=newest.name.branch)
        if last is None:
            return newest.next <= first.index
        sealed = await self._context.entry(last.index)
        return sealed is not None and sealed.statement.leaf == last.statement.leaf

    async def _last(self, *, branch: int) -> LogEntry | None:
        """The last entry of a branch, if its newest file has none yet."""
        for name in reversed(await blob_names(self._container)):
            if name.branch == branch and (last := (await self._look_at(name)).last):
                return last
        return None

    async def _branch_off(self, first: LogEntry, *, branch: int) -> _Written:
        index = first.index
        logger.error("the blobs have another log: branch %d begins with entry %d", branch, index)
        return await self._create(BlobName(branch=branch, first=index, day=day_of(first)))

    async def _begin(self, first: LogEntry, *, after: BlobName | None = None) -> _Written:
        day = day_of(first) if after is None else max(after.day, day_of(first))
        branch = 0 if after is None else after.branch
        return await self._create(BlobName(branch=branch, first=first.index, day=day))

    async def _create(self, name: BlobName) -> _Written:
        blob = self._container.get_blob_client(str(name))
        await blob.create_append_blob(match_condition=MatchConditions.IfMissing)
        return _Written(name=name, blob=blob, length=0, blocks=0, last=None)

    async def _introduce(self, written: _Written) -> _Written:
        """Write the first line. The process that made the file may have stopped before that."""
        frontier = await self._context.frontier(written.next)
        head = log_line(self._context.origin, first=written.next, frontier=frontier)
        return replace(written, length=await self._append(written, [write_line(head)]))

    async def _append(self, written: _Written, lines: Lines) -> int:
        length = written.length
        for block in to_blocks(lines):
            await written.blob.append_block(block, length=len(block), appendpos_condition=length)
            length += len(block)
        return length

    async def close(self) -> None:
        await self._container.close()


def connect_container(
    url: str, credential: AsyncTokenCredential | None = None, **options: object
) -> ContainerClient:
    """The timeouts are short, as the next run repeats failed calls."""
    return ContainerClient.from_container_url(url, credential=credential, **{**ONE_TRY, **options})
