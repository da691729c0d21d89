"""The figures of each round, each with its yardstick's figure from the same round."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Self

type Unit = Literal["s", "ms", "µs", ""]
"""How a figure is shown. Times are stored in seconds; no unit means a count."""

FACTORS: dict[Unit, float] = {"s": 1, "ms": 1e3, "µs": 1e6, "": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    group: str
    """Such as "sign-in by name, 16 at a time"."""
    measure: str
    unit: Unit
    yardstick: str = ""
    """Empty if the figure is compared with nothing."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Figures of all rounds: their median, the least and the greatest."""

    median: float
    least: float
    greatest: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Self:
        return cls(statistics.median(figures), min(figures), max(figures))

    def times(self, factor: float) -> "Spread":
        return Spread(self.median * factor, self.least * factor, self.greatest * factor)


@dataclass(frozen=True, slots=True)
class Comparison:
    subject: Subject
    ours: list[float] = field(default_factory=list)
    yardstick: list[float] = field(default_factory=list)
    """As many figures as `ours` has, or none if there is no yardstick."""

    @property
    def ratios(self) -> list[float]:
        """One ratio for each round, as only figures of one round can be compared."""
        if not self.subject.yardstick:
            return []
        return [ours / other for ours, other in zip(self.ours, self.yardstick, strict=True)]


class Results:
    def __init__(self) -> None:
        self._comparisons: dict[Subject, Comparison] = {}

    def add(self, subject: Subject, *, ours: float, yardstick: float | None = None) -> None:
        comparison = self._comparisons.setdefault(subject, Comparison(subject))
        comparison.ours.append(ours)
        if yardstick is not None:
            comparison.yardstick.append(yardstick)

    def __iter__(self) -> Iterator[Comparison]:
        return iter(self._comparisons.values())
