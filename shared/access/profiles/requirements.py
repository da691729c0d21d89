"""What is in the way between a person and a profile now, and what the person can do about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.access.profiles.eligibility import (
    Gesture,
    Obstacle,
    Person,
    obstacles,
    role_at_database,
)
from shared.access.profiles.profile import Profile
from shared.access.profiles.time_windows import next_opening


class ToDo(StrEnum):
    SIGN_IN_AGAIN = "sign-in-again"
    USE_ANOTHER_CREDENTIAL = "use-another-credential"
    WAIT = "wait"
    USE_ITS_APPLICATION = "use-its-application"


_TO_DO = {
    Obstacle.CLIENT: ToDo.USE_ITS_APPLICATION,
    Obstacle.OUTSIDE_WINDOW: ToDo.WAIT,
    Obstacle.GESTURE_TOO_OLD: ToDo.SIGN_IN_AGAIN,
    Obstacle.NOT_VERIFIED: ToDo.SIGN_IN_AGAIN,
    Obstacle.NOT_DEVICE_BOUND: ToDo.USE_ANOTHER_CREDENTIAL,
    Obstacle.NOT_ATTESTED: ToDo.USE_ANOTHER_CREDENTIAL,
    Obstacle.MODEL: ToDo.USE_ANOTHER_CREDENTIAL,
}
_NEVER = {Obstacle.NOT_LISTED, Obstacle.SUSPENDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """It is not met now."""

    obstacle: Obstacle
    to_do: ToDo


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A profile that the person may ask for, if not now, then later."""

    profile: Profile
    role: str | None
    """In which role of PostgreSQL the person is there, if the profile is for a database."""
    unmet: tuple[Requirement, ...]
    opens_at: datetime | None
    """When its next window begins. None if one is open, or none is in sight."""


def offer(
    profile: Profile, person: Person, *, client: str | None, gesture: Gesture, now: datetime
) -> Offer | None:
    """None if the person may never ask, as long as neither the account nor the profile changes.

    A gesture for the action alone is made when asking, so today's sign-in does not matter there.
    """
    ours = None if profile.asker_confirms else gesture
    found = obstacles(profile, person, client=client, gesture=ours, now=now)
    if not _NEVER.isdisjoint(found):
        return None
    return Offer(
        profile=profile,
        role=role_at_database(profile, person),
        unmet=tuple(Requirement(obstacle=each, to_do=_TO_DO[each]) for each in found),
        opens_at=next_opening(profile.windows, now) if Obstacle.OUTSIDE_WINDOW in found else None,
    )
