"""What it costs to check the tags of statements, and the log before it is extended.

It is compared with the other costs of an event in the same run: putting its notice into the outbox
and sealing it, with the calls to a local storage. Tests count the storage calls.
"""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from devhost.azurite import Azurite
from shared.audit.checkpoint import Checkpoint, sign_checkpoint
from shared.audit.continuity import check_head
from shared.audit.merkle import Frontier
from shared.audit.statement import Statement, StatementKey, make_statement
from shared.audit.statement_tags import Purpose, is_authentic, statement_key, tag_of
from shared.keys.signing_key import new_signing_key
from shared.settings import TablesSettings
from shared.storage.audit.statements import Partition
from shared.storage.tables.client import connect
from tests.audit.events import event
from tests.fixed_keys import new_checkpoint_key
from tests.harness.service_harness import SETTINGS, Clock, ServiceHarness, new_authenticator
from tests.storage_transport import RecordingTransport, Storage

_TIMES = 3000
_EVENTS = 100
"""The size of a full batch."""
_ENTRIES = 123_456
_PLACE = Partition("Accounts", "AAAAAAAAAAAAAAAAAAAAAA")
_MADE, _CHECKED = 3, 2
"""Tags of an event that are made: for the notice, beside the change, and for the entry. The entry's
is not checked again."""
_A_SECOND = 1.1
"""A little more than a second: the storage's clock shows whole seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """In seconds of processor time."""

    tags: float
    """For one event."""
    head: float
    """For one run of the sealer."""
    event: float
    """The other costs of an event: its notice, and its sealing in a full batch."""


def measure() -> Checks:
    tags = _tags()
    return Checks(tags=tags, head=_head(), event=asyncio.run(_event()) - tags)


def _tags() -> float:
    key, statement = statement_key(new_checkpoint_key()), _statement()
    tag = tag_of(statement, key, Purpose.EVENT, str(_PLACE))

    def check() -> None:
        if not is_authentic(tag, statement, [key], Purpose.EVENT, str(_PLACE)):
            raise SystemExit("a tag is not accepted")

    made = _cpu(lambda: tag_of(statement, key, Purpose.EVENT, str(_PLACE)))
    return _MADE * made + _CHECKED * _cpu(check)


def _head() -> float:
    key, frontier = new_checkpoint_key(), Frontier()
    for number in range(_ENTRIES):
        frontier.append(number.to_bytes(32))
    checkpoint = Checkpoint(origin="bench", size=frontier.size, root=frontier.root)
    note, verifiers = sign_checkpoint(checkpoint, [key]), [key.verifier("bench")]
    return _cpu(lambda: check_head(note, frontier, origin="bench", verifiers=verifiers))


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    for _ in range(_TIMES):
        work()
    return (time.process_time() - began) / _TIMES


def _statement(key: StatementKey | None = None) -> Statement:
    evidence = {"clientDataJSON": bytes(230), "authenticatorData": bytes(37)}
    recorded = event(evidence=evidence | {"signature": bytes(71)})
    return make_statement(recorded, random=os.urandom, key=key)


async def _event() -> float:
    with Azurite() as azurite:
        async with connect(
            TablesSettings(connection_string=azurite.connection_string)
        ) as connection:
            # Beside the service, not between it and its storage, where its cost would be measured.
            storage = Storage(connection=connection, transport=RecordingTransport())
            settings = {**SETTINGS, "AUDIT_SETTLING_SECONDS": "0"}
            party = ServiceHarness(storage, Clock(), new_signing_key(), settings=settings)
            await party.warm()
            await _sign_in(party, "alice")
            await _seal(party)  # and the work of the first run only
            await _sign_in(party, "bob")
            sealing = await _spent(_seal(party))
            return (sealing + await _spent(_announce(party))) / _EVENTS


async def _spent(work: Coroutine[object, object, None]) -> float:
    began = time.process_time()
    await work
    return time.process_time() - began


async def _sign_in(party: ServiceHarness, name: str) -> None:
    authenticator = new_authenticator()
    await party.register(authenticator, name)
    for _ in range(_EVENTS - 1):
        await party.sign_in(authenticator)
    await asyncio.sleep(_A_SECOND)


async def _seal(party: ServiceHarness) -> None:
    until = party.clock.now.replace(year=2099)
    if await party.service.sealing.seal(until=until) != _EVENTS:
        raise SystemExit("not everything was sealed")


async def _announce(party: ServiceHarness) -> None:
    key = await party.recorder.writer.key()
    for _ in range(_EVENTS):
        await party.stores.outbox.put(_statement(key), _PLACE)
