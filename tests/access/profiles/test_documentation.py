"""docs/access-profiles.md: what it shows is accepted, and it shows all there is."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from shared.access.profiles.documents import read_profile
from shared.access.profiles.eligibility import Gesture, Person
from shared.access.profiles.exclusive import check_exclusive
from shared.access.profiles.profile import Kind
from shared.access.profiles.published_schema import published_schema
from shared.access.profiles.requirements import offer
from shared.accounts.handles import UserHandle
from shared.http.views.access import show_offer
from tests.documents import FENCED, REPOSITORY

PAGE = (REPOSITORY / "docs" / "access-profiles.md").read_text(encoding="utf-8")
SHOWN = [json.loads(found[3]) for found in FENCED.finditer(PAGE) if found[2] == "json"]
PROFILES = [shown for shown in SHOWN if "kind" in shown]
SCHEMA = json.loads(published_schema())


@pytest.mark.parametrize("document", PROFILES, ids=lambda document: document["name"])
def test_a_shown_profile_is_accepted(document: dict[str, object]) -> None:
    read_profile(document)


def test_each_kind_is_shown() -> None:
    assert [document["kind"] for document in PROFILES] == list(Kind)


def test_all_shown_profiles_together_are_accepted() -> None:
    read = [read_profile(document) for document in PROFILES]
    for index, profile in enumerate(read):
        check_exclusive(profile, read[:index])


def _rows(heading: str) -> set[str]:
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name.strip(" `") for row in rows for name in row.split(",")}


def test_every_member_has_a_row() -> None:
    assert _rows("Members") == SCHEMA["properties"].keys()
    assert _rows("Demands") == SCHEMA["properties"]["demands"]["properties"].keys()


def test_the_shown_access_is_that_of_the_first_example() -> None:
    now = datetime(2026, 1, 5, 10, tzinfo=UTC)
    person = Person(
        handle=UserHandle(bytes(32)),
        username="alice",
        roles=frozenset(),
        groups=frozenset({"dba"}),
        suspended=False,
    )
    gesture = Gesture(
        at=now - timedelta(hours=1),
        user_verified=True,
        device_bound=False,
        attested=False,
        aaguid="",
    )
    found = offer(read_profile(PROFILES[0]), person, client=None, gesture=gesture, now=now)
    assert found is not None
    (shown,) = [shown for shown in SHOWN if "access" in shown]
    assert shown == {"access": [show_offer(found)]}
