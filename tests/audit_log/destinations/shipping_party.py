"""A relying party that ships sealed entries."""

import asyncio
from datetime import timedelta

from shared.audit.event import Kind
from shared.audit_log.delivery import Delivery
from shared.audit_log.destinations.destination import Destination
from shared.storage.audit.audit_log import TREE
from tests.harness.record import seal
from tests.harness.service_harness import ServiceHarness


def shipping(party: ServiceHarness, *destinations: Destination) -> Delivery:
    return Delivery(
        destinations,
        log=party.stores.log,
        trusted_log=party.service.trusted_log,
        cursors=party.stores.cursors,
        clock=party.clock,
    )


async def ship(party: ServiceHarness, *destinations: Destination) -> int:
    until = party.clock.now + timedelta(seconds=30)
    return await shipping(party, *destinations).ship(until=until)


async def record_events(
    party: ServiceHarness, number: int, *, kind: Kind = Kind.ACCOUNT_READ
) -> None:
    recorder = party.recorder
    for first in range(0, number, 50):
        numbers = range(first, min(first + 50, number))
        await asyncio.gather(*(recorder.record(kind, facts={"n": n}) for n in numbers))
    await seal(party)


async def put_aside(party: ServiceHarness, destination: str) -> dict[int, str]:
    """Return why the destination refused single entries, by index."""
    rows = await party.storage.table(TREE).query(
        "PartitionKey eq @shelf",
        {"shelf": f"shelf-{destination}"},
        select=["RowKey", "Reason"],
        limit=9,
    )
    return {int(row["RowKey"]): row["Reason"] for row in rows}
