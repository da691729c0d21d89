"""What administrators do to accounts, without HTTP: races, and what does not change."""

import asyncio
from dataclasses import replace

import pytest

from shared.accounts.names import read_username
from shared.accounts.roles import Role
from shared.errors import (
    AuthenticationRejected,
    ConcurrentUse,
    NotFound,
    NotPermitted,
    TokenInvalid,
    UsernameTaken,
)
from shared.principals import Principal
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import (
    ADMINISTRATOR,
    ALICE,
    account,
    handle_of,
    holder,
    identity,
    unknown_handle,
)
from tests.harness.service_harness import ServiceHarness, new_authenticator
from tests.storage_faults import meeting
from tests.storage_transport import Call, RecordingTransport, Send

UNKNOWN = read_username("nobody")


@pytest.fixture
async def token(party: ServiceHarness, alices: SoftAuthenticator) -> str:
    """Alice's, of her only key."""
    await party.register(alices, "alice")
    return (await party.sign_in(alices)).tokens.access_token


async def _suspend(party: ServiceHarness, *, suspended: bool = True) -> None:
    await party.service.credentials.suspend_account(
        await handle_of(party), suspended=suspended, by=ADMINISTRATOR
    )


async def test_suspending_and_resuming_change_nothing_else(
    party: ServiceHarness, token: str
) -> None:
    await party.register(new_authenticator(), "alice", token=token)
    before = await account(party)
    await _suspend(party)
    during = await account(party)
    assert during.account == replace(before.account, suspended=True)
    assert during.records == [replace(each, account_suspended=True) for each in before.records]
    await _suspend(party, suspended=False)
    after = await account(party)
    assert (after.account, after.records) == (before.account, before.records)


