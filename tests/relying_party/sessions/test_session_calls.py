"""The exact storage calls of sessions; `test_storage_calls` has those of ceremonies."""

import pytest

from shared.errors import TokenInvalid
from shared.relying_party.sessions.token_issuer import Tokens
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import ADMINISTRATOR
from tests.harness.service_harness import Clock, ServiceHarness
from tests.storage_transport import RecordingTransport

FIND = CREDENTIAL = "get Accounts"
LINK = "get Links"
"""Whether the administrator, whom a provider vouches for, has an account here."""
COUNT, COUNT_ON = "insert RateLimits", "replace RateLimits"
ROTATE = END = "transact Accounts"
LIST = "query Accounts"
NOTICE, SETTLE = "insert AuditOutbox", "replace AuditOutbox"


@pytest.fixture
async def signed_in(
    party: ServiceHarness, alices: SoftAuthenticator, transport: RecordingTransport
) -> Tokens:
    await party.register(alices, "alice")
    tokens = (await party.sign_in(alices)).tokens
    transport.forget()
    return tokens


async def test_a_refresh_takes_four_calls_and_two_round_trips(
    party: ServiceHarness, signed_in: Tokens, transport: RecordingTransport, clock: Clock
) -> None:
    clock.advance(minutes=2)
    await party.refresh(signed_in.refresh_token)
    assert sorted(transport.names) == [CREDENTIAL, FIND, NOTICE, ROTATE]
    assert transport.round_trips == 2


async def test_a_refresh_soon_after_another_one_is_counted_first(
    party: ServiceHarness, signed_in: Tokens, transport: RecordingTransport
) -> None:
    await party.refresh(signed_in.refresh_token)
    assert sorted(transport.names) == [CREDENTIAL, FIND, NOTICE, COUNT, ROTATE]
    assert transport.round_trips == 3


async def test_a_refresh_by_a_second_tab_writes_only_its_count_and_its_event(
    party: ServiceHarness, signed_in: Tokens, transport: RecordingTransport
) -> None:
    await party.refresh(signed_in.refresh_token)
    transport.forget()
    await party.refresh(signed_in.refresh_token)
    assert sorted(transport.names) == [CREDENTIAL, FIND, NOTICE, SETTLE, COUNT_ON]
    assert transport.round_trips == 3


async def test_a_refusal_ends_the_session_in_two_round_trips(
    party: ServiceHarness, signed_in: Tokens, transport: RecordingTransport, clock: Clock
) -> None:
    clock.advance(hours=1)
    with pytest.raises(TokenInvalid):
        await party.refresh(signed_in.refresh_token)
    assert sorted(transport.names) == [CREDENTIAL, FIND, NOTICE, END]
    assert transport.round_trips == 2


@pytest.mark.parametrize("text", ["", "forged", "A" * 175, "A" * 100_000, "é", "\ud800"])
async def test_a_malformed_refresh_token_makes_no_storage_call(
    party: ServiceHarness, signed_in: Tokens, transport: RecordingTransport, text: str
) -> None:
    with pytest.raises(TokenInvalid):
        await party.refresh(text)
    await party.service.revocation.revoke(text)
    assert transport.names == []


async def test_a_refresh_token_is_revoked_in_three_round_trips(
    party: ServiceHarness, signed_in: Tokens, transport: RecordingTransport
) -> None:
    await party.service.revocation.revoke(signed_in.refresh_token)
    assert transport.names == [FIND, NOTICE, END]


async def test_an_access_token_is_revoked_in_three_round_trips(
    party: ServiceHarness, signed_in: Tokens, transport: RecordingTransport
) -> None:
    """The other sessions of the account, which may be many, are not read."""
    await party.service.revocation.revoke(signed_in.access_token)
    assert transport.names == [FIND, NOTICE, END]
    assert transport.round_trips == 3


async def test_introspection_takes_one_round_trip(
    party: ServiceHarness, signed_in: Tokens, transport: RecordingTransport
) -> None:
    await party.service.introspection.introspect(signed_in.access_token, by=ADMINISTRATOR)
    assert sorted(transport.names) == [CREDENTIAL, FIND, LINK]
    assert transport.round_trips == 1


async def test_introspecting_a_foreign_token_makes_no_storage_call(
    party: ServiceHarness, transport: RecordingTransport
) -> None:
    assert await party.service.introspection.introspect("forged", by=ADMINISTRATOR) is None
    assert transport.names == [LINK]


async def test_sessions_are_listed_in_one_round_trip(
    party: ServiceHarness, signed_in: Tokens, transport: RecordingTransport
) -> None:
    await party.service.sessions.of_account(signed_in.session.sign_in.user_handle)
    assert transport.names == [LIST]
    assert transport.round_trips == 1


async def test_suspending_an_account_takes_six_round_trips(
    party: ServiceHarness, signed_in: Tokens, transport: RecordingTransport
) -> None:
    handle = signed_in.session.sign_in.user_handle
    await party.service.credentials.suspend_account(handle, suspended=True, by=ADMINISTRATOR)
    assert sorted(transport.names[:2]) == [LINK, "query Accounts"]
    assert transport.names[2:] == [
        *(NOTICE, "transact Accounts"),
        *(LIST, NOTICE, END),
    ]
    assert transport.round_trips == 6
