"""Server CPU and response times under load, of both servers in turn."""

from collections.abc import Iterable
from typing import Literal

from bench.ceremonies import say_hello, say_hello_twice, show_account
from bench.contestant import CEREMONIES, REFRESH, SIGN_IN
from bench.load import Sample, put_load
from bench.results import HELLO, OWN_SIGN_IN, PEER, TWO_HELLOS, Results, Subject
from bench.stage import Stage

type _Measure = Literal["cpu", "p50", "p99"]

_NAMES: dict[_Measure, str] = {"cpu": "server CPU", "p50": "p50", "p99": "p99"}
_AIMS = {(SIGN_IN, 16): 1.5}
"""The CPU of a ceremony with this many people at a time, relative to the peer's."""


async def compare_load(
    stage: Stage, results: Results, *, concurrency: int, count: int, ours_first: bool
) -> None:
    hellos = await put_load(
        stage.hello,
        say_hello_twice,
        stage.ours.people,
        concurrency=concurrency,
        ceremonies=count,
    )
    sides = [stage.ours, stage.peer] if ours_first else [stage.peer, stage.ours]
    taken: dict[str, Sample] = {}
    for name, ceremony in CEREMONIES.items():
        samples = [
            await side.perform(ceremony, concurrency=concurrency, count=count) for side in sides
        ]
        ours, peer = samples if ours_first else reversed(samples)
        group, aim = _group(name, concurrency), _AIMS.get((name, concurrency))
        _add(results, group, PEER, ours, peer, measures=["cpu"], aim=aim)
        _add(results, group, TWO_HELLOS, ours, hellos, measures=["cpu"])
        _add(results, group, PEER, ours, peer, measures=["p50", "p99"])
        taken[name] = ours
    _add(results, _group(REFRESH, concurrency), OWN_SIGN_IN, taken[REFRESH], taken[SIGN_IN])


async def compare_validation(
    stage: Stage, results: Results, *, concurrency: int, count: int
) -> None:
    """Run it after `compare_load`, whose last refreshes give the same people fresh tokens."""
    hello = await put_load(
        stage.hello, say_hello, stage.ours.people, concurrency=concurrency, ceremonies=count
    )
    ours = await stage.ours.perform(show_account, concurrency=concurrency, count=count)
    _add(results, _group("GET /me with a token", concurrency), HELLO, ours, hello)


def _group(name: str, concurrency: int) -> str:
    return f"{name}, {concurrency} at a time"


def _add(
    results: Results,
    group: str,
    yardstick: str,
    ours: Sample,
    theirs: Sample,
    *,
    measures: Iterable[_Measure] = ("cpu", "p50", "p99"),
    aim: float | None = None,
) -> None:
    for measure in measures:
        subject = Subject(
            group=group, measure=_NAMES[measure], yardstick=yardstick, unit="ms", aim=aim
        )
        results.add(subject, ours=getattr(ours, measure), yardstick=getattr(theirs, measure))
