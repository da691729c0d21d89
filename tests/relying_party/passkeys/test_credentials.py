"""Owners list, rename and remove their own credentials, and never those of others."""

import asyncio
from datetime import timedelta

import pytest

from shared.errors import (
    ConcurrentUse,
    CredentialAlreadyRegistered,
    LastCredential,
    NotFound,
    NotPermitted,
    StepUpRequired,
    TokenInvalid,
)
from shared.principals import AccountHolder
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import (
    ADMINISTRATOR,
    account,
    account_administrator,
    handle_of,
    holder,
)
from tests.harness.service_harness import Clock, ServiceHarness, new_authenticator
from tests.no_event import NO_EVENT
from tests.storage_faults import meeting
from tests.storage_transport import RecordingTransport


@pytest.fixture
async def alice(party: ServiceHarness, alices: SoftAuthenticator) -> AccountHolder:
    """With two keys; signed in with the first."""
    await party.register(alices, "alice")
    return await _with_another(party, alices)


@pytest.fixture
async def mallory(party: ServiceHarness, mallorys: SoftAuthenticator) -> AccountHolder:
    await party.register(mallorys, "mallory")
    return await _with_another(party, mallorys)


async def _with_another(party: ServiceHarness, key: SoftAuthenticator) -> AccountHolder:
    token = (await party.sign_in(key)).tokens.access_token
    another = new_authenticator()
    await party.register(another, None, token=token)
    key.credentials |= another.credentials
    return await holder(party, token)


async def test_renaming_changes_the_name_and_nothing_else(
    party: ServiceHarness, alice: AccountHolder
) -> None:
    first, second = (await account(party)).records
    renamed = await party.service.credentials.rename(alice, first.id, name="Blue key")
    assert renamed.name == "Blue key"
    assert {record.id: record for record in (await account(party)).records} == {
        first.id: renamed,
        second.id: second,
    }


async def test_of_two_concurrent_renames_one_succeeds(
    party: ServiceHarness, alice: AccountHolder, transport: RecordingTransport
) -> None:
    credential_id = (await account(party)).records[0].id
    transport.fault = meeting(2, "replace Accounts")
    outcomes = await asyncio.gather(
        *(
            party.service.credentials.rename(alice, credential_id, name=name)
            for name in ("Blue", "Red")
        ),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "ConcurrentUse",
        "CredentialRecord",
    ]


async def test_a_removed_credential_is_refused_and_its_id_is_free_again(
    party: ServiceHarness, alice: AccountHolder, alices: SoftAuthenticator
) -> None:
    used, other = alices.credentials.values()
    left = await party.service.credentials.remove_own(alice, other.id, even_the_last=False)
    assert [record.id for record in left.records] == [used.id]
    assert [record.id for record in (await account(party)).records] == [used.id]
    options = await party.begin_registration("alice", token=await _token(party, alices))
    again = new_authenticator()
    await party.finish_registration(again.create(options, credential_id=other.id))
    assert len((await account(party)).records) == 2


async def _token(party: ServiceHarness, key: SoftAuthenticator) -> str:
    return (await party.sign_in(key, "alice")).tokens.access_token


async def test_only_the_sessions_of_the_removed_credential_end(
    party: ServiceHarness, alice: AccountHolder, alices: SoftAuthenticator
) -> None:
    used, other = alices.credentials.values()
    options = await party.begin_authentication()
    tokens = (await party.finish_authentication(alices.get(options, credential=other))).tokens
    await party.service.credentials.remove_own(alice, other.id, even_the_last=False)
    with pytest.raises(TokenInvalid):
        await party.refresh(tokens.refresh_token)
    (session,) = await party.service.sessions.of_account(alice.handle)
    assert session.id == alice.token.session_id
    assert used.id in {record.id for record in (await account(party)).records}


@pytest.mark.parametrize("even_the_last", [False, True])
@pytest.mark.parametrize("whose", ["another's", "nobody's"])
async def test_a_credential_of_another_account_cannot_be_changed(
    party: ServiceHarness,
    alice: AccountHolder,
    mallory: AccountHolder,
    whose: str,
    even_the_last: bool,
) -> None:
    before = (await account(party)).records
    credential_id = before[0].id if whose == "another's" else b"unknown"
    with pytest.raises(NotFound):
        await party.service.credentials.rename(mallory, credential_id, name="Mine")
    with pytest.raises(NotFound):
        await party.service.credentials.remove_own(
            mallory, credential_id, even_the_last=even_the_last
        )
    assert (await account(party)).records == before


