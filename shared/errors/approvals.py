"""Approvals that cannot be asked for, given or used now."""

from collections.abc import Sequence

from shared.errors.base import TouchstoneError
from shared.errors.conflicts import Conflict

_LAPSES = {
    "profile-removed": "The profile does not exist any more.",
    "profile-changed": "The profile changed after this was asked for. Ask again.",
    "asker": "Who asked has no right to it any more.",
    "approver": "Somebody who approved it is suspended or may not approve any more. Ask again.",
    "session-ended": "The session in which this was asked for has ended. Ask again.",
}


class ApprovalLimitReached(Conflict):
    """Too many approvals of one person wait."""


class ApprovalOver(Conflict):
    """It does not wait any more, or not yet. The reason is one of its states."""

    def __init__(self, state: str) -> None:
        super().__init__(f"The approval is {state}.")
        self.state = state


class ApprovalLapsed(Conflict):
    """What it rests on is not as it was when it was asked for. It comes to nothing."""

    def __init__(self, why: str) -> None:
        super().__init__(_LAPSES.get(why, why))
        self.why = why


class AccessObstructed(TouchstoneError):
    """The profile does not admit this person, client, credential or time. Only for those who may
    know the profile."""

    def __init__(self, obstacles: Sequence[str], *, missing: tuple[str, ...] = ()) -> None:
        """`missing` is what the sign-in lacks, if that is in the way."""
        super().__init__(f"Against it stands: {', '.join(obstacles)}.")
        self.obstacles = tuple(obstacles)
        self.missing = missing
