"""What 1, 10 and 100 instances could do, computed from what a sign-in takes here.

    python -m bench.scale [--cpu-factor 2] [--concurrency 16] [--latency-ms 8] [--p95-ms 250]

It measures for about two minutes, then computes. The instances, their cores and the storage's
limits are simulated on virtual time, with the same random numbers in each run.
"""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bench.conditions import conditions
from bench.scale.limits import (
    Limit,
    behind,
    core_limit,
    cpu,
    lowest,
    sealing_limit,
    storage_limits,
    sweeping_limit,
)
from bench.scale.simulated_storage import Storage
from bench.scale.simulation import Fleet, Outcome, Step, saturate, simulate
from bench.scale.steps import Measured, measure

_FLEETS = (1, 10, 100)
_CONCURRENCIES = (1, 2, 4, 8, 12, 16, 24, 32, 64)
_LOADS = [share / 100 for share in range(50, 100, 5)]
_ENOUGH = 0.95
"""The share of a core's maximum. With more requests at once, they only wait longer for the core."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    rounds: int
    people: int
    cpu_factor: float
    concurrency: int
    latency: float
    p95: float


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _parse(arguments)
    measured = asyncio.run(measure(rounds=chosen.rounds, people=chosen.people))
    for line in report(measured, chosen):
        print(line, flush=True)
    return 0


def _parse(arguments: Sequence[str] | None) -> Chosen:
    parser = argparse.ArgumentParser(prog="python -m bench.scale")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=160, help="in each round")
    parser.add_argument("--cpu-factor", type=float, default=1.0, help="of a core there to one here")
    parser.add_argument("--concurrency", type=int, default=16, help="requests at once in fleets")
    parser.add_argument("--latency-ms", type=float, default=8.0, help="median of a storage call")
    parser.add_argument("--p95-ms", type=float, default=250.0, help="of a sign-in, at most")
    given = parser.parse_args(arguments)
    return Chosen(
        rounds=given.rounds,
        people=given.people,
        cpu_factor=given.cpu_factor,
        concurrency=given.concurrency,
        latency=given.latency_ms / 1000,
        p95=given.p95_ms / 1000,
    )


def report(measured: Measured, chosen: Chosen) -> Iterator[str]:
    storage = Storage(median=chosen.latency)
    there = measured.slower(chosen.cpu_factor)
    yield f"machine   {conditions()['machine']}, processor times x {chosen.cpu_factor:g}"
    yield f"storage   median {storage.median * 1e3:g} ms, mean {storage.mean * 1e3:.1f} ms a call"
    yield from _measured(there)
    yield from _limits(there, storage)
    yield from _concurrency(there.sign_in(), storage)
    yield from _fleets(there, storage, chosen)


def _measured(measured: Measured) -> Iterator[str]:
    yield f"\n{'measured':<22}{'CPU ms':>8}{'calls':>7}{'rounds':>8}{'entities':>10}"
    for step in measured.steps.values():
        calls = [call for calls in step.rounds for call in calls]
        touched = sum(call.entities for call in calls)
        yield (
            f"{step.name:<22}{step.cpu * 1e3:>8.2f}{len(calls):>7}"
            f"{len(step.rounds):>8}{touched:>10}"
        )
    sealing = measured.sealing
    yield (
        f"{'sealing an event':<22}{sealing.cpu * 1e3:>8.2f}{sealing.calls:>7.2f}"
        f"{sealing.round_trips:>8.2f}{sealing.entities:>10.2f}"
    )


def _limits(measured: Measured, storage: Storage) -> Iterator[str]:
    sign_in = measured.sign_in()
    yield "\nsign-ins a second, at most"
    yield from map(_row, [core_limit(sign_in, 1)])
    yield from map(_row, storage_limits(sign_in, measured.sealing, storage))
    yield "of which the timer keeps up with"
    yield from map(
        _row, [sealing_limit(measured.sealing, storage), sweeping_limit(measured.sealing, storage)]
    )


def _row(limit: Limit) -> str:
    return f"  {limit.name:<28}{limit.per_second:>10,.1f}   {limit.how}"


def _concurrency(sign_in: Sequence[Step], storage: Storage) -> Iterator[str]:
    yield "\none full instance, by how many requests it takes at once"
    for concurrency in _CONCURRENCIES:
        rate = _full_rate(sign_in, storage, concurrency)
        response = concurrency / (rate * len(sign_in))
        share = rate * cpu(sign_in)
        yield (
            f"  {concurrency:>3} {rate:>8.1f} sign-ins/s, core busy {share:>4.0%},"
            f" a request takes {response * 1e3:>6.1f} ms"
        )
    yield f"fewest with a core {_ENOUGH:.0%} busy, by storage latency and processor time:"
    factors = (0.5, 1, 2, 4)
    latencies = [storage.median * factor for factor in factors]
    yield "  CPU x  " + "".join(f"{latency * 1e3:>7g} ms" for latency in latencies)
    for factor in factors:
        steps = [step.slower(factor) for step in sign_in]
        best = [fewest_at_once(steps, replace(storage, median=each)) for each in latencies]
        yield f"  {factor:>5g}  " + "".join(f"{one:>10}" for one in best)


def _full_rate(steps: Sequence[Step], storage: Storage, concurrency: int) -> float:
    fleet = Fleet(instances=1, concurrency=concurrency)
    return saturate(steps, fleet, storage, ceremonies=3_000).rate


def fewest_at_once(steps: Sequence[Step], storage: Storage) -> int:
    """The fewest concurrent requests that keep a core busy, or the most that were tried."""
    return next(
        (one for one in _CONCURRENCIES if _full_rate(steps, storage, one) * cpu(steps) >= _ENOUGH),
        _CONCURRENCIES[-1],
    )


def _fleets(measured: Measured, storage: Storage, chosen: Chosen) -> Iterator[str]:
    yield f"\nfleets, {chosen.concurrency} requests at once an instance; leaving sealing aside"
    yield (
        f"{'instances':>9}{'can':>8}  {'because of':<18}{'p50/p95 at 50 %':>18}"
        f"{'p50/p95 at 80 %':>18}{f'p95 < {chosen.p95 * 1e3:g} ms up to':>22}"
    )
    for instances in _FLEETS:
        fleet = Fleet(instances=instances, concurrency=chosen.concurrency)
        yield _fleet(fleet, measured, storage, chosen)


def _fleet(fleet: Fleet, measured: Measured, storage: Storage, chosen: Chosen) -> str:
    sign_in, sealing = measured.sign_in(), measured.sealing
    limits = [core_limit(sign_in, fleet.instances), *storage_limits(sign_in, sealing, storage)]
    limit = lowest(limits)
    outcomes = {
        load: _loaded(measured, fleet, storage, rate=limit.per_second * load) for load in _LOADS
    }
    good = [load for load, outcome in outcomes.items() if _is_good(outcome, chosen.p95)]
    sustained = max(good, default=0.0) * limit.per_second
    return (
        f"{fleet.instances:>9}{limit.per_second:>8,.0f}  {limit.name:<18}"
        f"{_times(outcomes[0.5]):>18}{_times(outcomes[0.8]):>18}{sustained:>20,.0f}/s"
    )


def _loaded(measured: Measured, fleet: Fleet, storage: Storage, *, rate: float) -> Outcome:
    """Simulate with the load that the timer puts on the storage at the same time."""
    taken = replace(storage, background=rate * behind(measured.sealing))
    ceremonies = max(4_000, int(rate * 5))
    return simulate(measured.sign_in(), fleet, taken, rate=rate, ceremonies=ceremonies)


def _is_good(outcome: Outcome, p95: float) -> bool:
    return not outcome.failed and outcome.percentile(0.95) < p95


def _times(outcome: Outcome) -> str:
    return f"{outcome.percentile(0.5) * 1e3:.0f} / {outcome.percentile(0.95) * 1e3:.0f} ms"
