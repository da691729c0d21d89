"""Simulates instances on virtual time, from what one ceremony takes. Pure.

An instance is one core, which serves requests in the order of their arrival, and takes a limited
number of requests at once. A request holds the core only while it computes. In between it waits for
rounds of storage calls; the calls of one round run concurrently. If no instance has room for a
request, it waits before all of them. People take no time here: the next request of a ceremony
follows immediately.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from bench.scale.simulated_storage import Call, Refused, SimulatedStorage, Storage
from bench.scale.virtual_time import Permits, Process, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request."""

    name: str
    cpu: float
    """In seconds."""
    rounds: tuple[tuple[Call, ...], ...] = ()
    """Rounds of storage calls: each round waits for the one before."""

    def slower(self, factor: float) -> "Step":
        return replace(self, cpu=self.cpu * factor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    instances: int
    concurrency: int
    """How many requests one instance takes at once."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    latencies: list[float] = field(default_factory=list)
    """Seconds for all requests of a ceremony together, in the order in which the ceremonies
    ended."""
    ended_at: list[float] = field(default_factory=list)
    failed: int = 0
    refusals: Counter[str] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Successful ceremonies a second, without the start and the end of the run."""
        first, last = (int(len(self.ended_at) * share) for share in (0.2, 0.8))
        return (last - first) / (self.ended_at[last] - self.ended_at[first])

    def percentile(self, share: float) -> float:
        """Without the first tenth, which met no other ceremonies."""
        ordered = sorted(self.latencies[len(self.latencies) // 10 :])
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


class _Core:
    def __init__(self) -> None:
        self.under_way = 0
        self._free_at = 0.0

    def take(self, now: float, seconds: float) -> float:
        """When the core has computed everything up to this piece."""
        self._free_at = max(now, self._free_at) + seconds
        return self._free_at


class _Simulation:
    def __init__(self, fleet: Fleet, storage: Storage) -> None:
        self.random = Random(1)  # noqa: S311  no secret depends on it
        self.timeline, self.outcome = Timeline(), Outcome()
        self._storage = SimulatedStorage(storage, self.timeline, self.random)
        self._cores = [_Core() for _ in range(fleet.instances)]
        self._room = Permits(fleet.instances * fleet.concurrency)
        self.outcome.refusals = self._storage.refusals

    def visitor(self, steps: Sequence[Step], ceremonies: int) -> Process:
        for _ in range(ceremonies):
            yield from self.ceremony(steps)

    def ceremony(self, steps: Sequence[Step]) -> Process:
        began = self.timeline.now
        for step in steps:
            try:
                yield (self._request(step),)
            except Refused:
                self.outcome.failed += 1
                return
        self.outcome.latencies.append(self.timeline.now - began)
        self.outcome.ended_at.append(self.timeline.now)

    def _request(self, step: Step) -> Process:
        yield self._room
        core = min(self._cores, key=lambda one: one.under_way)
        core.under_way += 1
        try:
            yield from self._serve(step, core)
        finally:
            core.under_way -= 1
            self._room.give_back()

    def _serve(self, step: Step, core: _Core) -> Process:
        piece = step.cpu / (len(step.rounds) + 1)
        yield core.take(self.timeline.now, piece)
        for calls in step.rounds:
            yield [self._storage.call(call) for call in calls]
            yield core.take(self.timeline.now, piece)


def simulate(
    steps: Sequence[Step],
    fleet: Fleet,
    storage: Storage,
    *,
    rate: float,
    ceremonies: int,
) -> Outcome:
    """Start `ceremonies` at random times, `rate` a second, however long they take."""
    simulation = _Simulation(fleet, storage)
    at = 0.0
    for _ in range(ceremonies):
        at += simulation.random.expovariate(rate)
        simulation.timeline.start(simulation.ceremony(steps), at=at)
    simulation.timeline.run()
    return simulation.outcome


def saturate(steps: Sequence[Step], fleet: Fleet, storage: Storage, *, ceremonies: int) -> Outcome:
    """Simulate twice as many visitors as there is room for. Each begins again when it is done."""
    simulation = _Simulation(fleet, storage)
    visitors = 2 * fleet.instances * fleet.concurrency
    for _ in range(visitors):
        simulation.timeline.start(simulation.visitor(steps, ceremonies // visitors))
    simulation.timeline.run()
    return simulation.outcome
