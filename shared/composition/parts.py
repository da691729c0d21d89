"""The parts from which stories are built. Only this package knows all of them; a story gets only
the parts that it uses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.keys.current_keys import CurrentKeys
from shared.keys.key_kinds import Keys
from shared.rate_limits.limiter import RateLimiter
from shared.recording.audit_recorder import AuditRecorder
from shared.recording.event_details import RecordingOptions
from shared.recording.event_writer import EventWriter
from shared.recording.limit_events import LimitEvents
from shared.recording.refusals import Refusals
from shared.settings import Settings
from shared.storage.stores import Stores
from shared.storage.tables.clock import JudgedClock
from shared.storage.tables.table import Table
from shared.storage.tables.versioned import VersionedTable

if TYPE_CHECKING:
    from shared.audit.checkpoint import Verifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    settings: Settings
    stores: Stores
    table: Callable[[str], Table]
    """For an export, which reads whole tables."""
    keys: CurrentKeys
    key_rings: Keys
    recorder: AuditRecorder
    limiter: RateLimiter
    limit_events: LimitEvents
    clock: JudgedClock
    random: Callable[[int], bytes]

    async def trusted_verifiers(self) -> "tuple[Verifier, ...]":
        """Verifiers of the keys that sign checkpoints now, and of keys that the operator names."""
        origin = self.settings.policy.rp_id
        signing = (key.verifier(origin) for key in await self.keys.checkpoint_keys())
        return (*signing, *self.settings.audit.verifiers)


def make_parts(
    settings: Settings,
    *,
    table: Callable[[str], Table],
    versioned: Callable[[str], VersionedTable],
    keys: Keys,
    clock: JudgedClock,
    random: Callable[[int], bytes],
) -> Parts:
    """`table` and `versioned` return the table with a name."""
    current = CurrentKeys(keys, clock=clock)
    stores = Stores(
        table=table,
        versioned=versioned,
        statement_key=current.statement_key,
        statement_keys=current.statement_keys,
        random=random,
    )
    writer = EventWriter(
        stores.outbox,
        RecordingOptions.of(settings),
        clock=clock,
        random=random,
        key=current.statement_key,
    )
    limiter = RateLimiter(
        settings.limits,
        counters=stores.counters,
        service_key=stores.service_key.get,
        clock=clock,
    )
    limit_events = LimitEvents(writer, stores.counters)
    refusals = Refusals(limiter, limit_events.record)
    return Parts(
        settings=settings,
        stores=stores,
        table=table,
        keys=current,
        key_rings=keys,
        recorder=AuditRecorder(writer, stores.outbox, is_recorded=refusals.is_recorded),
        limiter=limiter,
        limit_events=limit_events,
        clock=clock,
        random=random,
    )
