"""The arithmetic of limits, with the layout and the timer that it assumes."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bench.scale.limits import (
    SEALING_SHARE,
    SWEEPING_SHARE,
    core_limit,
    entities,
    lowest,
    sealing_limit,
    storage_limits,
    sweeping_limit,
)
from bench.scale.sealing import Sealing
from bench.scale.simulated_storage import Call, Storage
from bench.scale.simulation import Step
from bench.scale.steps import SHARED
from devhost.process import REPOSITORY
from devhost.schedule import Schedule
from shared.audit.event import Kind
from shared.blueprints import maintenance
from shared.functions import EVERY_MINUTE
from shared.keys.signing_key import SigningKey, new_signing_key
from shared.relying_party.callers.client import Client
from shared.relying_party.onboarding import unused_accounts
from shared.relying_party.sessions import stray_sessions
from shared.storage.accounts import stray_reservations
from tests.harness.service_harness import CLIENT, Clock, ServiceHarness, new_authenticator
from tests.storage_transport import Storage as Tables

BEGIN = Step(name="begin", cpu=0.004, rounds=((Call(table="AuditOutbox", partitions=4),),))
FINISH = Step(
    name="finish",
    cpu=0.006,
    rounds=(
        (Call(table="AuditOutbox", partitions=4, entities=2), Call(table="Accounts")),
        (Call(table="Accounts", entities=2),),
    ),
)
SEALING = Sealing(cpu=0.002, calls=2, round_trips=1, entities=5)
STEADY = Storage(median=0.008, spread=0)


@pytest.fixture(scope="module")
def signing_key() -> SigningKey:
    return new_signing_key()


@pytest.fixture
async def party(storage: Tables, signing_key: SigningKey) -> ServiceHarness:
    party = ServiceHarness(storage, Clock(), signing_key)
    await party.warm()
    return party


def test_cores_do_one_ceremony_after_another() -> None:
    assert core_limit([BEGIN, FINISH], 10).per_second == pytest.approx(1000)


def test_the_account_limit_includes_the_calls_after_a_ceremony() -> None:
    account, *_ = storage_limits([BEGIN, FINISH], SEALING, STEADY)
    assert entities([BEGIN, FINISH]) == 6
    assert account.per_second == pytest.approx(20_000 / (6 + 5 + 2 + 4))


def test_partitions_count_all_steps_and_the_outbox_its_sealer() -> None:
    _, *tables = storage_limits([BEGIN, FINISH], SEALING, STEADY)
    assert {limit.name: limit.per_second for limit in tables} == {
        "partitions of AuditOutbox": pytest.approx(8_000 / 5),
    }


def test_sealing_is_sequential_for_half_of_the_time() -> None:
    limit = sealing_limit(SEALING, STEADY)
    assert limit.per_second == pytest.approx(0.5 / 0.010)
    assert lowest([limit, core_limit([BEGIN, FINISH], 1)]) is limit


def test_timers_do_the_work_that_the_model_assumes() -> None:
    minute = timedelta(minutes=1)
    assert _between_runs() == minute
    assert minute * SEALING_SHARE == maintenance.SEALING
    assert minute * SWEEPING_SHARE == maintenance.OTHERS - maintenance.HEAD_START


def test_the_documents_say_how_many_rows_are_checked_in_a_day() -> None:
    stretches = {stray_reservations.STRETCH, stray_sessions.STRETCH, unused_accounts.STRETCH}
    (stretch,) = stretches
    text = " ".join((REPOSITORY / "docs" / "scale.md").read_text(encoding="utf-8").split())
    a_day = stretch * (timedelta(days=1) // _between_runs())
    assert f"Every minute {stretch} rows each of" in text
    assert f"That is {a_day:,} of each a day" in text


def _between_runs() -> timedelta:
    schedule = Schedule(EVERY_MINUTE)
    first = schedule.next_after(datetime(2026, 1, 1, tzinfo=UTC))
    return schedule.next_after(first) - first


@pytest.mark.parametrize(("cpu", "seconds"), [(0.002, 0.001), (0.0002, 0.0005)])
def test_sessions_are_removed_as_fast_as_core_and_storage_allow(cpu: float, seconds: float) -> None:
    """Sixteen concurrent calls of 8 ms, for a quarter of the time."""
    limit = sweeping_limit(replace(SEALING, cpu=cpu), STEADY)
    assert limit.per_second == pytest.approx(0.25 / seconds)


async def test_concurrent_begins_use_many_partitions(party: ServiceHarness) -> None:
    for number in range(200):
        party.client = Client(address=f"192.0.2.{number}", user_agent="")
        await party.begin_authentication()
    for table in ("AuditOutbox", "RateLimits"):
        assert await _partitions(party, table) == SHARED[f"insert {table}"]


async def test_notices_use_sixteen_partitions(party: ServiceHarness) -> None:
    record = party.recorder.record
    await asyncio.gather(*(record(Kind.AUDIT_READ) for _ in range(200)))
    assert await _partitions(party, "AuditOutbox") == 16


async def test_new_credentials_are_counted_in_one_partition(party: ServiceHarness) -> None:
    for number in range(4):
        begun = await party.begin_registration(f"person-{number}")
        party.client = Client(address=f"192.0.2.{number}", user_agent="")
        await party.finish_registration(new_authenticator().create(begun))
        party.client = CLIENT
    assert await _partitions(party, "RateLimits") == SHARED["transact RateLimits"]


async def _partitions(party: ServiceHarness, table: str) -> int:
    return len({row["PartitionKey"] for row in await party.storage.rows(table)})
