"""The lines of a blob: whole entries, without personal data."""

import json
from typing import Any

from azure.storage.blob.aio import BlobClient

from shared.audit.instants import read_instant
from shared.audit.log_entry import LogEntry, read_entry

_TAIL_BYTES = 256 * 1024
"""More than the longest line."""
_BLOCK_BYTES = 2 * 1024 * 1024

type Lines = list[bytes]


async def last_entry(blob: BlobClient, length: int) -> LogEntry | None:
    if not length:
        return None
    offset = max(length - _TAIL_BYTES, 0)
    download = await blob.download_blob(offset=offset, length=length - offset)
    for line in reversed((await download.readall()).split(b"\n")):
        if line.startswith(b'{"entry"'):
            return read_entry(json.loads(line)["entry"])
    return None


def day_of(entry: LogEntry) -> str:
    """The day of the event, so that all senders give a file the same name."""
    return read_instant(entry.statement.read()["at"]).strftime("%Y/%m/%d")


def entry_line(entry: LogEntry) -> bytes:
    bare = LogEntry(index=entry.index, statement=entry.statement.without_person())
    return write_line({"entry": bare.describe()})


def write_line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def to_blocks(lines: Lines) -> Lines:
    """Each block has whole lines, and as many as fit."""
    blocks: Lines = [b""]
    for line in lines:
        if blocks[-1] and len(blocks[-1]) + len(line) > _BLOCK_BYTES:
            blocks.append(b"")
        blocks[-1] += line
    return blocks
