"""A process that tells of many things and seals, to be run beside others of its kind.

    python -m tests.resilience.recording_process NAME NUMBER

The connection string and the tables' suffix are in the environment.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta

from azure.data.tables.aio import TableServiceClient

from shared.audit.authentication import statement_key
from shared.audit.checkpoint import CheckpointKey, Verifier, read_checkpoint_key
from shared.audit.event import Deployment, Kind
from shared.audit.statement import StatementKey
from shared.relying_party.continuity import Continuity, Trust
from shared.relying_party.proofs import Proofs
from shared.relying_party.sealing import Sealing, SealingKeys
from shared.relying_party.settling import Settling
from shared.relying_party.trail import Trail
from shared.relying_party.what import Telling
from shared.settings import TablesSettings
from shared.storage.audit_log import LOG, TREE, AuditLog
from shared.storage.audit_outbox import TABLE, AuditOutbox
from shared.storage.client import connect
from shared.storage.event_ids import EventIds
from shared.storage.tables import Table
from shared.storage.versioned import VersionedTable

ORIGIN = "touchstone.example"
KEY = "A" * 43
_AT_ONCE = 20


def now() -> datetime:
    return datetime.now(UTC)


async def keys() -> list[CheckpointKey]:
    return [read_checkpoint_key(KEY)]


async def key() -> StatementKey:
    return statement_key(read_checkpoint_key(KEY))


async def statement_keys() -> list[StatementKey]:
    return [await key()]


async def verifiers() -> list[Verifier]:
    return [key.verifier(ORIGIN) for key in await keys()]


def log_of(service: TableServiceClient, suffix: str) -> AuditLog:
    return AuditLog(log=Table(service, LOG + suffix), tree=VersionedTable(service, TREE + suffix))


def parts_of(service: TableServiceClient, suffix: str) -> tuple[Trail, Sealing]:
    outbox = AuditOutbox(
        Table(service, TABLE + suffix), tables=lambda name: Table(service, name + suffix)
    )
    telling = Telling(deployment=Deployment(rp_id=ORIGIN, tenant=ORIGIN))
    trail = Trail(outbox, telling, clock=now, random=os.urandom, key=key)
    log = log_of(service, suffix)
    trust = Trust(origin=ORIGIN, keys=verifiers, statements=statement_keys)
    event_ids = EventIds(Table(service, TREE + suffix), log)
    return trail, Sealing(
        Settling(outbox, event_ids),
        outbox=outbox,
        log=log,
        event_ids=event_ids,
        continuity=Continuity(trust, log=log, proofs=Proofs(log), clock=now),
        origin=ORIGIN,
        keys=SealingKeys(checkpoints=keys, statement=key),
        clock=now,
    )


async def seal(sealing: Sealing) -> int:
    return await sealing.seal(until=now() + timedelta(minutes=1))


async def main(name: str, number: int) -> None:
    settings = TablesSettings(connection_string=os.environ["RECORDING_TABLES"])
    async with connect(settings) as service:
        trail, sealing = parts_of(service, os.environ["RECORDING_SUFFIX"])
        telling = asyncio.create_task(_tell(trail, name, number))
        while not telling.done():
            await seal(sealing)
        await telling


async def _tell(trail: Trail, name: str, number: int) -> None:
    for first in range(0, number, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, number))
        told = (trail.record(Kind.AUDIT_READ, facts={"by": name, "n": n}) for n in numbers)
        await asyncio.gather(*told)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
