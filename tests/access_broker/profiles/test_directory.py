"""Profiles as stories find them: kept for seconds, and those of the settings come first."""

import json

from shared.access.profiles.documents import read_profile
from tests.access.profiles.documents import CLIENT_ID, VAULT, profile, restore, sql
from tests.harness.administrators import PROFILE_ADMINISTRATOR
from tests.harness.service_harness import ServiceHarness

BY = PROFILE_ADMINISTRATOR
OTHER_ID = CLIENT_ID.replace("a", "b")


async def names(party: ServiceHarness) -> list[str]:
    return [each.name for each in await party.service.profile_directory.all()]


async def test_a_change_counts_after_five_seconds(party: ServiceHarness) -> None:
    directory = party.service.profile_directory
    assert await directory.find("orders") is None
    await party.service.access_profiles.create(profile(), by=BY)
    party.clock.advance(seconds=5)
    assert await directory.find("orders") == profile()
    await party.service.access_profiles.remove("orders", versions=None, by=BY)
    party.clock.advance(seconds=5)
    assert await directory.find("orders") is None


async def test_in_these_seconds_nothing_is_read(party: ServiceHarness) -> None:
    await party.service.access_profiles.create(profile(), by=BY)
    assert await names(party) == ["orders"]
    before = len(party.storage.transport.calls)
    assert await names(party) == ["orders"]
    assert await party.service.profile_directory.find("nobody-has-it") is None
    assert len(party.storage.transport.calls) == before


async def test_the_settings_hide_what_does_not_agree_with_them(party: ServiceHarness) -> None:
    """They may have changed since a profile was stored."""
    for document in (sql(name="free"), sql(name="taken"), sql(name="same-identity")):
        await party.service.access_profiles.create(read_profile(document), by=BY)
    vault = restore(vault=VAULT + "2", clientId=OTHER_ID) | {"name": "same-vault"}
    await party.service.access_profiles.create(read_profile(vault), by=BY)
    settings = [
        sql(name="taken", title="Fixed", parameters={"tenant": OTHER_ID, "clientId": OTHER_ID}),
        restore(vault=VAULT + "2") | {"name": "fixed"},
    ]
    deployed = party.restarted(ACCESS_PROFILES=json.dumps(settings))
    assert await names(deployed) == ["fixed", "taken"]
    found = await deployed.service.profile_directory.find("taken")
    assert found is not None
    assert (found.title, found.from_settings) == ("Fixed", True)


async def test_a_row_that_somebody_else_wrote_is_no_profile(party: ServiceHarness) -> None:
    await party.service.access_profiles.create(profile(), by=BY)
    (row,) = await party.storage.rows("Profiles", prefix="orders")
    for change in (
        {"RowKey": "moved"},
        {"RowKey": "broken", "Document": "{}"},
        {"RowKey": "no-text", "Document": 1},
    ):
        await party.storage.table("Profiles").upsert({**dict(row), **change})
    assert await names(party) == ["orders"]
