"""The results as a table for people, and as JSON for programs."""

import statistics
import textwrap
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from bench.conditions import conditions
from bench.results import Comparison, Results, Unit

_WIDTH = 100
_FACTORS: dict[Unit, float] = {"ms": 1e3, "µs": 1e6, "": 1}
_HEAD = f"""\
{"":<37}{"ratio to the yardstick":^32}{"indicative only (medians)":>30}
{"":<24}{"yardstick":<13}{"min":>7}{"median":>8}{"aim":>17}{"Touchstone":>15}{"yardstick":>15}"""


def as_text(results: Results) -> str:
    return "\n".join([*_conditions(), "", _HEAD, *_table(results), "", *_aims(results)])


def as_json(results: Results) -> dict[str, Any]:
    """Times in seconds, one figure for each round."""
    return {
        "conditions": conditions(),
        "comparisons": [
            {
                "group": comparison.subject.group,
                "measure": comparison.subject.measure,
                "yardstick": comparison.subject.yardstick,
                "unit": "s" if comparison.subject.unit else "",
                "ratios": comparison.ratios,
                "median": comparison.median,
                "aim": comparison.subject.aim,
                "is_met": comparison.is_met,
                "touchstone_values": comparison.ours,
                "yardstick_values": comparison.yardstick,
            }
            for comparison in results
        ],
    }


def _conditions() -> Iterator[str]:
    for name, value in conditions().items():
        yield textwrap.fill(value, _WIDTH, initial_indent=f"{name:<10}", subsequent_indent=" " * 10)


def _table(results: Results) -> Iterator[str]:
    for group, comparisons in groupby(results, key=lambda comparison: comparison.subject.group):
        yield group
        yield from map(_row, comparisons)


def _row(comparison: Comparison) -> str:
    subject = comparison.subject
    aim = "" if subject.aim is None else f"≤ {subject.aim:.2f} {_verdict(comparison)}"
    return (
        f"  {subject.measure:<22}{subject.yardstick:<13}"
        f"{min(comparison.ratios):>7.2f}{comparison.median:>8.2f}{aim:>17}"
        f"{_figure(comparison.ours, subject.unit):>15}"
        f"{_figure(comparison.yardstick, subject.unit):>15}"
    )


def _aims(results: Results) -> Iterator[str]:
    """Repeat each aim in a line that can be read alone."""
    for comparison in results:
        subject = comparison.subject
        if subject.aim is not None:
            yield (
                f"{_verdict(comparison):<8}{subject.group}: {subject.measure} is"
                f" {comparison.median:.2f} times {subject.yardstick}, aimed at {subject.aim:.2f}"
            )


def _verdict(comparison: Comparison) -> str:
    return "met" if comparison.is_met else "NOT MET"


def _figure(values: list[float], unit: Unit) -> str:
    median = statistics.median(values)
    return f"{median * _FACTORS[unit]:.2f} {unit}" if unit else f"{median:g}"
