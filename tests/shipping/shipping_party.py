"""A relying party that ships what it seals."""

import asyncio
from datetime import timedelta

from shared.audit.event import Kind
from shared.relying_party.shipping import Shipping
from shared.shipping.destination import Destination
from tests.relying_party.party import Party
from tests.relying_party.record import seal


def shipping(party: Party, *destinations: Destination) -> Shipping:
    resources = party.resources
    return Shipping(
        destinations,
        log=resources.log,
        head=party.service.continuity.signed_head,
        cursors=resources.cursors,
        clock=resources.clock,
    )


async def ship(party: Party, *destinations: Destination) -> int:
    until = party.clock.now + timedelta(seconds=30)
    return await shipping(party, *destinations).ship(until=until)


async def tell(party: Party, number: int, *, kind: Kind = Kind.ACCOUNT_READ) -> None:
    trail = party.resources.trail
    for first in range(0, number, 50):
        numbers = range(first, min(first + 50, number))
        await asyncio.gather(*(trail.record(kind, facts={"n": n}) for n in numbers))
    await seal(party)
