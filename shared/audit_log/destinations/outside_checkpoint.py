"""What is asked of a place outside of the tables, to which the log is shipped."""

from typing import Protocol


class OutsideCheckpoint(Protocol):
    async def newest_checkpoint(self) -> str | None:
        """The newest one that is there, whoever signed it; None if there is none yet.

        Raises NotNow.
        """
        ...


class NoOutsideCheckpoint:
    """Where the log is shipped to no such place."""

    async def newest_checkpoint(self) -> None:
        return None
