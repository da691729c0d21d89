"""Whoever can write rows can have nothing told that is not true, nor hold up what is."""

from typing import Any

import pytest

from shared.storage.edm import EdmType, EntityProperty
from tests.access_broker.approvals.desk import Desk, Someone, profile
from tests.access_broker.approvals.webhooks import deliver
from tests.fakes.webhook_receiver import WebhookReceiver

type Row = dict[str, Any]


async def rows(desk: Desk) -> list[Row]:
    given = {"partition": "approvals", "first": "notice:", "end": "notice;"}
    condition = "PartitionKey eq @partition and RowKey gt @first and RowKey lt @end"
    found = await desk.party.storage.table("Approvals").query(condition, given, limit=9)
    return [dict(each) for each in found]


async def forge(desk: Desk, **changes: object) -> None:
    """A row like the one that is there, under another key."""
    table = desk.party.storage.table("Approvals")
    (row,) = await rows(desk)
    forged = {**row, **changes}
    numbers = (getattr(forged[each], "value", forged[each]) for each in ("Change", "Webhook"))
    key = "notice:" + ".".join(map(str, (forged["Approval"], *numbers)))
    await table.upsert({**forged, "RowKey": changes.get("RowKey", key)})


UNTRUE: dict[str, Row] = {
    "not approved": {"Change": 1},
    "no approval": {"Approval": "0191d9e2-7b3c-7000-8000-000000000001"},
    "another profile": {"Profile": "other"},
}


@pytest.mark.parametrize("changes", UNTRUE.values(), ids=UNTRUE)
async def test_nothing_untrue_is_told(
    desk: Desk, webhook: WebhookReceiver, alice: Someone, changes: Row
) -> None:
    """And no other profile's webhook is told."""
    other = profile(name="other", webhooks=(webhook.address("/other"),))
    desk.keep(profile(webhooks=(webhook.address(),)), other)
    await desk.ask(alice)
    await forge(desk, **changes)
    await deliver(desk, webhook.tls)
    assert webhook.steps == ["requested"] * len(webhook.told)
    assert "/other" not in webhook.paths


UNREADABLE: dict[str, Row] = {
    "negative": {"Change": -1},
    "large": {"Change": 2**31 - 1},
    "text": {"Webhook": "first"},
    "of 64 bits": {"Webhook": EntityProperty(3, EdmType.INT64)},
    "attempts of 64 bits": {"Approval": "0", "Attempts": EntityProperty(3, EdmType.INT64)},
    "no name": {"Approval": "0", "Profile": "x' or /"},
    "other key": {"RowKey": "notice:0"},
    "many attempts": {"Approval": "0", "Attempts": 2**31 - 1},
}


@pytest.mark.parametrize("changes", UNREADABLE.values(), ids=UNREADABLE)
async def test_a_row_of_somebody_else_holds_up_nobody(
    desk: Desk, webhook: WebhookReceiver, alice: Someone, changes: Row
) -> None:
    await desk.ask(alice)
    await forge(desk, **changes)
    assert await deliver(desk, webhook.tls) == 1
    assert webhook.steps == ["requested"]
    assert len(await rows(desk)) == 1  # it was not read
