"""Server CPU and response times under load, of both servers in turn."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench import names
from bench.ceremonies import say_hello, say_hello_twice, show_account
from bench.code_flow import show_profile, sign_in_at_page, sign_in_to_client
from bench.contestant import CEREMONIES
from bench.load import Sample, put_load
from bench.results import Results, Subject
from bench.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A round's samples of each ceremony, by its name."""

    concurrency: int
    ours: Mapping[str, Sample]
    peer: Mapping[str, Sample]
    hellos: Sample


async def compare_load(
    stage: Stage, results: Results, *, concurrency: int, count: int, ours_first: bool
) -> Taken:
    hellos = await put_load(
        stage.hello,
        say_hello_twice,
        stage.ours.people,
        concurrency=concurrency,
        ceremonies=count,
    )
    sides = [stage.ours, stage.peer] if ours_first else [stage.peer, stage.ours]
    ours: dict[str, Sample] = {}
    peer: dict[str, Sample] = {}
    in_order = (ours, peer) if ours_first else (peer, ours)
    for name, ceremony in CEREMONIES.items():
        for side, samples in zip(sides, in_order, strict=True):
            samples[name] = await side.perform(ceremony, concurrency=concurrency, count=count)
    taken = Taken(concurrency=concurrency, ours=ours, peer=peer, hellos=hellos)
    add_load(results, taken)
    return taken


async def compare_validation(
    stage: Stage, results: Results, *, concurrency: int, count: int
) -> None:
    """Run it after `compare_load`, whose last refreshes give the same people fresh tokens."""
    hello = await put_load(
        stage.hello, say_hello, stage.ours.people, concurrency=concurrency, ceremonies=count
    )
    ours = await stage.ours.perform(show_account, concurrency=concurrency, count=count)
    group = names.under_load(names.ACCOUNT, concurrency=concurrency)
    _add_cpu(results, group, names.HELLO, ours, hello)
    _add_times(results, group, names.HELLO, ours, hello)


async def compare_client_use(
    stage: Stage, results: Results, *, concurrency: int, count: int, sign_in: Sample
) -> None:
    """`sign_in` is the sample of our own sign-in from the same round."""
    ours = stage.ours
    # Each person signs in at the page, and uses the client for the first time.
    for ceremony in (sign_in_at_page, sign_in_to_client):
        once = min(count, len(ours.people))
        await ours.perform(ceremony, concurrency=concurrency, count=once)
    flow = await ours.perform(sign_in_to_client, concurrency=concurrency, count=count)
    profile = await ours.perform(show_profile, concurrency=concurrency, count=count)
    samples = {names.CODE_FLOW: flow, names.PROFILE: profile}
    add_against_sign_in(results, samples, concurrency=concurrency, sign_in=sign_in)


def add_against_sign_in(
    results: Results, samples: Mapping[str, Sample], *, concurrency: int, sign_in: Sample
) -> None:
    for name, sample in samples.items():
        group = names.under_load(name, concurrency=concurrency)
        _add_cpu(results, group, names.OWN_SIGN_IN, sample, sign_in)
        _add_times(results, group, names.OWN_SIGN_IN, sample, sign_in)


def add_load(results: Results, taken: Taken) -> None:
    ours = taken.ours
    for name, sample in ours.items():
        group = names.under_load(name, concurrency=taken.concurrency)
        _add_cpu(results, group, names.PEER, sample, taken.peer[name])
        _add_cpu(results, group, names.TWO_HELLOS, sample, taken.hellos)
        _add_times(results, group, names.PEER, sample, taken.peer[name])
    group = names.under_load(names.REFRESH, concurrency=taken.concurrency)
    refresh, sign_in = ours[names.REFRESH], ours[names.SIGN_IN]
    _add_cpu(results, group, names.OWN_SIGN_IN, refresh, sign_in)
    _add_times(results, group, names.OWN_SIGN_IN, refresh, sign_in)


def _add_cpu(results: Results, group: str, yardstick: str, ours: Sample, theirs: Sample) -> None:
    subject = Subject(group=group, measure=names.CPU, yardstick=yardstick, unit="ms")
    results.add(subject, ours=ours.cpu, yardstick=theirs.cpu)


def _add_times(results: Results, group: str, yardstick: str, ours: Sample, theirs: Sample) -> None:
    p50 = Subject(group=group, measure=names.P50, yardstick=yardstick, unit="ms")
    p99 = Subject(group=group, measure=names.P99, yardstick=yardstick, unit="ms")
    results.add(p50, ours=ours.p50, yardstick=theirs.p50)
    results.add(p99, ours=ours.p99, yardstick=theirs.p99)
