"""Concurrent processes record and seal events: no event is lost, and none is repeated."""

import asyncio
import os
import secrets
import sys

import pytest

from devhost.azurite import Azurite
from devhost.process import REPOSITORY
from shared.audit.checkpoint import open_checkpoint, read_checkpoint_key
from shared.audit.log_entry import LogEntry
from shared.audit.merkle import leaf_hash, root_of
from shared.settings import TablesSettings
from shared.storage.tables.client import connect
from tests.resilience.recording_process import KEY, ORIGIN, log_of, parts_of, seal


@pytest.mark.timeout(900)  # ten thousand events take a minute where there is little else to do
async def test_two_processes_record_each_event_once(
    azurite: Azurite, request: pytest.FixtureRequest
) -> None:
    number = request.config.getoption("--recorded-events") // 2
    suffix = secrets.token_hex(6)
    environment = {
        **os.environ,
        "RECORDING_TABLES": azurite.connection_string,
        "RECORDING_SUFFIX": suffix,
    }
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.resilience.recording_process", name, str(number)),
            cwd=REPOSITORY,
            env=environment,
        )
        for name in ("one", "other")
    ]
    assert [await process.wait() for process in processes] == [0, 0]
    async with connect(TablesSettings(connection_string=azurite.connection_string)) as service:
        _, sealing = parts_of(service, suffix)
        while await seal(sealing):
            pass
        log = log_of(service, suffix)
        entries: list[LogEntry] = []
        while more := await log.entries(len(entries), limit=256):
            entries += more
        note = (await log.head()).checkpoint
    facts = [entry.statement.read()["facts"] for entry in entries]
    recorded = sorted((fact["by"], fact["n"]) for fact in facts)
    assert recorded == [(name, n) for name in ("one", "other") for n in range(number)]
    signed = open_checkpoint(note or "", [read_checkpoint_key(KEY).verifier(ORIGIN)])
    leaves = [leaf_hash(entry.statement.leaf) for entry in entries]
    assert (signed.size, signed.root) == (2 * number, root_of(leaves))
