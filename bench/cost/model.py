"""The arithmetic of a month's bill. docs/cost.md gives the sources of prices and figures."""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.storage.audit.audit_rows import MAX_BATCH

_MONTH = 730 * 3600  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """In US dollars, of East US where a source names a region; docs/cost.md lists them. Replace
    them with the prices of your region and agreement."""

    gb_second: float = 0.000026
    gb_seconds_free: float = 100_000
    execution: float = 0.40 / 1e6
    executions_free: float = 250_000
    """Only for instances on demand, as are the GB-seconds."""
    ready_gb_second: float = 0.000004
    """For an instance that is always ready, idle or busy."""
    ready_busy_gb_second: float = 0.000016
    table_operation: float = 0.00036 / 1e4
    table_gb: float = 0.045
    blob_gb: float = 0.0208
    logs_gb: float = 2.30
    logs_gb_free: float = 5
    processed_gb: float = 0.10
    """For what is dropped before it is stored, beyond half of what was received."""
    alert_each_5_minutes: float = 1.50
    alert_each_15_minutes_or_more: float = 0.50
    vault_operation: float = 0.03 / 1e4
    front_door: float = 35
    private_endpoint: float = 0.01 * 730
    private_zone: float = 0.50
    nat_gateway: float = 0.045 * 730
    public_address: float = 0.005 * 730


# Calls to storage; a test counts them.
OWN = 6
SEALED, OF_A_BATCH = 3, 38
"""For each event: one call each to look for it, to remove it, and to note it for its account. And
for each batch at most, whose rows are in 16 partitions of the outbox and are read in nine
ranges."""
REMOVED = 2
"""Of the session, and of the counter for its address."""
WRITTEN, DELETED = 4 + 2 + REMOVED, 2
"""How many of those calls the storage's own log has as writes or deletions, and as deletions alone.
Counters are removed a hundred at a time."""
IDLE, SHIPPING = 41, 4
"""By a run of the timer that finds nothing to do; and two for each of two destinations."""
TIMERS = 1
"""Functions that no request calls: on Flex Consumption each has instances of its own."""
IN_ZONES = 2
"""Instances that Azure keeps ready in several zones: for HTTP, and for each other function."""

