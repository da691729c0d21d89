"""How many storage calls a ceremony makes, and what they cost if the storage is far away."""

from dataclasses import dataclass

from bench.ceremonies import Ceremony, show_account
from bench.contestant import CEREMONIES, REFRESH, SIGN_IN
from bench.results import OWN_SIGN_IN, PEER, Results, Subject, Unit
from bench.stage import STORAGE_DELAY, Delayed, Stage

_COUNT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    p50: float
    calls: float
    """Storage calls of one ceremony."""
    trips: float
    """How many of them had to wait for an earlier one."""


async def compare_with_delay(stage: Stage, results: Results) -> None:
    taken: dict[str, _Sample] = {}
    for name, ceremony in CEREMONIES.items():
        taken[name] = await _perform(stage.ours_delayed, ceremony)
        peer = await _perform(stage.peer_delayed, ceremony)
        _add(results, name, PEER, taken[name], peer)
    _add(results, REFRESH, OWN_SIGN_IN, taken[REFRESH], taken[SIGN_IN])
    account = await _perform(stage.ours_delayed, show_account)
    _add(results, "GET /me with a token", OWN_SIGN_IN, account, taken[SIGN_IN])


def _add(results: Results, name: str, yardstick: str, ours: _Sample, theirs: _Sample) -> None:
    group = f"{name}, storage {STORAGE_DELAY * 1000:.0f} ms away"

    def add(measure: str, unit: Unit, one: float, other: float) -> None:
        subject = Subject(group=group, measure=measure, yardstick=yardstick, unit=unit)
        results.add(subject, ours=one, yardstick=other)

    add("p50", "ms", ours.p50, theirs.p50)
    add("storage calls", "", ours.calls, theirs.calls)
    add("storage round trips", "", ours.trips, theirs.trips)


async def _perform(delayed: Delayed, ceremony: Ceremony) -> _Sample:
    delayed.relay.reset()
    sample = await delayed.contestant.perform(ceremony, concurrency=1, count=_COUNT)
    return _Sample(
        p50=sample.p50,
        calls=delayed.relay.calls / _COUNT,
        trips=delayed.relay.trips / _COUNT,
    )
