"""The app's own timer, run by the bench between measurements: it seals and indexes events."""

import asyncio
from dataclasses import dataclass

from azure.data.tables.aio import TableClient

from bench.servers import Server
from shared.storage.audit.audit_log import HEAD, TREE

_MAINTAIN = "/admin/functions/maintain"
A_SECOND = 1.1
"""A little more than a second: the storage's clock shows whole seconds, and what is sealed must be
older."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    events: int
    cpu: float
    """Seconds of processor time for each of them."""
    idle: float
    """Seconds of processor time of a run that finds nothing to seal."""


async def run_timer(server: Server) -> float:
    """Return the seconds of processor time."""
    before = server.cpu_seconds()
    async with server.connect() as connection:
        await connection.post(_MAINTAIN, {})
    return server.cpu_seconds() - before


async def seal_everything(server: Server) -> None:
    """A run ends after half a minute, which on a busy machine may be too short, so run it three
    times."""
    await asyncio.sleep(A_SECOND)
    for _ in range(3):
        await run_timer(server)


async def measure_sealing(server: Server, tables: str) -> Sealed:
    """Seal what has been recorded since the last time. The timer has other jobs, so what it takes
    without events does not count."""
    await asyncio.sleep(A_SECOND)
    before = await sealed_events(tables)
    spent = await run_timer(server)
    events = await sealed_events(tables) - before
    await seal_everything(server)
    return sealed_of(events=events, spent=spent, idle=await run_timer(server))


def sealed_of(*, events: int, spent: float, idle: float) -> Sealed:
    if not events:
        raise SystemExit("nothing was sealed, so sealing was not measured")
    return Sealed(events=events, cpu=(spent - idle) / events, idle=idle)


async def sealed_events(tables: str) -> int:
    """How many entries the log has, from its head in the storage."""
    async with TableClient.from_connection_string(tables, TREE) as tree:
        return int((await tree.get_entity(HEAD, HEAD))["Size"])
