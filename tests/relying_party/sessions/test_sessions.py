"""Refresh tokens, from the sign-in to the end of the session, on a clock that the test sets."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from shared.accounts.names import read_username
from shared.accounts.roles import Role
from shared.errors import TokenInvalid
from shared.keys.signing_key import SigningKey
from shared.recording.actors import SERVICE
from shared.relying_party.callers.client import Client
from shared.relying_party.sessions.token_issuer import Tokens
from shared.sessions.access_token import AccessToken
from shared.sessions.rotation import MOST_RETRIES
from shared.sessions.session import hash_credential
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import ADMINISTRATOR
from tests.harness.record import record
from tests.harness.service_harness import CLIENT, Clock, ServiceHarness, new_authenticator
from tests.no_event import NO_EVENT
from tests.sessions.claims import claims_of
from tests.storage_faults import after, once
from tests.storage_transport import RecordingTransport, Storage

IDLE, ABSOLUTE = timedelta(hours=1), timedelta(days=1)
GRACE = timedelta(seconds=10)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
async def signed_in(party: ServiceHarness, alices: SoftAuthenticator) -> Tokens:
    await party.register(alices, "alice")
    return (await party.sign_in(alices)).tokens


async def _refresh(party: ServiceHarness, tokens: Tokens) -> Tokens:
    return await party.refresh(tokens.refresh_token)


async def _read(party: ServiceHarness, tokens: Tokens) -> AccessToken:
    return await party.service.bearer_authentication.read_own(tokens.access_token)


async def _assert_over(party: ServiceHarness, tokens: Tokens) -> None:
    with pytest.raises(TokenInvalid):
        await _refresh(party, tokens)
    assert not await party.keeps_session(tokens)


class Ticking(Clock):
    """A clock on which every step takes a second."""

    def __call__(self) -> datetime:
        self.advance(seconds=1)
        return self.now


async def test_a_token_is_valid_for_its_stated_lifetime_after_a_slow_answer(
    storage: Storage, signing_key: SigningKey, alices: SoftAuthenticator
) -> None:
    party = ServiceHarness(storage, Ticking(), signing_key)
    await party.warm()
    await party.register(alices, "alice")
    tokens = (await party.sign_in(alices)).tokens
    claims = claims_of(tokens.access_token)
    assert claims["exp"] - claims["iat"] == tokens.expires_in


async def test_a_session_lives_until_its_idle_time_is_up(
    party: ServiceHarness, signed_in: Tokens, clock: Clock
) -> None:
    clock.now += IDLE - MOMENT
    later = await _refresh(party, signed_in)
    clock.now += IDLE - MOMENT
    later = await _refresh(party, later)
    clock.now += IDLE
    await _assert_over(party, later)


async def test_use_does_not_extend_a_session_beyond_its_absolute_lifetime(
    party: ServiceHarness, signed_in: Tokens, clock: Clock
) -> None:
    tokens, end = signed_in, clock.now + ABSOLUTE
    while clock.now + IDLE < end:
        clock.now += IDLE - MOMENT
        tokens = await _refresh(party, tokens)
    clock.now = end - MOMENT
    tokens = await _refresh(party, tokens)
    assert tokens.refresh_expires_in == 0
    clock.now = end
    await _assert_over(party, tokens)


async def test_the_answer_has_the_lifetime_of_the_refresh_token(
    party: ServiceHarness, signed_in: Tokens, clock: Clock
) -> None:
    assert signed_in.refresh_expires_in == IDLE.total_seconds()
    clock.now += timedelta(minutes=59)
    assert (await _refresh(party, signed_in)).refresh_expires_in == IDLE.total_seconds()


async def test_a_spent_token_gets_its_successor_during_the_grace_period(
    party: ServiceHarness, signed_in: Tokens, clock: Clock
) -> None:
    successor = await _refresh(party, signed_in)
    clock.now += GRACE
    again = await _refresh(party, signed_in)
    assert again.refresh_token == successor.refresh_token
    await _refresh(party, again)


async def test_a_spent_token_ends_the_session_once_its_successor_was_used(
    party: ServiceHarness, signed_in: Tokens, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    successor = await _refresh(party, signed_in)
    clock.now += GRACE + MOMENT
    latest = await _refresh(party, successor)
    with caplog.at_level(logging.WARNING, "touchstone.sessions"):
        await _assert_over(party, signed_in)
    assert "a used refresh token was presented" in caplog.text
    assert signed_in.refresh_token not in caplog.text
    await _assert_over(party, latest)


@pytest.mark.parametrize("late", [GRACE + MOMENT, timedelta(minutes=59)])
async def test_a_client_that_lost_the_answer_can_retry_at_any_time(
    party: ServiceHarness, signed_in: Tokens, clock: Clock, late: timedelta
) -> None:
    lost = await _refresh(party, signed_in)
    for _ in range(3):
        clock.now += late
        again = await _refresh(party.restarted(), signed_in)
        assert again.refresh_token != lost.refresh_token
    clock.now += late
    latest = await _refresh(party, again)
    await _refresh(party, latest)


async def test_a_stolen_token_is_detected_at_the_next_refresh(
    party: ServiceHarness, signed_in: Tokens, clock: Clock
) -> None:
    """A thief presents what the owner presented some time before."""
    owners = await _refresh(party, signed_in)
    clock.advance(minutes=1)
    thiefs = await _refresh(party, signed_in)
    clock.advance(minutes=4)
    owners = await _refresh(party, owners)
    clock.advance(minutes=1)
    await _assert_over(party, thiefs)
    await _assert_over(party, owners)


async def test_a_delayed_retry_counts_from_the_time_of_its_arrival(
    party: ServiceHarness, signed_in: Tokens, clock: Clock, transport: RecordingTransport
) -> None:
    """A slow instance must not number anew what the client got from a faster one since."""

    async def slow() -> None:
        taken.append(await _refresh(party.restarted(), signed_in))
        clock.advance(minutes=2)

    taken: list[Tokens] = []
    transport.fault = once(after(slow), "transact Accounts")
    assert (await _refresh(party, signed_in)).refresh_token == taken[0].refresh_token


async def test_a_token_reused_from_another_address_is_recorded(
    party: ServiceHarness, signed_in: Tokens, caplog: pytest.LogCaptureFixture
) -> None:
    await _refresh(party, signed_in)
    await _refresh(party, signed_in)
    party.client = Client(address="192.0.2.7", user_agent="tests")
    with caplog.at_level(logging.WARNING, "touchstone.sessions"):
        await _refresh(party, signed_in)
    assert "from another address or user agent" in caplog.text
    same, other = (await record(party))[-2:]
    assert (same["kind"], same["facts"]) == ("token.refreshed", {"again": True})
    assert (other["kind"], other["facts"]) == (
        "token.refreshed",
        {"again": True, "elsewhere": True},
    )


async def test_a_spent_token_from_another_browser_ends_the_session(
    party: ServiceHarness, signed_in: Tokens, clock: Clock
) -> None:
    """Tabs share one browser. Otherwise a thief who follows within seconds is never detected."""
    latest = await _refresh(party, signed_in)
    clock.now += GRACE - MOMENT
    party.client = Client(address=None, user_agent="thief")
    await _assert_over(party, signed_in)
    party.client = CLIENT
    await _assert_over(party, latest)
    events = [event for event in await record(party) if event["kind"] == "token.reused"]
    assert [event["reason"] for event in events] == ["token_reused"]


async def test_a_retry_after_a_lost_answer_may_come_from_another_browser(
    party: ServiceHarness, signed_in: Tokens, clock: Clock
) -> None:
    """The browser may have been updated meanwhile."""
    await _refresh(party, signed_in)
    clock.now += GRACE + MOMENT
    party.client = Client(address=None, user_agent="tests, updated")
    await _refresh(party, await _refresh(party, signed_in))


async def test_the_second_last_token_ends_the_session_during_the_grace_period(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    latest = await _refresh(party, await _refresh(party, signed_in))
    await _assert_over(party, signed_in)
    await _assert_over(party, latest)


async def test_too_many_retries_of_one_token_end_the_session_without_an_alarm(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    """Otherwise a thief could exchange one token for ever without use of the new ones."""
    strict = party.restarted(REFRESH_GRACE_SECONDS="0", RATE_LIMITS="token.session=off")
    await _refresh(strict, signed_in)
    for _ in range(MOST_RETRIES):
        party.clock.now += MOMENT
        latest = await _refresh(strict, signed_in)
    party.clock.now += MOMENT
    await _assert_over(strict, signed_in)
    await _assert_over(strict, latest)
    events = [event for event in await record(party) if event["outcome"] == "failure"]
    assert [(each["kind"], each["reason"]) for each in events] == [
        ("token.refreshed", "retried_too_often"),
        ("token.refreshed", "session_unknown"),
    ]


async def test_without_grace_each_retry_gets_another_token(
    party: ServiceHarness, signed_in: Tokens, clock: Clock
) -> None:
    strict = party.restarted(REFRESH_GRACE_SECONDS="0")
    first = await _refresh(strict, signed_in)
    clock.now += MOMENT
    second = await _refresh(strict, signed_in)
    assert first.refresh_token != second.refresh_token
    await _refresh(strict, first)
    await _assert_over(strict, second)


async def test_a_session_id_without_a_secret_cannot_end_the_session(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    token = await party.read_refresh(signed_in.refresh_token)
    forged = await party.seal_refresh(replace(token, secret=b"\x5a" * 32))
    with pytest.raises(TokenInvalid):
        await party.refresh(forged)
    await party.service.revocation.revoke(forged)
    await _refresh(party, signed_in)


async def test_a_session_id_without_a_token_cannot_use_its_limit(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    """Access tokens contain the session ID, so each receiver of a token knows it."""
    limited = party.restarted(RATE_LIMITS="token.session=2/1d")
    token = await party.read_refresh(signed_in.refresh_token)
    made_up = replace(token, secret=b"\x5a" * 32).encode(service_key=bytes(32))
    for _ in range(3):
        with pytest.raises(TokenInvalid):
            await limited.refresh(made_up)
    await _refresh(limited, signed_in)


async def test_a_token_is_valid_only_for_the_credential_of_its_session(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    """Otherwise a session of a removed credential could continue with another one."""
    second = new_authenticator()
    await party.register(second, "alice", token=signed_in.access_token)
    token = await party.read_refresh(signed_in.refresh_token)
    other = hash_credential(second.latest.id)
    changed = await party.seal_refresh(replace(token, credential_hash=other))
    with pytest.raises(TokenInvalid):
        await party.refresh(changed)
    assert not await party.keeps_session(signed_in)


@pytest.mark.parametrize("change", [{"locator": bytes(16)}, {"session_id": bytes(16)}])
async def test_a_token_finds_only_its_own_session(
    party: ServiceHarness, signed_in: Tokens, change: dict[str, bytes]
) -> None:
    token = await party.read_refresh(signed_in.refresh_token)
    changed = await party.seal_refresh(replace(token, **change))  # type: ignore[arg-type]
    with pytest.raises(TokenInvalid):
        await party.refresh(changed)
    await _refresh(party, signed_in)


async def test_a_refreshed_token_has_the_time_of_the_sign_in(
    party: ServiceHarness, signed_in: Tokens, clock: Clock
) -> None:
    first = await _read(party, signed_in)
    assert first.auth_time == clock.now
    tokens = signed_in
    for _ in range(3):
        clock.advance(minutes=50)
        tokens = await _refresh(party, tokens)
        token = await _read(party, tokens)
        assert replace(token, expires_at=first.expires_at) == first
        assert token.expires_at == clock.now + timedelta(minutes=5)


async def test_a_sign_in_without_verification_stays_one(
    party: ServiceHarness, clock: Clock
) -> None:
    preferring = party.restarted(USER_VERIFICATION="preferred")
    key = new_authenticator()
    key.user_verification = False
    await preferring.register(key, "bob")
    tokens = (await preferring.sign_in(key)).tokens
    clock.advance(minutes=1)
    token = await _read(preferring, await _refresh(preferring, tokens))
    assert (token.aal, token.amr) == (1, ("pop", "user"))


async def test_roles_follow_the_account(party: ServiceHarness, signed_in: Tokens) -> None:
    accounts, provisioning = party.stores.accounts, party.service.provisioning
    for roles in (frozenset({Role.AUDIT_READ}), frozenset[Role]()):
        owner = await provisioning.find(read_username("alice"))
        assert owner is not None
        assert await accounts.change_account(
            owner, replace(owner.account, roles=roles), event=NO_EVENT
        )
        signed_in = await _refresh(party, signed_in)
        assert (await _read(party, signed_in)).roles == roles


async def test_a_spent_token_of_an_ended_session_is_only_refused(
    party: ServiceHarness, signed_in: Tokens, caplog: pytest.LogCaptureFixture
) -> None:
    successor = await _refresh(party, signed_in)
    await party.service.revocation.revoke(successor.refresh_token)
    for tokens in (signed_in, successor):
        await _assert_over(party, tokens)
    assert "spent" not in caplog.text


async def test_a_spent_token_can_revoke_its_session(
    party: ServiceHarness, signed_in: Tokens, clock: Clock
) -> None:
    successor = await _refresh(party, signed_in)
    clock.advance(minutes=1)
    await party.service.revocation.revoke(signed_in.refresh_token)
    await _assert_over(party, successor)


async def test_only_the_owner_lists_and_ends_their_sessions(
    party: ServiceHarness, signed_in: Tokens, mallorys: SoftAuthenticator, clock: Clock
) -> None:
    await party.register(mallorys, "mallory")
    mallory = (await party.sign_in(mallorys)).tokens
    clock.advance(seconds=1)
    sessions = party.service.sessions
    handle, mallorys_handle = (each.session.sign_in.user_handle for each in (signed_in, mallory))
    assert [each.id for each in await sessions.of_account(handle)] == [signed_in.session.id]
    assert await sessions.end(mallorys_handle, session_id=signed_in.session.id, by=SERVICE) == 0
    assert await sessions.end(mallorys_handle, by=SERVICE) == 1
    await _refresh(party, signed_in)


async def test_live_sessions_are_listed_with_the_latest_first(
    party: ServiceHarness, signed_in: Tokens, alices: SoftAuthenticator, clock: Clock
) -> None:
    clock.now = datetime.combine(clock.now.date(), datetime.max.time(), clock.now.tzinfo) - IDLE
    first = (await party.sign_in(alices)).tokens.session
    clock.now += IDLE - timedelta(seconds=1)
    second = (await party.sign_in(alices)).tokens.session
    listed = await party.service.sessions.of_account(first.sign_in.user_handle)
    assert [each.id for each in listed] == [second.id, first.id]
    clock.advance(seconds=2)
    listed = await party.service.sessions.of_account(first.sign_in.user_handle)
    assert [each.id for each in listed] == [second.id]


async def test_a_second_tab_gets_the_remaining_idle_time(
    party: ServiceHarness, signed_in: Tokens, clock: Clock
) -> None:
    await _refresh(party, signed_in)
    clock.now += GRACE - MOMENT
    assert (await _refresh(party, signed_in)).refresh_expires_in == (IDLE - GRACE).total_seconds()


@pytest.mark.parametrize("seconds", [6 * 3600, 3 * 86400])
async def test_a_changed_lifetime_setting_keeps_the_rights_of_a_session(
    party: ServiceHarness, signed_in: Tokens, seconds: int
) -> None:
    later = party.restarted(SESSION_SECONDS=str(seconds))
    for tokens in (signed_in, await _refresh(later, signed_in)):
        token = tokens.access_token
        assert await later.service.introspection.introspect(token, by=ADMINISTRATOR)
        await later.begin_registration(None, token=token)


async def test_a_shorter_lifetime_setting_ends_earlier_sessions_too(
    party: ServiceHarness, signed_in: Tokens, clock: Clock
) -> None:
    later = party.restarted(SESSION_SECONDS="1800")
    clock.advance(minutes=30)
    await _assert_over(later, signed_in)
