"""What people can make the service store, and for how long it is kept."""

from datetime import timedelta

import pytest

from shared.access_broker.approvals.asking import MOST_OPEN
from shared.errors import ApprovalLimitReached, MalformedRequest, NotFound, TooManyRequests
from tests.access_broker.approvals.desk import DETAILS, Desk, Someone, database, profile
from tests.harness.service_harness import ServiceHarness


@pytest.fixture
def desk(party: ServiceHarness) -> Desk:
    return Desk(party.restarted(RATE_LIMITS="approval.account=25/5m"))


async def test_a_stranger_stores_nothing(desk: Desk) -> None:
    mallory = await desk.person("mallory")
    desk.party.storage.transport.forget()
    for name in ("pay", "no-such-profile"):
        with pytest.raises(NotFound):
            await desk.ask(mallory, profile=name)
    assert await desk.party.storage.rows("Approvals") == []


async def test_so_many_wait_for_one_person(desk: Desk, alice: Someone) -> None:
    asked = [await desk.ask(alice) for _ in range(MOST_OPEN)]
    with pytest.raises(ApprovalLimitReached):
        await desk.ask(alice)
    await desk.deciding.withdraw(asked[0].id, by=alice.holder)
    await desk.ask(alice)
    desk.keep(profile(who=profile().approvers.who))
    bob = await desk.person("bob")
    await desk.ask(bob)


async def test_so_many_are_asked_for_in_a_while(desk: Desk, alice: Someone) -> None:
    for _ in range(25):
        asked = await desk.ask(alice)
        await desk.deciding.withdraw(asked.id, by=alice.holder)
    with pytest.raises(TooManyRequests):
        await desk.ask(alice)


async def test_those_that_expired_take_no_room(desk: Desk, alice: Someone) -> None:
    desk.keep(profile(approval_lifetime=timedelta(minutes=1)))
    for _ in range(MOST_OPEN):
        await desk.ask(alice)
    desk.party.clock.advance(minutes=6)
    fresh = await desk.signed_in(alice.key, "alice", alice.record)
    await desk.ask(fresh)


async def test_old_ones_are_removed(desk: Desk, alice: Someone) -> None:
    old = await desk.ask(alice)
    desk.party.clock.advance(days=30)
    fresh = await desk.signed_in(alice.key, "alice", alice.record)
    young = await desk.ask(fresh)
    desk.party.clock.advance(days=61)
    now = int(desk.party.clock.now.timestamp())
    assert await desk.store.sweep(now=now) == 1
    assert await desk.store.find(old.id) is None
    assert await desk.now(young) == young


@pytest.mark.parametrize(
    ("details", "said"),
    [
        (None, "must be one object"),
        ([DETAILS, DETAILS], "must be one object"),
        ({**DETAILS, "amount": "100"}, "amount"),
        ({"type": "custom", "amount": 1}, "to is required"),
        ({**DETAILS, "type": "azure-sql"}, "type must be custom"),
        ({**DETAILS, "to": "a\x00"}, "control character"),
        ({**DETAILS, "n": 2**60}, "number"),
    ],
    ids=repr,
)
async def test_details_that_the_profile_does_not_take_are_refused(
    desk: Desk, alice: Someone, details: object, said: str
) -> None:
    with pytest.raises(MalformedRequest, match=said):
        await desk.ask(alice, details=details)


async def test_a_token_takes_the_members_of_rfc_9396(desk: Desk, alice: Someone) -> None:
    desk.keep(database(reason_required=True))
    details = {"type": "azure-sql", "actions": ["read"], "locations": ["orders"]}
    await desk.ask(alice, profile="orders", details=[details])
    for wrong in ({**details, "sudo": True}, {**details, "actions": "read"}, {"type": "x"}):
        with pytest.raises(MalformedRequest):
            await desk.ask(alice, profile="orders", details=wrong)
    with pytest.raises(MalformedRequest, match="reason"):
        await desk.ask(alice, profile="orders", details=None, reason=None)
