"""What is computed from the samples of one round."""

import pytest

from bench import names
from bench.far_storage import FarSample, add_far, typical
from bench.overload import Overload, add_overload
from bench.results import Results
from bench.sealing_share import add_with_sealing
from bench.timer import sealed_of
from bench.under_load import add_against_sign_in, add_load
from tests.bench.samples import OVERLOAD, SEALED, far, sample, taken


def figures(results: Results) -> dict[tuple[str, str, str], list[float]]:
    """Our figure, and its ratio to the yardstick's, by the group, the measure and the yardstick."""
    return {
        (each.subject.group, each.subject.measure, each.subject.yardstick): each.ours + each.ratios
        for each in results
    }


def test_a_ceremony_with_sealing_pays_for_each_of_its_events() -> None:
    results, loaded = Results(), taken(ours=0.004, peer=0.002)
    events = {name: number for number, name in enumerate(loaded.ours)}
    add_with_sealing(results, loaded, events=events, sealed=SEALED)
    found = figures(results)
    for name, number in events.items():
        key = (f"{name}, 16 at a time", names.CPU_WITH_SEALING, names.PEER)
        seconds = 0.004 + number * 0.0002
        assert found[key] == pytest.approx([seconds, seconds / 0.002])


def test_a_ceremony_without_sealing_is_compared_with_the_peer_and_with_two_hellos() -> None:
    results = Results()
    add_load(results, taken(ours=0.004, peer=0.002, concurrency=64))
    found, group = figures(results), "registration, 64 at a time"
    assert found[group, names.CPU, names.PEER] == [0.004, 2]
    assert found[group, names.CPU, names.TWO_HELLOS] == [0.004, 8]
    assert found[group, names.P99, names.PEER] == pytest.approx([0.012, 2])
    refresh = "refresh of a session, 64 at a time"
    assert found[refresh, names.CPU, names.OWN_SIGN_IN] == [0.004, 1]


def test_the_use_of_a_client_is_compared_with_our_own_sign_in() -> None:
    results = Results()
    used = {names.CODE_FLOW: sample(0.006), names.PROFILE: sample(0.001)}
    add_against_sign_in(results, used, concurrency=16, sign_in=sample(0.004))
    found, yardstick = figures(results), names.OWN_SIGN_IN
    flow, profile = f"{names.CODE_FLOW}, 16 at a time", f"{names.PROFILE}, 16 at a time"
    assert found[flow, names.CPU, yardstick] == pytest.approx([0.006, 1.5])
    assert found[profile, names.CPU, yardstick] == pytest.approx([0.001, 0.25])
    assert found[flow, names.P50, yardstick] == pytest.approx([0.012, 1.5])


def test_other_jobs_of_the_timer_are_not_counted_as_sealing() -> None:
    sealed = sealed_of(events=100, spent=0.25, idle=0.05)
    assert [sealed.cpu, sealed.idle] == pytest.approx([0.002, 0.05])


def test_a_run_without_events_does_not_measure_sealing() -> None:
    with pytest.raises(SystemExit, match="nothing was sealed"):
        sealed_of(events=0, spent=0.25, idle=0.05)


def test_each_peer_is_compared_by_calls_round_trips_and_time() -> None:
    results = Results()
    ours = {names.SIGN_IN: far(0.06), names.ACCOUNT: far(0.03), names.CODE_FLOW: far(0.09)}
    peers = {
        names.PEER: {names.SIGN_IN: FarSample(p50=0.12, calls=7, trips=7)},
        names.OVERLAPPING_PEER: {names.SIGN_IN: FarSample(p50=0.08, calls=7, trips=4)},
    }
    add_far(results, ours=ours, peers=peers)
    found, group = figures(results), "sign-in by name, storage 20 ms away"
    assert found[group, names.P50, names.PEER] == pytest.approx([0.06, 0.5])
    assert found[group, names.P50, names.OVERLAPPING_PEER] == pytest.approx([0.06, 0.75])
    assert found[group, names.TRIPS, names.OVERLAPPING_PEER] == [3, 3 / 4]
    assert found[group, names.CALLS, names.PEER] == [6, 6 / 7]
    account = "GET /me with a token, storage 20 ms away"
    assert found[account, names.P50, names.OWN_SIGN_IN] == pytest.approx([0.03, 0.5])
    flow = "code flow in a session, storage 20 ms away"
    assert found[flow, names.P50, names.OWN_SIGN_IN] == pytest.approx([0.09, 1.5])


def test_one_late_call_does_not_count_as_a_round_trip() -> None:
    samples = [FarSample(p50=p50, calls=7, trips=trips) for p50, trips in ((1, 3), (2, 3), (9, 4))]
    assert typical(samples) == FarSample(p50=2, calls=7, trips=3)


def test_an_overload_is_told_by_its_latest_answer_and_by_what_became_of_people() -> None:
    results = Results()
    add_overload(results, OVERLOAD)
    assert {measure: ours for (_, measure, _), [ours] in figures(results).items()} == {
        names.LATEST: 3,
        names.P50_OF_ANSWERS: 1,
        names.REFUSED: 0.3,
        names.FAILED: 0.1,
        names.ARRIVALS: 6,
        names.SIGNED_IN: 3,
    }


@pytest.mark.parametrize(
    ("signed_in", "refused", "took", "is_measured"),
    [(10, 0, 5, False), (10, 0, 10, True), (9, 1, 5, True)],
)
def test_a_load_that_the_server_bears_does_not_measure_its_latest_answer(
    signed_in: int, refused: int, took: float, is_measured: bool
) -> None:
    """Two people come in a second. A capacity that is measured too low must not reach the aim."""
    results = Results()
    overload = Overload(
        per_second=2, took=took, signed_in=signed_in, refused=refused, seconds=[0.1]
    )
    add_overload(results, overload)
    assert (names.LATEST in {each.subject.measure for each in results}) == is_measured
