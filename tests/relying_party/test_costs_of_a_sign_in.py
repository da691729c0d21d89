"""A sign-in makes the storage calls that the cost model assumes."""

from datetime import timedelta

from bench.cost.model import DELETED, IDLE, OF_A_BATCH, OWN, REMOVED, SEALED, WRITTEN
from shared.relying_party.callers.client import Client
from tests.harness.record import seal
from tests.harness.service_harness import Clock, ServiceHarness, new_authenticator
from tests.storage_transport import RecordingTransport

PEOPLE = 5
SHARDS = 16
A_SECOND = timedelta(seconds=1)
LATER = timedelta(days=2)


async def test_a_sign_in_makes_the_calls_that_the_cost_model_assumes(
    party: ServiceHarness, transport: RecordingTransport, clock: Clock
) -> None:
    people = {f"person-{number}": new_authenticator() for number in range(PEOPLE)}
    for name, authenticator in people.items():
        await party.register(authenticator, name)
    await party.service.configuration_watch.detect_changes()
    await seal_and_index(party)

    transport.forget()
    for number, (name, authenticator) in enumerate(people.items()):
        party.client = Client(address=f"192.0.2.{number}", user_agent="")
        await party.sign_in(authenticator, name)
    assert len(transport.names) == OWN * PEOPLE
    writes, deletions = len(transport.writes), _deletions(transport)

    transport.forget()
    assert await seal_and_index(party) == PEOPLE
    outbox = [name for name in transport.writes if name.endswith("AuditOutbox")]
    assert len(outbox) <= min(PEOPLE, SHARDS)
    assert len(transport.names) - len(outbox) == SEALED * PEOPLE + OF_A_BATCH - SHARDS
    # A transaction of one row takes the SDK several times as long as the row does.
    assert transport.names.count("transact AuditTree") == 1  # by which IDs are claimed
    writes += SEALED * PEOPLE - transport.names.count("get Accounts")
    deletions += _deletions(transport) - sum(name.startswith("delete") for name in outbox)

    clock.now += LATER
    transport.forget()
    now = int(clock.now.timestamp())
    assert await party.service.ended_sessions.remove(until=clock.now + A_SECOND) == PEOPLE
    assert await party.stores.counters.sweep(now=now, limit=1000) >= PEOPLE
    assert len(transport.writes) <= REMOVED * PEOPLE + 2
    assert writes + REMOVED * PEOPLE == WRITTEN * PEOPLE
    gone = transport.names.count("delete Accounts")
    assert deletions + gone == DELETED * PEOPLE


async def test_an_idle_minute_makes_the_calls_that_the_cost_model_assumes(
    party: ServiceHarness, transport: RecordingTransport
) -> None:
    await party.service.configuration_watch.detect_changes()
    await seal_and_index(party)
    transport.forget()
    await party.service.configuration_watch.detect_changes()
    assert await seal_and_index(party) == 0
    await party.service.erasure_run.carry_out(until=party.clock.now + A_SECOND)
    assert await party.service.ended_sessions.remove(until=party.clock.now + A_SECOND) == 0
    for delivery in (party.service.logout_delivery, party.service.approval_delivery):
        assert await delivery.deliver(until=party.clock.now + A_SECOND) == 0
    await party.service.restore_following.follow(until=party.clock.now + A_SECOND)
    for kind in party.service.sweeping.kinds:
        assert await party.service.sweeping.remove(kind, until=party.clock.now + A_SECOND) == 0
    assert len(transport.names) == IDLE
    assert transport.writes == []


async def seal_and_index(party: ServiceHarness) -> int:
    """As the timer does."""
    sealed = await seal(party)
    await party.service.indexing.go_on(until=party.clock.now + A_SECOND)
    return sealed


def _deletions(transport: RecordingTransport) -> int:
    return sum(name.startswith("delete") for name in transport.names)
