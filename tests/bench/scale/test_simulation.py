"""The simulation agrees with closed forms of queueing theory."""

import pytest

from bench.scale.simulated_storage import Call, Storage
from bench.scale.simulation import Fleet, Outcome, Step, saturate, simulate

STEADY = Storage(median=0.01, spread=0)
ONE = Fleet(instances=1, concurrency=10_000)
TWO_ROUNDS = ((Call(table="a"), Call(table="b")), (Call(table="c"),))


def _step(cpu: float, *rounds: tuple[Call, ...]) -> Step:
    return Step(name="step", cpu=cpu, rounds=rounds)


def _overload(step: Step, fleet: Fleet, storage: Storage, *, rate: float) -> Outcome:
    return simulate([step], fleet, storage, rate=rate, ceremonies=8_000)


def test_a_single_request_takes_the_sum_of_its_parts() -> None:
    steps = [_step(0.004, *TWO_ROUNDS), _step(0.002, TWO_ROUNDS[0])]
    outcome = simulate(steps, ONE, STEADY, rate=0.001, ceremonies=50)
    assert outcome.latencies == pytest.approx([0.004 + 0.02 + 0.002 + 0.01] * 50)


@pytest.mark.parametrize("load", [0.3, 0.5, 0.8])
def test_one_core_without_storage_is_an_m_d_1_queue(load: float) -> None:
    service = 0.01
    outcome = simulate([_step(service)], ONE, STEADY, rate=load / service, ceremonies=50_000)
    mean = sum(outcome.latencies) / len(outcome.latencies)
    assert mean == pytest.approx(service + load * service / (2 * (1 - load)), rel=0.05)


@pytest.mark.parametrize("instances", [1, 4])
def test_a_full_fleet_does_as_much_as_its_cores_can(instances: int) -> None:
    fleet = Fleet(instances=instances, concurrency=50)
    outcome = saturate([_step(0.01, *TWO_ROUNDS)], fleet, STEADY, ceremonies=8_000)
    assert outcome.rate == pytest.approx(instances / 0.01, rel=0.01)


@pytest.mark.parametrize("concurrency", [1, 2])
def test_a_core_with_few_slots_is_idle_during_storage_calls(concurrency: int) -> None:
    """Little's law: as many under way as there is room, each for its computing and its waiting."""
    fleet = Fleet(instances=1, concurrency=concurrency)
    outcome = saturate([_step(0.004, *TWO_ROUNDS)], fleet, STEADY, ceremonies=8_000)
    assert outcome.rate == pytest.approx(concurrency / (0.004 + 0.02), rel=0.01)


def test_the_accounts_limit_caps_a_hundred_instances() -> None:
    step = _step(0.001, (Call(table="a", entities=5),))
    storage = Storage(median=0.01, spread=0, account_rate=2_000, background=500)
    fleet = Fleet(instances=100, concurrency=16)
    below = simulate([step], fleet, storage, rate=270, ceremonies=5_000)
    assert below.failed == 0
    above = _overload(step, fleet, storage, rate=900)
    assert above.rate == pytest.approx(300, rel=0.02)
    assert above.failed == 8_000 - len(above.latencies) > 0
    assert set(above.refusals) == {"account"}


@pytest.mark.parametrize("partitions", [1, 4])
def test_a_shared_partition_caps_what_all_instances_do(partitions: int) -> None:
    step = _step(0.001, (Call(table="hot", entities=2, partitions=partitions),))
    storage = Storage(median=0.01, spread=0, partition_rate=200)
    fleet = Fleet(instances=100, concurrency=16)
    outcome = _overload(step, fleet, storage, rate=partitions * 300)
    assert outcome.rate == pytest.approx(partitions * 100, rel=0.02)
    assert set(outcome.refusals) == {"hot"}


def test_retries_make_up_for_occasional_refusals() -> None:
    step = _step(0.0, (Call(table="hot", partitions=1),))
    storage = Storage(median=0.01, spread=0, partition_rate=100, burst=0.03)
    outcome = simulate([step], ONE, storage, rate=30, ceremonies=5_000)
    assert outcome.refusals["hot"] > 0
    assert outcome.failed < outcome.refusals["hot"] / 10


def test_storage_calls_take_the_median_in_the_middle() -> None:
    outcome = simulate(
        [_step(0.0, (Call(table="a"),))], ONE, Storage(median=0.008), rate=1, ceremonies=20_000
    )
    assert outcome.percentile(0.5) == pytest.approx(0.008, rel=0.03)
    assert outcome.percentile(0.99) == pytest.approx(0.008 * 3.2, rel=0.05)  # e^(0.5 · 2.326)


def test_a_run_is_the_same_each_time() -> None:
    steps = [_step(0.004, *TWO_ROUNDS), _step(0.002)]
    fleet = Fleet(instances=3, concurrency=4)
    one, other = (simulate(steps, fleet, Storage(), rate=300, ceremonies=2_000) for _ in range(2))
    assert one.latencies == other.latencies
