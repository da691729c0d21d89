"""The recorded events, after everything that waits is sealed."""

from datetime import timedelta
from typing import Any

from shared.audit.checkpoint import Checkpoint, open_checkpoint
from shared.audit.log_entry import LogEntry
from shared.audit.merkle import leaf_hash, root_of
from shared.audit_log.settling import SETTLING
from tests.harness.service_harness import ServiceHarness

type Event = dict[str, Any]


async def seal(party: ServiceHarness) -> int:
    """Seal after every notice has settled: no request of a test is under way then."""
    party.clock.now += SETTLING + timedelta(seconds=1)
    party.storage.transport.ahead += SETTLING + timedelta(seconds=1)
    return await party.service.sealing.seal(until=party.clock.now + timedelta(seconds=1))


async def entries(party: ServiceHarness) -> list[LogEntry]:
    found: list[LogEntry] = []
    while more := await party.stores.log.entries(len(found), limit=1000):
        found += more
    assert [entry.index for entry in found] == list(range(len(found)))
    return found


async def checkpoint(party: ServiceHarness) -> Checkpoint:
    note = (await party.stores.log.head()).checkpoint
    keys = await party.keys.checkpoint_keys()
    origin = party.settings.policy.rp_id
    return open_checkpoint(note or "", [key.verifier(origin) for key in keys])


async def record(party: ServiceHarness) -> list[Event]:
    """All events, the tree over them checked."""
    await seal(party)
    found = await entries(party)
    if found:
        signed = await checkpoint(party)
        leaves = [leaf_hash(entry.statement.leaf) for entry in found]
        assert (signed.size, signed.root) == (len(found), root_of(leaves))
    return [entry.statement.read() for entry in found]


def brief(events: list[Event]) -> list[tuple[str, str]]:
    return [(event["kind"], event["outcome"]) for event in events]
