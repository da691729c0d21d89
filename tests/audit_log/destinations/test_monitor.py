"""Azure Monitor gets every entry, in order, even after failures."""

import logging
from datetime import timedelta

import pytest

from shared.audit.event import Kind
from shared.audit_log.destinations.monitor import ASIM_STREAMS, OWN_STREAM, MonitorDestination
from tests.audit_log.destinations.shipping_party import put_aside, record_events, ship, shipping
from tests.fakes.log_ingestion import Answer, FakeLogIngestion
from tests.harness.service_harness import Clock, ServiceHarness
from tests.storage_faults import Crash, always, crash_before_sending
from tests.storage_transport import RecordingTransport


def indexes(ingestion: FakeLogIngestion) -> list[int]:
    return [row["LogIndex"] for row in ingestion.accepted[OWN_STREAM]]


async def test_sealed_events_arrive_in_both_tables(
    party: ServiceHarness, ingestion: FakeLogIngestion, monitor: MonitorDestination
) -> None:
    await record_events(party, 3)
    await record_events(party, 2, kind=Kind.AUTHENTICATION)
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


async def test_a_rule_without_asim_streams_gets_only_our_own(
    party: ServiceHarness, ingestion: FakeLogIngestion, monitor_without_asim: MonitorDestination
) -> None:
    await record_events(party, 2, kind=Kind.AUTHENTICATION)
    assert await ship(party, monitor_without_asim) == 2
    assert indexes(ingestion) == [0, 1]
    assert not any(ingestion.accepted[stream] for stream in ASIM_STREAMS.values())


async def test_several_partitions_arrive_in_order(
    party: ServiceHarness, ingestion: FakeLogIngestion, monitor: MonitorDestination
) -> None:
    await record_events(party, 600)
    assert await ship(party, monitor) == 600
    assert indexes(ingestion) == list(range(600))


@pytest.mark.parametrize("status", [429, 500, 503, 403, 404, 408])
async def test_refused_entries_are_sent_again_later(
    party: ServiceHarness,
    clock: Clock,
    ingestion: FakeLogIngestion,
    monitor: MonitorDestination,
    status: int,
) -> None:
    await record_events(party, 3)
    ingestion.answers = [Answer(status)]
    assert await ship(party, monitor) == 0
    assert (await shipping(party, monitor).lags())["monitor"].failing == f"HTTP {status}"
    requests = ingestion.requests
    assert await ship(party.restarted(), monitor) == 0
    assert ingestion.requests == requests  # no instance sends
    clock.advance(seconds=31)
    assert await ship(party, monitor) == 3
    assert indexes(ingestion) == [0, 1, 2]


async def test_waits_between_failures_grow_up_to_an_hour(
    party: ServiceHarness, clock: Clock, ingestion: FakeLogIngestion, monitor: MonitorDestination
) -> None:
    await record_events(party, 1)
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


async def test_a_throttled_shipper_obeys_retry_after(
    party: ServiceHarness, clock: Clock, ingestion: FakeLogIngestion, monitor: MonitorDestination
) -> None:
    await record_events(party, 1)
    ingestion.answers = [Answer(429, {"Retry-After": "300"})]
    await ship(party, monitor)
    clock.advance(seconds=299)
    assert await ship(party, monitor) == 0
    clock.advance(seconds=1)
    assert await ship(party, monitor) == 1


async def test_entries_without_an_answer_in_time_are_sent_again(
    party: ServiceHarness, clock: Clock, ingestion: FakeLogIngestion, monitor: MonitorDestination
) -> None:
    await record_events(party, 1)
    ingestion.silent = True
    assert await ship(party, monitor) == 0
    ingestion.silent = False
    clock.advance(minutes=1)
    assert await ship(party, monitor) == 1


