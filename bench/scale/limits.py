"""Which limit is reached first, by arithmetic alone: nothing is simulated here."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.scale.sealing import Sealing
from bench.scale.simulated_storage import Storage
from bench.scale.simulation import Step
from shared.storage.tables.gather_limited import AT_ONCE

SEALING_SHARE = 30 / 60
"""The timer seals for half of each minute: `shared/blueprints/maintenance.py`."""
SWEEPING_SHARE = 15 / 60
"""Expired rows are removed for a quarter of each minute, even if sealing needs all of its time."""
SHIPPED = 2
"""Entities for each event: two destinations read its entry."""
TIDIED = 4
"""Entities for each sign-in, later: its session and its address's counter are read and removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    name: str
    per_second: float
    """In ceremonies."""
    how: str


def entities(steps: Sequence[Step]) -> int:
    return sum(call.entities for step in steps for calls in step.rounds for call in calls)


def behind(sealing: Sealing) -> float:
    """Entities for each ceremony that are processed after its answer."""
    return sealing.entities + SHIPPED + TIDIED


def cpu(steps: Sequence[Step]) -> float:
    return sum(step.cpu for step in steps)


def core_limit(steps: Sequence[Step], instances: int) -> Limit:
    return Limit(
        name="cores",
        per_second=instances / cpu(steps),
        how=f"{instances} / {cpu(steps) * 1e3:.1f} ms",
    )


def storage_limits(steps: Sequence[Step], sealing: Sealing, storage: Storage) -> list[Limit]:
    asked, later = entities(steps), behind(sealing)
    account = Limit(
        name="storage account",
        per_second=storage.account_rate / (asked + later),
        how=f"{storage.account_rate:,.0f} / ({asked} + {later:.1f}) entities",
    )
    return [account, *_partition_limits(steps, storage)]


def _partition_limits(steps: Sequence[Step], storage: Storage) -> list[Limit]:
    """For each table whose partitions are shared. The event of a sign-in is also read
    and removed from the outbox."""
    shared: dict[str, tuple[int, int]] = {}
    for call in (call for step in steps for calls in step.rounds for call in calls):
        if call.partitions is not None:
            later = 2 if call.table == "AuditOutbox" else 0
            asked, _ = shared.get(call.table, (later, 0))
            shared[call.table] = asked + call.entities, call.partitions
    return [
        Limit(
            name=f"partitions of {table}",
            per_second=partitions * storage.partition_rate / asked,
            how=f"{partitions} x {storage.partition_rate:,.0f} / {asked}",
        )
        for table, (asked, partitions) in shared.items()
    ]


def sealing_limit(sealing: Sealing, storage: Storage) -> Limit:
    """There is one sealer at a time, and it makes the calls for an event one after another."""
    seconds = sealing.cpu + sealing.round_trips * storage.mean
    return Limit(
        name="sealing the audit log",
        per_second=SEALING_SHARE / seconds,
        how=f"{SEALING_SHARE:.0%} of the time / {seconds * 1e3:.1f} ms an event",
    )


def sweeping_limit(sealing: Sealing, storage: Storage) -> Limit:
    """A sign-in leaves a session, in a partition of its own if it is its owner's first of the day.
    One call removes it; we assume that the call computes as long as one of sealing's. Counters
    share partitions and are removed a hundred at a time."""
    seconds = max(sealing.cpu / sealing.calls, storage.mean / AT_ONCE)
    return Limit(
        name="removing sessions",
        per_second=SWEEPING_SHARE / seconds,
        how=f"{SWEEPING_SHARE:.0%} of the time / {seconds * 1e3:.1f} ms a session",
    )


def lowest(limits: Sequence[Limit]) -> Limit:
    return min(limits, key=lambda limit: limit.per_second)
