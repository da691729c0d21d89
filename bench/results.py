"""Figures as they come in, round by round, each beside its yardstick's from the same round."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

type Unit = Literal["ms", "µs", ""]
"""How it is shown; times are kept in seconds, and no unit means a count."""


PEER = "Node peer"
HELLO = "hello"
TWO_HELLOS = "two hellos"
OWN_SIGN_IN = "our sign-in"
"""By name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    group: str
    """Such as "sign-in by name, 16 at a time"."""
    measure: str
    yardstick: str
    unit: Unit
    aim: float | None = None
    """The most that the median of the ratios may be."""


@dataclass(frozen=True, slots=True)
class Comparison:
    subject: Subject
    ours: list[float] = field(default_factory=list)
    yardstick: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """Of the pairs, as only figures from one round compare."""
        return [ours / other for ours, other in zip(self.ours, self.yardstick, strict=True)]

    @property
    def median(self) -> float:
        return statistics.median(self.ratios)

    @property
    def is_met(self) -> bool | None:
        """None if nothing is aimed at."""
        return None if self.subject.aim is None else self.median <= self.subject.aim


class Results:
    def __init__(self) -> None:
        self._comparisons: dict[Subject, Comparison] = {}

    def add(self, subject: Subject, *, ours: float, yardstick: float) -> None:
        comparison = self._comparisons.setdefault(subject, Comparison(subject))
        comparison.ours.append(ours)
        comparison.yardstick.append(yardstick)

    def __iter__(self) -> Iterator[Comparison]:
        return iter(self._comparisons.values())
