"""The measurements, each of both sides by turns; the aims stand beside what they are about."""

from dataclasses import dataclass

from bench.ceremonies import Ceremony, say_hello_twice
from bench.cold_start import time_begin, time_hello
from bench.contestant import CEREMONIES
from bench.load import put_load
from bench.results import Results, Subject, Unit
from bench.stage import STORAGE_DELAY, Delayed, Stage
from bench.verification import measure_verification

PEER = "Node peer"
_DELAYED_CEREMONIES = 4
_STARTS = 3
_AIMED_AT = ("sign-in by name", 16)
_VERIFICATION = Subject(
    group="verification of an assertion",
    measure="CPU, JSON to verdict",
    yardstick="bare ES256",
    unit="µs",
    aim=2.5,
)
_COLD = "process start to first answer"
_FIRST_BEGIN = Subject(
    group=_COLD, measure="authenticate/begin", yardstick="hello", unit="ms", aim=1.6
)
_FIRST_BEGIN_PEER = Subject(group=_COLD, measure="authenticate/begin", yardstick=PEER, unit="ms")


def compare_verification(results: Results) -> None:
    measured = measure_verification()
    results.add(_VERIFICATION, ours=measured.touchstone, yardstick=measured.bare)


async def compare_cold_starts(stage: Stage, results: Results) -> None:
    """The fastest of a few starts each: nothing but the machine makes one slower than another."""
    hello, ours, peer = [], [], []
    for _ in range(_STARTS):
        hello.append(await time_hello(stage.programs.hello, core=stage.core))
        ours.append(await time_begin(stage.programs.touchstone, core=stage.core))
        peer.append(await time_begin(stage.programs.peer, core=stage.core))
    results.add(_FIRST_BEGIN, ours=min(ours), yardstick=min(hello))
    results.add(_FIRST_BEGIN_PEER, ours=min(ours), yardstick=min(peer))


async def compare_load(
    stage: Stage, results: Results, *, concurrency: int, count: int, ours_first: bool
) -> None:
    hello = await put_load(
        stage.hello,
        say_hello_twice,
        stage.ours.people,
        concurrency=concurrency,
        ceremonies=count,
    )
    sides = [stage.ours, stage.peer] if ours_first else [stage.peer, stage.ours]
    for name, ceremony in CEREMONIES.items():
        samples = [
            await side.perform(ceremony, concurrency=concurrency, count=count) for side in sides
        ]
        ours, peer = samples if ours_first else reversed(samples)
        group = f"{name}, {concurrency} at a time"
        aim = 1.5 if (name, concurrency) == _AIMED_AT else None
        cpu = Subject(group=group, measure="server CPU", yardstick=PEER, unit="ms", aim=aim)
        results.add(cpu, ours=ours.cpu, yardstick=peer.cpu)
        host = Subject(group=group, measure="server CPU", yardstick="two hellos", unit="ms")
        results.add(host, ours=ours.cpu, yardstick=hello.cpu)
        for measure in ("p50", "p99"):
            subject = Subject(group=group, measure=measure, yardstick=PEER, unit="ms")
            results.add(subject, ours=getattr(ours, measure), yardstick=getattr(peer, measure))


@dataclass(frozen=True, slots=True, kw_only=True)
class _DelayedSample:
    p50: float
    calls: float
    """To the storage, for one ceremony."""
    trips: float
    """Of those, how many had to wait for one before."""


async def compare_with_delay(stage: Stage, results: Results) -> None:
    for name, ceremony in CEREMONIES.items():
        ours = await _perform_delayed(stage.ours_delayed, ceremony)
        peer = await _perform_delayed(stage.peer_delayed, ceremony)
        group = f"{name}, storage {STORAGE_DELAY * 1000:.0f} ms away"
        _add(results, group, "p50", "ms", ours.p50, peer.p50)
        _add(results, group, "storage calls", "", ours.calls, peer.calls)
        _add(results, group, "storage round trips", "", ours.trips, peer.trips)


def _add(
    results: Results, group: str, measure: str, unit: Unit, ours: float, yardstick: float
) -> None:
    subject = Subject(group=group, measure=measure, yardstick=PEER, unit=unit)
    results.add(subject, ours=ours, yardstick=yardstick)


async def _perform_delayed(delayed: Delayed, ceremony: Ceremony) -> _DelayedSample:
    delayed.relay.reset()
    sample = await delayed.contestant.perform(ceremony, concurrency=1, count=_DELAYED_CEREMONIES)
    return _DelayedSample(
        p50=sample.p50,
        calls=delayed.relay.calls / _DELAYED_CEREMONIES,
        trips=delayed.relay.trips / _DELAYED_CEREMONIES,
    )
