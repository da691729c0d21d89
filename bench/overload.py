"""Sign-ins that arrive at a fixed rate, whether or not the earlier ones have been answered.

In a closed loop nobody comes while the server is busy, so its queue cannot grow.
"""

import asyncio
import math
import statistics
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bench import names
from bench.ceremonies import Person, begin_sign_in, finish_sign_in
from bench.client import Connection, NotAnswered
from bench.contestant import Contestant
from bench.results import Results, Subject, Unit

_SECONDS = 5
_TIMES = 2
_CLEARLY_MORE = 1.25

type Connect = Callable[[], Connection]


@dataclass(slots=True, kw_only=True)
class Overload:
    """What became of the people who came."""

    per_second: float
    """How many people came."""
    took: float = 0
    """Seconds from the first arrival to the last answer."""
    signed_in: int = 0
    refused: int = 0
    """Answered by 503 with Retry-After."""
    failed: int = 0
    """Answered by another error, or not at all."""
    seconds: list[float] = field(default_factory=list)
    """How long each answer took. For a begin this counts from the moment at which it was due."""

    @property
    def was_too_much(self) -> bool:
        """Whether the server was given more than it could do. If something else slowed the server
        while its capacity was measured, twice of that may be little."""
        served = self.signed_in / self.took
        return self.refused + self.failed > 0 or self.per_second > _CLEARLY_MORE * served


async def compare_overload(contestant: Contestant, results: Results, *, capacity: float) -> None:
    """`capacity` is how many sign-ins the server completes in a second."""
    rate = _TIMES * capacity
    people = await contestant.gather_crowd(math.ceil(rate * _SECONDS))
    add_overload(results, await put_open_load(contestant.server.connect, people, per_second=rate))


def add_overload(results: Results, overload: Overload) -> None:
    came = overload.signed_in + overload.refused + overload.failed

    def add(measure: str, unit: Unit, figure: float) -> None:
        results.add(Subject(group=names.OVERLOAD, measure=measure, unit=unit), ours=figure)

    if overload.was_too_much:
        add(names.LATEST, "s", max(overload.seconds))
    add(names.P50_OF_ANSWERS, "s", statistics.median(overload.seconds))
    add(names.REFUSED, "", overload.refused / came)
    add(names.FAILED, "", overload.failed / came)
    add(names.ARRIVALS, "", overload.per_second)
    add(names.SIGNED_IN, "", overload.signed_in / overload.took)


async def put_open_load(
    connect: Connect, people: Sequence[Person], *, per_second: float
) -> Overload:
    overload, idle = Overload(per_second=per_second), list[Connection]()
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number, person in enumerate(people):
            due = began + number / per_second
            await asyncio.sleep(due - time.perf_counter())
            group.create_task(_arrive(connect, idle, person, due, overload))
    overload.took = time.perf_counter() - began
    for connection in idle:
        await connection.close()
    return overload


async def _arrive(
    connect: Connect, idle: list[Connection], person: Person, due: float, overload: Overload
) -> None:
    try:
        async with _lease(connect, idle) as connection:
            await _sign_in(connection, person, due, overload)
    except (OSError, EOFError):  # the server has ended the connection
        overload.failed += 1
        overload.seconds.append(time.perf_counter() - due)


@asynccontextmanager
async def _lease(connect: Connect, idle: list[Connection]) -> AsyncIterator[Connection]:
    connection = idle.pop() if idle else await connect().open()
    try:
        yield connection
    except BaseException:
        await connection.close()
        raise
    idle.append(connection)


async def _sign_in(connection: Connection, person: Person, due: float, overload: Overload) -> None:
    try:
        begun = await begin_sign_in(connection, person)
        answered = time.perf_counter()
        overload.seconds.append(answered - due)
        due = answered
        overload.seconds.append(await finish_sign_in(connection, person, begun))
        overload.signed_in += 1
    except NotAnswered as error:
        overload.seconds.append(time.perf_counter() - due)
        if error.is_refusal:
            overload.refused += 1
        else:
            overload.failed += 1
