"""After a crash at any storage call of sealing, every event is still in the log once."""

from contextlib import suppress

import pytest

from shared.errors import StorageUnavailable
from tests.authenticator import SoftAuthenticator
from tests.harness.record import record, seal
from tests.harness.service_harness import ServiceHarness
from tests.storage_faults import ENDS, Crash, Way, at
from tests.storage_transport import RecordingTransport

CALLS = 16


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
