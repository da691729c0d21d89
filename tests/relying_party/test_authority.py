"""What ends a session or a pass ends the registrations that rest on it, begun ones included."""

import pytest

from shared.errors import TokenInvalid
from shared.relying_party.principals import AccountHolder
from tests.authenticator import SoftAuthenticator
from tests.relying_party.party import Party, new_authenticator


@pytest.fixture
async def token(party: Party, alices: SoftAuthenticator) -> str:
    await party.register(alices, "alice")
    return (await party.sign_in(alices)).tokens.access_token


async def _end_sessions(party: Party, token: str) -> None:
    holder = AccountHolder(await party.service.entry.read_own(token))
    assert await party.service.sessions.end(holder.handle) == 1


async def test_a_token_of_an_ended_session_begins_no_registration(party: Party, token: str) -> None:
    await party.begin_registration("alice", token=token)
    await _end_sessions(party, token)
    with pytest.raises(TokenInvalid):
        await party.begin_registration("alice", token=token)


async def test_a_registration_does_not_outlive_the_session_that_began_it(
    party: Party, token: str
) -> None:
    """Else a thief could begin, and finish after the owner has signed out everywhere."""
    thiefs = new_authenticator()
    response = thiefs.create(await party.begin_registration("alice", token=token))
    await _end_sessions(party, token)
    with pytest.raises(TokenInvalid):
        await party.finish_registration(response)
    options = await party.begin_authentication("alice")
    assert len(options["allowCredentials"]) == 1


async def test_another_session_of_the_account_does_not_stand_in(
    party: Party, alices: SoftAuthenticator, token: str
) -> None:
    response = new_authenticator().create(await party.begin_registration("alice", token=token))
    await _end_sessions(party, token)
    await party.sign_in(alices)
    with pytest.raises(TokenInvalid):
        await party.finish_registration(response)


async def test_a_session_that_goes_on_changes_nothing(party: Party, token: str) -> None:
    response = new_authenticator().create(await party.begin_registration("alice", token=token))
    await party.finish_registration(response)
    assert len((await party.me(token))[1]) == 2
