"""Which callers are valid: each requirement is removed alone.

A suspension also ends sessions. A process may crash between the two, so one must be enough.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from shared.accounts.handles import UserHandle
from shared.accounts.names import read_username
from shared.accounts.roles import Role
from shared.errors import NotPermitted, TokenInvalid
from shared.principals import AccountHolder
from shared.recording.actors import SERVICE
from shared.relying_party.passkeys.ceremony_options import RegistrationRequest
from shared.sessions.session import hash_credential
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import (
    ADMINISTRATOR,
    account,
    account_administrator,
    give_roles,
    holder,
    identity,
)
from tests.harness.service_harness import CLIENT, ServiceHarness
from tests.no_event import NO_EVENT
from tests.storage_transport import RecordingTransport

CHIEF = read_username("chief")
NEXT_KEY = RegistrationRequest(username=None, display_name=None, attachment=None, hints=())


@pytest.fixture
async def chief(party: ServiceHarness, alices: SoftAuthenticator) -> AccountHolder:
    return await account_administrator(party, key=alices)


async def _suspend_account(party: ServiceHarness) -> None:
    owner = await account(party, "chief")
    suspended = replace(owner.account, suspended=True)
    assert await party.stores.accounts.change_account(owner, suspended, event=NO_EVENT)


async def _suspend_credential(party: ServiceHarness) -> None:
    (stored,) = (await account(party, "chief")).credentials
    assert await party.stores.accounts.change_credential(stored, suspended=True, event=NO_EVENT)


async def _remove_credential(party: ServiceHarness) -> None:
    owner = await account(party, "chief")
    assert await party.stores.accounts.remove_credential(
        owner, owner.credentials[0], event=NO_EVENT
    )


async def _end_session(party: ServiceHarness) -> None:
    handle = (await account(party, "chief")).account.handle
    assert await party.service.sessions.end(handle, by=SERVICE) == 1


async def _let_the_session_expire(party: ServiceHarness) -> None:
    party.clock.advance(hours=1)


FALLS: dict[str, Callable[[ServiceHarness], Awaitable[None]]] = {
    "account-suspended": _suspend_account,
    "credential-suspended": _suspend_credential,
    "credential-removed": _remove_credential,
    "session-ended": _end_session,
    "session-expired": _let_the_session_expire,
}


@pytest.mark.parametrize("fall", FALLS.values(), ids=FALLS.keys())
async def test_one_missing_requirement_is_enough_to_refuse(
    party: ServiceHarness, chief: AccountHolder, fall: Callable[[ServiceHarness], Awaitable[None]]
) -> None:
    callers = party.service.callers
    assert (await callers.confirm(chief)).account == chief.handle
    await callers.own_account(chief)
    await fall(party)
    with pytest.raises(TokenInvalid):
        await callers.confirm(chief)
    with pytest.raises(TokenInvalid):
        await callers.own_account(chief)


@pytest.mark.parametrize(
    "lacking",
    [
        {"session_id": None},
        {"credential_hash": None},
        {"credential_hash": hash_credential(b"another")},
        {"user_handle": UserHandle(bytes(32))},
    ],
    ids=lambda lacking: next(iter(lacking)),
)
async def test_a_token_without_its_session_credential_or_account_is_refused(
    party: ServiceHarness, chief: AccountHolder, lacking: dict[str, object]
) -> None:
    bare = AccountHolder(replace(chief.token, **lacking))  # type: ignore[arg-type]
    with pytest.raises(TokenInvalid):
        await party.service.callers.confirm(bare)
    with pytest.raises(TokenInvalid):
        await party.registration.begin(NEXT_KEY, principal=bare, client=CLIENT)


async def test_a_later_account_with_the_same_name_is_another_account(
    party: ServiceHarness, chief: AccountHolder
) -> None:
    ghost = replace(chief.token, user_handle=UserHandle(chief.handle[:16] + bytes(16)))
    with pytest.raises(TokenInvalid):
        await party.service.callers.confirm(AccountHolder(ghost))


async def test_roles_come_from_the_account_and_not_from_the_token(
    party: ServiceHarness, chief: AccountHolder
) -> None:
    callers = party.service.callers
    await callers.require_role(chief, Role.AUTHENTICATORS_ADMIN)
    await give_roles(party, "chief", Role.AUDIT_READ)
    await callers.require_role(chief, Role.AUDIT_READ)
    with pytest.raises(NotPermitted):
        await callers.require_role(chief, Role.AUTHENTICATORS_ADMIN)


async def test_a_registration_token_has_no_role(party: ServiceHarness) -> None:
    """Otherwise an administrator's access pass would be as powerful as the administrator's key."""
    issued = await party.service.passes.bootstrap(CHIEF)
    assert issued is not None
    redeemed = await party.service.redeeming.redeem(CHIEF, issued.text, client=CLIENT)
    bearer = await holder(party, await party.service.token_issuer.issue(redeemed))
    assert (await party.service.callers.confirm(bearer)).roles == frozenset()
    with pytest.raises(NotPermitted):
        await party.service.callers.require_role(bearer, Role.AUTHENTICATORS_ADMIN)


async def test_a_suspended_user_of_a_provider_is_refused(
    party: ServiceHarness, chief: AccountHolder
) -> None:
    person = identity(Role.AUTHENTICATORS_ADMIN, subject="p-1", application=False)
    callers = party.service.callers
    assert (await callers.confirm(person)).account is None
    await party.service.links.add(
        chief.handle, issuer=person.issuer, subject=person.subject, by=ADMINISTRATOR
    )
    assert (await callers.confirm(person)).account == chief.handle
    await _suspend_account(party)
    with pytest.raises(TokenInvalid):
        await callers.confirm(person)


async def test_checking_a_caller_takes_one_round_trip(
    party: ServiceHarness, chief: AccountHolder, transport: RecordingTransport
) -> None:
    transport.forget()
    await party.service.callers.confirm(chief)
    assert sorted(transport.names) == ["get Accounts", "get Accounts"]
    assert transport.round_trips == 1


async def test_a_request_reads_while_its_caller_is_checked(
    party: ServiceHarness, chief: AccountHolder, transport: RecordingTransport
) -> None:
    transport.forget()
    await party.service.account_lookup.account_of(chief.handle, by=chief)
    assert sorted(transport.names[:3]) == ["get Accounts", "get Accounts", "query Accounts"]
    assert transport.names[3:] == ["insert AuditOutbox"]
    assert transport.round_trips == 2
    transport.forget()
    await party.service.credentials.own_account(chief)
    assert sorted(transport.names) == ["get Accounts", "query Accounts"]
    assert transport.round_trips == 1
