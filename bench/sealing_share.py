"""What sealing adds to a ceremony, as the timer does it minutes later, for many at a time."""

from collections.abc import Mapping

from bench import names
from bench.contestant import CEREMONIES
from bench.results import Results, Subject
from bench.stage import Stage
from bench.timer import Sealed, seal_everything, sealed_events
from bench.under_load import Taken

_AT_ONCE, _COUNT = 16, 32


async def count_events(stage: Stage) -> dict[str, int]:
    """How many events each ceremony records, by its name.

    One begin in a hundred records one more, which rounding leaves out.
    """
    events = {}
    await seal_everything(stage.ours.server)
    for name, ceremony in CEREMONIES.items():
        before = await sealed_events(stage.tables)
        at_once = min(_AT_ONCE, len(stage.ours.people))
        await stage.ours.perform(ceremony, concurrency=at_once, count=_COUNT)
        await seal_everything(stage.ours.server)
        events[name] = round((await sealed_events(stage.tables) - before) / _COUNT)
    return events


def add_sealing(results: Results, sealed: Sealed) -> None:
    for measure, seconds in ((names.CPU, sealed.cpu), (names.IDLE_CPU, sealed.idle)):
        results.add(Subject(group=names.SEALING, measure=measure, unit="ms"), ours=seconds)


def add_with_sealing(
    results: Results, taken: Taken, *, events: Mapping[str, int], sealed: Sealed
) -> None:
    """The peer has no log, so nothing is added to its figures."""
    for name, sample in taken.ours.items():
        subject = Subject(
            group=names.under_load(name, concurrency=taken.concurrency),
            measure=names.CPU_WITH_SEALING,
            yardstick=names.PEER,
            unit="ms",
        )
        ours = sample.cpu + events[name] * sealed.cpu
        results.add(subject, ours=ours, yardstick=taken.peer[name].cpu)