async def test_entries_sent_twice_after_a_lost_answer_have_the_same_id(
    party: ServiceHarness, clock: Clock, ingestion: FakeLogIngestion, monitor: MonitorDestination
) -> None:
    await record_events(party, 2)
    ingestion.lost = 1
    assert await ship(party, monitor) == 0
    clock.advance(minutes=1)
    assert await ship(party, monitor) == 2
    assert indexes(ingestion) == [0, 1, 0, 1]
    assert len({row["EventUid"] for row in ingestion.accepted[OWN_STREAM]}) == 2


async def test_a_half_accepted_batch_is_sent_again_completely(
    party: ServiceHarness, clock: Clock, ingestion: FakeLogIngestion, monitor: MonitorDestination
) -> None:
    """Our own table accepted its rows, and the second stream failed."""
    await record_events(party, 2)
    ingestion.answers = [None, Answer(500)]
    assert await ship(party, monitor) == 0
    clock.advance(minutes=1)
    assert await ship(party, monitor) == 2
    assert len(ingestion.accepted["Custom-ASimUserManagement"]) == 2


@pytest.mark.parametrize("bad", [0, 3, 6])
async def test_one_refused_entry_is_put_aside_and_the_others_arrive(
    party: ServiceHarness, ingestion: FakeLogIngestion, monitor: MonitorDestination, bad: int
) -> None:
    await record_events(party, 7)
    ingestion.bad = {str({"n": bad})}
    assert await ship(party, monitor) == 7
    assert indexes(ingestion) == [n for n in range(7) if n != bad]
    assert await put_aside(party, "monitor") == {bad: "HTTP 400"}
    lag = (await shipping(party, monitor).lags())["monitor"]
    assert (lag.entries, lag.failing, lag.shelved) == (0, None, 1)


async def test_no_entry_is_put_aside_if_all_are_refused(
    party: ServiceHarness, clock: Clock, ingestion: FakeLogIngestion, monitor: MonitorDestination
) -> None:
    """It is more likely that the rule is wrong than that every event is."""
    await record_events(party, 3)
    ingestion.bad = {"account.read"}
    assert await ship(party, monitor) == 0
    assert await put_aside(party, "monitor") == {}
    ingestion.bad = set()
    clock.advance(minutes=1)
    assert await ship(party, monitor) == 3


async def test_entries_are_sent_again_after_a_crash_before_the_cursor_moves(
    party: ServiceHarness,
    transport: RecordingTransport,
    ingestion: FakeLogIngestion,
    monitor: MonitorDestination,
) -> None:
    await record_events(party, 2)
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


async def test_each_run_logs_how_much_a_destination_has(
    party: ServiceHarness,
    clock: Clock,
    ingestion: FakeLogIngestion,
    monitor: MonitorDestination,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An alert reads it, to tell a service that nobody uses from one whose log does not arrive."""
    caplog.set_level(logging.INFO, "touchstone.shipping")
    await ship(party, monitor)
    await record_events(party, 3)
    ingestion.answers = [Answer(403)]
    await ship(party, monitor)
    await ship(party, monitor)  # too early for the next try
    clock.advance(minutes=1)
    await ship(party, monitor)
    lines = [each.message for each in caplog.records if each.levelno == logging.INFO]
    assert lines == [
        "shipped to monitor: 0 of 0 entries",
        "shipped to monitor: 0 of 3 entries",
        "shipped to monitor: 0 of 3 entries",
        "shipped to monitor: 3 of 3 entries",
    ]


async def test_the_lag_has_the_number_and_the_age_of_entries(
    party: ServiceHarness, clock: Clock, monitor: MonitorDestination
) -> None:
    recorded_at = clock.now
    await record_events(party, 3)
    lag = (await shipping(party, monitor).lags())["monitor"]
    assert (lag.entries, lag.since, lag.failing) == (3, recorded_at, None)
    await ship(party, monitor)
    lag = (await shipping(party, monitor).lags())["monitor"]
    assert (lag.entries, lag.since) == (0, None)
    assert await shipping(party).lags() == {}
