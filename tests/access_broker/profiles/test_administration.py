"""Profiles as administrators make and change them, and what the log says of it."""

import json
from collections.abc import Awaitable, Callable

import pytest

from shared.access.profiles.documents import read_profile as read
from shared.access.profiles.documents import state_of
from shared.access.profiles.profile import Profile
from shared.accounts.roles import Role
from shared.errors import NotFound, NotPermitted, StepUpRequired, TouchstoneError
from shared.errors.access import (
    ProfileChanged,
    ProfileExists,
    ProfileFromSettings,
    ProfileKindOff,
    ProfileLimitReached,
    ProfilesChanged,
    ProfileShares,
)
from shared.identity_providers.identity import ProviderIdentity
from shared.storage.access import profiles as stored_profiles
from tests.access.profiles.documents import (
    CLIENT_ID,
    IDENTITY,
    VAULT,
    Json,
    certificate,
    profile,
    restore,
    sql,
)
from tests.harness.administrators import PROFILE_ADMINISTRATOR, identity
from tests.harness.record import record
from tests.harness.service_harness import ServiceHarness
from tests.storage_faults import after, answer_lost, once

BY = PROFILE_ADMINISTRATOR
OTHER_ID = CLIENT_ID.replace("a", "b")
IN_SETTINGS = json.dumps([sql(name="fixed")])
RESTORE_IN_SETTINGS = json.dumps([restore()])


async def create(party: ServiceHarness, **members: object) -> Profile:
    return await party.service.access_profiles.create(profile(**members), by=BY)


async def events(party: ServiceHarness) -> list[Json]:
    return [each for each in await record(party) if each["kind"].startswith("profile.")]


def tags(*versions: Profile) -> frozenset[str]:
    return frozenset(map(state_of, versions))


async def test_a_profile_is_made_changed_and_removed(party: ServiceHarness) -> None:
    profiles = party.service.access_profiles
    made = await create(party)
    assert await profiles.one("orders", by=BY) == made
    changed = await profiles.replace(profile(title="New"), versions=tags(made), by=BY)
    assert await profiles.all(by=BY) == [changed]
    await profiles.remove("orders", versions=tags(changed), by=BY)
    assert await profiles.all(by=BY) == []
    with pytest.raises(NotFound):
        await profiles.one("orders", by=BY)


async def test_each_change_is_an_event_with_the_difference_and_without_names(
    party: ServiceHarness,
) -> None:
    made = await create(party, who={"users": ["mallory", "eve"], "groups": ["dba"]})
    new = profile(title="Mallory's own", who={"users": ["mallory"]})
    changed = await party.service.access_profiles.replace(new, versions=None, by=BY)
    await party.service.access_profiles.remove("orders", versions=None, by=BY)
    first, second, third = await events(party)
    assert [each["kind"] for each in (first, second, third)] == [
        *("profile.created", "profile.changed", "profile.removed")
    ]
    assert first["facts"].keys() == {"profile", "after", "state"}
    assert first["facts"]["state"] == state_of(made)
    assert json.loads(first["facts"]["after"])["who"] == {"groups": ["dba"], "users": 2}
    assert second["facts"]["changed"] == "title who"
    assert second["facts"]["state"] == state_of(changed)
    before, now = (json.loads(second["facts"][name]) for name in ("before", "after"))
    assert before["who"] == {"groups": ["dba"], "users": 2}
    assert now["who"] == {"users": 1}
    assert before["title"].keys() == now["title"].keys() == {"sha256"}
    assert third["facts"] == {"profile": "orders"}
    assert "allory" not in json.dumps([each["facts"] for each in (first, second, third)])


async def test_the_facts_stay_short(party: ServiceHarness) -> None:
    groups = [f"{number:03}" + "g" * 200 for number in range(100)]
    await create(party, who={"groups": groups}, approvers={"number": 1, "groups": groups[:20]})
    (event,) = await events(party)
    assert len(event["facts"]["after"]) < 2000


