"""Somebody can write rows of the tables, and has no key of the service."""

import pytest

from shared.accounts.records import CredentialRecord
from shared.errors import UserCodeUnknown
from tests.authenticator import SoftAuthenticator
from tests.harness.service_harness import Clock, ServiceHarness
from tests.openid_provider.device_flow.devices import INTERVAL, Devices


async def rows(party: ServiceHarness) -> dict[str, dict[str, object]]:
    found = await party.storage.rows("AuditOutbox", prefix="~device:")
    return {str(row["RowKey"]): dict(row) for row in found}


async def test_no_row_tells_a_code_an_address_or_a_client(
    devices: Devices, party: ServiceHarness
) -> None:
    asked = await devices.ask()
    (row,) = (await rows(party)).values()
    text = str(row)
    for secret in (asked.user_code, asked.user_code.replace("-", ""), "203.0.113.7", "psql"):
        assert secret not in text


async def test_a_decision_counts_for_its_own_device_alone(
    devices: Devices,
    party: ServiceHarness,
    alice: CredentialRecord,
    alices: SoftAuthenticator,
    clock: Clock,
) -> None:
    approved = await devices.ask()
    await devices.approve(await devices.look(approved.user_code), alices)
    (theirs,) = (await rows(party)).values()
    mallorys = await devices.ask()
    (own,) = [row for key, row in (await rows(party)).items() if key != theirs["RowKey"]]
    table = party.storage.table("AuditOutbox")
    keys = {name: own[name] for name in ("PartitionKey", "RowKey")}

    await table.merge(keys | {"Decision": theirs["Decision"]})
    assert await devices.refusal(mallorys) == "access_denied"
    clock.advance(seconds=INTERVAL)
    await table.merge(keys | {"Decision": theirs["Decision"], "Request": theirs["Request"]})
    assert await devices.refusal(mallorys) == "invalid_grant"
    clock.advance(seconds=INTERVAL)
    await table.merge(keys | {"Request": "made up"})
    assert await devices.refusal(mallorys) == "expired_token"
    with pytest.raises(UserCodeUnknown):
        await devices.look(mallorys.user_code)
