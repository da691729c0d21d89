"""A closed loop: each worker starts its next ceremony when its last one has ended."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle, islice

from bench.client import Connection
from bench.servers import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    cpu: float
    """Seconds of the server's processor time for one ceremony."""
    p50: float
    """Seconds that a ceremony took, both requests together."""
    p99: float
    per_second: float
    """How many ceremonies were completed in each second."""


def for_each_worker(ceremonies: int, *, concurrency: int) -> int:
    """How many ceremonies each worker runs: the same number for each, at least `ceremonies` in
    all."""
    return -(-ceremonies // concurrency)


async def put_load[T](
    server: Server,
    ceremony: Callable[[Connection, T], Awaitable[float]],
    people: Sequence[T],
    *,
    concurrency: int,
    ceremonies: int,
) -> Sample:
    """`ceremony` returns the seconds that the server took. Each worker has its own people, so that
    no two sign-ins use one credential at the same time."""
    each = for_each_worker(ceremonies, concurrency=concurrency)
    async with AsyncExitStack() as stack:
        connections = [
            await stack.enter_async_context(server.connect()) for _ in range(concurrency)
        ]
        before, began = server.cpu_seconds(), time.perf_counter()
        timings = await asyncio.gather(
            *(
                _work(connection, ceremony, _take(people[worker::concurrency], each))
                for worker, connection in enumerate(connections)
            )
        )
        used, took = server.cpu_seconds() - before, time.perf_counter() - began
    seconds = [second for worker in timings for second in worker]
    return Sample(
        cpu=used / len(seconds),
        p50=statistics.median(seconds),
        p99=statistics.quantiles(seconds, n=100, method="inclusive")[98],
        per_second=len(seconds) / took,
    )


def _take[T](people: Sequence[T], count: int) -> list[T]:
    return list(islice(cycle(people), count))


async def _work[T](
    connection: Connection,
    ceremony: Callable[[Connection, T], Awaitable[float]],
    people: Sequence[T],
) -> list[float]:
    return [await ceremony(connection, person) for person in people]
