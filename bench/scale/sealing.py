"""What it takes to seal one event, from the calls of a whole run of the timer."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.scale.call_recorder import Asked

type Rounds = Sequence[Sequence[Asked]]
"""Calls to storage; those of a round are concurrent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """The cost of sealing one event."""

    cpu: float
    calls: float
    round_trips: float
    entities: float


def sealing_of_one(asked: Rounds, idle: Rounds, *, cpu: float) -> Sealing:
    """The cost for one event, as counted by the entries that were appended. The timer has other
    jobs, so what it asks of storage when it seals nothing does not count."""
    appended = [one for each in asked for one in each if one.name == "transact AuditLog"]
    events = sum(one.entities for one in appended)
    if not events:
        raise SystemExit("nothing was sealed, so sealing was not measured")
    return Sealing(
        cpu=cpu,
        calls=(sum(map(len, asked)) - sum(map(len, idle))) / events,
        round_trips=(len(asked) - len(idle)) / events,
        entities=(_entities(asked) - _entities(idle)) / events,
    )


def _entities(asked: Rounds) -> int:
    return sum(one.entities for each in asked for one in each)
