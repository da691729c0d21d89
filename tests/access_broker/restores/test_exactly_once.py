"""Whatever fails, and whenever: Azure is asked once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shared.access.restores.answers import Failure
from shared.access.restores.restore import LEASE, Restore, Status
from shared.errors import ProviderUnavailable, StorageUnavailable
from shared.fetching.https import Answer, Https
from tests.access_broker.restores.broker import Broker
from tests.storage_faults import ENDS, Crash, after, at, once

MOST_WRITES = 30


async def to_the_end(broker: Broker, approval: str) -> Restore:
    """Run the timer until the restore has ended."""
    for _ in range(200):
        found = await broker.following.changes.find(approval)
        assert found is not None
        if found.stored.is_ended:
            return found.restore
        await broker.follow(minutes=4)
    raise AssertionError("a restore without an end")


@pytest.mark.parametrize("name", ENDS)
async def test_a_process_that_ends_at_any_write_leaves_one_restore(
    name: str, broker: Broker
) -> None:
    """Before and after each write, by a crash or an outage. Nothing is sent twice, and what was
    sent is found again."""
    way, then = ENDS[name]
    broker.server.job_status = "Completed"
    transport = broker.party.storage.transport
    ends: list[Status] = []
    for number in range(1, MOST_WRITES):
        approval = await broker.intend(number)
        broker.server.restores.clear()
        transport.fault = at(number, way, then=then, writes=True)
        try:
            await to_the_end(broker, approval)
        except (Crash, StorageUnavailable):
            transport.fault = None
            ended = await to_the_end(broker.another(), approval)
        else:
            transport.fault = None
            break
        sent = len(broker.server.restores)
        assert sent <= 1
        assert ended.status is (Status.COMPLETED if sent else Status.UNKNOWN), number
        ends.append(ended.status)
    assert Status.COMPLETED in ends
    assert 5 < len(ends) < MOST_WRITES - 1


async def test_a_lost_answer_is_resolved_by_the_job(broker: Broker) -> None:
    approval = await broker.intend()
    somebody = broker.server.add_job(activity="somebody-else")
    broker.server.loses = "/restore"
    await broker.follow()
    assert await broker.status(approval) is Status.POSTING
    later = broker.server.add_job(activity="somebody-else-again")
    await broker.follow(minutes=1)
    found = await broker.following.changes.find(approval)
    assert found is not None
    assert found.restore.status is Status.RUNNING
    assert found.restore.job not in (somebody.id, later.id, None)
    assert len(broker.server.restores) == 1
    (started,) = await broker.events()
    assert started["facts"]["job"] == found.restore.job


async def test_a_lost_answer_without_a_job_of_ours_is_for_a_person(broker: Broker) -> None:
    """The only restore of the machine is not taken for ours, as it has not our mark."""
    approval = await broker.intend()
    broker.server.loses, broker.server.ignores_request_ids = "/restore", True
    ended = await to_the_end(broker, approval)
    assert (ended.status, ended.failure) == (Status.UNKNOWN, Failure("not_known_to_azure"))
    assert len(broker.server.restores) == 1
    (event,) = await broker.events()
    assert (event["kind"], event["outcome"], event["reason"]) == (
        "restore.ended",
        "failure",
        "unknown",
    )


class GivingUp(Https):
    """It gives a request up as soon as Azure has done what was asked."""

    def __init__(self, broker: Broker) -> None:
        super().__init__(tls=broker.server.tls.client_context())
        self._server = broker.server

    async def send(self, *args: Any, **more: Any) -> Answer:  # noqa: ANN401
        sending = asyncio.ensure_future(super().send(*args, **more))
        while not sending.done():
            if self._server.restores:
                sending.cancel()
                raise ProviderUnavailable("no answer")
            await asyncio.sleep(0)
        return await sending


async def test_an_answer_that_does_not_come_is_a_lost_one(broker: Broker) -> None:
    approval = await broker.intend()
    held = broker.server.held["/restore"] = asyncio.Event()
    way, broker.https = broker.https, lambda: GivingUp(broker)
    await broker.follow()
    held.set()
    broker.https = way
    assert await broker.status(approval) is Status.POSTING
    await broker.follow(minutes=1)
    assert await broker.status(approval) is Status.RUNNING
    assert len(broker.server.restores) == 1


async def test_a_process_that_stops_while_it_waits_for_azure(broker: Broker) -> None:
    approval = await broker.intend()
    broker.server.held["/restore"] = asyncio.Event()
    sending = asyncio.create_task(broker.follow())
    while not broker.server.restores:
        broker.server.asked.clear()
        await broker.server.asked.wait()
    sending.cancel()
    await asyncio.wait([sending])
    other = broker.another()
    assert await other.follow() == 0  # the lease is not over
    await other.follow(minutes=LEASE.total_seconds() / 60)
    assert await other.status(approval) is Status.RUNNING
    assert len(broker.server.restores) == 1


@pytest.mark.parametrize("status", [500, 503, 408])
async def test_an_error_of_a_server_may_have_begun_a_restore(broker: Broker, status: int) -> None:
    approval = await broker.intend()
    broker.server.failures_of_restores = [(status, {"Retry-After": "60"})]
    await broker.follow()
    assert await broker.status(approval) is Status.POSTING
    ended = await to_the_end(broker, approval)
    assert ended.status is Status.UNKNOWN
    assert len(broker.server.restore_requests()) == 1


async def test_what_azure_throttles_is_sent_again_when_it_says(broker: Broker) -> None:
    approval = await broker.intend()
    broker.server.failures_of_restores = [(429, {"Retry-After": "180"})]
    await broker.follow()
    assert await broker.status(approval) is Status.INTENDED
    assert await broker.follow(minutes=2) == 0
    assert await broker.follow(minutes=1) == 1
    assert await broker.status(approval) is Status.ACCEPTED
    assert len(broker.server.restores) == 1
    first, second = broker.server.restore_requests()
    name = "x-ms-client-request-id"
    assert first.headers[name] == second.headers[name]


async def test_what_never_reached_azure_is_sent_again(broker: Broker) -> None:
    approval = await broker.intend()
    way, broker.https = broker.https, Https  # which trusts no certificate of tests
    await broker.follow()
    assert await broker.status(approval) is Status.INTENDED
    broker.https = way
    await broker.follow(minutes=2)
    assert await broker.status(approval) is Status.ACCEPTED


@pytest.mark.parametrize("status", [400, 403, 404, 409])
async def test_a_refusal_of_azure_is_the_end(broker: Broker, status: int) -> None:
    approval = await broker.intend()
    broker.server.failures_of_restores = [(status, {})]
    await broker.follow()
    found = await broker.following.changes.find(approval)
    assert found is not None
    assert found.restore.status is Status.FAILED
    assert found.restore.failure == Failure("TestFailure", "TestFailure for a test.")
    assert await broker.follow(minutes=60) == 0
    (event,) = await broker.events()
    assert (event["outcome"], event["facts"]["code"]) == ("failure", "TestFailure")
    assert "for a test" not in str(event)


async def test_an_intent_that_cannot_be_sent_is_given_up(broker: Broker) -> None:
    approval = await broker.intend()
    broker.tokens.is_down = True
    ended = await to_the_end(broker, approval)
    assert (ended.status, ended.failure) == (Status.FAILED, Failure("not_started"))
    broker.tokens.is_down = False
    await broker.follow(minutes=60)
    assert broker.server.seen == []


async def test_many_instances_at_once_send_one_request(broker: Broker) -> None:
    approval = await broker.intend()
    instances = [broker.another() for _ in range(4)]
    await asyncio.gather(*(each.follow() for each in instances))
    assert await broker.status(approval) is Status.ACCEPTED
    assert len(broker.server.restores) == len(broker.server.restore_requests()) == 1


async def test_an_instance_that_was_too_slow_sends_nothing(broker: Broker) -> None:
    """Its lease is over while it waits for a token, and another one goes on."""
    approval = await broker.intend()
    other = broker.another()

    async def be_slow() -> None:
        await other.follow(minutes=LEASE.total_seconds() / 60)

    broker.tokens.meanwhile = be_slow
    await broker.follow()
    assert await broker.status(approval) is Status.ACCEPTED
    assert len(broker.server.restores) == 1


async def test_a_write_that_took_too_long_is_not_followed_by_a_request(broker: Broker) -> None:
    """The row says that it is being posted, and the lease is nearly over."""
    approval = await broker.intend()
    await _at_write(broker, 2, _advance(broker, minutes=2.5))
    assert broker.server.restores == []
    assert await broker.status(approval) is Status.INTENDED
    await broker.follow(minutes=5)
    assert len(broker.server.restores) == 1


async def test_an_answer_counts_even_if_others_began_to_search(broker: Broker) -> None:
    approval = await broker.intend()
    held = broker.server.held["/restore"] = asyncio.Event()
    sending = asyncio.create_task(broker.follow())
    while not broker.server.restores:
        broker.server.asked.clear()
        await broker.server.asked.wait()
    broker.server.jobs[0].activity = "not known yet"
    await broker.another().follow(minutes=LEASE.total_seconds() / 60)
    held.set()
    await sending
    assert await broker.status(approval) is Status.ACCEPTED


async def test_each_run_ends_in_time(broker: Broker) -> None:
    for number in range(6):
        await broker.intend(number)
    assert await broker.following.follow(until=broker.clock()) == 0
    assert await broker.follow() == 6
    assert len(broker.server.restores) == 6


def _advance(broker: Broker, *, minutes: float) -> Callable[[], Awaitable[None]]:
    async def advance() -> None:
        broker.clock.advance(minutes=minutes)

    return advance


async def _at_write(broker: Broker, number: int, act: Callable[[], Awaitable[object]]) -> None:
    transport = broker.party.storage.transport
    name, passing = "transact Approvals", number - 1

    async def skip(call: object, send: Callable[[], Awaitable[object]]) -> object:
        nonlocal passing
        if getattr(call, "name", "") == name and passing > 0:
            passing -= 1
            return await send()
        return await fault(call, send)  # type: ignore[arg-type]

    fault = once(after(act), name)
    transport.fault = skip
    await broker.follow()
    transport.fault = None
