"""Whenever a session ends, all clients that it was used for are noted, in whatever way it ends."""

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from devhost.process import REPOSITORY
from shared.accounts.handles import locate_handle
from shared.audit.event import Kind
from shared.errors import GrantRefused, TokenInvalid
from shared.principals import AccountHolder
from shared.recording.actors import SERVICE
from shared.sessions.client_use import MOST
from shared.sessions.logout_notice import LogoutNotice
from tests.harness.administrators import ADMINISTRATOR
from tests.harness.record import record
from tests.no_event import NO_EVENT
from tests.openid.asking_client import CLIENT, client
from tests.openid_provider.logout.conftest import Visit
from tests.storage_faults import after, once
from tests.storage_transport import RecordingTransport

OFFLINE = "openid offline_access"

type Way = Callable[[Visit], Awaitable[object]]


async def _holder(visit: Visit) -> AccountHolder:
    return AccountHolder(await visit.provider.token(visit.signed_in))


async def _all_on_the_page(visit: Visit) -> None:
    await visit.party.service.own_sessions.end(await _holder(visit))


async def _one_on_the_page(visit: Visit) -> None:
    own = visit.party.service.own_sessions
    await own.end(await _holder(visit), session_id=visit.session_id)


async def _logout(visit: Visit) -> None:
    token = await visit.provider.token(visit.signed_in)
    await visit.party.service.signing_out.go_on(None, confirmed=True, token=token)


async def _revoked_access_token(visit: Visit) -> None:
    await visit.party.service.revocation.revoke(visit.signed_in.access_token)


async def _revoked_refresh_token(visit: Visit) -> None:
    await visit.party.service.revocation.revoke(visit.signed_in.refresh_token)


async def _suspended_account(visit: Visit) -> None:
    credentials = visit.party.service.credentials
    await credentials.suspend_account(visit.handle, suspended=True, by=ADMINISTRATOR)


async def _credential_id(visit: Visit) -> bytes:
    _, records = await visit.party.me(visit.signed_in.access_token)
    return records[0].id


async def _suspended_credential(visit: Visit) -> None:
    await visit.party.service.credentials.suspend_credential(
        visit.handle, await _credential_id(visit), suspended=True, by=ADMINISTRATOR
    )


async def _removed_credential(visit: Visit) -> None:
    credentials, credential = visit.party.service.credentials, await _credential_id(visit)
    await credentials.remove_own(await _holder(visit), credential, even_the_last=True)


async def _removed_by_administrator(visit: Visit) -> None:
    credentials, credential = visit.party.service.credentials, await _credential_id(visit)
    await credentials.remove_of(visit.handle, credential, by=ADMINISTRATOR)


async def _stolen_refresh_token(visit: Visit) -> None:
    stolen = visit.signed_in.refresh_token
    thiefs = await visit.party.refresh(stolen)
    await visit.party.refresh(thiefs.refresh_token)
    with pytest.raises(TokenInvalid):
        await visit.party.refresh(stolen)


async def _retried_too_often(visit: Visit) -> None:
    for _ in range(30):
        visit.party.clock.advance(minutes=2)
        with suppress(TokenInvalid):
            await visit.party.refresh(visit.signed_in.refresh_token)


async def _credential_is_gone(visit: Visit) -> None:
    """The process stopped before it ended the sessions."""
    party = visit.party
    stored = await party.stores.accounts.find_credential_by_hash(
        locate_handle(visit.handle), visit.signed_in.session.sign_in.credential_hash
    )
    owner = await party.stores.accounts.find_account(visit.handle)
    assert stored is not None
    assert owner is not None
    await party.stores.accounts.remove_credential(owner, stored, event=NO_EVENT)


async def _swept(visit: Visit) -> None:
    await _credential_is_gone(visit)
    now = int(visit.party.clock().timestamp())
    for _ in range(200):  # it looks at a place that chance gives
        await visit.party.service.stray_sessions.sweep(now=now)


async def _refreshed_without_credential(visit: Visit) -> None:
    await _credential_is_gone(visit)
    with pytest.raises(TokenInvalid):
        await visit.party.refresh(visit.signed_in.refresh_token)


WAYS: dict[str, Way] = {
    way.__name__.strip("_"): way
    for way in (
        *(_all_on_the_page, _one_on_the_page, _logout),
        *(_revoked_access_token, _revoked_refresh_token),
        *(_suspended_account, _suspended_credential),
        *(_removed_credential, _removed_by_administrator),
        *(_stolen_refresh_token, _retried_too_often, _swept, _refreshed_without_credential),
    )
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
async def test_each_way_to_end_a_session_notes_its_clients(visit: Visit, way: Way) -> None:
    for client_id in ("app", "mail"):
        await visit.use(client_id)
    await way(visit)
    assert not await visit.party.keeps_session(visit.signed_in)
    found = await visit.noted()
    assert sorted(each.client_id for each in found) == ["app", "mail"]
    assert {(each.user_handle, each.known_as) for each in found} == {
        (visit.handle, visit.session_id)
    }


def test_no_other_place_ends_sessions() -> None:
    """A new one would forget the clients."""
    for path in (REPOSITORY / "shared").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"(\w+): SessionStore\b", text):
            ends = re.search(rf"\b_?{name}\.(end|end_unchanged)\b", text)
            assert ends is None or path.name == "ending.py", path


