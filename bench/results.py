"""The figures of each round, each with its yardstick's figure from the same round."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

type Unit = Literal["ms", "µs", ""]
"""How a figure is shown. Times are stored in seconds; no unit means a count."""


PEER = "Node peer"
HELLO = "hello"
TWO_HELLOS = "two hellos"
OWN_SIGN_IN = "our sign-in"
"""The sign-in by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    group: str
    """Such as "sign-in by name, 16 at a time"."""
    measure: str
    yardstick: str
    unit: Unit
    aim: float | None = None
    """The greatest median of the ratios that meets the aim."""


@dataclass(frozen=True, slots=True)
class Comparison:
    subject: Subject
    ours: list[float] = field(default_factory=list)
    yardstick: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """One ratio for each round, as only figures of one round can be compared."""
        return [ours / other for ours, other in zip(self.ours, self.yardstick, strict=True)]

    @property
    def median(self) -> float:
        return statistics.median(self.ratios)

    @property
    def is_met(self) -> bool | None:
        """None if there is no aim."""
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
