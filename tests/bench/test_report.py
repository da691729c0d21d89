"""The tables that are printed, from given figures."""

import json
import re

from bench import names
from bench.aims import AIMS
from bench.report import as_json, as_text
from bench.results import Results, Subject
from tests.bench.samples import whole_round


def _line(text: str, start: str) -> str:
    [found] = [re.sub(r"\s+", " ", each).strip() for each in text.splitlines() if start in each]
    return found


def _three_rounds() -> Results:
    results = Results()
    with_yardstick = Subject(group="a", measure="work", yardstick="other", unit="ms")
    alone = Subject(group="b", measure="wait", unit="s")
    late = Subject(group="a", measure="rest", yardstick="other", unit="")
    for ours, theirs in ((0.002, 0.001), (0.004, 0.004), (0.003, 0.001)):
        results.add(with_yardstick, ours=ours, yardstick=theirs)
        results.add(alone, ours=ours * 1000)
        results.add(late, ours=3, yardstick=4)
    return results


def test_each_figure_has_its_spread() -> None:
    text = as_text(_three_rounds())
    line = "work other 2.00 1.00..3.00 3.00 2.00..4.00 ms 1.00 1.00..4.00 ms"
    assert _line(text, "  work") == line


def test_large_figures_have_fewer_decimals() -> None:
    results = Results()
    results.add(Subject(group="a", measure="work", unit="ms"), ours=0.0123)
    results.add(Subject(group="a", measure="work", unit="ms"), ours=1.2345)
    results.add(Subject(group="a", measure="work", unit="ms"), ours=0.001234)
    assert _line(as_text(results), "  work") == "work 12.3 1.23..1234 ms"


def test_a_figure_without_a_yardstick_stands_alone() -> None:
    assert _line(as_text(_three_rounds()), "  wait") == "wait 3.00 2.00..4.00 s"


def test_measures_of_a_group_are_together_in_whatever_order_they_were_taken() -> None:
    lines = [line.split()[0] for line in as_text(_three_rounds()).splitlines() if line]
    table = lines[lines.index("a") : lines.index("aim")]
    assert table == ["a", "work", "rest", "b", "wait"]


def test_each_aim_is_listed_with_what_was_measured() -> None:
    text = as_text(whole_round()).split("\naim ")[1]
    assert len(text.splitlines()) == len(AIMS) + 1
    sign_in = "sign-in by name, 16 at a time: server CPU Node peer 1.40 1.00"
    assert _line(text, sign_in[:40]) == f"{sign_in} 2.00 2.00..2.00 NOT REACHED"
    sealing = f"{names.SEALING}: server CPU"
    assert _line(text, sealing) == f"{sealing} 0.25 0.20 0.20..0.20 reached"


def test_the_json_has_every_round_and_every_aim() -> None:
    written = json.loads(json.dumps(as_json(_three_rounds())))
    work, wait, _ = written["comparisons"]
    assert work["ratios"] == [2, 1, 3]
    assert (work["unit"], work["touchstone_values"]) == ("s", [0.002, 0.004, 0.003])
    assert (wait["yardstick"], wait["ratios"], wait["yardstick_values"]) == (None, [], [])
    assert {each["verdict"] for each in written["aims"]} == {"not measured"}
    assert len(written["aims"]) == len(AIMS)
