"""What a device has, how long, and who can end it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.accounts.records import CredentialRecord
from shared.errors import GrantRefused, TokenInvalid
from shared.recording.actors import SERVICE, user
from shared.storage.openid.device_codes import DeviceCodeStore
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import ADMINISTRATOR
from tests.harness.finders import check_says
from tests.harness.record import record, seal
from tests.harness.service_harness import Clock, ServiceHarness
from tests.openid_provider.device_flow.devices import PERSON, Devices
from tests.openid_provider.device_flow.test_polls import with_offline_access
from tests.sessions.claims import claims_of

type End = Callable[[ServiceHarness, CredentialRecord], Awaitable[object]]

OFFLINE = with_offline_access()
SCOPES = ["openid", "openid offline_access"]


async def _end_all(party: ServiceHarness, alice: CredentialRecord) -> None:
    await party.service.sessions.end(alice.user_handle, by=user(alice.user_handle))


async def _suspend_account(party: ServiceHarness, alice: CredentialRecord) -> None:
    suspend = party.service.credentials.suspend_account
    await suspend(alice.user_handle, suspended=True, by=ADMINISTRATOR)


async def _suspend_credential(party: ServiceHarness, alice: CredentialRecord) -> None:
    await party.service.credentials.suspend_credential(
        alice.user_handle, alice.id, suspended=True, by=ADMINISTRATOR
    )


ENDS = [_end_all, _suspend_account, _suspend_credential]


@pytest.fixture
def devices(party: ServiceHarness) -> Devices:
    return Devices(party, OFFLINE)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("scope", SCOPES)
async def test_what_ends_between_approval_and_poll_gives_no_tokens(
    devices: Devices,
    party: ServiceHarness,
    alice: CredentialRecord,
    alices: SoftAuthenticator,
    end: End,
    scope: str,
) -> None:
    asked = await devices.ask(OFFLINE, scope=scope)
    await devices.approve(await devices.look(asked.user_code), alices)
    await end(party, alice)
    assert await devices.refusal(asked, OFFLINE) == "access_denied"
    assert await party.service.sessions.of_account(alice.user_handle) == []


async def test_what_ends_while_the_tokens_are_made_gives_no_offline_access(
    devices: Devices,
    party: ServiceHarness,
    alice: CredentialRecord,
    alices: SoftAuthenticator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = await devices.ask(OFFLINE, scope="openid offline_access")
    await devices.approve(await devices.look(asked.user_code), alices)
    claim = DeviceCodeStore.claim_with_event

    async def slow(store: DeviceCodeStore, *device: Any, **more: Any) -> bool:  # noqa: ANN401
        claimed = await claim(store, *device, **more)
        await _suspend_account(party, alice)
        return claimed

    monkeypatch.setattr(DeviceCodeStore, "claim_with_event", slow)
    assert await devices.refusal(asked, OFFLINE) == "access_denied"
    assert await party.service.sessions.of_account(alice.user_handle) == []
    (event,) = [each for each in await record(party) if each["kind"] == "device.redeemed"]
    assert event["outcome"] == "failure"
    await seal(party)
    assert await check_says(party) == "tables and log agree\n"


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("scope", SCOPES)
async def test_tokens_of_a_device_end_with_its_session(
    devices: Devices,
    party: ServiceHarness,
    alice: CredentialRecord,
    alices: SoftAuthenticator,
    end: End,
    scope: str,
) -> None:
    asked = await devices.ask(OFFLINE, scope=scope)
    await devices.approve(await devices.look(asked.user_code), alices)
    tokens = await devices.poll(asked, OFFLINE)
    assert await devices.introspection.introspect(tokens.access_token, by=None)
    await end(party, alice)
    assert await devices.introspection.introspect(tokens.access_token, by=None) is None
    with pytest.raises(TokenInvalid):
        await devices.profiles.find(tokens.access_token, thumbprint=None)
    if tokens.refresh_token:
        with pytest.raises(GrantRefused):
            await devices.refresh(tokens.refresh_token, OFFLINE)


async def test_a_device_is_listed_and_ended_alone(
    devices: Devices,
    party: ServiceHarness,
    alice: CredentialRecord,
    alices: SoftAuthenticator,
) -> None:
    """Two connections of psql are two approvals."""
    tokens = []
    for _ in range(2):
        asked = await devices.ask(OFFLINE)
        await devices.approve(await devices.look(asked.user_code), alices)
        tokens.append(await devices.poll(asked, OFFLINE))
    own, other = await party.service.sessions.of_account(alice.user_handle)
    assert own.user_agent == other.user_agent == "psql"
    assert len({claims_of(each.access_token)["sid"] for each in tokens}) == 2
    await party.service.sessions.end_one(own, by=SERVICE)
    left = [await devices.introspection.introspect(t.access_token, by=None) for t in tokens]
    assert [each is None for each in left].count(True) == 1


async def test_a_client_gives_its_token_back(
    devices: Devices, party: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    asked = await devices.ask(OFFLINE)
    await devices.approve(await devices.look(asked.user_code), alices)
    tokens = await devices.poll(asked, OFFLINE)
    await devices.revocation.revoke(tokens.access_token, OFFLINE)
    assert await party.service.sessions.of_account(alice.user_handle) == []


async def test_without_offline_access_it_ends_soon_after_the_token(
    devices: Devices,
    party: ServiceHarness,
    alice: CredentialRecord,
    alices: SoftAuthenticator,
    clock: Clock,
) -> None:
    asked = await devices.ask(OFFLINE)
    await devices.approve(await devices.look(asked.user_code), alices)
    clock.advance(seconds=200)
    tokens = await devices.poll(asked, OFFLINE)
    clock.advance(seconds=tokens.expires_in - 1)
    assert await devices.profiles.find(tokens.access_token, thumbprint=None)
    clock.advance(seconds=101)
    assert await party.service.sessions.of_account(alice.user_handle) == []


async def test_offline_access_lasts_as_long_as_a_session_does(
    devices: Devices, alice: CredentialRecord, alices: SoftAuthenticator, clock: Clock
) -> None:
    asked = await devices.ask(OFFLINE, scope="openid offline_access")
    await devices.approve(await devices.look(asked.user_code), alices)
    tokens = await devices.poll(asked, OFFLINE)
    clock.advance(minutes=45)
    later = await devices.refresh(tokens.refresh_token or "", OFFLINE)
    assert later.scope == ("openid", "offline_access")
    assert claims_of(later.access_token)["sid"] == claims_of(tokens.access_token)["sid"]


async def test_tables_and_log_agree_about_devices(
    devices: Devices, party: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    for scope in SCOPES:
        asked = await devices.ask(OFFLINE, scope=scope)
        await devices.approve(await devices.look(asked.user_code), alices)
        tokens = await devices.poll(asked, OFFLINE)
    await devices.refresh(tokens.refresh_token or "", OFFLINE)
    rejected = await devices.ask(OFFLINE)
    shown = await devices.look(rejected.user_code)
    await devices.deciding.reject(shown.review, by=None, client=PERSON)
    never = await devices.ask(OFFLINE)
    await devices.approve(await devices.look(never.user_code), alices)
    await seal(party)
    assert await check_says(party) == "tables and log agree\n"


async def test_sessions_and_rows_of_devices_are_removed_when_they_are_over(
    devices: Devices, party: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    asked = await devices.ask(OFFLINE)
    waits = await devices.ask(OFFLINE)
    await devices.approve(await devices.look(asked.user_code), alices)
    await record(party)
    until = party.clock.now + timedelta(hours=1)
    await party.service.sweeping.remove("expired device codes", until=until)
    assert len(await party.storage.rows("AuditOutbox", prefix="~device:")) == 2
    await devices.poll(asked, OFFLINE)
    await devices.look(waits.user_code)
    party.clock.advance(days=400)
    party.storage.transport.ahead += timedelta(days=400)
    until = party.clock.now + timedelta(hours=1)
    await party.service.sweeping.remove("expired device codes", until=until)
    assert await party.storage.rows("AuditOutbox", prefix="~device:") == []
    await party.service.ended_sessions.remove(until=until)
    assert await party.storage.rows("Accounts", prefix="session:") == []


@pytest.mark.parametrize("scope", SCOPES)
async def test_no_token_of_a_device_outlives_the_longest_session(
    party: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator, scope: str
) -> None:
    slow = replace(OFFLINE, token_lifetime=timedelta(minutes=15))
    devices = Devices(party.restarted(SESSION_SECONDS="300"), slow)
    asked = await devices.ask(slow, scope=scope)
    await devices.approve(await devices.look(asked.user_code), alices)
    party.clock.advance(seconds=60)
    assert (await devices.poll(asked, slow)).expires_in == 240
