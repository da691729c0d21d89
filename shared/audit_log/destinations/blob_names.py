"""The names of the log's files: the day and the first entry of each. Pure."""

import re
from dataclasses import dataclass

_NAME = re.compile(r"(?:branch-(\d+)/)?(\d{4}/\d\d/\d\d)-(\d{12})\.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class BlobName:
    """Names sort in the order in which the files were made."""

    branch: int = 0
    """How many times the log in the tables differed from the one in the blobs."""
    first: int
    """The index of its first entry."""
    day: str

    def __str__(self) -> str:
        folder = f"branch-{self.branch}/" if self.branch else ""
        return f"{folder}{self.day}-{self.first:012d}.jsonl"


def read_blob_name(text: str) -> BlobName | None:
    """None if it is not one of our names."""
    found = _NAME.fullmatch(text)
    if found is None:
        return None
    branch, day, first = found.groups()
    return BlobName(branch=int(branch or 0), first=int(first), day=day)
