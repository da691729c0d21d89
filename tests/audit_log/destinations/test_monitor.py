"""Azure Monitor gets every entry, in order, whatever it answers in between."""

from datetime import timedelta

import pytest

from shared.audit.event import Kind
from shared.audit_log.destinations.monitor import ASIM_STREAMS, OWN_STREAM, MonitorDestination
from tests.audit_log.destinations.shipping_party import put_aside, ship, shipping, tell
from tests.fakes.log_ingestion import Answer, FakeLogIngestion
from tests.harness.service_harness import Clock, ServiceHarness
from tests.storage_faults import Crash, always, crash_before_sending
from tests.storage_transport import RecordingTransport


def indexes(ingestion: FakeLogIngestion) -> list[int]:
    return [row["LogIndex"] for row in ingestion.accepted[OWN_STREAM]]


async def test_what_is_sealed_arrives_in_both_tables(
    party: ServiceHarness, ingestion: FakeLogIngestion, monitor: MonitorDestination
) -> None:
    await tell(party, 3)
    await tell(party, 2, kind=Kind.AUTHENTICATION)
    assert await ship(party, monitor) == 5
    assert indexes(ingestion) == list(range(5))
    counts = {stream: len(rows) for stream, rows in ingestion.accepted.items()}
    assert counts == {
        OWN_STREAM: 5,
        "Custom-ASimUserManagement": 3,
        "Custom-ASimAuthentication": 2,
        "Custom-ASimAuditEvent": 0,
    }
    assert set(ASIM_STREAMS.values()) < counts.keys()
    assert await ship(party, monitor) == 0


async def test_a_rule_without_the_streams_of_asim_gets_ours_alone(
    party: ServiceHarness, ingestion: FakeLogIngestion, monitor_without_asim: MonitorDestination
) -> None:
    await tell(party, 2, kind=Kind.AUTHENTICATION)
    assert await ship(party, monitor_without_asim) == 2
    assert indexes(ingestion) == [0, 1]
    assert not any(ingestion.accepted[stream] for stream in ASIM_STREAMS.values())


async def test_more_than_a_partition_arrives_in_order(
    party: ServiceHarness, ingestion: FakeLogIngestion, monitor: MonitorDestination
) -> None:
    await tell(party, 600)
    assert await ship(party, monitor) == 600
    assert indexes(ingestion) == list(range(600))


@pytest.mark.parametrize("status", [429, 500, 503, 403, 404, 408])
async def test_what_is_not_taken_comes_again_later(
    party: ServiceHarness,
    clock: Clock,
    ingestion: FakeLogIngestion,
    monitor: MonitorDestination,
    status: int,
) -> None:
    await tell(party, 3)
    ingestion.answers = [Answer(status)]
    assert await ship(party, monitor) == 0
    assert (await shipping(party, monitor).lags())["monitor"].failing == f"HTTP {status}"
    requests = ingestion.requests
    assert await ship(party.restarted(), monitor) == 0
    assert ingestion.requests == requests  # left alone, by every instance
    clock.advance(seconds=31)
    assert await ship(party, monitor) == 3
    assert indexes(ingestion) == [0, 1, 2]


