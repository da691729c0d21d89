"""Why a person may or may not ask for what a profile gives, in words for administrators."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.access.profiles.eligibility import (
    Gesture,
    Obstacle,
    Person,
    is_listed,
    obstacles,
    role_at_database,
)
from shared.access.profiles.kinds.postgresql import database_of
from shared.access.profiles.profile import Audience, Demands, Profile
from shared.access.profiles.time_windows import is_open, next_opening

_WORDS = {
    Obstacle.NOT_DEVICE_BOUND: "it can be synced",
    Obstacle.NOT_ATTESTED: "no trusted anchor vouches for its authenticator",
    Obstacle.MODEL: "its authenticator is of another model",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    check: str
    met: bool
    detail: str


def explain(
    profile: Profile, person: Person, credentials: Sequence[Gesture], *, now: datetime
) -> tuple[Reason, ...]:
    """`credentials` are those that are not suspended, each as a gesture with it now. The person may
    ask, by a fitting client, if all reasons are met."""
    return (
        _listed(profile.who, person),
        Reason(
            check="account",
            met=not person.suspended,
            detail="The account is suspended." if person.suspended else "It is not suspended.",
        ),
        *_role(profile, person),
        _window(profile, now),
        _credential(profile, person, credentials, now),
        *_notes(profile),
    )


def _listed(audience: Audience, person: Person) -> Reason:
    found = [
        *(["one of the users"] if person.username in audience.users else []),
        *(f"has the role {role}" for role in sorted(audience.roles & person.roles)),
        *(f"is in the group {group}" for group in sorted(audience.groups & person.groups)),
    ]
    if found:
        return Reason(check="listed", met=is_listed(audience, person), detail=_join(found))
    lists = {"users": audience.users, "roles": audience.roles, "groups": audience.groups}
    asked = [f"{name} ({len(members)})" for name, members in lists.items() if members]
    detail = f"The person is in none of: {', '.join(asked)}." if asked else "Nobody is listed."
    return Reason(check="listed", met=False, detail=detail)


def _join(found: list[str]) -> str:
    text = ", ".join(found)
    return f"{text[0].upper()}{text[1:]}."


def _role(profile: Profile, person: Person) -> Iterator[Reason]:
    if database_of(profile.parameters) is None:
        return
    role = role_at_database(profile, person)
    detail = "No role of the database is for the person." if role is None else f"It is {role}."
    yield Reason(check="role", met=role is not None, detail=detail)


def _window(profile: Profile, now: datetime) -> Reason:
    if is_open(profile.windows, now):
        return Reason(check="window", met=True, detail="It may be asked for now.")
    opens = next_opening(profile.windows, now)
    when = "not in the next two weeks" if opens is None else f"from {_write(opens)}"
    return Reason(check="window", met=False, detail=f"It may be asked for {when}.")


def _write(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _credential(
    profile: Profile, person: Person, credentials: Sequence[Gesture], now: datetime
) -> Reason:
    faults = [
        [
            _WORDS[each]
            for each in obstacles(profile, person, client=None, gesture=gesture, now=now)
            if each in _WORDS
        ]
        for gesture in credentials
    ]
    fitting = sum(not each for each in faults)
    detail = f"{fitting} of {len(faults)} credentials fit."
    misses = sorted({fault for each in faults for fault in each})
    if misses:
        detail += f" What others lack: {'; '.join(misses)}."
    return Reason(check="credential", met=fitting > 0, detail=detail)


def _notes(profile: Profile) -> Iterator[Reason]:
    """What the person can fulfil, and what is no obstacle by itself."""
    for detail in (*_demands(profile.demands), *_others(profile)):
        yield Reason(check="demand", met=True, detail=detail)


def _demands(demands: Demands) -> Iterator[str]:
    if demands.gesture_age is not None:
        seconds = int(demands.gesture_age.total_seconds())
        yield f"The sign-in must not be older than {seconds} seconds."
    if demands.bound_gesture:
        yield "Asking takes a gesture for this action alone."
    if demands.user_verification:
        yield "The gesture has to verify the user."


def _others(profile: Profile) -> Iterator[str]:
    if profile.approvers.number:
        yield f"{profile.approvers.number} others have to approve."
    if profile.who.clients:
        yield f"Only by the clients {', '.join(sorted(profile.who.clients))}."
    if profile.reason_required:
        yield "A reason is required."
