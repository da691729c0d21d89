"""Table Storage on virtual time: how long its calls take, and which it refuses."""

import math
from collections import Counter
from dataclasses import dataclass
from random import Random

from bench.scale.virtual_time import Process, Timeline

_BACKOFFS = (0.0, 0.2)
"""The waits of azure-core, with the retries and the factor of `shared/azure/timeouts.py`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    table: str
    entities: int = 1
    partitions: int | None = None
    """How many partitions share all ceremonies of the moment; None if each account has its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    median: float = 0.008
    """Seconds for a call, in a log-normal distribution."""
    spread: float = 0.5
    """The distribution's sigma: 0 if all calls take the median."""
    account_rate: float = 20_000
    """In entities a second."""
    partition_rate: float = 2_000
    burst: float = 0.1
    """How many seconds' worth of a rate may come at once. Azure does not document how it
    measures."""
    background: float = 0
    """Entities a second that other work than ceremonies takes of the account."""

    @property
    def mean(self) -> float:
        """The mean of the seconds for a call."""
        return self.median * math.exp(self.spread**2 / 2)


class Refused(Exception):
    """Refused after all retries. A person sees a 503."""


class _Bucket:
    """A leaky bucket: it leaks at the rate, and one burst fills it."""

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
        """By the limit that refused the call: a table's partitions, or the account."""

    def call(self, call: Call) -> Process:
        """Raise Refused if all tries are refused."""
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
