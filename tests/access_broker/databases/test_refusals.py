"""Who gets no connection, and what the page and psql are told."""

from dataclasses import replace

import pytest

from shared.accounts.records import CredentialRecord
from shared.errors import AuthenticationRejected, AuthorizationDenied, GrantRefused
from shared.errors.access import (
    DatabaseChanged,
    DatabaseClosed,
    DatabaseNotForYou,
    DatabasePasskeyUnfit,
    DatabaseRefused,
)
from shared.openid.clients.client import Client
from shared.openid_provider.device.asking import DeviceAuthorization
from shared.recording.actors import SERVICE
from tests.access.profiles.documents import IDENTITY
from tests.access_broker.databases.conftest import put_into
from tests.access_broker.databases.profiles import BY_GROUP, PSQL, Json, database, settings
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import account
from tests.harness.record import record
from tests.harness.service_harness import ServiceHarness
from tests.no_event import NO_EVENT
from tests.openid_provider.device_flow.devices import Devices

GONE = None
NOT_ALLOWED = "The access profile does not allow this connection."


async def denied(devices: Devices, asked: DeviceAuthorization) -> str:
    """What psql shows to the person."""
    with pytest.raises(GrantRefused) as raised:
        await devices.poll(asked, PSQL)
    assert raised.value.name == "access_denied"
    return raised.value.description


async def last_reason(party: ServiceHarness, kind: str) -> str:
    event = [each for each in await record(party) if each["kind"] == kind][-1]
    assert event["outcome"] == "failure"
    return str(event["reason"])


@pytest.mark.parametrize(
    ("scope", "resources", "client", "error"),
    [
        ("db:orders db:second", (), PSQL, "invalid_scope"),
        ("db:orders other", (), PSQL, "invalid_scope"),
        ("db:orders db:nothing", (), PSQL, "invalid_scope"),
        ("db:nothing", (), PSQL, "invalid_scope"),
        ("DB:orders", (), PSQL, "invalid_scope"),
        ("db:apps", (), PSQL, "invalid_scope"),
        ("db:orders", ("https://second.example.org",), PSQL, "invalid_target"),
        ("db:orders", (), replace(PSQL, bound_tokens=True), "unauthorized_client"),
        ("db:orders", (), replace(PSQL, grants=frozenset()), "unauthorized_client"),
    ],
)
async def test_it_is_refused_before_anybody_is_asked(
    devices: Devices, scope: str, resources: tuple[str, ...], client: Client, error: str
) -> None:
    with pytest.raises(AuthorizationDenied) as raised:
        await devices.ask(client, scope=scope, resources=resources)
    assert raised.value.name == error


async def test_a_scope_that_a_client_has_still_belongs_to_the_profile(devices: Devices) -> None:
    client = replace(PSQL, scopes=frozenset({"db:apps", "db:orders"}))
    with pytest.raises(AuthorizationDenied):
        await devices.ask(client, scope="db:apps")
    asked = await devices.ask(client, scope="db:orders")
    assert (await devices.look(asked.user_code)).database is not None


@pytest.mark.parametrize(
    ("scope", "error", "reason"),
    [
        ("db:bobs", DatabaseNotForYou, "not-listed"),
        ("db:groups", DatabaseNotForYou, "not-listed"),
        ("db:closed", DatabaseClosed, "outside-window"),
        ("db:models", DatabasePasskeyUnfit, "model"),
    ],
)
async def test_who_is_not_admitted_is_told_and_so_is_psql(
    devices: Devices,
    instance: ServiceHarness,
    alice: CredentialRecord,
    alices: SoftAuthenticator,
    scope: str,
    error: type[DatabaseRefused],
    reason: str,
) -> None:
    asked = await devices.ask(PSQL, scope=scope)
    with pytest.raises(error):
        await devices.approve(await devices.look(asked.user_code), alices)
    assert await denied(devices, asked) == NOT_ALLOWED
    assert await instance.service.sessions.of_account(alice.user_handle) == []
    assert await last_reason(instance, "device.approved") == reason


async def test_a_synced_passkey_does_not_fit_where_it_has_to_be_bound(
    devices: Devices, instance: ServiceHarness, alices: SoftAuthenticator
) -> None:
    alices.backup_eligible = True
    await instance.register(alices, "alice")
    asked = await devices.ask(PSQL, scope="db:hardware")
    with pytest.raises(DatabasePasskeyUnfit):
        await devices.approve(await devices.look(asked.user_code), alices)
    assert await denied(devices, asked) == NOT_ALLOWED


