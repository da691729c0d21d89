"""The arithmetic of the bill, in cases that can be computed by hand."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bench.cost.bill import main
from bench.cost.model import (
    Line,
    PerSignIn,
    Plan,
    Prices,
    http_seconds,
    month,
    timer_seconds,
)
from bench.cost.rows import sign_in_bytes
from devhost.process import REPOSITORY
from tests.infra.bicep.parameters import parameters
from tests.infra.kusto_check import manifest

COST = REPOSITORY / "docs" / "cost.md"
PRODUCTION = (
    *("--always-ready", "2", "--zones"),
    *("--front-door", "--private-network", "--log-writes"),
)
MONTH = 730 * 3600
NOTHING_FREE = Prices(gb_seconds_free=0, executions_free=0, logs_gb_free=0)


def _named(lines: list[Line]) -> dict[str, float]:
    return {line.name: line.dollars for line in lines}


def test_a_single_request_is_billed_for_one_second() -> None:
    assert http_seconds(100, PerSignIn(), Plan()) == pytest.approx(200, rel=1e-3)


def test_overlapping_requests_share_a_billed_second() -> None:
    one_a_second = MONTH / 2
    share = 1 - 1 / 2.718281828
    assert http_seconds(one_a_second, PerSignIn(), Plan()) == pytest.approx(MONTH * share)


def test_many_requests_are_billed_by_core_time() -> None:
    seconds = http_seconds(1e9, PerSignIn(cpu=0.014), Plan(load=0.7))
    assert seconds == pytest.approx(1e9 * 0.02)


def test_free_amounts_are_not_billed() -> None:
    free = Prices(gb_seconds_free=1e12, executions_free=1e12, logs_gb_free=1e12)
    lines = _named(month(1_000_000, prices=free))
    assert (lines["on demand"], lines["executions"], lines["log ingestion"]) == (0, 0, 0)


def test_always_ready_instances_are_billed_for_all_hours_and_for_use() -> None:
    lines = _named(month(0, plan=Plan(always_ready=2, memory_gb=2), prices=NOTHING_FREE))
    assert lines["always ready"] == pytest.approx(4 * MONTH * 0.000004)
    busy = _named(month(MONTH * 50, plan=Plan(always_ready=1), prices=NOTHING_FREE))
    assert busy["always ready"] == pytest.approx(2 * MONTH * (0.000004 + 0.000016))


@pytest.mark.parametrize(
    ("plan", "instances"),
    [
        (Plan(), 0),
        (Plan(always_ready=3), 3),
        (Plan(zones=True), 4),
        (Plan(zones=True, always_ready=2), 4),
        (Plan(zones=True, always_ready=5), 7),
        (Plan(zones=True, always_ready=2, timers=6), 14),
    ],
)
def test_zones_keep_two_instances_ready_for_http_and_for_each_timer(
    plan: Plan, instances: int
) -> None:
    assert plan.ready == instances
    one = PerSignIn(sealing=0)
    lines = _named(month(0, one=one, plan=plan, prices=NOTHING_FREE))
    busy = 43_800 if plan.zones else 0
    assert lines["always ready"] == pytest.approx(
        2 * (instances * MONTH * 0.000004 + busy * 0.000016)
    )


def test_in_zones_the_timer_needs_nothing_on_demand() -> None:
    one_zone, zones = (
        _named(month(0, plan=Plan(zones=several), prices=Prices(gb_seconds_free=0)))
        for several in (False, True)
    )
    assert one_zone["on demand"] == pytest.approx(2 * 43_800 * 0.000026)
    assert one_zone["executions"] == 0
    assert zones["on demand"] == 0
    assert zones["executions"] == pytest.approx(43_800 * 0.4e-6)


def test_the_documents_say_what_a_further_timer_costs_in_zones() -> None:
    one, two = (
        _named(month(0, plan=Plan(zones=True, timers=timers)))["always ready"] for timers in (1, 2)
    )
    assert f"${two - one:.0f} a month for each further timer" in _text(COST)


def _text(page: Path) -> str:
    return " ".join(page.read_text(encoding="utf-8").split())


def test_an_always_ready_function_is_not_billed_on_demand() -> None:
    without, ready = (
        _named(month(MONTH * 50, plan=Plan(always_ready=number), prices=NOTHING_FREE))
        for number in (0, 1)
    )
    assert without["on demand"] - ready["on demand"] == pytest.approx(2 * MONTH * 0.000026)


def test_asim_rows_are_billed_only_with_sentinel() -> None:
    one = PerSignIn(audit=700, asim=1_000, deletions=3, log_row=100)
    without, with_asim = (
        _named(month(1e9, one=one, plan=Plan(sentinel=wanted), prices=NOTHING_FREE))
        for wanted in (False, True)
    )
    assert without["log ingestion"] == pytest.approx(1_000 * 2.30)
    assert with_asim["log ingestion"] == pytest.approx(2_000 * 2.30)


def test_dropped_logs_of_writes_are_billed_as_processing() -> None:
    one = PerSignIn(audit=700, writes=9, deletions=3, log_row=1_000)
    plan = Plan(log_writes=True)
    lines = _named(month(1e9, one=one, plan=plan, prices=NOTHING_FREE))
    assert lines["log ingestion"] == pytest.approx(700 * 2.30)
    assert lines["log processing"] == pytest.approx(9_000 / 2 * 0.10)
    with_sentinel = _named(month(1e9, one=one, plan=replace(plan, sentinel=True)))
    assert with_sentinel["log processing"] == 0


def test_only_on_demand_executions_have_a_free_amount() -> None:
    one = PerSignIn(cpu=0)
    on_demand, ready = (
        _named(month(1_000_000, one=one, plan=Plan(always_ready=number), prices=Prices()))
        for number in (0, 1)
    )
    assert on_demand["executions"] == pytest.approx((2_000_000 + 43_800 - 250_000) * 0.4e-6)
    assert ready["executions"] == pytest.approx(2_000_000 * 0.4e-6)


def test_sealing_is_billed_up_to_its_time_limit() -> None:
    minutes = 730 * 60
    assert timer_seconds(0, PerSignIn()) == minutes
    assert timer_seconds(1e12, PerSignIn()) == minutes * 31


def test_each_alert_rule_has_a_price() -> None:
    rules = [alert["evaluationFrequency"] for alert in manifest("alerts")]
    prices = {"PT5M": 1.50, "PT15M": 0.50, "PT1H": 0.50}
    assert _named(month(0))["alert rules"] == pytest.approx(sum(prices[each] for each in rules))


@pytest.mark.parametrize("options", [(), PRODUCTION])
def test_tables_in_the_documents_match_the_model(
    options: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options) == 0
    table, _, _ = capsys.readouterr().out.partition("\n\n")
    assert f"```\n{table}\n```" in COST.read_text(encoding="utf-8")


def test_the_documents_price_production_as_it_is_deployed() -> None:
    """Of all parameters that the model knows."""
    chosen = parameters("production")
    switches = {
        "--zones": "zoneRedundant",
        "--sentinel": "sentinel",
        "--front-door": "frontDoor",
        "--private-network": "privateNetwork",
        "--log-writes": "logWrites",
    }
    on = [option for option, name in switches.items() if chosen[name]]
    ready = ["--always-ready", str(chosen["alwaysReady"])]
    assert [*ready, *on] == list(PRODUCTION)
    assert f"python -m bench.cost {' '.join(PRODUCTION)}\n" in COST.read_text(encoding="utf-8")


def test_a_private_network_is_billed_by_the_hour() -> None:
    without, private = (
        _named(month(0, plan=Plan(private_network=wanted))) for wanted in (False, True)
    )
    assert without["private network"] == 0
    assert private["private network"] == pytest.approx(730 * (4 * 0.01 + 0.045 + 0.005) + 3 * 0.5)


def test_operations_are_counted_for_each_sign_in_and_for_idle_timers() -> None:
    one = PerSignIn(operations=10)
    few, many = (_named(month(number, one=one)) for number in (0, 1_000_000))
    assert many["table operations"] - few["table operations"] == pytest.approx(0.36)
    assert few["table operations"] > 0


def test_stored_data_is_billed_by_the_gb_in_tables_and_blobs() -> None:
    one = PerSignIn(stored=2_000, blob=1_000)
    assert _named(month(1e9, one=one))["GB kept, of this month"] == pytest.approx(
        2_000 * 0.045 + 1_000 * 0.0208
    )


def test_the_vault_is_asked_for_three_keys_every_five_minutes_by_two_calls() -> None:
    assert _named(month(0))["Key Vault"] == pytest.approx(12 * 730 * 3 * 2 * 0.03 / 1e4)


def test_the_model_has_the_bytes_that_the_code_writes() -> None:
    written, reckoned = sign_in_bytes(), PerSignIn()
    assert reckoned.audit == pytest.approx(written.audit, rel=0.1)
    assert reckoned.asim == pytest.approx(written.asim, rel=0.1)
    assert reckoned.stored == pytest.approx(written.stored, rel=0.1)
    assert reckoned.blob == pytest.approx(written.blob, rel=0.1)
