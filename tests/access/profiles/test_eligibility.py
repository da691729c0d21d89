"""Who may ask, who may approve, and each reason why not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.access.profiles.documents import read_profile
from shared.access.profiles.eligibility import (
    Gesture,
    Obstacle,
    Person,
    may_still_ask,
    obstacles,
    obstacles_of_approver,
)
from shared.accounts.handles import UserHandle
from shared.accounts.roles import Role
from tests.access.profiles.documents import CLIENT_ID, certificate, profile, window

A_MINUTE = timedelta(minutes=1)
BOB = UserHandle(b"b" * 32)
MONDAY = datetime(2026, 1, 5, 10, tzinfo=UTC)
ALICE = Person(
    handle=UserHandle(b"a" * 32),
    username="alice",
    roles=frozenset({Role.AUDIT_READ}),
    groups=frozenset({"dba", "entra:dba"}),
    suspended=False,
)
GESTURE = Gesture(at=MONDAY, user_verified=True, device_bound=True, attested=True, aaguid=CLIENT_ID)
ALL_DEMANDS = {
    "gestureAgeSeconds": 60,
    "userVerification": True,
    "deviceBound": True,
    "attested": True,
    "models": [CLIENT_ID],
}


def found(
    who: dict[str, Any] | None = None,
    *,
    person: Person = ALICE,
    client: str | None = None,
    gesture: Gesture | None = GESTURE,
    **members: object,
) -> set[Obstacle]:
    given = profile(**members) if who is None else profile(who=who, **members)
    return set(obstacles(given, person, client=client, gesture=gesture, now=MONDAY))


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ({"users": ["Alice"]}, set()),
        ({"roles": ["Audit.Read"]}, set()),
        ({"groups": ["dba"]}, set()),
        ({"users": ["bob"], "groups": ["dba"]}, set()),
        ({"groups": ["DBA"]}, {Obstacle.NOT_LISTED}),
        ({"roles": ["Clients.Admin"]}, {Obstacle.NOT_LISTED}),
        ({}, {Obstacle.NOT_LISTED}),
        ({"clients": ["app"]}, {Obstacle.NOT_LISTED}),
    ],
)
def test_who_may_ask(who: dict[str, Any], expected: set[Obstacle]) -> None:
    assert found(who, client="app") == expected


@pytest.mark.parametrize("client", [None, "other"])
def test_clients_narrow(client: str | None) -> None:
    assert found({"groups": ["dba"], "clients": ["app"]}, client=client) == {Obstacle.CLIENT}
    assert not found({"groups": ["dba"], "clients": ["app"]}, client="app")


def test_a_suspended_person_may_nothing() -> None:
    assert found(person=replace(ALICE, suspended=True)) == {Obstacle.SUSPENDED}


def test_outside_its_windows_nobody_may() -> None:
    assert found(windows=[window(days=["tue"])]) == {Obstacle.OUTSIDE_WINDOW}


def test_demands_that_are_met() -> None:
    assert not found(demands=ALL_DEMANDS)
    assert not found(demands=ALL_DEMANDS, gesture=replace(GESTURE, at=MONDAY - A_MINUTE))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"at": MONDAY - timedelta(seconds=61)}, Obstacle.GESTURE_TOO_OLD),
        ({"user_verified": False}, Obstacle.NOT_VERIFIED),
        ({"device_bound": False}, Obstacle.NOT_DEVICE_BOUND),
        ({"attested": False}, Obstacle.NOT_ATTESTED),
        ({"aaguid": "00000000-0000-0000-0000-000000000000"}, Obstacle.MODEL),
    ],
)
def test_each_demand(change: dict[str, Any], expected: Obstacle) -> None:
    gesture = replace(GESTURE, **change)
    assert found(demands=ALL_DEMANDS, gesture=gesture) == {expected}
    assert not found(gesture=gesture)


def test_all_obstacles_are_named() -> None:
    gesture = Gesture(
        at=MONDAY - timedelta(days=1),
        user_verified=False,
        device_bound=False,
        attested=False,
        aaguid="",
    )
    assert found(
        {"clients": ["app"]},
        person=replace(ALICE, suspended=True),
        gesture=gesture,
        demands=ALL_DEMANDS,
        windows=[window(days=["tue"])],
    ) == set(Obstacle) - {Obstacle.ASKER, Obstacle.DECIDED}


def approving(
    *,
    gesture: Gesture = GESTURE,
    asker: UserHandle = BOB,
    decided: tuple[UserHandle, ...] = (),
) -> set[Obstacle]:
    asked = profile(
        who={"groups": ["askers"]},
        approvers={"number": 1, "groups": ["dba"]},
        demands=ALL_DEMANDS,
        windows=[window(days=["tue"])],
    )
    return set(obstacles_of_approver(asked, ALICE, asker=asker, decided=decided, gesture=gesture))


def test_an_approver_need_not_be_one_who_may_ask() -> None:
    assert not approving()


def test_who_asks_does_not_approve() -> None:
    assert approving(asker=ALICE.handle) == {Obstacle.ASKER}


def test_nobody_approves_twice() -> None:
    assert approving(decided=(ALICE.handle,)) == {Obstacle.DECIDED}


def test_an_approver_always_verifies_as_the_user() -> None:
    assert approving(gesture=replace(GESTURE, user_verified=False)) == {Obstacle.NOT_VERIFIED}


def test_demands_on_the_credential_apply_to_approvers() -> None:
    weak = replace(GESTURE, device_bound=False, attested=False, aaguid="")
    assert approving(gesture=weak) == {
        *(Obstacle.NOT_DEVICE_BOUND, Obstacle.NOT_ATTESTED, Obstacle.MODEL)
    }


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ({"fixed": "app_ro"}, set()),
        ({"template": "u_{username}"}, set()),
        ({"byGroup": [{"group": "entra:dba", "role": "admin"}]}, set()),
        ({"byGroup": [{"group": "staff", "role": "reader"}]}, {Obstacle.NOT_LISTED}),
        ({"template": "u" * 60 + "{username}"}, {Obstacle.NOT_LISTED}),
    ],
)
def test_without_a_role_for_the_person_a_database_may_not_be_asked_for(
    role: dict[str, Any], expected: set[Obstacle]
) -> None:
    given = read_profile(certificate(role=role))
    assert set(obstacles(given, ALICE, client=None, gesture=GESTURE, now=MONDAY)) == expected
    assert may_still_ask(given, ALICE) == (not expected)


def test_nobody_is_unlisted_twice() -> None:
    given = read_profile(certificate(role={"byGroup": [{"group": "x", "role": "y"}]}) | {"who": {}})
    found = obstacles(given, ALICE, client=None, gesture=None, now=MONDAY)
    assert found == (Obstacle.NOT_LISTED,)