UNPRICED = (
    "Application Insights, whose rows nobody has measured",
    "an alert that fires for several identities at once",
    "operations on blobs",
    "Front Door's requests, traffic and firewall",
    "GB through private endpoints and NAT gateway",
    "Microsoft Sentinel",
    "retention of logs beyond what is included",
    "traffic out of Azure",
)
ALERTS = Path(__file__).parents[2] / "infra" / "monitor" / "alerts" / "alerts.json"
_PRIVATE_ENDPOINTS, _PRIVATE_ZONES = 4, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PerSignIn:
    """What one sign-in uses, from `python -m bench.scale` and `bench.cost.rows`."""

    requests: int = 2
    cpu: float = 0.0098
    """Seconds of a core here, which is not the same as a core in Azure."""
    operations: float = OWN + SEALED + OF_A_BATCH / MAX_BATCH + REMOVED
    """On tables: for the sign-in, for sealing its event, and for removing what it leaves."""
    sealing: float = 0.0047
    """Seconds of the timer's instance."""
    stored: float = 2_260
    """Bytes that stay in tables: the entry in the log."""
    blob: float = 1_900
    """Bytes of the line in the append blob."""
    audit: float = 730
    """Bytes of the row in Touchstone_CL."""
    asim: float = 1_130
    deletions: float = DELETED
    writes: float = WRITTEN + OF_A_BATCH / MAX_BATCH
    """Rows in the storage's own log."""
    log_row: float = 1_000
    """Bytes of such a row; an assumption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    memory_gb: float = 2
    always_ready: int = 0
    """For HTTP, as the template sets it."""
    zones: bool = False
    timers: int = TIMERS
    load: float = 0.7
    """How busy a core is when another instance is added."""
    sentinel: bool = False
    front_door: bool = False
    private_network: bool = False
    log_writes: bool = False

    @property
    def ready_for_http(self) -> int:
        return max(self.always_ready, IN_ZONES) if self.zones else self.always_ready

    @property
    def ready_for_timers(self) -> int:
        return IN_ZONES * self.timers if self.zones else 0

    @property
    def ready(self) -> int:
        return self.ready_for_http + self.ready_for_timers


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    dollars: float


RUNS = 43_800
"""Of the timer, each minute: `shared/blueprints/maintenance.py`."""
_SEALING_AT_MOST = 30 * RUNS  # seconds
_IDLE_OPERATIONS = (IDLE + SHIPPING) * RUNS
_SHORTEST = 1.0  # seconds: shorter runs are billed as much


def http_seconds(sign_ins: float, one: PerSignIn, plan: Plan) -> float:
    """The seconds for which instances are busy, if requests come evenly. With few requests, one
    second for each that overlaps no other. With many, the time that the cores need."""
    requests_a_second = sign_ins * one.requests / _MONTH
    with_few = _MONTH * (1 - math.exp(-requests_a_second * _SHORTEST))
    return max(with_few, sign_ins * one.cpu / plan.load)


def timer_seconds(sign_ins: float, one: PerSignIn) -> float:
    """Each run seals, and then needs a second for its other jobs, which is an assumption."""
    return min(sign_ins * one.sealing, _SEALING_AT_MOST) + RUNS * _SHORTEST


def compute(sign_ins: float, one: PerSignIn, plan: Plan, prices: Prices) -> list[Line]:
    http, timers = http_seconds(sign_ins, one, plan), timer_seconds(sign_ins, one)
    http_on_ready = min(http, plan.ready_for_http * _MONTH)
    timers_on_ready = timers if plan.ready_for_timers else 0
    busy = (http_on_ready + timers_on_ready) * plan.memory_gb
    on_demand = (http + timers) * plan.memory_gb - busy
    baseline = plan.ready * _MONTH * plan.memory_gb
    requests = sign_ins * one.requests
    on_ready = requests * http_on_ready / http if http else 0.0
    if plan.ready_for_timers:
        on_ready += RUNS
    elsewhere = requests + RUNS - on_ready
    executions = on_ready + _beyond(elsewhere, prices.executions_free)
    return [
        Line("on demand", _beyond(on_demand, prices.gb_seconds_free) * prices.gb_second),
        Line(
            "always ready",
            baseline * prices.ready_gb_second + busy * prices.ready_busy_gb_second,
        ),
        Line("executions", executions * prices.execution),
    ]


def storage(sign_ins: float, one: PerSignIn, prices: Prices) -> list[Line]:
    operations = sign_ins * one.operations + _IDLE_OPERATIONS
    gb_price = one.stored * prices.table_gb + one.blob * prices.blob_gb
    return [
        Line("table operations", operations * prices.table_operation),
        Line("GB kept, of this month", sign_ins * gb_price / 1e9),
    ]


def logs(sign_ins: float, one: PerSignIn, plan: Plan, prices: Prices) -> list[Line]:
    asim = one.asim if plan.sentinel else 0
    deletions = 0 if plan.log_writes else one.deletions * one.log_row
    gigabytes = sign_ins * (one.audit + asim + deletions) / 1e9
    # All these rows are dropped, as they are the app's own. With Sentinel that is free.
    dropped = sign_ins * one.writes * one.log_row / 1e9 if plan.log_writes else 0
    processed = 0 if plan.sentinel else dropped / 2
    return [
        Line("log ingestion", _beyond(gigabytes, prices.logs_gb_free) * prices.logs_gb),
        Line("log processing", processed * prices.processed_gb),
    ]


@cache
def alert_frequencies() -> tuple[str, ...]:
    rules = json.loads(ALERTS.read_text(encoding="utf-8"))
    return tuple(rule["evaluationFrequency"] for rule in rules)


def fixed(plan: Plan, prices: Prices) -> list[Line]:
    often = alert_frequencies()
    alerts = (
        often.count("PT5M") * prices.alert_each_5_minutes
        + (often.count("PT15M") + often.count("PT1H")) * prices.alert_each_15_minutes_or_more
    )
    network = (
        _PRIVATE_ENDPOINTS * prices.private_endpoint
        + _PRIVATE_ZONES * prices.private_zone
        + prices.nat_gateway
        + prices.public_address
    )
    return [
        Line("alert rules", alerts),
        Line("Key Vault", 3 * 2 * _MONTH / 300 * prices.vault_operation),
        Line("Front Door", prices.front_door if plan.front_door else 0),
        Line("private network", network if plan.private_network else 0),
    ]


def month(
    sign_ins: float,
    *,
    one: PerSignIn = PerSignIn(),
    plan: Plan = Plan(),
    prices: Prices = Prices(),
) -> list[Line]:
    return [
        *compute(sign_ins, one, plan, prices),
        *storage(sign_ins, one, prices),
        *logs(sign_ins, one, plan, prices),
        *fixed(plan, prices),
    ]


def _beyond(amount: float, free: float) -> float:
    return max(amount - free, 0.0)
