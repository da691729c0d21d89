"""Whether aims are reached, from given figures."""

import pytest

from bench import names
from bench.aims import Aim, Judgement, Verdict, judge
from bench.results import Results, Spread, Subject
from tests.bench.samples import whole_round

CPU = Subject(group="a", measure=names.CPU, yardstick=names.PEER, unit="ms")
RATIO = Aim(group="a", measure=names.CPU, yardstick=names.PEER, at_most=1.4, stretch=1.0)


def _judged(aim: Aim, results: Results) -> Judgement:
    [judgement] = judge(results, (aim,))
    return judgement


def _results(*rounds: tuple[float, float], subject: Subject = CPU) -> Results:
    results = Results()
    for ours, yardstick in rounds:
        results.add(subject, ours=ours, yardstick=yardstick)
    return results


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ([0.9, 1.0, 9.0], Verdict.STRETCH),
        ([0.9, 1.4, 9.0], Verdict.REACHED),
        ([0.9, 1.5, 9.0], Verdict.MISSED),
    ],
)
def test_the_median_of_the_rounds_decides(ratios: list[float], verdict: Verdict) -> None:
    assert _judged(RATIO, _results(*((each, 1) for each in ratios))).verdict is verdict


def test_a_ratio_is_of_two_figures_from_one_round() -> None:
    """A slow round slows both. The ratio of the two medians would be 2."""
    results = _results((1, 1), (2, 4), (8, 1))
    assert _judged(RATIO, results).spread == Spread(1, 0.5, 8)


def test_without_a_yardstick_an_aim_is_about_the_figure_as_it_is_shown() -> None:
    aim = Aim(group="a", measure=names.CPU, at_most=0.25)
    judgement = _judged(aim, _results((0.00025, 1), (0.0005, 1), (0.000125, 1)))
    assert (judgement.spread, judgement.verdict) == (Spread(0.25, 0.125, 0.5), Verdict.REACHED)


@pytest.mark.parametrize("change", [{"group": "b"}, {"measure": "p50"}, {"yardstick": names.HELLO}])
def test_figures_of_something_else_do_not_reach_an_aim(change: dict[str, str]) -> None:
    other = Subject(
        **({"group": "a", "measure": names.CPU, "yardstick": names.PEER} | change), unit="ms"
    )
    judgement = _judged(RATIO, _results((1, 2), subject=other))
    assert (judgement.spread, judgement.verdict) == (None, Verdict.UNMEASURED)


def test_every_aim_is_measured() -> None:
    unmeasured = [
        judgement.aim
        for judgement in judge(whole_round())
        if judgement.verdict is Verdict.UNMEASURED
    ]
    assert not unmeasured