async def test_a_session_that_is_over_is_no_logout(visit: Visit) -> None:
    """Clients have times of their own."""
    await visit.use()
    visit.party.clock.advance(days=400)
    with pytest.raises(TokenInvalid):
        await visit.party.refresh(visit.signed_in.refresh_token)
    assert not await visit.party.keeps_session(visit.signed_in)
    assert await visit.noted() == []


async def test_a_client_that_comes_while_the_session_ends_is_noted(visit: Visit) -> None:
    await visit.use("app")
    transport = visit.party.storage.transport
    # Both sides of the notices are tried: before they are written, and after.
    transport.fault = once(after(lambda: visit.use("mail")), "put Logouts")
    await _all_on_the_page(visit)
    assert not await visit.party.keeps_session(visit.signed_in)
    assert await visit.noted_clients() == ["app", "mail"]


async def test_a_client_that_comes_after_the_notices_is_noted(
    visit: Visit, transport: RecordingTransport
) -> None:
    transport.fault = once(after(lambda: visit.use("mail")), "transact Accounts")
    await _all_on_the_page(visit)
    assert not await visit.party.keeps_session(visit.signed_in)
    assert await visit.noted_clients() == ["mail"]


async def test_whoever_uses_a_session_all_the_time_does_not_keep_it(
    visit: Visit, transport: RecordingTransport
) -> None:
    await visit.use("app")
    tokens = visit.signed_in
    refreshing = False

    async def fault(call: object, send: Callable[[], Awaitable[object]]) -> object:
        nonlocal tokens, refreshing
        if getattr(call, "name", "") == "transact Accounts" and not refreshing:
            refreshing = True
            with suppress(TokenInvalid):
                tokens = await visit.party.refresh(tokens.refresh_token)
            refreshing = False
        return await send()

    transport.fault = fault
    await _all_on_the_page(visit)
    transport.fault = None
    assert not await visit.party.keeps_session(visit.signed_in)
    assert await visit.noted_clients() == ["app"]


async def test_the_oldest_client_is_noted_when_there_are_too_many(visit: Visit) -> None:
    for number in range(MOST):
        made = client(id=f"c{number}")
        visit.provider.registered.clients[made.id] = made
        await visit.use(made.id)
    assert await visit.noted() == []
    await visit.use("app")
    assert await visit.noted_clients() == ["c0"]


async def test_a_client_that_loses_its_access_is_noted(visit: Visit) -> None:
    """The session goes on, and so do the others."""
    for client_id in ("app", "mail"):
        await visit.use(client_id)
    ended = await visit.provider.access.end(visit.handle, visit.session_id, "app", by=SERVICE)
    assert ended
    (notice,) = await visit.noted()
    assert notice.client_id == "app"
    stored = await visit.party.stores.sessions.find_again(visit.signed_in.session)
    assert stored is not None
    assert not notice.is_unfounded(stored.session)


async def test_a_code_that_is_used_twice_is_noted(visit: Visit) -> None:
    code = await visit.provider.code(visit.signed_in)
    await visit.provider.redeem(code)
    with pytest.raises(GrantRefused):
        await visit.provider.redeem(code)
    assert await visit.noted_clients() == ["app"]


async def test_offline_access_that_ends_is_noted(visit: Visit) -> None:
    code = await visit.provider.code(visit.signed_in, scope=OFFLINE)
    await visit.provider.redeem(code)
    await _one_on_the_page(visit)
    assert [each.use is None for each in await visit.noted()] == [False]  # it goes on
    await visit.party.service.sessions.end(visit.handle, by=SERVICE)
    own, persons = _own_first(await visit.noted())
    assert (own.client_id, persons.client_id) == ("app", "app")
    assert own.known_as == persons.known_as == visit.session_id


def _own_first(notices: list[LogoutNotice]) -> list[LogoutNotice]:
    return sorted(notices, key=lambda each: each.use or 0)


@pytest.mark.parametrize("scope", ["openid", OFFLINE])
async def test_a_client_is_not_told_what_it_did(visit: Visit, scope: str) -> None:
    """It may give a token back, and go on with the person."""
    code = await visit.provider.code(visit.signed_in, scope=scope)
    tokens = await visit.provider.redeem(code)
    for text in (tokens.refresh_token, tokens.access_token):
        if text:
            await visit.provider.revocation.revoke(text, CLIENT)
    kinds = [event["kind"] for event in await record(visit.party)]
    assert Kind.CLIENT_ACCESS_ENDED in kinds or Kind.SESSION_ENDED in kinds
    assert await visit.noted() == []


async def test_clients_cost_the_end_of_a_session_one_call(
    visit: Visit, transport: RecordingTransport
) -> None:
    await visit.use("app")
    transport.forget()
    await _revoked_refresh_token(visit)
    end = ["get Accounts", "insert AuditOutbox", "put Logouts", "transact Accounts"]
    assert transport.names == end
    assert transport.round_trips == 4


async def test_several_clients_cost_one_call_too(
    visit: Visit, transport: RecordingTransport
) -> None:
    for client_id in ("app", "mail", "others"):
        await visit.use(client_id)
    transport.forget()
    await _revoked_refresh_token(visit)
    assert transport.names.count("transact Logouts") == 1
    assert len(transport.names) == 4
