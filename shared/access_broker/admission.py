"""Whether whoever sends a request may have what a profile gives, now and with this sign-in."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from shared.access.profiles.eligibility import Obstacle, obstacles
from shared.access.profiles.profile import Profile
from shared.access_broker.approvals.senders import Sender
from shared.access_broker.people import person_of
from shared.errors import AccessObstructed, NotFound, StepUpRequired
from shared.storage.accounts.accounts import StoredAccount

_ASSURANCE = ("aal2",)
_HIDDEN = {Obstacle.NOT_LISTED, Obstacle.CLIENT}
_GESTURE = (Obstacle.GESTURE_TOO_OLD, Obstacle.NOT_VERIFIED)
_MISSING = {
    Obstacle.GESTURE_TOO_OLD: "age",
    Obstacle.NOT_VERIFIED: "user-verification",
    Obstacle.NOT_DEVICE_BOUND: "device-bound",
    Obstacle.NOT_ATTESTED: "attested",
    Obstacle.MODEL: "model",
}


def admit_sender(
    profile: Profile | None, owner: StoredAccount, by: Sender, *, now: datetime
) -> Profile:
    """Raises NotFound, also for a profile that is not for this person; StepUpRequired,
    AccessObstructed."""
    if profile is None:
        raise NotFound
    found = obstacles(
        profile,
        person_of(owner.account),
        client=by.client,
        gesture=None if profile.asker_confirms else by.gesture(owner),
        now=now,
    )
    if not _HIDDEN.isdisjoint(found):
        raise NotFound
    missing = missing_of(found)
    if any(each in _GESTURE for each in found):
        age = profile.demands.gesture_age or timedelta(days=1)
        seconds = int(age.total_seconds())
        raise StepUpRequired(max_age=seconds, acr_values=_ASSURANCE, missing=missing)
    if found:
        raise AccessObstructed(found, missing=missing)
    return profile


def missing_of(found: Iterable[Obstacle]) -> tuple[str, ...]:
    """What a sign-in lacks, as answers name it."""
    return tuple(_MISSING[each] for each in found if each in _MISSING)
