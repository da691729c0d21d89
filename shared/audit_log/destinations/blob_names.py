"""The names of the files that hold the log: when one was begun, and with which entry. Pure."""

import re
from dataclasses import dataclass

_NAME = re.compile(r"(?:branch-(\d+)/)?(\d{4}/\d\d/\d\d)-(\d{12})\.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class BlobName:
    """Ordered as the files were begun."""

    branch: int = 0
    """One more for each time that the log was found to be another one."""
    first: int
    """Index of its first entry."""
    day: str

    def __str__(self) -> str:
        folder = f"branch-{self.branch}/" if self.branch else ""
        return f"{folder}{self.day}-{self.first:012d}.jsonl"


def read_blob_name(text: str) -> BlobName | None:
    """None if it is not one of ours."""
    found = _NAME.fullmatch(text)
    if found is None:
        return None
    branch, day, first = found.groups()
    return BlobName(branch=int(branch or 0), first=int(first), day=day)
