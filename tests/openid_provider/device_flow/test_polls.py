"""What a device is told, and what its polls cost."""

import asyncio
from dataclasses import replace

import pytest

from shared.accounts.records import CredentialRecord
from shared.errors import AuthorizationDenied, GrantRefused
from shared.openid.clients.client import Client
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import Clock, ServiceHarness
from tests.openid.asking_client import CLIENT
from tests.openid_provider.device_flow.devices import INTERVAL, PSQL, Devices
from tests.sessions.claims import claims_of
from tests.storage_transport import RecordingTransport

KEY = "k" * 43
DB, OTHER_DB = "https://db.example.org", "https://other.example.org"


async def test_a_poll_reads_one_row_and_one_that_is_too_early_none(
    devices: Devices, transport: RecordingTransport, clock: Clock
) -> None:
    asked = await devices.ask()
    transport.forget()
    assert await devices.refusal(asked) == "authorization_pending"
    assert transport.names == ["get AuditOutbox"]
    transport.forget()
    clock.advance(seconds=INTERVAL - 2)
    assert await devices.refusal(asked) == "slow_down"
    clock.advance(seconds=INTERVAL)
    assert await devices.refusal(asked) == "slow_down"
    assert transport.names == []


async def test_the_calls_of_asking_approving_and_redeeming(
    devices: Devices,
    party: ServiceHarness,
    alice: CredentialRecord,
    alices: SoftAuthenticator,
    transport: RecordingTransport,
) -> None:
    transport.forget()
    asked = await devices.ask()
    assert sorted(transport.names) == [
        "insert AuditOutbox",
        "insert RateLimits",
        "query Profiles",  # db:read could be the scope of one; for five seconds they are known
    ]
    shown = await devices.look(asked.user_code)
    transport.forget()
    await devices.approve(shown, alices)
    assert sorted(transport.names) == [
        "get Accounts",
        "get AuditOutbox",
        "transact Accounts",
        "transact AuditOutbox",
        "transact AuditOutbox",
    ]
    transport.forget()
    await devices.poll(asked)
    assert transport.names == ["get AuditOutbox", "query Accounts", "transact AuditOutbox"]


@pytest.mark.parametrize("made_up", ["", "x", "A" * 200, "A" * 20_000])
async def test_a_made_up_code_costs_no_storage_call(
    devices: Devices, transport: RecordingTransport, made_up: str
) -> None:
    transport.forget()
    assert await devices.refusal(made_up) == "invalid_grant"
    assert transport.names == []


async def test_a_code_of_another_client_is_refused_and_still_counts(
    devices: Devices, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    other = replace(PSQL, id="other")
    asked = await devices.ask()
    await devices.approve(await devices.look(asked.user_code), alices)
    assert await devices.refusal(asked, other) == "invalid_grant"
    await devices.poll(asked)


async def test_a_client_without_the_grant_gets_neither_codes_nor_tokens(devices: Devices) -> None:
    with pytest.raises(AuthorizationDenied) as raised:
        await devices.ask(CLIENT)
    assert raised.value.name == "unauthorized_client"
    asked = await devices.ask()
    without = replace(PSQL, grants=frozenset())
    assert await devices.refusal(asked, without) == "unauthorized_client"


async def test_after_five_minutes_the_device_has_to_begin_again(
    devices: Devices, alice: CredentialRecord, alices: SoftAuthenticator, clock: Clock
) -> None:
    asked = await devices.ask()
    await devices.approve(await devices.look(asked.user_code), alices)
    clock.advance(seconds=300)
    await devices.redemption.store.sweep(now=int(clock().timestamp()))
    assert await devices.refusal(asked) == "expired_token"
    clock.advance(minutes=10)
    assert await devices.refusal(asked) == "invalid_grant"


async def test_one_of_many_polls_at_the_same_time_gets_the_tokens(
    devices: Devices, party: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    """Pocket ID had a race here until 2.12.0. Each poll comes to another process."""
    for scope in ("openid", "openid offline_access"):
        client = with_offline_access()
        others = [Devices(party.restarted(), client) for _ in range(6)]
        asked = await others[0].ask(client, scope=scope)
        await others[0].approve(await others[0].look(asked.user_code), alices)
        polls = (each.poll(asked, client) for each in others)
        found = await asyncio.gather(*polls, return_exceptions=True)
        refused = [each.name for each in found if isinstance(each, GrantRefused)]
        assert refused == ["invalid_grant"] * 5


def with_offline_access() -> Client:
    grants = PSQL.grants | CLIENT.grants
    return replace(PSQL, grants=grants, scopes=PSQL.scopes | {"offline_access"})


@pytest.mark.parametrize(
    ("scope", "resources", "error"),
    [
        ("openid db:write", (), "invalid_scope"),
        ("openid", (OTHER_DB,), "invalid_target"),
        ("openid", ("https://touchstone.example/userinfo",), "invalid_target"),
    ],
)
async def test_a_client_asks_for_no_more_than_it_may_have(
    devices: Devices, scope: str, resources: tuple[str, ...], error: str
) -> None:
    with pytest.raises(AuthorizationDenied) as raised:
        await devices.ask(scope=scope, resources=resources)
    assert raised.value.name == error


async def test_the_token_is_for_the_resource_that_was_named(
    party: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator, clock: Clock
) -> None:
    both = replace(PSQL, resources=(DB, OTHER_DB))
    devices = Devices(party, both)
    asked = await devices.ask(both, resources=(OTHER_DB,))
    shown = await devices.look(asked.user_code)
    assert shown.resources == (OTHER_DB,)
    await devices.approve(shown, alices)
    with pytest.raises(GrantRefused) as raised:
        await devices.poll(asked, both, resources=(DB,))
    assert raised.value.name == "invalid_target"
    clock.advance(seconds=INTERVAL)
    tokens = await devices.poll(asked, both, resources=(OTHER_DB,))
    assert claims_of(tokens.access_token)["aud"] == OTHER_DB


async def test_what_the_client_has_lost_since_is_not_given(
    devices: Devices, alice: CredentialRecord, alices: SoftAuthenticator, clock: Clock
) -> None:
    asked = await devices.ask(resources=(DB,))
    await devices.approve(await devices.look(asked.user_code), alices)
    assert await devices.refusal(asked, replace(PSQL, resources=())) == "invalid_target"
    clock.advance(seconds=INTERVAL)
    tokens = await devices.poll(asked, replace(PSQL, scopes=frozenset({"openid"})))
    assert tokens.scope == ("openid",)
    assert claims_of(tokens.access_token)["scope"] == "openid"


async def test_tokens_are_bound_to_the_key_of_the_poll(
    party: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator, clock: Clock
) -> None:
    bound = replace(with_offline_access(), bound_tokens=True)
    devices = Devices(party, bound)
    asked = await devices.ask(bound, scope="openid offline_access")
    await devices.approve(await devices.look(asked.user_code), alices)
    assert await devices.refusal(asked, bound) == "invalid_dpop_proof"
    tokens = await devices.poll(asked, bound, thumbprint=KEY)
    assert claims_of(tokens.access_token)["cnf"] == {"jkt": KEY}
    for thumbprint in (None, "x" * 43):
        with pytest.raises(GrantRefused):
            await devices.refresh(tokens.refresh_token or "", bound, thumbprint=thumbprint)
    later = await devices.refresh(tokens.refresh_token or "", bound, thumbprint=KEY)
    assert claims_of(later.access_token)["auth_time"] == claims_of(tokens.access_token)["auth_time"]
