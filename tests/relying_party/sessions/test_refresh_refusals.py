"""A session ends with its credential or its account, at any time and for any cause."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from shared.errors import AuthenticationRejected, ConcurrentUse, NotPermitted, TokenInvalid
from shared.relying_party.sessions.token_issuer import Tokens
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import ADMINISTRATOR, account, handle_of, holder
from tests.harness.service_harness import ServiceHarness, new_authenticator
from tests.no_event import NO_EVENT
from tests.storage_faults import meeting
from tests.storage_transport import Call, Fault, RecordingTransport, Send

type End = Callable[[ServiceHarness, Tokens], Awaitable[object]]


@pytest.fixture
async def signed_in(party: ServiceHarness, alices: SoftAuthenticator) -> Tokens:
    await party.register(alices, "alice")
    return (await party.sign_in(alices)).tokens


async def _refresh(party: ServiceHarness, tokens: Tokens) -> Tokens:
    return await party.refresh(tokens.refresh_token)


async def _remove(party: ServiceHarness, tokens: Tokens) -> None:
    owner = await holder(party, tokens.access_token)
    (record,) = (await account(party)).records
    await party.service.credentials.remove_own(owner, record.id, even_the_last=True)


async def _remove_as_administrator(party: ServiceHarness, _tokens: Tokens) -> None:
    (record,) = (await account(party)).records
    await party.service.credentials.remove_of(await handle_of(party), record.id, by=ADMINISTRATOR)


async def _suspend_credential(party: ServiceHarness, _tokens: Tokens) -> None:
    (record,) = (await account(party)).records
    await party.service.credentials.suspend_credential(
        await handle_of(party), record.id, suspended=True, by=ADMINISTRATOR
    )


async def _suspend_account(party: ServiceHarness, _tokens: Tokens) -> None:
    await party.service.credentials.suspend_account(
        await handle_of(party), suspended=True, by=ADMINISTRATOR
    )


async def _remove_and_crash(party: ServiceHarness, _tokens: Tokens) -> None:
    """Only the commit: the process ends before it comes to the sessions."""
    owner = await account(party)
    assert await party.stores.accounts.remove_credential(
        owner, owner.credentials[0], event=NO_EVENT
    )


async def _suspend_credential_and_crash(party: ServiceHarness, _tokens: Tokens) -> None:
    """Tried again where a sign-in has just changed the record."""
    accounts, suspended = party.stores.accounts, False
    while not suspended:
        (stored,) = (await account(party)).credentials
        suspended = await accounts.change_credential(stored, suspended=True, event=NO_EVENT)


async def _suspend_account_and_crash(party: ServiceHarness, _tokens: Tokens) -> None:
    owner = await account(party)
    suspended = replace(owner.account, suspended=True)
    assert await party.stores.accounts.change_account(owner, suspended, event=NO_EVENT)


THOROUGH: dict[str, End] = {
    "removed": _remove,
    "removed-by-administrator": _remove_as_administrator,
    "credential-suspended": _suspend_credential,
    "account-suspended": _suspend_account,
}
CUT_SHORT: dict[str, End] = {
    "removed-and-crashed": _remove_and_crash,
    "credential-suspended-and-crashed": _suspend_credential_and_crash,
    "account-suspended-and-crashed": _suspend_account_and_crash,
}
ENDS = THOROUGH | CUT_SHORT


@pytest.mark.parametrize("end", THOROUGH.values(), ids=THOROUGH.keys())
async def test_the_session_ends_immediately(
    party: ServiceHarness, signed_in: Tokens, end: End
) -> None:
    await end(party, signed_in)
    assert not await party.keeps_session(signed_in)


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
async def test_the_next_refresh_is_refused_and_leaves_no_session(
    party: ServiceHarness, signed_in: Tokens, end: End
) -> None:
    await end(party, signed_in)
    with pytest.raises(TokenInvalid):
        await _refresh(party, signed_in)
    assert not await party.keeps_session(signed_in)


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
async def test_the_access_token_is_refused(
    party: ServiceHarness, signed_in: Tokens, end: End
) -> None:
    introspect = party.service.introspection.introspect
    assert await introspect(signed_in.access_token, by=ADMINISTRATOR) is not None
    await end(party, signed_in)
    assert await introspect(signed_in.access_token, by=ADMINISTRATOR) is None


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
async def test_a_concurrent_refresh_does_not_keep_the_session(
    party: ServiceHarness, signed_in: Tokens, transport: RecordingTransport, end: End
) -> None:
    """The end comes after the refresh has read, and before it writes."""
    transport.fault = _first(lambda: end(party, signed_in), before="transact Accounts")
    refreshed = await asyncio.gather(_refresh(party, signed_in), return_exceptions=True)
    transport.fault = None
    for tokens in (signed_in, *refreshed):
        if isinstance(tokens, Tokens):
            with pytest.raises(TokenInvalid):
                await _refresh(party, tokens)
    assert not await party.keeps_session(signed_in)


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize("step", [0, 1], ids=["synced", "counting"])
async def test_a_concurrent_sign_in_does_not_open_a_lasting_session(
    party: ServiceHarness, transport: RecordingTransport, step: int, end: End
) -> None:
    """The end comes after the sign-in has read the record, and before it opens the session."""
    key = new_authenticator(sign_count_step=step)
    await party.register(key, "alice")
    before = (await party.sign_in(key)).tokens
    response = key.get(await party.begin_authentication("alice"))
    transport.fault = _first(lambda: end(party, before), before="transact Accounts")
    try:
        tokens = (await party.finish_authentication(response)).tokens
    except ConcurrentUse:
        tokens = None
    transport.fault = None
    if tokens is not None:
        with pytest.raises(TokenInvalid):
            await _refresh(party, tokens)
    handle = before.session.sign_in.user_handle
    left = await party.service.sessions.of_account(handle)
    assert {each.id for each in left} <= {before.session.id}
    used = await party.begin_authentication()
    with pytest.raises(AuthenticationRejected):
        await party.finish_authentication(key.get(used, credential=key.latest))


async def test_two_tabs_that_refresh_concurrently_get_one_answer(
    party: ServiceHarness, signed_in: Tokens, transport: RecordingTransport
) -> None:
    """Both have read the session when the first of them rotates it."""
    transport.fault = meeting(2, "transact Accounts")
    first, second = await asyncio.gather(_refresh(party, signed_in), _refresh(party, signed_in))
    assert first.refresh_token == second.refresh_token != signed_in.refresh_token


def _first(act: Callable[[], Awaitable[object]], *, before: str) -> Fault:
    """Act once, when a call of that name is about to be sent."""
    pending = [before]

    async def fault(call: Call, send: Send) -> object:
        if call.name in pending:
            pending.remove(call.name)
            await act()
        return await send()

    return fault


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
async def test_a_registration_begun_before_adds_no_key(
    party: ServiceHarness, signed_in: Tokens, end: End
) -> None:
    """The finder of a lost key may have begun while it was valid."""
    response = new_authenticator().create(
        await party.begin_registration(None, token=signed_in.access_token)
    )
    await end(party, signed_in)
    with pytest.raises((TokenInvalid, NotPermitted)):
        await party.finish_registration(response)
