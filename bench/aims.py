"""What the figures should be, and whether a run reached it. The median of the rounds decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bench import names
from bench.results import FACTORS, Comparison, Results, Spread


class Verdict(StrEnum):
    STRETCH = "reached, stretch too"
    REACHED = "reached"
    MISSED = "NOT REACHED"
    UNMEASURED = "not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    group: str
    measure: str
    at_most: float
    """In the unit in which the measure is shown."""
    stretch: float | None = None
    """What is hoped for beyond the aim."""
    yardstick: str = ""
    """If there is one, the aim is about the ratio to it. Otherwise it is about our own figure."""

    def is_about(self, comparison: Comparison) -> bool:
        subject = comparison.subject
        same = (subject.group, subject.measure) == (self.group, self.measure)
        return same and self.yardstick in ("", subject.yardstick)


@dataclass(frozen=True, slots=True)
class Judgement:
    aim: Aim
    spread: Spread | None
    """None if this run did not measure it, as its options may leave measures out."""

    @property
    def verdict(self) -> Verdict:
        if self.spread is None:
            return Verdict.UNMEASURED
        if self.spread.median > self.aim.at_most:
            return Verdict.MISSED
        reaches_stretch = self.aim.stretch is not None and self.spread.median <= self.aim.stretch
        return Verdict.STRETCH if reaches_stretch else Verdict.REACHED


def _cpu(
    name: str,
    at_most: float,
    stretch: float | None,
    yardstick: str = names.PEER,
    concurrency: int = 16,
) -> Aim:
    return Aim(
        group=names.under_load(name, concurrency=concurrency),
        measure=names.CPU,
        yardstick=yardstick,
        at_most=at_most,
        stretch=stretch,
    )


def _calls(name: str, at_most: float) -> Aim:
    return Aim(group=names.with_delay(name), measure=names.CALLS, at_most=at_most)


def _access(name: str, at_most: float) -> Aim:
    return _cpu(name, at_most, None, names.OWN_SIGN_IN, names.ACCESS_AT_ONCE)


def _trips(name: str) -> Aim:
    return Aim(group=names.with_delay(name), measure=names.TRIPS, at_most=3, stretch=2)


def _p50(name: str) -> Aim:
    group, yardstick = names.with_delay(name), names.OVERLAPPING_PEER
    return Aim(group=group, measure=names.P50, yardstick=yardstick, at_most=0.8)


def _first_begin(yardstick: str, at_most: float) -> Aim:
    group, measure = names.COLD_START, names.FIRST_BEGIN
    return Aim(group=group, measure=measure, yardstick=yardstick, at_most=at_most)


AIMS = (
    _cpu(names.SIGN_IN, 1.4, 1.0),
    _cpu(names.SIGN_IN_WITHOUT_NAME, 1.4, 1.0),
    _cpu(names.REGISTRATION, 1.8, 1.3),
    _cpu(names.REFRESH, 0.8, None, names.OWN_SIGN_IN),
    _cpu(names.CODE_FLOW, 1.5, None, names.OWN_SIGN_IN),
    _cpu(names.PROFILE, 0.5, None, names.OWN_SIGN_IN),
    _access(names.TOKEN_EXCHANGED, 1.5),
    _access(names.CERTIFICATE_ISSUED, 1.5),
    _access(names.APPROVAL_ASKED, 1.0),
    _access(names.APPROVAL_BEGUN, 1.0),
    _access(names.APPROVAL_GIVEN, 2.0),
    _access(names.APPROVAL_SHOWN, 1.0),
    _access(names.APPROVAL_EXCHANGED, 1.5),
    Aim(group=names.SEALING, measure=names.CPU, at_most=0.25),
    _calls(names.SIGN_IN, 6),
    _calls(names.SIGN_IN_WITHOUT_NAME, 5),
    _calls(names.REGISTRATION, 6),
    _calls(names.CODE_FLOW, 4),
    _calls(names.PROFILE, 1),
    _calls(names.TOKEN_EXCHANGED, 4),
    _calls(names.CERTIFICATE_ISSUED, 4),
    _calls(names.APPROVAL_EXCHANGED, 8),
    _trips(names.SIGN_IN),
    _trips(names.SIGN_IN_WITHOUT_NAME),
    _p50(names.SIGN_IN),
    _p50(names.SIGN_IN_WITHOUT_NAME),
    Aim(group=names.OVERLOAD, measure=names.LATEST, at_most=2),
    Aim(group=names.OVERLOAD, measure=names.FAILED, at_most=0),
    _first_begin(names.HELLO, 1.2),
    _first_begin(names.PEER, 1.0),
    Aim(group=names.ASSERTION, measure=names.VERDICT, yardstick=names.BARE_ES256, at_most=2.5),
)


def judge(results: Results, aims: tuple[Aim, ...] = AIMS) -> Iterator[Judgement]:
    comparisons = list(results)
    for aim in aims:
        about = next((each for each in comparisons if aim.is_about(each)), None)
        yield Judgement(aim, None if about is None else _spread(aim, about))


def _spread(aim: Aim, comparison: Comparison) -> Spread:
    if aim.yardstick:
        return Spread.of(comparison.ratios)
    return Spread.of(comparison.ours).times(FACTORS[comparison.subject.unit])
