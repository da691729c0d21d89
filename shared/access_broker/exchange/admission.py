"""Whether a person may have what a profile gives, now and with this sign-in."""

from collections.abc import Collection
from datetime import datetime

from shared.access.profiles.eligibility import Obstacle, obstacles
from shared.access.profiles.profile import Profile
from shared.access_broker.admission import missing_of
from shared.access_broker.exchange.subjects import Subject
from shared.access_broker.people import person_of
from shared.errors.exchange import AccessUnmet, ExchangeRefused
from shared.sessions.access_token import PHISHING_RESISTANT

_ACR_VALUES = (PHISHING_RESISTANT,)
_HIDDEN = {Obstacle.NOT_LISTED, Obstacle.CLIENT, Obstacle.SUSPENDED}


def admit(
    profile: Profile | None, subject: Subject, *, client_id: str | None, now: datetime
) -> None:
    """Raises ExchangeRefused, AccessUnmet."""
    if profile is None:
        raise unknown_profile()
    person = person_of(subject.owner.account)
    gesture = None if profile.asker_confirms else subject.sender.gesture(subject.owner)
    found = obstacles(profile, person, client=client_id, gesture=gesture, now=now)
    if not _HIDDEN.isdisjoint(found):
        raise unknown_profile()
    if Obstacle.OUTSIDE_WINDOW in found:
        raise ExchangeRefused("access_denied", "The profile is closed at this time.")
    if found:
        raise _unmet(profile, found)


def unknown_profile() -> ExchangeRefused:
    """One answer, so that nobody learns which profiles there are."""
    text = "There is no such profile, or not for you."
    return ExchangeRefused("invalid_target", text)


def _unmet(profile: Profile, found: Collection[Obstacle]) -> AccessUnmet:
    age = profile.demands.gesture_age
    return AccessUnmet(
        # Without a limit a new sign-in still helps, with a passkey that fits.
        max_age=0 if age is None else int(age.total_seconds()),
        acr_values=_ACR_VALUES,
        missing=missing_of(found),
    )
