"""How many storage calls a ceremony makes, and what they cost if the storage is far away."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench import names
from bench.ceremonies import Ceremony, show_account
from bench.code_flow import show_profile, sign_in_at_page, sign_in_to_client
from bench.contestant import CEREMONIES
from bench.results import Results, Subject, Unit
from bench.stage import Delayed, Stage

_COUNT = 4

type Samples = Mapping[str, "FarSample"]
"""By the name of the ceremony."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FarSample:
    p50: float
    calls: int
    """Storage calls of one ceremony."""
    trips: int
    """The longest chain of calls that waited for one another."""


async def compare_with_delay(stage: Stage, results: Results) -> None:
    ours: dict[str, FarSample] = {}
    peers: dict[str, dict[str, FarSample]] = {yardstick: {} for yardstick in stage.delayed_peers}
    for name, ceremony in CEREMONIES.items():
        ours[name] = await _perform(stage.ours_delayed, ceremony)
        for yardstick, peer in stage.delayed_peers.items():
            peers[yardstick][name] = await _perform(peer, ceremony)
    ours[names.ACCOUNT] = await _perform(stage.ours_delayed, show_account)
    for ceremony in (sign_in_at_page, sign_in_to_client):  # the session's first use of the client
        await _perform_once(stage.ours_delayed, ceremony)
    ours[names.CODE_FLOW] = await _perform(stage.ours_delayed, sign_in_to_client)
    ours[names.PROFILE] = await _perform(stage.ours_delayed, show_profile)
    add_far(results, ours=ours, peers=peers)


def add_far(results: Results, *, ours: Samples, peers: Mapping[str, Samples]) -> None:
    """`peers` has the samples of each yardstick."""
    for name, sample in ours.items():
        for yardstick, theirs in peers.items():
            if name in theirs:
                _add(results, name, yardstick, sample, theirs[name])
        if name in names.AFTER_SIGN_IN:
            _add(results, name, names.OWN_SIGN_IN, sample, ours[names.SIGN_IN])


def _add(results: Results, name: str, yardstick: str, ours: FarSample, theirs: FarSample) -> None:
    def add(measure: str, unit: Unit, one: float, other: float) -> None:
        subject = Subject(
            group=names.with_delay(name), measure=measure, yardstick=yardstick, unit=unit
        )
        results.add(subject, ours=one, yardstick=other)

    add(names.P50, "ms", ours.p50, theirs.p50)
    add(names.CALLS, "", ours.calls, theirs.calls)
    add(names.TRIPS, "", ours.trips, theirs.trips)


async def _perform(delayed: Delayed, ceremony: Ceremony) -> FarSample:
    return typical([await _perform_once(delayed, ceremony) for _ in range(_COUNT)])


async def _perform_once(delayed: Delayed, ceremony: Ceremony) -> FarSample:
    delayed.relay.reset()
    sample = await delayed.contestant.perform(ceremony, concurrency=1, count=1)
    return FarSample(p50=sample.p50, calls=delayed.relay.calls, trips=delayed.relay.trips)


def typical(samples: Sequence[FarSample]) -> FarSample:
    """Not the mean: on a busy machine, calls that are made together may reach the relay so late
    that it counts another round trip."""
    return FarSample(
        p50=statistics.median(each.p50 for each in samples),
        calls=statistics.median_low(each.calls for each in samples),
        trips=statistics.median_low(each.trips for each in samples),
    )
