"""Who starts a restore, and what a storage or a profile that others changed makes of it."""

from datetime import timedelta

import pytest

from shared.access.approvals.approval import Approval
from shared.access.restores.answers import Failure
from shared.access.restores.restore import Status
from shared.errors import (
    ApprovalLapsed,
    ApprovalOver,
    ConcurrentUse,
    MalformedRequest,
    NotFound,
    StorageUnavailable,
)
from shared.storage.access.approvals import PARTITION
from shared.storage.tables.table import Operation
from tests.access.restores.actions import details
from tests.access_broker.approvals.desk import Someone, profile
from tests.access_broker.restores.broker import Broker, backups
from tests.fakes import resource_manager as arm
from tests.storage_faults import Crash, answer_lost, at, crash_after_sending, once, unreachable

OTHER_VAULT = arm.VAULT.replace(arm.SUBSCRIPTION, "99999999-2222-3333-4444-555555555555")


async def test_an_approval_starts_one_restore(
    broker: Broker, approval: Approval, alice: Someone
) -> None:
    await broker.start(approval, alice)
    with pytest.raises(ApprovalOver):
        await broker.start(approval, alice)
    assert len(broker.server.restores) == 1


async def test_only_who_asked_starts_it(broker: Broker, approval: Approval, bob: Someone) -> None:
    with pytest.raises(NotFound):
        await broker.starting.use(approval.id, by=bob.holder)
    assert broker.server.seen == []


async def test_nothing_begins_before_it_is_approved(
    broker: Broker, alice: Someone, bob: Someone
) -> None:
    asked = await broker.desk.ask(alice, profile="backups", details=details())
    with pytest.raises(ApprovalOver):
        await broker.starting.use(asked.id, by=alice.holder)
    assert (await broker.find(asked), broker.server.seen) == (None, [])
    del bob


async def test_a_changed_profile_ends_what_was_approved(
    broker: Broker, approval: Approval, alice: Someone
) -> None:
    broker.profiles.found["backups"] = backups(vault=OTHER_VAULT)
    with pytest.raises(ApprovalLapsed):
        await broker.starting.use(approval.id, by=alice.holder)
    assert broker.server.seen == []


async def test_a_profile_that_changes_before_the_request_stops_it(broker: Broker) -> None:
    approval = await broker.intend()
    broker.profiles.found["backups"] = backups(vault=OTHER_VAULT)
    await broker.follow()
    found = await broker.following.changes.find(approval)
    assert found is not None
    assert found.restore.failure == Failure("profile_changed")
    assert broker.server.seen == []


async def test_a_restore_is_followed_though_its_profile_is_removed(broker: Broker) -> None:
    approval = await broker.intend()
    await broker.follow()
    broker.profiles.found.clear()
    broker.server.job_status = "Completed"
    for job in broker.server.jobs:
        job.status = "Completed"
    await broker.follow(minutes=1)
    await broker.follow(minutes=1)
    assert await broker.status(approval) is Status.COMPLETED


@pytest.mark.parametrize(
    ("point", "time", "code"),
    [
        (arm.POINT, "2026-11-29T03:06:00.5121088Z", "recovery_point_has_another_time"),
        ("1", arm.POINT_TIME, "recovery_point_not_found"),
    ],
)
async def test_what_approvers_read_must_be_true(
    broker: Broker, point: str, time: str, code: str
) -> None:
    """Else nothing is sent: the ID of a recovery point tells them nothing."""
    broker.server.points = {point: time}
    approval = await broker.intend()
    await broker.follow()
    found = await broker.following.changes.find(approval)
    assert found is not None
    assert found.restore.failure == Failure(code)
    assert broker.server.restore_requests() == []


@pytest.mark.parametrize(
    "asked",
    [
        details(locations=[OTHER_VAULT]),
        details(item=arm.ITEM.replace("web-1", "web-2")),
        details("AlternateLocation"),
        details(type="custom"),
        {"type": "azure-backup-restore"},
    ],
)
async def test_nobody_can_ask_for_what_the_profile_does_not_cover(
    broker: Broker, alice: Someone, asked: object
) -> None:
    """Not for the vault of another tenant either."""
    with pytest.raises(MalformedRequest):
        await broker.desk.ask(alice, profile="backups", details=asked)


async def test_an_approval_of_another_kind_starts_nothing(
    broker: Broker, alice: Someone, bob: Someone
) -> None:
    broker.profiles.found["pay"] = profile()
    asked = await broker.desk.ask(alice)
    await broker.desk.approve(asked, bob)
    with pytest.raises(MalformedRequest):
        await broker.starting.use(asked.id, by=alice.holder)


async def test_a_lost_answer_to_the_use_leaves_it_to_the_timer(
    broker: Broker, approval: Approval, alice: Someone
) -> None:
    fault = once(crash_after_sending, "transact Approvals")
    broker.party.storage.transport.fault = fault
    with pytest.raises(Crash):
        await broker.start(approval, alice)
    broker.party.storage.transport.fault = None
    other = broker.another()
    assert await other.follow() == 1
    assert (await other.now(approval)).status is Status.ACCEPTED
    with pytest.raises(ApprovalOver):
        await other.start(approval, alice)