async def suspend(party: ServiceHarness) -> None:
    owner = await account(party)
    changed = replace(owner.account, suspended=True)
    assert await party.stores.accounts.change_account(owner, changed, event=NO_EVENT)


async def test_who_is_suspended_does_not_approve(
    devices: Devices, instance: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    asked = await devices.ask(PSQL, scope="db:orders")
    shown = await devices.look(asked.user_code)
    await suspend(instance)
    with pytest.raises(AuthenticationRejected):
        await devices.approve(shown, alices)


async def test_who_is_suspended_after_the_approval_gets_nothing(
    devices: Devices, instance: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    asked = await devices.ask(PSQL, scope="db:orders")
    await devices.approve(await devices.look(asked.user_code), alices)
    await suspend(instance)
    assert "ended this access" in await denied(devices, asked)


async def test_a_session_that_was_ended_gives_nothing(
    devices: Devices, instance: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    asked = await devices.ask(PSQL, scope="db:orders")
    await devices.approve(await devices.look(asked.user_code), alices)
    (session,) = await instance.service.sessions.of_account(alice.user_handle)
    await instance.service.sessions.end_one(session, by=SERVICE)
    assert "ended this access" in await denied(devices, asked)


async def test_who_has_left_the_group_since_gets_nothing(
    devices: Devices, instance: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    await put_into(instance, "alice", "dba")
    asked = await devices.ask(PSQL, scope="db:groups")
    await devices.approve(await devices.look(asked.user_code), alices)
    await put_into(instance, "alice")
    assert await denied(devices, asked) == NOT_ALLOWED
    assert await last_reason(instance, "access.granted") == "database_not_for_you"
    # It was used up with that.
    with pytest.raises(GrantRefused) as raised:
        await Devices(instance, PSQL).poll(asked, PSQL)
    assert raised.value.name == "invalid_grant"


async def test_a_role_that_is_another_one_than_was_shown_is_not_given(
    devices: Devices, instance: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    await put_into(instance, "alice", "developers")
    asked = await devices.ask(PSQL, scope="db:groups")
    shown = await devices.look(asked.user_code, account=alice.user_handle)
    await put_into(instance, "alice", "dba")
    with pytest.raises(DatabaseChanged):
        await devices.approve(shown, alices)
    assert await denied(devices, asked) == NOT_ALLOWED


async def test_who_has_got_another_role_since_the_approval_gets_nothing(
    devices: Devices, instance: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    await put_into(instance, "alice", "developers")
    asked = await devices.ask(PSQL, scope="db:groups")
    await devices.approve(await devices.look(asked.user_code), alices)
    await put_into(instance, "alice", "developers", "dba")
    assert await denied(devices, asked) == NOT_ALLOWED
    assert await last_reason(instance, "access.granted") == "database_changed"


CHANGES: dict[str, Json | None] = {
    "gone": GONE,
    "title": database("groups", BY_GROUP, title="Another"),
    "host": database("groups", BY_GROUP)
    | {"parameters": database("groups", BY_GROUP)["parameters"] | {"host": "else.example.org"}},
    "role": database("groups", {"fixed": "superuser"}),
    "who": database("groups", BY_GROUP, who={"groups": ["dba"]}),
    "life": database("groups", BY_GROUP, lifetimeSeconds=900),
    "kind": database("groups") | {"kind": "azure-postgresql", "parameters": IDENTITY},
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES)
async def test_a_profile_counts_only_as_it_was_when_psql_asked(
    devices: Devices,
    instance: ServiceHarness,
    alice: CredentialRecord,
    alices: SoftAuthenticator,
    changed: Json | None,
) -> None:
    await put_into(instance, "alice", "dba")
    later = Devices(instance.restarted(ACCESS_PROFILES=settings(groups=changed)), PSQL)
    first, second, third = [await devices.ask(PSQL, scope="db:groups") for _ in range(3)]
    with pytest.raises(DatabaseChanged):
        await later.look(first.user_code)
    shown = await devices.look(second.user_code)
    with pytest.raises(DatabaseChanged):
        await later.approve(shown, alices)
    assert await denied(later, second) == NOT_ALLOWED
    await devices.approve(await devices.look(third.user_code), alices)
    assert await denied(later, third) == NOT_ALLOWED
    assert await last_reason(instance, "access.granted") == "database_changed"