async def test_removing_the_last_credential_needs_a_confirmation(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    alice = await holder(party, await _token(party, alices))
    with pytest.raises(LastCredential):
        await party.service.credentials.remove_own(alice, alices.latest.id, even_the_last=False)
    left = await party.service.credentials.remove_own(alice, alices.latest.id, even_the_last=True)
    assert left.credentials == ()
    assert (await account(party)).account.username == "alice"


async def test_an_administrator_cannot_remove_the_last_credential(party: ServiceHarness) -> None:
    """Otherwise the only administrator could leave an installation without any."""
    key = new_authenticator()
    chief = await account_administrator(party, key=key)
    mine = key.latest.id
    with pytest.raises(NotPermitted):
        await party.service.credentials.remove_own(chief, mine, even_the_last=True)
    with pytest.raises(LastCredential):
        await party.service.credentials.remove_own(chief, mine, even_the_last=False)
    assert [record.id for record in (await account(party, "chief")).records] == [mine]


async def test_a_suspended_credential_does_not_replace_the_last_one(
    party: ServiceHarness, alice: AccountHolder, alices: SoftAuthenticator
) -> None:
    used, other = alices.credentials.values()
    await party.service.credentials.suspend_credential(
        await handle_of(party), other.id, suspended=True, by=ADMINISTRATOR
    )
    with pytest.raises(LastCredential):
        await party.service.credentials.remove_own(alice, used.id, even_the_last=False)
    await party.service.credentials.remove_own(alice, other.id, even_the_last=False)


@pytest.mark.parametrize("rounds", [2, 1], ids=["at-the-write", "at-the-read"])
async def test_of_two_concurrent_removals_one_keeps_the_last_credential(
    party: ServiceHarness,
    alice: AccountHolder,
    alices: SoftAuthenticator,
    transport: RecordingTransport,
    rounds: int,
) -> None:
    met = "transact Accounts" if rounds == 2 else "query Accounts"
    transport.fault = meeting(2, met, again=False)
    outcomes = await asyncio.gather(
        *(
            party.service.credentials.remove_own(alice, credential_id, even_the_last=False)
            for credential_id in alices.credentials
        ),
        return_exceptions=True,
    )
    transport.fault = None
    (refused,) = (outcome for outcome in outcomes if isinstance(outcome, BaseException))
    assert isinstance(refused, ConcurrentUse | LastCredential)
    assert len((await account(party)).records) == 1


async def test_of_a_concurrent_removal_and_registration_the_later_is_refused(
    party: ServiceHarness,
    alice: AccountHolder,
    alices: SoftAuthenticator,
    transport: RecordingTransport,
) -> None:
    third = new_authenticator()
    options = await party.begin_registration("alice", token=await _token(party, alices))
    transport.fault = meeting(2, "transact Accounts")
    outcomes = await asyncio.gather(
        party.finish_registration(third.create(options)),
        party.service.credentials.remove_own(
            alice, list(alices.credentials)[1], even_the_last=False
        ),
        return_exceptions=True,
    )
    transport.fault = None
    assert [isinstance(outcome, ConcurrentUse) for outcome in outcomes].count(True) == 1
    assert len((await account(party)).records) in (1, 3)


async def test_removing_needs_a_recent_sign_in(
    party: ServiceHarness, alice: AccountHolder, alices: SoftAuthenticator, clock: Clock
) -> None:
    other = list(alices.credentials)[1]
    clock.now = alice.token.auth_time + timedelta(seconds=300, microseconds=1)
    with pytest.raises(StepUpRequired) as refused:
        await party.service.credentials.remove_own(alice, other, even_the_last=False)
    assert refused.value.max_age == 300
    clock.now = alice.token.auth_time + timedelta(seconds=300)
    await party.service.credentials.remove_own(alice, other, even_the_last=False)


async def test_a_session_of_a_removed_credential_changes_nothing(
    party: ServiceHarness, alice: AccountHolder, alices: SoftAuthenticator
) -> None:
    """Otherwise a thief whose key was removed could add their own key for some minutes."""
    used, other = alices.credentials.values()
    await party.service.credentials.remove_of(await handle_of(party), used.id, by=ADMINISTRATOR)
    with pytest.raises(TokenInvalid):
        await party.service.credentials.rename(alice, other.id, name="Mine")
    with pytest.raises(TokenInvalid):
        await party.service.credentials.remove_own(alice, other.id, even_the_last=True)


async def test_a_removed_credential_frees_its_id_after_an_interrupted_removal(
    party: ServiceHarness, alice: AccountHolder, alices: SoftAuthenticator, clock: Clock
) -> None:
    other = list(alices.credentials)[1]
    owner = await account(party)
    (stored,) = (each for each in owner.credentials if each.record.id == other)
    assert await party.stores.accounts.remove_credential(owner, stored, event=NO_EVENT)
    twin = new_authenticator()
    with pytest.raises(CredentialAlreadyRegistered):
        await _register_id(party, twin, other)
    clock.advance(days=1)
    await _register_id(party, twin, other)


async def _register_id(party: ServiceHarness, key: SoftAuthenticator, credential_id: bytes) -> None:
    options = await party.begin_registration("bob")
    await party.finish_registration(key.create(options, credential_id=credential_id))