async def test_the_largest_account_is_suspended_as_a_whole(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    """One transaction changes all its rows, and may change 100."""
    large = party.restarted(
        CREDENTIALS_PER_ACCOUNT="90", RATE_LIMITS="creation.account=off,begin.account=off"
    )
    await large.register(alices, "alice")
    token = (await large.sign_in(alices)).tokens.access_token
    for _ in range(89):
        await large.register(new_authenticator(), "alice", token=token)
    await _suspend(large)
    records = (await account(large)).records
    assert (len(records), {each.account_suspended for each in records}) == (90, {True})


async def test_a_suspended_credential_stays_so_when_the_account_is_resumed(
    party: ServiceHarness, token: str, alices: SoftAuthenticator
) -> None:
    credentials = party.service.credentials
    await credentials.suspend_credential(
        await handle_of(party), alices.latest.id, suspended=True, by=ADMINISTRATOR
    )
    await _suspend(party)
    await _suspend(party, suspended=False)
    with pytest.raises(AuthenticationRejected, match="credential_suspended"):
        await party.sign_in(alices, "alice")
    await credentials.suspend_credential(
        await handle_of(party), alices.latest.id, suspended=False, by=ADMINISTRATOR
    )
    await party.sign_in(alices, "alice")


async def test_a_wrong_signature_does_not_reveal_a_suspended_account(
    party: ServiceHarness, token: str, alices: SoftAuthenticator
) -> None:
    await _suspend(party)
    spoilt = alices.get(await party.begin_authentication("alice"), signature=b"x" * 70)
    with pytest.raises(AuthenticationRejected, match="signature_invalid"):
        await party.finish_authentication(spoilt)
    with pytest.raises(AuthenticationRejected, match="account_suspended"):
        await party.sign_in(alices, "alice")


async def test_a_refused_sign_in_does_not_change_the_credential(
    party: ServiceHarness, token: str, alices: SoftAuthenticator
) -> None:
    await _suspend(party)
    before = (await account(party)).records
    with pytest.raises(AuthenticationRejected):
        await party.sign_in(alices, "alice")
    assert (await account(party)).records == before


async def test_suspending_an_account_ends_an_open_registration(
    party: ServiceHarness, token: str
) -> None:
    response = new_authenticator().create(await party.begin_registration("alice", token=token))
    await _suspend(party)
    with pytest.raises(NotPermitted):
        await party.finish_registration(response)
    assert len((await account(party)).records) == 1


async def test_a_suspended_account_begins_no_ceremony(party: ServiceHarness, token: str) -> None:
    await _suspend(party)
    with pytest.raises((NotPermitted, TokenInvalid)):
        await party.begin_registration("alice", token=token)


async def test_a_key_added_during_a_suspension_is_suspended_too(
    party: ServiceHarness, token: str, transport: RecordingTransport
) -> None:
    """Both read the account before the change: one of them must try again."""
    late = new_authenticator()
    response = late.create(await party.begin_registration("alice", token=token))
    transport.fault = meeting(2, "transact Accounts", again=False)
    outcomes = await asyncio.gather(
        _suspend(party), party.finish_registration(response), return_exceptions=True
    )
    transport.fault = None
    assert [isinstance(each, ConcurrentUse) for each in outcomes].count(True) == 1
    owner = await account(party)
    assert {each.account_suspended for each in owner.records} == {owner.account.suspended}


async def test_a_concurrent_sign_in_does_not_undo_a_suspension(
    party: ServiceHarness, token: str, alices: SoftAuthenticator, transport: RecordingTransport
) -> None:
    """It writes its count under the version that it has read."""
    response = alices.get(await party.begin_authentication("alice"))
    pending = ["transact Accounts"]

    async def fault(call: Call, send: Send) -> object:
        if call.name in pending:
            pending.remove(call.name)
            await _suspend(party)
        return await send()

    transport.fault = fault
    with pytest.raises(ConcurrentUse):
        await party.finish_authentication(response)
    transport.fault = None
    with pytest.raises(AuthenticationRejected, match="account_suspended"):
        await party.sign_in(alices, "alice")


async def test_a_linked_user_acts_for_the_account(party: ServiceHarness, token: str) -> None:
    person = identity(subject="p-1", username="somebody@else.example", application=False)
    await party.service.links.add(
        await handle_of(party), issuer=person.issuer, subject=person.subject, by=ADMINISTRATOR
    )
    handle = await party.service.provisioning.account_of_subject(person)
    assert handle == (await account(party)).account.handle


async def test_a_name_alone_links_no_account(party: ServiceHarness, token: str) -> None:
    namesake = identity(subject="p-2", username="alice", application=False)
    with pytest.raises(UsernameTaken):
        await party.service.provisioning.account_of_subject(namesake)


@pytest.mark.parametrize(
    "by",
    [identity(), identity(Role.AUDIT_READ), identity(Role.REGISTRATIONS_CREATE)],
    ids=["nothing", "auditor", "backend"],
)
@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
async def test_a_caller_without_a_role_does_not_learn_which_accounts_exist(
    party: ServiceHarness, token: str, by: Principal, known: bool
) -> None:
    credentials = party.service.credentials
    handle = await handle_of(party) if known else unknown_handle()
    with pytest.raises(NotPermitted):
        await party.service.account_lookup.account_named(ALICE if known else UNKNOWN, by=by)
    with pytest.raises(NotPermitted):
        await party.service.account_lookup.account_of(handle, by=by)
    with pytest.raises(NotPermitted):
        await credentials.remove_of(handle, b"unknown", by=by)
    with pytest.raises(NotPermitted):
        await credentials.suspend_account(handle, suspended=True, by=by)
    with pytest.raises(NotPermitted):
        await credentials.suspend_credential(handle, b"unknown", suspended=True, by=by)
    with pytest.raises(NotPermitted):
        await party.service.links.add(handle, issuer="https://provider.example", subject="s", by=by)


async def test_an_unknown_account_or_credential_is_not_found(
    party: ServiceHarness, token: str
) -> None:
    credentials = party.service.credentials
    with pytest.raises(NotFound):
        await party.service.account_lookup.account_of(unknown_handle(), by=ADMINISTRATOR)
    with pytest.raises(NotFound):
        await credentials.remove_of(await handle_of(party), b"unknown", by=ADMINISTRATOR)
    with pytest.raises(NotFound):
        await credentials.suspend_credential(
            await handle_of(party), b"unknown", suspended=True, by=ADMINISTRATOR
        )


@pytest.mark.parametrize(
    "name", ["admin-2", "administrator2", "the-root", "Authenticators.Admin", "system.x"]
)
async def test_a_username_gives_no_role(party: ServiceHarness, name: str) -> None:
    key = new_authenticator()
    await party.register(key, name)
    tokens = (await party.sign_in(key, name)).tokens
    assert (await holder(party, tokens.access_token)).token.roles == frozenset()


async def test_a_providers_administrator_cannot_link_to_another_account(
    party: ServiceHarness, token: str
) -> None:
    """The administrator links their own subject to another account."""
    chief = identity(Role.AUTHENTICATORS_ADMIN, subject="chief", application=False)
    with pytest.raises(NotPermitted):
        await party.service.links.add(
            await handle_of(party), issuer=chief.issuer, subject=chief.subject, by=chief
        )


async def test_a_linked_administrator_links_no_other_user_to_their_account(
    party: ServiceHarness, token: str
) -> None:
    chief = identity(Role.AUTHENTICATORS_ADMIN, subject="chief", application=False)
    alice = await handle_of(party)
    await party.service.links.add(
        alice, issuer=chief.issuer, subject=chief.subject, by=ADMINISTRATOR
    )
    with pytest.raises(NotPermitted):
        await party.service.links.add(alice, issuer=chief.issuer, subject="another", by=chief)
