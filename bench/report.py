"""The results as tables for people, and as JSON for programs."""

import textwrap
from collections.abc import Iterator
from typing import Any

from bench.aims import Judgement, judge
from bench.conditions import conditions
from bench.results import FACTORS, Comparison, Results, Spread, Unit

_WIDTH = 120
_HEAD = f"""\
{"":<46}{"ratio to the yardstick":>22}{"Touchstone (indicative)":>26}{"yardstick (indicative)":>26}
{"":<28}{"yardstick":<18}{"median  min..max":>22}{"median  min..max":>26}{"median  min..max":>26}"""
_AIMS_HEAD = (
    f"{'aim':<60} {'times':<17}{'at most':>8}{'stretch':>9}{'median  min..max':>21}  verdict"
)


def as_text(results: Results) -> str:
    return "\n".join([*_conditions(), "", _HEAD, *_table(results), "", *aims_table(results)])


def as_json(results: Results) -> dict[str, Any]:
    """Times in seconds, one figure for each round. Aims are in the unit of the tables."""
    return {
        "conditions": conditions(),
        "comparisons": [_comparison(each) for each in results],
        "aims": [_judgement(each) for each in judge(results)],
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    subject = comparison.subject
    return {
        "group": subject.group,
        "measure": subject.measure,
        "yardstick": subject.yardstick or None,
        "unit": "s" if subject.unit else "",
        "ratios": comparison.ratios,
        "touchstone_values": comparison.ours,
        "yardstick_values": comparison.yardstick,
    }


def _judgement(judgement: Judgement) -> dict[str, Any]:
    aim, spread = judgement.aim, judgement.spread
    return {
        "group": aim.group,
        "measure": aim.measure,
        "yardstick": aim.yardstick or None,
        "at_most": aim.at_most,
        "stretch": aim.stretch,
        "median": spread and spread.median,
        "least": spread and spread.least,
        "greatest": spread and spread.greatest,
        "verdict": judgement.verdict,
    }


def _conditions() -> Iterator[str]:
    for name, value in conditions().items():
        yield textwrap.fill(value, _WIDTH, initial_indent=f"{name:<10}", subsequent_indent=" " * 10)


def _table(results: Results) -> Iterator[str]:
    groups: dict[str, list[Comparison]] = {}
    for comparison in results:
        groups.setdefault(comparison.subject.group, []).append(comparison)
    for group, comparisons in groups.items():
        yield group
        yield from map(_row, comparisons)


def _row(comparison: Comparison) -> str:
    subject = comparison.subject
    return (
        f"  {subject.measure:<26}{subject.yardstick:<18}"
        f"{_shown(comparison.ratios):>22}"
        f"{_shown(comparison.ours, subject.unit):>26}"
        f"{_shown(comparison.yardstick, subject.unit):>26}"
    ).rstrip()


def _shown(figures: list[float], unit: Unit = "") -> str:
    return _spread(Spread.of(figures).times(FACTORS[unit]), unit) if figures else ""


def _spread(spread: Spread, unit: Unit = "") -> str:
    text = f"{_number(spread.median)}  {_number(spread.least)}..{_number(spread.greatest)}"
    return f"{text} {unit}".rstrip()


def _number(figure: float) -> str:
    decimals = 0 if figure >= 100 else 1 if figure >= 10 else 2
    return f"{figure:.{decimals}f}"


def aims_table(results: Results) -> Iterator[str]:
    yield _AIMS_HEAD
    yield from map(_aim_row, judge(results))


def _aim_row(judgement: Judgement) -> str:
    aim, spread = judgement.aim, judgement.spread
    stretch = "" if aim.stretch is None else f"{aim.stretch:.2f}"
    measured = "" if spread is None else _spread(spread)
    return (
        f"{f'{aim.group}: {aim.measure}':<60} {aim.yardstick:<17}"
        f"{aim.at_most:>8.2f}{stretch:>9}{measured:>21}  {judgement.verdict}"
    )
