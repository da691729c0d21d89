"""A person approves a connection to a database, and psql gets a token that opens it."""

import jwt
import pytest

from shared import base64url
from shared.accounts.records import CredentialRecord
from shared.openid.device.profiled import ShownDatabase
from tests.access_broker.databases.conftest import put_into
from tests.access_broker.databases.profiles import PSQL
from tests.authenticator import SoftAuthenticator
from tests.harness.record import record
from tests.harness.service_harness import ORIGIN, Clock, ServiceHarness, new_authenticator
from tests.openid_provider.device_flow.devices import Devices
from tests.sessions.claims import claims_of
from tests.storage_transport import RecordingTransport


async def test_a_connection_is_shown_approved_and_opened(
    devices: Devices, instance: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    asked = await devices.ask(PSQL, scope="db:orders")
    shown = await devices.look(asked.user_code)
    assert shown.database == ShownDatabase(
        title="The orders database",
        host="orders.example.org",
        port=5432,
        name="orders",
        role="orders_reader",
    )
    await devices.approve(shown, alices)
    tokens = await devices.poll(asked, PSQL)
    assert (tokens.token_type, tokens.expires_in) == ("Bearer", 600)
    assert (tokens.scope, tokens.id_token, tokens.refresh_token) == (("db:orders",), None, None)
    claims, now = claims_of(tokens.access_token), int(instance.clock().timestamp())
    assert claims == {
        "iss": ORIGIN,
        "sub": base64url.encode(alice.user_handle),
        "aud": "https://orders.example.org",
        "client_id": "psql",
        "iat": now - 30,
        "exp": now + 600,
        "jti": claims["jti"],
        "scope": "db:orders",
        "role": "orders_reader",
    }
    assert jwt.get_unverified_header(tokens.access_token)["typ"] == "at+jwt"
    approved, granted = (await record(instance))[-2:]
    facts = {"client": "psql", "profile": "orders"}
    assert (approved["kind"], approved["outcome"]) == ("device.approved", "success")
    assert approved["facts"] == facts | {"scope": "db:orders", "sameAddress": False}
    assert (granted["kind"], granted["outcome"]) == ("access.granted", "success")
    assert granted["facts"] == facts | {"role": "orders_reader"}
    assert granted["token"] == claims["jti"]
    assert granted["target"]["id"] == claims["sub"]


async def test_a_role_of_the_persons_own_is_not_in_the_log(
    devices: Devices, instance: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    asked = await devices.ask(PSQL, scope="db:own")
    await devices.approve(await devices.look(asked.user_code), alices)
    tokens = await devices.poll(asked, PSQL)
    assert claims_of(tokens.access_token)["role"] == "u_alice"
    assert (await record(instance))[-1]["facts"]["role"] == "u_{username}"


@pytest.mark.parametrize(
    ("groups", "role"),
    [(["dba", "developers"], "orders_admin"), (["developers", "x"], "orders_developer")],
)
async def test_a_role_by_groups_is_shown_to_who_is_signed_in(
    devices: Devices,
    instance: ServiceHarness,
    alice: CredentialRecord,
    alices: SoftAuthenticator,
    groups: list[str],
    role: str,
) -> None:
    await put_into(instance, "alice", *groups)
    asked = await devices.ask(PSQL, scope="db:groups")
    shown = await devices.look(asked.user_code, account=alice.user_handle)
    assert shown.database is not None
    assert shown.database.role == role
    for stranger in (
        await devices.look(asked.user_code),
        await devices.look(asked.user_code, account=alice.user_handle, any_account=True),
    ):
        assert stranger.database is not None
        assert stranger.database.role is None
    await devices.approve(shown, alices)
    assert claims_of((await devices.poll(asked, PSQL)).access_token)["role"] == role


async def test_scopes_of_openid_connect_are_left_out(
    devices: Devices, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    """A token for a database opens nothing else."""
    asked = await devices.ask(PSQL, scope="openid profile offline_access db:orders")
    await devices.approve(await devices.look(asked.user_code), alices)
    tokens = await devices.poll(asked, PSQL)
    assert (tokens.scope, tokens.id_token, tokens.refresh_token) == (("db:orders",), None, None)


async def test_the_resource_of_the_database_may_be_named(
    devices: Devices, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    named = ("https://orders.example.org",)
    asked = await devices.ask(PSQL, scope="db:orders", resources=named)
    await devices.approve(await devices.look(asked.user_code), alices)
    tokens = await devices.poll(asked, PSQL, resources=named)
    assert claims_of(tokens.access_token)["aud"] == named[0]


async def test_a_fresh_and_verified_gesture_is_that_of_the_approval(
    devices: Devices, alice: CredentialRecord, alices: SoftAuthenticator, clock: Clock
) -> None:
    asked = await devices.ask(PSQL, scope="db:fresh")
    await devices.approve(await devices.look(asked.user_code), alices)
    clock.advance(seconds=60)
    await devices.poll(asked, PSQL)


async def test_the_session_is_the_clients_and_ends_with_the_token(
    devices: Devices,
    instance: ServiceHarness,
    alice: CredentialRecord,
    alices: SoftAuthenticator,
    clock: Clock,
) -> None:
    asked = await devices.ask(PSQL, scope="db:orders")
    await devices.approve(await devices.look(asked.user_code), alices)
    (session,) = await instance.service.sessions.of_account(alice.user_handle)
    assert session.grant is not None
    assert (session.grant.client_id, session.grant.scope) == ("psql", ("db:orders",))
    clock.advance(seconds=300 + 600)
    assert not session.is_live(clock())


async def test_any_instance_carries_on(
    devices: Devices, instance: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    asked = await devices.ask(PSQL, scope="db:orders")
    shown = await Devices(instance.restarted(), PSQL).look(asked.user_code)
    await Devices(instance.restarted(), PSQL).approve(shown, alices)
    tokens = await Devices(instance.restarted(), PSQL).poll(asked, PSQL)
    assert claims_of(tokens.access_token)["aud"] == "https://orders.example.org"


async def test_another_person_who_is_admitted_connects_as_itself(
    devices: Devices, instance: ServiceHarness, alice: CredentialRecord
) -> None:
    bobs = new_authenticator()
    bob = await instance.register(bobs, "bob")
    asked = await devices.ask(PSQL, scope="db:bobs")
    await devices.approve(
        await devices.look(asked.user_code, account=alice.user_handle, any_account=True), bobs
    )
    claims = claims_of((await devices.poll(asked, PSQL)).access_token)
    assert claims["sub"] == base64url.encode(bob.user_handle)


async def test_the_calls_of_a_connection(
    devices: Devices,
    alice: CredentialRecord,
    alices: SoftAuthenticator,
    transport: RecordingTransport,
) -> None:
    transport.forget()
    asked = await devices.ask(PSQL, scope="db:orders")
    assert sorted(transport.names) == [
        "insert AuditOutbox",
        "insert RateLimits",
        "query Profiles",
    ]
    transport.forget()
    await devices.ask(PSQL, scope="db:second")  # the profiles are known for five seconds
    assert "query Profiles" not in transport.names
    shown = await devices.look(asked.user_code)
    transport.forget()
    await devices.approve(shown, alices)
    assert sorted(transport.names) == [
        "get Accounts",
        "get Accounts",
        "get AuditOutbox",
        "transact Accounts",
        "transact AuditOutbox",
        "transact AuditOutbox",
    ]
    transport.forget()
    await devices.poll(asked, PSQL)
    assert transport.names == [
        "get AuditOutbox",
        "query Accounts",
        "get Accounts",
        "transact AuditOutbox",
    ]
