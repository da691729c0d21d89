"""Whether a person may ask for what a profile gives, now and with this gesture, and why not."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.access.postgresql.asked import AskedDatabase
from shared.access.postgresql.roles import role_of
from shared.access.profiles.kinds.postgresql import database_of
from shared.access.profiles.profile import Audience, Demands, Profile
from shared.access.profiles.time_windows import is_open
from shared.accounts.handles import UserHandle
from shared.accounts.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """As the account is at this moment. A token may be older."""

    handle: UserHandle
    username: str
    """In its canonical spelling."""
    roles: frozenset[Role]
    groups: frozenset[str]
    suspended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gesture:
    """Of the sign-in behind a token, or of an approval."""

    at: datetime
    user_verified: bool
    device_bound: bool
    attested: bool
    """A trusted anchor vouches for the authenticator."""
    aaguid: str
    """In lower case."""


class Obstacle(StrEnum):
    NOT_LISTED = "not-listed"
    CLIENT = "client"
    SUSPENDED = "suspended"
    OUTSIDE_WINDOW = "outside-window"
    GESTURE_TOO_OLD = "gesture-too-old"
    NOT_VERIFIED = "not-verified"
    NOT_DEVICE_BOUND = "not-device-bound"
    NOT_ATTESTED = "not-attested"
    MODEL = "model"
    ASKER = "asker"
    """Whoever asks does not approve."""
    DECIDED = "decided"
    """Each approver counts once."""


def obstacles(
    profile: Profile,
    person: Person,
    *,
    client: str | None,
    gesture: Gesture | None,
    now: datetime,
) -> tuple[Obstacle, ...]:
    """All of them, none if the person may. Without a gesture, its demands are left out."""
    return (
        *_of_asker(profile, person),
        *_of_client(profile.who, client),
        *(() if is_open(profile.windows, now) else (Obstacle.OUTSIDE_WINDOW,)),
        *(() if gesture is None else _of_gesture(profile.demands, gesture, now)),
    )


def obstacles_of_approver(
    profile: Profile,
    person: Person,
    *,
    asker: UserHandle,
    decided: Collection[UserHandle],
    gesture: Gesture | None,
) -> tuple[Obstacle, ...]:
    """`decided` are those who have decided before. An approver always verifies as the user."""
    return (
        *_of_person(profile.approvers.who, person),
        *((Obstacle.ASKER,) if person.handle == asker else ()),
        *((Obstacle.DECIDED,) if person.handle in decided else ()),
        *(() if gesture is None or gesture.user_verified else (Obstacle.NOT_VERIFIED,)),
        *(() if gesture is None else _of_credential(profile.demands, gesture)),
    )


def may_still_ask(profile: Profile, person: Person) -> bool:
    """Of somebody who has asked, whatever the hour."""
    return not any(_of_asker(profile, person))


def may_still_approve(profile: Profile, person: Person) -> bool:
    """Of somebody who has approved."""
    return not any(_of_person(profile.approvers.who, person))


def is_listed(audience: Audience, person: Person) -> bool:
    return (
        person.username in audience.users
        or not audience.roles.isdisjoint(person.roles)
        or not audience.groups.isdisjoint(person.groups)
    )


def role_at_database(profile: Profile, person: Person) -> str | None:
    """The role of PostgreSQL that the profile gives this person."""
    database = database_of(profile.parameters)
    if database is None:
        return None
    return role_of(database.role, username=person.username, groups=person.groups)


def asked_database(profile: Profile, person: Person) -> AskedDatabase | None:
    """What an approval of this person's request says of the profile's database."""
    database, role = database_of(profile.parameters), role_at_database(profile, person)
    if database is None or role is None:
        return None
    return AskedDatabase(host=database.host, port=database.port, name=database.name, role=role)


def _of_asker(profile: Profile, person: Person) -> Iterator[Obstacle]:
    """Where the profile has no role for somebody, it is as if it did not list the person."""
    found = list(_of_person(profile.who, person))
    has_no_role = database_of(profile.parameters) and role_at_database(profile, person) is None
    if has_no_role and Obstacle.NOT_LISTED not in found:
        yield Obstacle.NOT_LISTED
    yield from found


def _of_person(audience: Audience, person: Person) -> Iterator[Obstacle]:
    if not is_listed(audience, person):
        yield Obstacle.NOT_LISTED
    if person.suspended:
        yield Obstacle.SUSPENDED


def admits_client(audience: Audience, client: str | None) -> bool:
    return not audience.clients or client in audience.clients


def _of_client(audience: Audience, client: str | None) -> Iterator[Obstacle]:
    if not admits_client(audience, client):
        yield Obstacle.CLIENT


def _of_gesture(demands: Demands, gesture: Gesture, now: datetime) -> Iterator[Obstacle]:
    if demands.gesture_age is not None and now - gesture.at > demands.gesture_age:
        yield Obstacle.GESTURE_TOO_OLD
    if demands.user_verification and not gesture.user_verified:
        yield Obstacle.NOT_VERIFIED
    yield from _of_credential(demands, gesture)


def _of_credential(demands: Demands, gesture: Gesture) -> Iterator[Obstacle]:
    if demands.device_bound and not gesture.device_bound:
        yield Obstacle.NOT_DEVICE_BOUND
    if demands.attested and not gesture.attested:
        yield Obstacle.NOT_ATTESTED
    if demands.models and gesture.aaguid not in demands.models:
        yield Obstacle.MODEL
