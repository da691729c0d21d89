"""What a person may ask for, and why: by the account as it is at that moment."""

from dataclasses import replace

import pytest

from shared.access.profiles.documents import read_profile
from shared.accounts.names import read_username
from shared.accounts.roles import Role
from shared.errors import NotFound, NotPermitted, TokenInvalid
from shared.principals import AccountHolder
from tests.access.profiles.documents import DATABASE, Json, profile, sql
from tests.access_broker.certificates.people import CA
from tests.fixed_keys import fixed
from tests.harness.administrators import (
    ADMINISTRATOR,
    PROFILE_ADMINISTRATOR,
    account,
    give_roles,
    handle_of,
    holder,
)
from tests.harness.record import record
from tests.harness.service_harness import ServiceHarness, new_authenticator
from tests.no_event import NO_EVENT

BY = PROFILE_ADMINISTRATOR
ALICE = read_username("alice")


async def make(party: ServiceHarness, **members: object) -> None:
    await party.service.access_profiles.create(read_profile(sql(**members)), by=BY)


async def sign_in(party: ServiceHarness) -> AccountHolder:
    key = new_authenticator()
    await party.register(key, "alice")
    return await holder(party, (await party.sign_in(key, "alice")).tokens.access_token)


async def offers(party: ServiceHarness, who: AccountHolder) -> dict[str, list[str]]:
    found = await party.service.access_listing.offers(who)
    return {each.profile.name: [unmet.obstacle.value for unmet in each.unmet] for each in found}


async def put_into(party: ServiceHarness, *groups: str) -> None:
    owner = await account(party)
    changed = replace(owner.account, assigned_groups=frozenset(groups))
    assert await party.stores.accounts.change_account(owner, changed, event=NO_EVENT)


async def test_a_group_counts_at_once(party: ServiceHarness) -> None:
    await make(party)
    alice = await sign_in(party)
    assert await offers(party, alice) == {}
    await put_into(party, "dba")
    assert await offers(party, alice) == {"orders": []}
    await put_into(party, "others")
    assert await offers(party, alice) == {}


async def test_roles_and_users_count_too(party: ServiceHarness) -> None:
    await make(party, name="by-role", who={"roles": ["Audit.Read"]})
    await make(party, name="by-name", who={"users": ["ALICE"]})
    alice = await sign_in(party)
    assert await offers(party, alice) == {"by-name": []}
    await give_roles(party, "alice", Role.AUDIT_READ)
    assert await offers(party, alice) == {"by-name": [], "by-role": []}


async def test_the_sign_in_and_its_credential_are_what_counts(party: ServiceHarness) -> None:
    await make(party, name="fresh", who={"users": ["alice"]}, demands={"gestureAgeSeconds": 60})
    attested = {"attested": True}
    await make(party, name="attested", who={"users": ["alice"]}, demands=attested)
    alice = await sign_in(party)
    # Nothing can vouch for an authenticator yet.
    assert await offers(party, alice) == {"attested": ["not-attested"], "fresh": []}
    party.clock.advance(seconds=61)
    assert (await offers(party, alice))["fresh"] == ["gesture-too-old"]


async def test_a_suspended_person_is_shown_nothing(party: ServiceHarness) -> None:
    await make(party, who={"users": ["alice"]})
    alice = await sign_in(party)
    handle = await handle_of(party)
    await party.service.credentials.suspend_account(handle, suspended=True, by=ADMINISTRATOR)
    with pytest.raises(TokenInvalid):
        await offers(party, alice)
    reasons = await party.service.explaining.explain("orders", ALICE, by=BY)
    assert {each.check for each in reasons if not each.met} == {"account"}


async def test_an_explanation_is_for_administrators_and_recorded(party: ServiceHarness) -> None:
    await make(party)
    await sign_in(party)
    explain = party.service.explaining.explain
    reasons = await explain("orders", ALICE, by=BY)
    assert {each.check for each in reasons if not each.met} == {"listed"}
    with pytest.raises(NotPermitted):
        await explain("orders", ALICE, by=ADMINISTRATOR)
    for name, username in (("others", ALICE), ("orders", read_username("nobody"))):
        with pytest.raises(NotFound):
            await explain(name, username, by=BY)
    read = [each for each in await record(party) if each["kind"] == "account.read"]
    assert [each["outcome"] for each in read] == ["success", "failure", "failure", "failure"]


async def test_a_stored_profile_is_read_as_it_was_made(party: ServiceHarness) -> None:
    document: Json = {"who": {"users": ["alice"]}, "reasonRequired": True}
    await make(party, **document)
    alice = await sign_in(party)
    (found,) = await party.service.access_listing.offers(alice)
    assert found.profile == profile(**document)


async def test_what_the_service_does_not_issue_any_more_is_not_offered(
    party: ServiceHarness,
) -> None:
    issuing = party.with_client_ca(fixed([CA])).restarted(CLIENT_CA_KEY_FILE="unused")
    everybody: Json = {"who": {"users": ["alice"]}}
    await make(issuing, name="table", **everybody)
    await make(
        issuing, name="certificate", kind="postgresql-certificate", parameters=DATABASE, **everybody
    )
    alice = await sign_in(issuing)
    assert set(await offers(issuing, alice)) == {"table", "certificate"}
    assert set(await offers(party.restarted(), alice)) == {"table"}
