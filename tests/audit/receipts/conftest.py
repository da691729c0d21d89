"""Receipts as the service gives them."""

import json
from dataclasses import replace

import pytest

from tests.access_broker.approvals.desk import DEMANDS, Desk, Someone, profile
from tests.audit.receipts.sealed_receipt import Json, Sealed
from tests.harness.record import entries, seal
from tests.harness.service_harness import SETTINGS, ServiceHarness


@pytest.fixture
def desk(party: ServiceHarness) -> Desk:
    return Desk(party)


@pytest.fixture
async def alice(desk: Desk) -> Someone:
    return await desk.person("alice")


@pytest.fixture
async def receipt(desk: Desk, alice: Someone) -> Json:
    """Two have approved what Alice confirmed herself."""
    desk.keep(profile(2, demands=replace(DEMANDS, bound_gesture=True)))
    asked = await desk.ask(alice)
    await desk.approve(asked, alice)
    for name in ("bob", "carol"):
        await desk.approve(asked, await desk.person(name))
    found = await desk.following.receipt(asked.id, by=alice.holder)
    return dict(json.loads(json.dumps(found)))


@pytest.fixture
async def sealed(party: ServiceHarness) -> Sealed:
    """Alice confirms, Bob approves, and it is used."""
    desk = Desk(party)
    desk.keep(profile(demands=replace(DEMANDS, bound_gesture=True)))
    alice, bob = await desk.person("alice"), await desk.person("bob")
    asked = [await desk.ask(alice) for _ in range(2)]
    for each in asked:
        await desk.approve(each, alice)
    await desk.approve(asked[0], bob)
    await desk.using.use_custom(asked[0].id, by=alice.holder)
    await seal(party)
    receipt, other = [await desk.following.receipt(each.id, by=alice.holder) for each in asked]
    (key,) = await party.keys.checkpoint_keys()
    assert len(await entries(party)) > len(receipt["checkpoint"]["entries"]) == 3
    return Sealed(receipt, str(key.verifier(SETTINGS["RP_ID"])), other["checkpoint"]["entries"][0])
