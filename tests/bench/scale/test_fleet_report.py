"""What `python -m bench.scale` computes from given figures."""

import pytest

from bench.scale.call_recorder import Asked
from bench.scale.fleet_report import Chosen, fewest_at_once, report
from bench.scale.sealing import Sealing, sealing_of_one
from bench.scale.simulated_storage import Call, Storage
from bench.scale.simulation import Step
from bench.scale.steps import Measured

STEADY = Storage(median=0.01, spread=0)
ONE_ROUND = ((Call(table="a"),),)


def _measured(*, cpu: float) -> Measured:
    names = ("authenticate/begin", "authenticate/finish")
    return Measured(
        steps={name: Step(name=name, cpu=cpu / 2, rounds=ONE_ROUND) for name in names},
        sealing=Sealing(cpu=0.002, calls=2, round_trips=1, entities=12),
    )


def _chosen(*, cpu_factor: float) -> Chosen:
    return Chosen(rounds=1, people=1, cpu_factor=cpu_factor, concurrency=16, latency=0.01, p95=0.25)


@pytest.mark.parametrize(("cpu", "fewest"), [(0.011, 2), (0.0055, 4), (0.0028, 8)])
def test_a_core_runs_more_requests_if_they_wait_longer_than_they_compute(
    cpu: float, fewest: int
) -> None:
    """One request computes; others fit into its 10 ms of waiting."""
    assert fewest_at_once([Step(name="step", cpu=cpu, rounds=ONE_ROUND)], STEADY) == fewest


def test_a_run_without_sealing_is_no_measurement() -> None:
    """Events wait until they settle, and a sealer without events makes few calls."""
    idle = [[Asked(name="get AuditTree", entities=1)], [Asked(name="query AuditLog", entities=1)]]
    with pytest.raises(SystemExit, match="nothing was sealed"):
        sealing_of_one(idle, idle, cpu=0.002)


def test_the_other_jobs_of_the_timer_are_not_measured_as_sealing() -> None:
    idle = [[Asked(name="query Sessions", entities=1)], [Asked(name="get AuditTree", entities=1)]]
    events = [Asked(name="transact AuditLog", entities=2), Asked(name="delete x", entities=1)]
    sealing = sealing_of_one([*idle, events], idle, cpu=0.002)
    assert sealing == Sealing(cpu=0.002, calls=1, round_trips=0.5, entities=1.5)


def test_a_report_shows_the_capacity_of_fleets_and_its_cause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Few loads, because each one is simulated."""
    monkeypatch.setattr("bench.scale.fleet_report._LOADS", [0.5, 0.8])
    monkeypatch.setattr("bench.scale.fleet_report._CONCURRENCIES", (1, 16))
    lines = list(report(_measured(cpu=0.01), _chosen(cpu_factor=2)))
    one, ten, hundred = (line.split() for line in lines[-3:])
    assert one[:3] == ["1", "50", "cores"]
    assert ten[:3] == ["10", "500", "cores"]
    assert hundred[:4] == ["100", "1,000", "storage", "account"]  # 20,000 / (2 + 12 + 2 + 4)
