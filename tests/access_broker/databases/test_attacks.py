"""Somebody can write rows, has a page of one request and the gesture of another, or is quick."""

import asyncio
from dataclasses import replace

import pytest

from shared.accounts.records import CredentialRecord
from shared.errors import CeremonyNotFound, GrantRefused, UserCodeUnknown
from shared.json_shape import Shape
from shared.openid_provider.device.asking import DeviceAuthorization
from shared.webauthn.responses import read_authentication_response
from tests.access_broker.databases.conftest import put_into
from tests.access_broker.databases.profiles import PSQL
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import Clock, ServiceHarness
from tests.openid_provider.device_flow.devices import INTERVAL, PERSON, Devices
from tests.sessions.claims import claims_of

type Rows = dict[str, dict[str, object]]


async def rows(party: ServiceHarness) -> Rows:
    found = await party.storage.rows("AuditOutbox", prefix="~device:")
    return {str(row["RowKey"]): dict(row) for row in found}


async def ask(
    devices: Devices, instance: ServiceHarness, scope: str
) -> tuple[DeviceAuthorization, dict[str, object]]:
    before = await rows(instance)
    asked = await devices.ask(PSQL, scope=scope)
    (key,) = (await rows(instance)).keys() - before.keys()
    return asked, (await rows(instance))[key]


async def test_a_swapped_row_opens_no_other_database(
    devices: Devices,
    instance: ServiceHarness,
    alice: CredentialRecord,
    alices: SoftAuthenticator,
    clock: Clock,
) -> None:
    harmless, theirs = await ask(devices, instance, "db:second")
    wanted, own = await ask(devices, instance, "db:orders")
    await devices.approve(await devices.look(harmless.user_code), alices)
    theirs = (await rows(instance))[str(theirs["RowKey"])]
    table = instance.storage.table("AuditOutbox")
    keys = {name: own[name] for name in ("PartitionKey", "RowKey")}
    for swapped, error in (
        ({"Decision": theirs["Decision"]}, "access_denied"),
        ({"Decision": theirs["Decision"], "Request": theirs["Request"]}, "invalid_grant"),
    ):
        await table.merge(keys | swapped)
        assert await devices.refusal(wanted, PSQL) == error
        clock.advance(seconds=INTERVAL)
    with pytest.raises(UserCodeUnknown):
        await devices.look(wanted.user_code)


async def test_the_page_shows_the_request_that_the_row_has_and_the_device_gets_nothing_for_it(
    devices: Devices, instance: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    """Before anybody has decided, a row's request is replaced by that of another database."""
    _, theirs = await ask(devices, instance, "db:second")
    wanted, own = await ask(devices, instance, "db:orders")
    keys = {name: own[name] for name in ("PartitionKey", "RowKey")}
    await instance.storage.table("AuditOutbox").merge(keys | {"Request": theirs["Request"]})
    shown = await devices.look(wanted.user_code)
    assert shown.database is not None
    assert shown.database.name == "second"
    await devices.approve(shown, alices)
    assert await devices.refusal(wanted, PSQL) == "invalid_grant"


async def test_a_gesture_for_one_database_approves_no_other(
    devices: Devices, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    harmless = await devices.look((await devices.ask(PSQL, scope="db:second")).user_code)
    wanted = await devices.ask(PSQL, scope="db:orders")
    shown = await devices.look(wanted.user_code)
    response = read_authentication_response(Shape(alices.get(harmless.options.options)))
    with pytest.raises(CeremonyNotFound):
        await devices.deciding.approve(shown.review, response, client=PERSON)
    assert await devices.refusal(wanted, PSQL) == "authorization_pending"


async def test_a_gesture_is_for_the_role_that_was_shown(
    devices: Devices, instance: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    """One page of the same request has shown no role, as nobody was signed in there."""
    await put_into(instance, "alice", "dba")
    asked = await devices.ask(PSQL, scope="db:groups")
    with_role = await devices.look(asked.user_code, account=alice.user_handle)
    without = await devices.look(asked.user_code)
    for page, other in ((with_role, without), (without, with_role)):
        response = read_authentication_response(Shape(alices.get(other.options.options)))
        with pytest.raises(CeremonyNotFound):
            await devices.deciding.approve(page.review, response, client=PERSON)
    await devices.approve(await devices.look(asked.user_code), alices)
    assert claims_of((await devices.poll(asked, PSQL)).access_token)["role"] == "orders_admin"


async def test_of_two_polls_at_two_instances_one_gets_the_token(
    devices: Devices, instance: ServiceHarness, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    asked = await devices.ask(PSQL, scope="db:orders")
    await devices.approve(await devices.look(asked.user_code), alices)
    polls = [Devices(instance.restarted(), PSQL).poll(asked, PSQL) for _ in range(3)]
    answers = await asyncio.gather(*polls, return_exceptions=True)
    refused = [each for each in answers if isinstance(each, GrantRefused)]
    assert [each.name for each in refused] == ["invalid_grant"] * 2


async def test_a_code_of_another_client_opens_nothing(
    devices: Devices, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    asked = await devices.ask(PSQL, scope="db:orders")
    await devices.approve(await devices.look(asked.user_code), alices)
    assert await devices.refusal(asked, replace(PSQL, id="other")) == "invalid_grant"