async def test_waits_get_longer_and_end(
    party: ServiceHarness, clock: Clock, ingestion: FakeLogIngestion, monitor: MonitorDestination
) -> None:
    await tell(party, 1)
    waits = []
    for _ in range(12):
        ingestion.answers = [Answer(503)]
        await ship(party, monitor)
        cursor = await party.stores.cursors.load("monitor")
        waits.append(cursor.wait_until - clock.now)
        clock.now = cursor.wait_until
    assert waits[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert waits[-1] == timedelta(hours=1)
    assert await ship(party, monitor) == 1
    assert (await party.stores.cursors.load("monitor")).failures == 0


async def test_a_throttled_shipper_waits_as_long_as_it_is_told(
    party: ServiceHarness, clock: Clock, ingestion: FakeLogIngestion, monitor: MonitorDestination
) -> None:
    await tell(party, 1)
    ingestion.answers = [Answer(429, {"Retry-After": "300"})]
    await ship(party, monitor)
    clock.advance(seconds=299)
    assert await ship(party, monitor) == 0
    clock.advance(seconds=1)
    assert await ship(party, monitor) == 1


async def test_no_answer_in_time_is_no_answer(
    party: ServiceHarness, clock: Clock, ingestion: FakeLogIngestion, monitor: MonitorDestination
) -> None:
    await tell(party, 1)
    ingestion.silent = True
    assert await ship(party, monitor) == 0
    ingestion.silent = False
    clock.advance(minutes=1)
    assert await ship(party, monitor) == 1


async def test_what_was_taken_and_not_answered_comes_twice_with_one_id(
    party: ServiceHarness, clock: Clock, ingestion: FakeLogIngestion, monitor: MonitorDestination
) -> None:
    await tell(party, 2)
    ingestion.lost = 1
    assert await ship(party, monitor) == 0
    clock.advance(minutes=1)
    assert await ship(party, monitor) == 2
    assert indexes(ingestion) == [0, 1, 0, 1]
    assert len({row["EventUid"] for row in ingestion.accepted[OWN_STREAM]}) == 2


async def test_half_of_it_taken_is_all_of_it_sent_again(
    party: ServiceHarness, clock: Clock, ingestion: FakeLogIngestion, monitor: MonitorDestination
) -> None:
    """Our own table took its rows, and the second stream failed."""
    await tell(party, 2)
    ingestion.answers = [None, Answer(500)]
    assert await ship(party, monitor) == 0
    clock.advance(minutes=1)
    assert await ship(party, monitor) == 2
    assert len(ingestion.accepted["Custom-ASimUserManagement"]) == 2


@pytest.mark.parametrize("bad", [0, 3, 6])
async def test_one_bad_entry_is_put_aside_and_the_others_arrive(
    party: ServiceHarness, ingestion: FakeLogIngestion, monitor: MonitorDestination, bad: int
) -> None:
    await tell(party, 7)
    ingestion.bad = {str({"n": bad})}
    assert await ship(party, monitor) == 7
    assert indexes(ingestion) == [n for n in range(7) if n != bad]
    assert await put_aside(party, "monitor") == {bad: "HTTP 400"}
    lag = (await shipping(party, monitor).lags())["monitor"]
    assert (lag.entries, lag.failing, lag.shelved) == (0, None, 1)


async def test_where_everything_is_refused_nothing_is_put_aside_at_first(
    party: ServiceHarness, clock: Clock, ingestion: FakeLogIngestion, monitor: MonitorDestination
) -> None:
    """More likely the rule is wrong than every event is."""
    await tell(party, 3)
    ingestion.bad = {"account.read"}
    assert await ship(party, monitor) == 0
    assert await put_aside(party, "monitor") == {}
    ingestion.bad = set()
    clock.advance(minutes=1)
    assert await ship(party, monitor) == 3


async def test_a_crash_before_the_cursor_moves_sends_again(
    party: ServiceHarness,
    transport: RecordingTransport,
    ingestion: FakeLogIngestion,
    monitor: MonitorDestination,
) -> None:
    await tell(party, 2)
    cursors = party.stores.cursors

    async def crash(*_: object) -> None:
        transport.fault = always(crash_before_sending)

    send = monitor.send

    async def send_and_crash(entries: object) -> None:
        await send(entries)  # type: ignore[arg-type]
        await crash()

    monitor.send = send_and_crash  # type: ignore[method-assign]
    with pytest.raises(Crash):
        await ship(party, monitor)
    transport.fault = None
    assert (await cursors.load("monitor")).next == 0
    monitor.send = send  # type: ignore[method-assign]
    assert await ship(party, monitor) == 2
    assert indexes(ingestion) == [0, 1, 0, 1]


async def test_the_lag_tells_how_much_and_how_old(
    party: ServiceHarness, clock: Clock, monitor: MonitorDestination
) -> None:
    told_at = clock.now
    await tell(party, 3)
    lag = (await shipping(party, monitor).lags())["monitor"]
    assert (lag.entries, lag.since, lag.failing) == (3, told_at, None)
    await ship(party, monitor)
    lag = (await shipping(party, monitor).lags())["monitor"]
    assert (lag.entries, lag.since) == (0, None)
    assert await shipping(party).lags() == {}
