"""Table Storage on virtual time: how long its calls take, and what it refuses."""

import math
from collections import Counter
from dataclasses import dataclass
from random import Random

from bench.scale.virtual_time import Process, Timeline

_BACKOFFS = (0.0, 0.2)
"""Of azure-core, with the retries and the factor of `shared/azure/timeouts.py`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    table: str
    entities: int = 1
    partitions: int | None = None
    """Among how many all ceremonies of the moment are spread; None if each account has its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    median: float = 0.008
    """Seconds for a call, of a log-normal distribution."""
    spread: float = 0.5
    """Its sigma: 0 if all calls take the median."""
    account_rate: float = 20_000
    """Entities a second."""
    partition_rate: float = 2_000
    burst: float = 0.1
    """So many seconds of a rate may come at once. Azure does not say how it measures."""
    background: float = 0
    """Entities a second that something else than ceremonies takes of the account."""

    @property
    def mean(self) -> float:
        """Of the seconds for a call."""
        return self.median * math.exp(self.spread**2 / 2)


class Refused(Exception):
    """After all retries, which a person sees as 503."""


class _Bucket:
    """It leaks at a rate, and is full with a burst."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._empty_at = 0.0

    def admits(self, now: float, entities: int) -> bool:
        empty_at = max(now, self._empty_at) + entities / self._rate
        if empty_at - now > self._burst:
            return False
        self._empty_at = empty_at
        return True


class SimulatedStorage:
    def __init__(self, storage: Storage, timeline: Timeline, random: Random) -> None:
        self._storage, self._timeline, self._random = storage, timeline, random
        self._account = _Bucket(storage.account_rate - storage.background, storage.burst)
        self._partitions: dict[tuple[str, int], _Bucket] = {}
        self.refusals: Counter[str] = Counter()
        """By the limit that a call ran into: a table's partition, or the account."""

    def call(self, call: Call) -> Process:
        """Raises Refused."""
        partition = self._partition(call)
        for backoff in (*_BACKOFFS, None):
            yield self._timeline.now + self._latency()
            if self._admits(call, partition):
                return
            if backoff is not None:
                yield self._timeline.now + backoff
        raise Refused

    def _admits(self, call: Call, partition: _Bucket | None) -> bool:
        now, entities = self._timeline.now, call.entities
        if partition and not partition.admits(now, entities):
            self.refusals[call.table] += 1
        elif not self._account.admits(now, entities):
            self.refusals["account"] += 1
        else:
            return True
        return False

    def _partition(self, call: Call) -> _Bucket | None:
        if call.partitions is None:
            return None
        key = call.table, self._random.randrange(call.partitions)
        if key not in self._partitions:
            self._partitions[key] = _Bucket(self._storage.partition_rate, self._storage.burst)
        return self._partitions[key]

    def _latency(self) -> float:
        storage = self._storage
        return storage.median * math.exp(self._random.gauss(0, storage.spread))
