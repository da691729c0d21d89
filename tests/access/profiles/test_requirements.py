"""What is in the way now, and what to do about it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.access.profiles.eligibility import Gesture, Person
from shared.access.profiles.explanation import explain
from shared.access.profiles.requirements import Offer, offer
from shared.accounts.handles import UserHandle
from tests.access.profiles.documents import CLIENT_ID, Json, profile, window

MONDAY = datetime(2026, 1, 5, 10, tzinfo=UTC)
ALICE = Person(
    handle=UserHandle(b"a" * 32),
    username="alice",
    roles=frozenset(),
    groups=frozenset({"dba"}),
    suspended=False,
)
OLD_AND_SYNCED = Gesture(
    at=MONDAY - timedelta(hours=1),
    user_verified=False,
    device_bound=False,
    attested=False,
    aaguid=CLIENT_ID,
)
FITTING = replace(OLD_AND_SYNCED, at=MONDAY, user_verified=True, device_bound=True)


def offered(person: Person = ALICE, **members: object) -> Offer | None:
    given = profile(**members)
    return offer(given, person, client=None, gesture=OLD_AND_SYNCED, now=MONDAY)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, []),
        ({"demands": {"gestureAgeSeconds": 300}}, ["gesture-too-old sign-in-again"]),
        ({"demands": {"userVerification": True}}, ["not-verified sign-in-again"]),
        ({"demands": {"deviceBound": True}}, ["not-device-bound use-another-credential"]),
        ({"demands": {"attested": True}}, ["not-attested use-another-credential"]),
        ({"windows": [window(days=["tue"])]}, ["outside-window wait"]),
        (
            {"who": {"groups": ["dba"], "clients": ["app"]}},
            ["client use-its-application"],
        ),
        # Whoever asks makes a gesture for it, with any of the credentials.
        ({"demands": {"boundGesture": True, "deviceBound": True, "gestureAgeSeconds": 60}}, []),
    ],
)
def test_what_is_not_met(members: Json, expected: list[str]) -> None:
    found = offered(**members)
    assert found is not None
    assert [f"{each.obstacle} {each.to_do}" for each in found.unmet] == expected


def test_the_next_window_is_named() -> None:
    later = offered(windows=[window(days=["tue"])])
    assert later is not None
    assert later.opens_at == datetime(2026, 1, 6, 7, tzinfo=UTC)
    now = offered(windows=[window(days=["mon"])])
    assert now is not None
    assert now.opens_at is None


def test_what_the_person_may_never_ask_for_is_not_offered() -> None:
    assert offered(who={"groups": ["others"]}) is None
    assert offered(replace(ALICE, suspended=True)) is None


def explained(
    person: Person = ALICE, credentials: tuple[Gesture, ...] = (FITTING,), **members: object
) -> dict[str, tuple[bool, str]]:
    reasons = explain(profile(**members), person, credentials, now=MONDAY)
    return {each.check: (each.met, each.detail) for each in reasons}


def test_an_explanation_names_each_reason() -> None:
    found = explained()
    assert found == {
        "listed": (True, "Is in the group dba."),
        "account": (True, "It is not suspended."),
        "window": (True, "It may be asked for now."),
        "credential": (True, "1 of 1 credentials fit."),
    }


@pytest.mark.parametrize(
    ("members", "check", "detail"),
    [
        (
            {"who": {"users": ["bob"], "groups": ["a", "b"]}},
            "listed",
            "The person is in none of: users (1), groups (2).",
        ),
        ({"who": {}}, "listed", "Nobody is listed."),
        (
            {"windows": [window(days=["tue"])]},
            "window",
            "It may be asked for from 2026-01-06T07:00:00Z.",
        ),
        (
            {"demands": {"attested": True, "models": ["00000000-0000-0000-0000-000000000000"]}},
            "credential",
            (
                "0 of 1 credentials fit. What others lack: its authenticator is of another model; "
                "no trusted anchor vouches for its authenticator."
            ),
        ),
    ],
)
def test_an_explanation_says_what_is_not_met(members: Json, check: str, detail: str) -> None:
    assert explained(**members)[check] == (False, detail)


def test_an_explanation_counts_the_credentials_that_fit() -> None:
    both = (FITTING, OLD_AND_SYNCED)
    met, detail = explained(ALICE, both, demands={"deviceBound": True})["credential"]
    assert met
    assert detail == "1 of 2 credentials fit. What others lack: it can be synced."
    assert explained(ALICE, ())["credential"] == (False, "0 of 0 credentials fit.")
    suspended = replace(ALICE, suspended=True)
    assert explained(suspended)["account"] == (False, "The account is suspended.")


def test_an_explanation_says_what_asking_takes() -> None:
    asked = profile(
        who={"groups": ["dba"], "clients": ["app"]},
        demands={"gestureAgeSeconds": 60, "boundGesture": True, "userVerification": True},
        approvers={"number": 2, "groups": ["a"]},
        reasonRequired=True,
    )
    notes = [
        each.detail
        for each in explain(asked, ALICE, (FITTING,), now=MONDAY)
        if each.check == "demand"
    ]
    assert notes == [
        "The sign-in must not be older than 60 seconds.",
        "Asking takes a gesture for this action alone.",
        "The gesture has to verify the user.",
        "2 others have to approve.",
        "Only by the clients app.",
        "A reason is required.",
    ]
