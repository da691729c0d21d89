"""A process that records many events and seals, to run concurrently with others.

    python -m tests.resilience.recording_process NAME NUMBER

The connection string and the tables' suffix are in the environment.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta

from shared.audit.checkpoint import CheckpointKey, Verifier, read_checkpoint_key
from shared.audit.event import Deployment, Kind
from shared.audit.statement import StatementKey
from shared.audit.statement_tags import statement_key
from shared.audit_log.head_signing import HeadSigning
from shared.audit_log.proofs import Proofs
from shared.audit_log.sealing import Sealing
from shared.audit_log.settling import Settling
from shared.audit_log.tidying import Tidying
from shared.audit_log.trust import Trust
from shared.audit_log.trusted_log import TrustedLog
from shared.recording.event_details import RecordingOptions
from shared.recording.event_writer import EventWriter
from shared.settings import TablesSettings
from shared.storage.audit.audit_log import LOG, TREE, AuditLog
from shared.storage.audit.audit_outbox import TABLE, AuditOutbox
from shared.storage.audit.event_ids import EventIds
from shared.storage.tables.client import connect
from shared.storage.tables.connection import Connection
from shared.storage.tables.table import Table
from shared.storage.tables.versioned import VersionedTable

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


def log_of(connection: Connection, suffix: str) -> AuditLog:
    return AuditLog(
        log=Table(connection, LOG + suffix), tree=VersionedTable(connection, TREE + suffix)
    )


def parts_of(connection: Connection, suffix: str) -> tuple[EventWriter, Sealing]:
    outbox = AuditOutbox(
        Table(connection, TABLE + suffix), tables=lambda name: Table(connection, name + suffix)
    )
    options = RecordingOptions(deployment=Deployment(rp_id=ORIGIN, tenant=ORIGIN))
    writer = EventWriter(outbox, options, clock=now, random=os.urandom, key=key)
    log = log_of(connection, suffix)
    trust = Trust(origin=ORIGIN, keys=verifiers, statements=statement_keys)
    event_ids = EventIds(Table(connection, TREE + suffix), log)
    trusted_log = TrustedLog(trust, log=log, proofs=Proofs(log), clock=now)
    return writer, Sealing(
        settling=Settling(outbox, event_ids),
        tidying=Tidying(outbox=outbox, log=log, trusted_log=trusted_log),
        head_signing=HeadSigning(
            log=log, trusted_log=trusted_log, origin=ORIGIN, keys=keys, clock=now
        ),
        outbox=outbox,
        log=log,
        event_ids=event_ids,
        trusted_log=trusted_log,
        statement_key=key,
        clock=now,
    )


async def seal(sealing: Sealing) -> int:
    return await sealing.seal(until=now() + timedelta(minutes=1))


async def main(name: str, number: int) -> None:
    settings = TablesSettings(connection_string=os.environ["RECORDING_TABLES"])
    async with connect(settings) as connection:
        writer, sealing = parts_of(connection, os.environ["RECORDING_SUFFIX"])
        recording = asyncio.create_task(_record(writer, name, number))
        while not recording.done():
            await seal(sealing)
        await recording


async def _record(writer: EventWriter, name: str, number: int) -> None:
    for first in range(0, number, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, number))
        events = (writer.record(Kind.AUDIT_READ, facts={"by": name, "n": n}) for n in numbers)
        await asyncio.gather(*events)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
