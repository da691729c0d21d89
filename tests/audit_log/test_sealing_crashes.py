"""After a crash at any storage call of sealing, every event is still in the log once."""

import asyncio
from contextlib import suppress

import pytest

from shared.errors import StorageUnavailable
from tests.authenticator import SoftAuthenticator
from tests.harness.record import record, seal
from tests.harness.service_harness import ServiceHarness
from tests.storage_faults import ENDS, Crash, Way, at
from tests.storage_transport import RecordingTransport, Send

CALLS = 23


@pytest.mark.parametrize("number", range(1, CALLS + 1))
@pytest.mark.parametrize("way", ENDS.values(), ids=ENDS.keys())
async def test_a_crash_at_any_call_of_sealing_loses_and_repeats_no_event(
    party: ServiceHarness,
    transport: RecordingTransport,
    alices: SoftAuthenticator,
    number: int,
    way: tuple[Way, Way],
) -> None:
    await party.register(alices, "alice")
    await party.sign_in(alices, "alice")
    first, then = way
    transport.fault = at(number, first, then=then)
    with suppress(Crash, StorageUnavailable):
        await seal(party)
    transport.fault = None
    await party.sign_in(alices, "alice")
    events = await record(party.restarted())
    kinds = sorted((event["kind"], event["outcome"]) for event in events)
    assert kinds == [
        ("authentication.finished", "success"),
        ("authentication.finished", "success"),
        ("registration.finished", "success"),
    ]
    assert await party.stores.outbox.read(limit=10) == []


@pytest.mark.parametrize("number", range(1, CALLS + 1))
@pytest.mark.parametrize("arrives", [False, True])
async def test_sealing_that_is_stopped_at_any_call_goes_on_in_the_same_process(
    party: ServiceHarness,
    transport: RecordingTransport,
    alices: SoftAuthenticator,
    number: int,
    *,
    arrives: bool,
) -> None:
    """As the timer stops it, if no answer comes in time."""
    await party.register(alices, "alice")
    await party.sign_in(alices, "alice")
    hanging = asyncio.Event()

    async def hang(send: Send) -> object:
        if arrives:
            await send()
        hanging.set()
        return await asyncio.Event().wait()

    transport.fault = at(number, hang, then=hang)
    sealing, waiting = asyncio.create_task(seal(party)), asyncio.create_task(hanging.wait())
    await asyncio.wait([sealing, waiting], return_when=asyncio.FIRST_COMPLETED)
    for task in (sealing, waiting):
        task.cancel()
    await asyncio.wait([sealing, waiting])
    transport.fault = None
    await party.sign_in(alices, "alice")
    kinds = sorted(event["kind"] for event in await record(party))
    assert kinds == ["authentication.finished"] * 2 + ["registration.finished"]
    assert await party.stores.outbox.read(limit=10) == []


async def test_every_call_of_sealing_is_enumerated(
    party: ServiceHarness, transport: RecordingTransport, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    await party.sign_in(alices, "alice")
    waiting = await party.storage.rows("AuditOutbox")
    removals_in_one = len(waiting) - len({row["PartitionKey"] for row in waiting})
    transport.forget()
    await seal(party)
    assert len(transport.names) == CALLS - removals_in_one, transport.names
