"""Two instances over tables in memory, whose clocks may be wrong, and people who were there before.

What they were left with is prepared once and set back for each crash point, so that a point costs
the calls of its story and no more.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unittest.mock import patch

from shared.accounts.names import read_username
from shared.audit.checkpoint import CheckpointKey
from shared.audit.verification.recheck import verify
from shared.audit.verification.report import Verdict
from shared.audit_log.settling import SETTLING
from shared.composition.audit_log import make_crosschecking
from shared.crosscheck.comparing import Report
from shared.keys.sealing_key import SealingKey
from shared.keys.signing_key import SigningKey
from shared.relying_party.onboarding.pass_terms import PassRequest
from shared.relying_party.onboarding.passes import IssuedPass
from shared.relying_party.sessions.token_issuer import Tokens
from tests.authenticator import SoftAuthenticator
from tests.fixed_keys import new_checkpoint_key, new_sealing_key
from tests.harness.administrators import ADMINISTRATOR, handle_of
from tests.harness.service_harness import (
    PROVIDER,
    SETTINGS,
    Clock,
    ServiceHarness,
    new_authenticator,
)
from tests.memory_client import open_memory
from tests.memory_tables import MemoryTables, State
from tests.storage_transport import Send, Storage

SETTLED = SETTLING + timedelta(seconds=2)


class Machine(Clock):
    """An instance with a wrong clock."""

    def __init__(self, storage: Clock, off: timedelta) -> None:
        self._storage, self._off = storage, off

    def __call__(self) -> datetime:
        return self._storage() + self._off


@dataclass(frozen=True, kw_only=True)
class Keys:
    signing: SigningKey
    sealing: SealingKey = field(default_factory=new_sealing_key)
    checkpoint: CheckpointKey = field(default_factory=new_checkpoint_key)


@dataclass(frozen=True, kw_only=True)
class Prepared:
    keys: Keys
    state: State
    at: datetime
    key: SoftAuthenticator
    tokens: Tokens
    """Alice's."""
    access_pass: IssuedPass
    """Bob's."""

    size: int
    """Of the log."""

    @property
    def record_id(self) -> bytes:
        (credential,) = self.key.credentials
        return credential


class World:
    """What one instance does may be late or fail, and the other one seals meanwhile."""

    def __init__(self, tables: MemoryTables, keys: Keys, acting: Storage, sealing: Storage) -> None:
        self.tables, self.keys = tables, keys
        self.storage, self._sealing = acting, sealing
        self.clock = Clock()
        tables.clock = self.clock
        self.acts, self.seals = self.instance(), self._instance(sealing)
        self.held: list[Send] = []
        """Requests that nobody waits for any more, and that storage gets later."""

    def _instance(self, storage: Storage, off: timedelta = timedelta()) -> ServiceHarness:
        """A process that has read nothing yet."""
        return ServiceHarness(
            storage,
            Machine(self.clock, off),
            self.keys.signing,
            sealing_key=self.keys.sealing,
            checkpoint_key=self.keys.checkpoint,
            settings=SETTINGS,
        )

    def instance(self, off: timedelta = timedelta()) -> ServiceHarness:
        return self._instance(self.storage, off)

    def set_back(self, prepared: Prepared, off: timedelta = timedelta()) -> None:
        """With an instance that acts, and one that seals, whose clock is wrong the other way."""
        self.tables.restore(prepared.state)
        self.clock.now = prepared.at
        self.held.clear()
        self.storage.transport.fault = None
        self.storage.transport.forget()
        self.acts = self.instance(off)
        self.seals = self._instance(self._sealing, -off)

    async def seal(self, after: timedelta = timedelta()) -> int:
        self.clock.now += after
        party = self.seals
        return await party.service.sealing.seal(until=party.clock() + timedelta(minutes=1))

    async def compared(self, *, restored: bool = False) -> Report:
        party, table = self.seals, self._sealing.table
        crosschecking = make_crosschecking(party.parts, party.service.trusted_log, table=table)
        return await crosschecking.check(restored=restored)

    async def deliver(self) -> None:
        """Send the calls that were held."""
        while self.held:
            await self.held.pop(0)()

    async def contradictions(self) -> list[str]:
        """Contradictions in the log, or between the log and the tables, after all has settled."""
        await self.seal(SETTLED)
        report = await self.compared()
        left = await self.seals.stores.outbox.read(limit=10)
        return [
            *report.wrong,
            *(f"not settled: {text}" for text in report.unsettled),
            *(f"{each.id} waits" for each in left),
            *(str(finding) for finding in await self._verified()),
        ]

    async def _verified(self) -> list[object]:
        party = self.seals
        lines = [json.dumps(line).encode() async for line in party.service.exporting.lines()]
        keys = [self.keys.checkpoint.verifier(SETTINGS["RP_ID"])]
        report = verify(lines, keys=keys)
        if report.verdict is Verdict.CONSISTENT:
            return []
        return [report.verdict, *report.findings]


@asynccontextmanager
async def open_world(keys: Keys) -> AsyncIterator[World]:
    tables = MemoryTables(Clock())
    async with open_memory(tables) as acting, open_memory(tables) as sealing:
        yield World(tables, keys, acting, sealing)


async def rest() -> None:
    """A refused caller does not wait for all of their calls."""
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others)


def pass_request(username: str) -> PassRequest:
    return PassRequest(
        username=read_username(username),
        display_name=None,
        lifetime=None,
        one_time=True,
        starts_at=None,
    )


def quick_hashing() -> AbstractContextManager[object]:
    """`tests/access_passes` tests the cost of a guess."""
    cost = {"n": 2, "r": 8, "p": 1}
    return patch("shared.access_passes.access_pass._SCRYPT_COST", cost)


async def prepare(keys: Keys) -> Prepared:
    async with open_world(keys) as world:
        party, key = world.acts, new_authenticator()
        await world.storage.make_tables()
        await party.service.configuration_watch.detect_changes()
        world.clock.advance(seconds=1)
        await party.register(key, "alice")
        issued = await party.service.passes.issue(pass_request("bob"), by=ADMINISTRATOR)
        await party.service.links.add(
            await handle_of(party), issuer=PROVIDER, subject="known", by=ADMINISTRATOR
        )
        await world.seal(SETTLED)
        tokens = (await party.sign_in(key, "alice")).tokens
        await world.seal(SETTLED)
        return Prepared(
            keys=keys,
            state=world.tables.snapshot(),
            at=world.clock.now,
            key=key,
            tokens=tokens,
            access_pass=issued,
            size=(await party.stores.log.head()).size,
        )
