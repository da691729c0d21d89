"""A checkpoint that is stored outside of the tables, at a destination of the log."""

from typing import Protocol


class OutsideCheckpoint(Protocol):
    async def newest_checkpoint(self) -> str | None:
        """The newest one. Its signature is not checked here. None if there is none yet.

        Raises NotNow.
        """
        ...


class NoOutsideCheckpoint:
    """Used by a deployment without such a destination."""

    async def newest_checkpoint(self) -> None:
        return None