async def test_nothing_is_intended_if_the_use_fails(
    broker: Broker, approval: Approval, alice: Someone
) -> None:
    fault = at(2, unreachable, then=unreachable, writes=True)  # after the notice
    broker.party.storage.transport.fault = fault
    with pytest.raises(StorageUnavailable):
        await broker.start(approval, alice)
    broker.party.storage.transport.fault = None
    assert (await broker.find(approval), broker.server.seen) == (None, [])
    assert (await broker.start(approval, alice)).status is Status.ACCEPTED


async def test_a_repeated_use_is_recognized_as_ours(
    broker: Broker, approval: Approval, alice: Someone
) -> None:
    broker.party.storage.transport.fault = once(answer_lost, "transact Approvals")
    assert (await broker.start(approval, alice)).status is Status.ACCEPTED
    assert len(broker.server.restores) == 1


async def test_two_instances_race_for_one_approval(
    broker: Broker, approval: Approval, alice: Someone
) -> None:
    first = await broker.desk.using.of_asker(approval.id, alice.holder.handle)
    other = broker.another()
    second = await other.desk.using.of_asker(approval.id, alice.holder.handle)
    await broker.starting.start(first)
    with pytest.raises((ApprovalOver, ConcurrentUse)):
        await other.starting.start(second)
    assert len(broker.server.restores) == 1


async def test_an_outage_after_the_use_is_no_refusal(
    broker: Broker, approval: Approval, alice: Someone
) -> None:
    broker.tokens.is_down = True
    assert (await broker.start(approval, alice)).status is Status.INTENDED
    broker.tokens.is_down = False
    await broker.follow(minutes=2)
    assert (await broker.now(approval)).status is Status.ACCEPTED


async def test_who_asked_and_who_approves_see_it(
    broker: Broker, approval: Approval, alice: Someone, bob: Someone
) -> None:
    await broker.start(approval, alice)
    for person in (alice, bob):
        seen = await broker.starting.find(approval.id, by=person.holder)
        assert seen.status is Status.ACCEPTED
    mallory = await broker.desk.person("mallory")
    with pytest.raises(NotFound):
        await broker.starting.find(approval.id, by=mallory.holder)


async def test_a_row_of_somebody_else_makes_the_broker_do_nothing(broker: Broker) -> None:
    """The seal of one approval under another one's key, and a text of no seal."""
    approval = await broker.intend()
    table = broker.party.parts.table("Approvals")
    row = await table.get(PARTITION, f"restore:{approval}")
    assert row is not None
    stolen = {**dict(row), "RowKey": f"restore:{approval[:-1]}f"}
    forged = {**dict(row), "RowKey": f"restore:{approval[:-1]}e", "Restore": "AAAA"}
    for each in (stolen, forged):
        assert await table.transact([Operation("create", each)])
    assert await broker.follow() == 1
    assert len(broker.server.restores) == 1


async def test_a_time_that_somebody_else_wrote_hurries_nothing(broker: Broker) -> None:
    approval = await broker.intend()
    await broker.follow()
    seen = len(broker.server.seen)
    early = {
        "PartitionKey": PARTITION,
        "RowKey": f"restore:{approval}",
        "DueAt": broker.clock() - timedelta(days=1),
    }
    assert await broker.party.parts.table("Approvals").merge(early)
    await broker.follow()
    assert len(broker.server.seen) == seen


async def test_a_resource_guard_gets_its_requests_and_a_token(
    broker: Broker, alice: Someone, bob: Someone
) -> None:
    broker.server.guarded = True
    refused = await broker.approved(alice, bob)
    assert (await broker.start(refused, alice)).failure == Failure(
        "UserErrorOperationNotAllowedDueToResourceGuard",
        "UserErrorOperationNotAllowedDueToResourceGuard for a test.",
    )
    broker.profiles.found["backups"] = backups(resource_guard=(arm.GUARD_REQUEST,))
    guarded = await broker.approved(alice, bob)
    assert (await broker.start(guarded, alice)).status is Status.ACCEPTED


async def test_ended_restores_go_with_their_approvals(broker: Broker) -> None:
    approval = await broker.intend()
    broker.server.failures_of_restores = [(403, {})]
    await broker.follow()
    store, day = broker.following.store, 86_400
    made = 0x019500000000 // 1000
    assert await store.sweep(now=made + 89 * day) == 0
    assert await store.sweep(now=made + 91 * day) == 1
    assert await broker.following.changes.find(approval) is None


async def test_tokens_are_those_of_the_profile(broker: Broker) -> None:
    await broker.intend()
    await broker.follow()
    (acting,) = broker.tokens.asked
    assert (acting.profile, acting.identity) == ("backups", backups().parameters.identity)  # type: ignore[union-attr]
