"""What ends a session or a pass ends the registrations that rest on it, begun ones included."""

from datetime import timedelta

import pytest

from shared.accounts.names import read_username
from shared.errors import ConcurrentUse, TokenInvalid
from shared.principals import AccountHolder
from shared.recording.actors import SERVICE
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import CLIENT, Clock, ServiceHarness, new_authenticator
from tests.storage_faults import after, once
from tests.storage_transport import RecordingTransport

ALICE = read_username("alice")


@pytest.fixture
async def token(party: ServiceHarness, alices: SoftAuthenticator) -> str:
    await party.register(alices, "alice")
    return (await party.sign_in(alices)).tokens.access_token


async def _end_sessions(party: ServiceHarness, token: str) -> None:
    holder = AccountHolder(await party.service.bearer_authentication.read_own(token))
    assert await party.service.sessions.end(holder.handle, by=SERVICE) == 1


async def test_a_token_of_an_ended_session_begins_no_registration(
    party: ServiceHarness, token: str
) -> None:
    await party.begin_registration("alice", token=token)
    await _end_sessions(party, token)
    with pytest.raises(TokenInvalid):
        await party.begin_registration("alice", token=token)


async def test_the_end_of_a_session_ends_its_registration(
    party: ServiceHarness, token: str
) -> None:
    """Otherwise a thief could begin, and finish after the owner has signed out everywhere."""
    thiefs = new_authenticator()
    response = thiefs.create(await party.begin_registration("alice", token=token))
    await _end_sessions(party, token)
    with pytest.raises(TokenInvalid):
        await party.finish_registration(response)
    options = await party.begin_authentication("alice")
    assert len(options["allowCredentials"]) == 1


async def test_a_session_that_ends_before_the_write_stops_its_registration(
    party: ServiceHarness, transport: RecordingTransport, token: str
) -> None:
    response = new_authenticator().create(await party.begin_registration("alice", token=token))
    transport.fault = once(after(lambda: _end_sessions(party, token)), "transact Accounts")
    with pytest.raises(ConcurrentUse):
        await party.finish_registration(response)
    transport.fault = None
    assert len(await party.storage.rows("Accounts", prefix="credential:")) == 1
    assert len(await party.storage.rows("CredentialIds")) == 1


async def test_a_refresh_does_not_stop_a_registration(
    party: ServiceHarness, transport: RecordingTransport, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    tokens = (await party.sign_in(alices)).tokens
    begun = await party.begin_registration("alice", token=tokens.access_token)
    response = new_authenticator().create(begun)
    refresh = after(lambda: party.refresh(tokens.refresh_token))
    transport.fault = once(refresh, "transact Accounts")
    await party.finish_registration(response)
    assert len(await party.storage.rows("Accounts", prefix="credential:")) == 2


async def test_another_session_cannot_finish_the_registration(
    party: ServiceHarness, alices: SoftAuthenticator, token: str
) -> None:
    response = new_authenticator().create(await party.begin_registration("alice", token=token))
    await _end_sessions(party, token)
    await party.sign_in(alices)
    with pytest.raises(TokenInvalid):
        await party.finish_registration(response)


async def test_a_live_session_lets_its_registration_finish(
    party: ServiceHarness, token: str
) -> None:
    response = new_authenticator().create(await party.begin_registration("alice", token=token))
    await party.finish_registration(response)
    assert len((await party.me(token))[1]) == 2


@pytest.mark.parametrize("before_the_end", [timedelta(microseconds=1), timedelta(0)])
async def test_a_registration_finishes_within_the_life_of_its_pass(
    party: ServiceHarness, clock: Clock, before_the_end: timedelta
) -> None:
    issued = await party.service.passes.bootstrap(ALICE)
    assert issued is not None
    clock.now = issued.access_pass.expires_at - timedelta(minutes=1)
    redeemed = await party.service.redeeming.redeem(ALICE, issued.text, client=CLIENT)
    token = await party.service.token_issuer.issue(redeemed)
    response = new_authenticator().create(await party.begin_registration("alice", token=token))
    clock.now = issued.access_pass.expires_at - before_the_end
    if before_the_end:
        await party.finish_registration(response)
    else:
        with pytest.raises(TokenInvalid):
            await party.finish_registration(response)
