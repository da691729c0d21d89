"""What each kind of request takes, as measured: processor time and storage calls.

Processor time is that of the app in the local host, with sixteen requests at a time. A recorder
before the storage counts the calls, with one request at a time.
"""

import asyncio
import statistics
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.cores import divide_cores
from bench.scale.call_recorder import Recorder
from bench.scale.sealing import Rounds, Sealing, sealing_of_one
from bench.scale.simulated_storage import Call
from bench.scale.simulation import Step
from bench.scale.visitors import Visitors
from bench.servers import Program, Server, make_programs
from bench.timer import A_SECOND, run_timer, seal_everything
from devhost.azurite import Azurite

SHARED = {
    "get RateLimits": 16,
    "insert AuditOutbox": 4,  # of challenges; those of other events have 16
    "insert RateLimits": 16,
    "replace RateLimits": 16,
    "transact AuditOutbox": 4,
    "transact RateLimits": 1,  # of new credentials, whose limits are counted all or none
}
"""How many partitions share the calls of one moment. For other calls each account, or each
credential, has its own partition. A test checks these numbers."""
_SEALED = 200
# Nothing depends on chance.
_SETTINGS = {"AUDIT_BEGUN_ONE_IN": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    steps: dict[str, Step]
    sealing: Sealing

    def slower(self, factor: float) -> "Measured":
        """The same on a core that is slower by this factor."""
        return Measured(
            steps={name: step.slower(factor) for name, step in self.steps.items()},
            sealing=replace(self.sealing, cpu=self.sealing.cpu * factor),
        )

    def sign_in(self) -> list[Step]:
        return [self.steps[name] for name in ("authenticate/begin", "authenticate/finish")]


async def measure(*, rounds: int, people: int) -> Measured:
    core = divide_cores()
    async with _host(core=core) as (server, _):
        cpu, sealing_cpu = await _processor_time(server, rounds=rounds, people=people)
    async with _host(core=core, recorded=True) as (server, recorder):
        asked = await _calls(server, recorder)
        idle, sealing = await _calls_of_sealing(server, recorder)
    return Measured(
        steps={name: _step(name, cpu[name], asked[name]) for name in cpu},
        sealing=sealing_of_one(sealing, idle, cpu=sealing_cpu),
    )


def _step(name: str, cpu: float, asked: Rounds) -> Step:
    rounds = tuple(
        tuple(
            Call(table=one.table, entities=one.entities, partitions=SHARED.get(one.name))
            for one in calls
        )
        for calls in asked
    )
    return Step(name=name, cpu=cpu, rounds=rounds)


@asynccontextmanager
async def _host(
    *, core: int | None, recorded: bool = False
) -> AsyncIterator[tuple[Server, Recorder]]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        azurite = stack.enter_context(Azurite())
        recorder = await stack.enter_async_context(Recorder(f"http://127.0.0.1:{azurite.port}"))
        port = recorder.port if recorded else azurite.port
        tables = azurite.connection_string.replace(f":{azurite.port}/", f":{port}/")
        programs = make_programs(tables=tables, signing_key_file=folder / "signing-key.pem")
        program = Program(
            programs.touchstone.command, {**programs.touchstone.settings, **_SETTINGS}
        )
        server = await stack.enter_async_context(Server(program, core=core))
        await _make_all_requests(server, Visitors(1))
        yield server, recorder


async def _make_all_requests(server: Server, visitors: Visitors) -> None:
    for request in visitors.requests.values():
        await visitors.all(server, request)


async def _processor_time(
    server: Server, *, rounds: int, people: int
) -> tuple[dict[str, float], float]:
    """The medians of the rounds."""
    spent: dict[str, list[float]] = {}
    for _ in range(rounds + 1):
        visitors = Visitors(people)
        for name, request in visitors.requests.items():
            before = server.cpu_seconds()
            await visitors.all(server, request)
            spent.setdefault(name, []).append((server.cpu_seconds() - before) / people)
    # The first round warms up.
    cpu = {name: statistics.median(seconds[1:]) for name, seconds in spent.items()}
    return cpu, await _sealing_time(server, people=people)


async def _sealing_time(server: Server, *, people: int) -> float:
    visitors = Visitors(people)
    await _make_all_requests(server, visitors)
    await seal_everything(server)
    idle = await run_timer(server)
    await _sign_in(server, visitors)
    await asyncio.sleep(A_SECOND)
    return (await run_timer(server) - idle) / people


async def _sign_in(server: Server, visitors: Visitors) -> None:
    for name in ("authenticate/begin", "authenticate/finish"):
        await visitors.all(server, visitors.requests[name])


async def _calls(server: Server, recorder: Recorder) -> dict[str, Rounds]:
    asked: dict[str, Rounds] = {}
    visitors = Visitors(1)
    for name, request in visitors.requests.items():
        recorder.reset()
        await visitors.all(server, request)
        asked[name] = recorder.rounds
    return asked


async def _calls_of_sealing(server: Server, recorder: Recorder) -> tuple[Rounds, Rounds]:
    """Of a run that finds nothing to seal, and of one that seals."""
    many = Visitors(_SEALED)
    await _make_all_requests(server, many)
    await seal_everything(server)
    recorder.reset()
    await run_timer(server)
    idle = recorder.rounds
    await _sign_in(server, many)
    await asyncio.sleep(A_SECOND)
    recorder.reset()
    await run_timer(server)
    return idle, recorder.rounds