async def test_the_log_has_no_address_of_a_webhook(party: ServiceHarness) -> None:
    """Whoever knows one can often write there."""
    await create(party, webhooks=["https://hooks.example/S3CRET"])
    (event,) = await events(party)
    assert json.loads(event["facts"]["after"])["webhooks"].keys() == {"sha256"}
    assert "S3CRET" not in json.dumps(event)


async def test_a_change_for_an_earlier_version_is_refused(party: ServiceHarness) -> None:
    profiles = party.service.access_profiles
    made = await create(party)
    changed = await profiles.replace(profile(title="New"), versions=tags(made), by=BY)
    with pytest.raises(ProfileChanged):
        await profiles.replace(profile(reasonRequired=True), versions=tags(made), by=BY)
    with pytest.raises(ProfileChanged):
        await profiles.remove("orders", versions=tags(made), by=BY)
    assert await profiles.one("orders", by=BY) == changed


async def test_a_name_is_taken_once(party: ServiceHarness) -> None:
    await create(party)
    with pytest.raises(ProfileExists):
        await create(party)
    with pytest.raises(NotFound):
        await party.service.access_profiles.replace(profile(name="other"), versions=None, by=BY)


async def test_the_number_of_profiles_is_limited(
    party: ServiceHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.access_broker.profiles.administration.MOST_PROFILES", 1)
    assert stored_profiles.MOST_PROFILES == 100
    await create(party)
    with pytest.raises(ProfileLimitReached):
        await create(party, name="second")


async def test_a_kind_that_this_service_cannot_give_is_refused(party: ServiceHarness) -> None:
    """It has no authority for client certificates."""
    profiles = party.service.access_profiles
    with pytest.raises(ProfileKindOff):
        await profiles.create(read(certificate()), by=BY)
    await profiles.create(read(sql()), by=BY)
    with pytest.raises(ProfileKindOff):
        await profiles.replace(read(certificate()), versions=None, by=BY)
    able = party.restarted(CLIENT_CA_KEY_FILE="unused").service.access_profiles
    await able.replace(read(certificate()), versions=None, by=BY)


async def test_a_vault_belongs_to_one_profile(party: ServiceHarness) -> None:
    profiles = party.service.access_profiles
    await profiles.create(read(restore()), by=BY)
    # Azure compares such IDs without regard to case.
    second = restore(vault=VAULT.replace("backup", "BACKUP"), clientId=OTHER_ID)
    with pytest.raises(ProfileShares):
        await profiles.create(read(second | {"name": "second"}), by=BY)
    with pytest.raises(ProfileShares):
        await create(party, name="same-identity")
    await create(party, name="second", parameters=IDENTITY | {"clientId": OTHER_ID})
    with pytest.raises(ProfileShares):
        await profiles.replace(read(second | {"name": "second"}), versions=None, by=BY)
    # Its own vault is no obstacle to a change of the profile itself.
    await profiles.replace(read(restore() | {"title": "New"}), versions=None, by=BY)


async def test_of_two_profiles_with_one_vault_at_the_same_moment_one_is_made(
    party: ServiceHarness,
) -> None:
    profiles = party.service.access_profiles
    await create(party, name="before", parameters=IDENTITY | {"clientId": OTHER_ID})

    async def meanwhile() -> object:
        return await profiles.create(read(restore() | {"name": "first"}), by=BY)

    party.storage.transport.fault = once(after(meanwhile), "transact Profiles")
    second = restore(clientId=OTHER_ID.replace("b", "c")) | {"name": "second"}
    with pytest.raises(ProfilesChanged):
        await profiles.create(read(second), by=BY)
    assert [each.name for each in await profiles.all(by=BY)] == ["before", "first"]


async def test_the_first_two_profiles_at_the_same_moment_are_not_both_made(
    party: ServiceHarness,
) -> None:
    async def meanwhile() -> object:
        return await create(party, name="first")

    party.storage.transport.fault = once(after(meanwhile), "transact Profiles")
    with pytest.raises(ProfilesChanged):
        await create(party, name="second")


type Change = Callable[[ServiceHarness], Awaitable[object]]


async def _replace(party: ServiceHarness) -> object:
    return await party.service.access_profiles.replace(profile(title="New"), versions=None, by=BY)


async def _remove(party: ServiceHarness) -> None:
    current = await party.service.access_profiles.one("orders", by=BY)
    await party.service.access_profiles.remove("orders", versions=tags(current), by=BY)


@pytest.mark.parametrize(
    ("change", "error"), [(_replace, ProfilesChanged), (_remove, ProfileChanged)]
)
async def test_one_of_two_changes_at_the_same_moment_is_made(
    party: ServiceHarness, change: Change, error: type[TouchstoneError]
) -> None:
    await create(party)

    async def meanwhile() -> object:
        other = profile(reasonRequired=True)
        return await party.service.access_profiles.replace(other, versions=None, by=BY)

    party.storage.transport.fault = once(after(meanwhile), "transact Profiles")
    with pytest.raises(error):
        await change(party)
    assert (await party.service.access_profiles.one("orders", by=BY)).reason_required


async def test_a_change_whose_answer_is_lost_is_made_once(party: ServiceHarness) -> None:
    party.storage.transport.fault = once(answer_lost, "transact Profiles")
    made = await create(party)
    assert await party.service.access_profiles.all(by=BY) == [made]
    assert len(await events(party)) == 1


OTHERS = [identity(), identity(Role.AUTHENTICATORS_ADMIN, Role.CLIENTS_ADMIN, Role.AUDIT_READ)]


@pytest.mark.parametrize("who", OTHERS)
async def test_without_the_role_nothing_is_read_or_changed(
    party: ServiceHarness, who: ProviderIdentity
) -> None:
    profiles = party.service.access_profiles
    made = await create(party)
    with pytest.raises(NotPermitted):
        await profiles.all(by=who)
    with pytest.raises(NotPermitted):
        await profiles.one("orders", by=who)
    with pytest.raises(NotPermitted):
        await profiles.create(profile(name="another"), by=who)
    with pytest.raises(NotPermitted):
        await profiles.replace(profile(title="New"), versions=None, by=who)
    with pytest.raises(NotPermitted):
        await profiles.remove("orders", versions=None, by=who)
    assert await profiles.all(by=BY) == [made]
    refused = [each for each in await events(party) if each["outcome"] == "failure"]
    assert len(refused) == 3
    assert all("profile" not in each.get("facts", {}) for each in refused)


async def test_a_change_needs_a_fresh_sign_in(party: ServiceHarness) -> None:
    stale = identity(Role.PROFILES_ADMIN, authenticated_at=None)
    with pytest.raises(StepUpRequired):
        await party.service.access_profiles.create(profile(), by=stale)
    assert await party.service.access_profiles.all(by=stale) == []


async def test_a_profile_of_the_settings_is_seen_and_not_changed(party: ServiceHarness) -> None:
    party = party.restarted(ACCESS_PROFILES=IN_SETTINGS)
    profiles = party.service.access_profiles
    fixed = await profiles.one("fixed", by=BY)
    assert fixed.from_settings
    assert await profiles.all(by=BY) == [fixed]
    with pytest.raises(ProfileExists):
        await create(party, name="fixed")
    with pytest.raises(ProfileFromSettings):
        await profiles.replace(profile(name="fixed"), versions=None, by=BY)
    for versions in (None, tags(fixed)):
        with pytest.raises(ProfileFromSettings):
            await profiles.remove("fixed", versions=versions, by=BY)


async def test_a_vault_of_the_settings_belongs_to_them(party: ServiceHarness) -> None:
    party = party.restarted(ACCESS_PROFILES=RESTORE_IN_SETTINGS)
    second = restore(clientId=OTHER_ID) | {"name": "second"}
    with pytest.raises(ProfileShares):
        await party.service.access_profiles.create(read(second), by=BY)
