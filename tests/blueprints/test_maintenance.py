"""Each run of the timer does every job, and ends before the platform stops it."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest

from devhost.process import REPOSITORY
from shared import wiring
from shared.azure.timeouts import ONE_TRY
from shared.blueprints import maintenance
from shared.blueprints.maintenance import (
    END,
    HEAD_START,
    OTHERS,
    SEALING,
    WATCHING_AT_MOST,
    maintain,
)
from shared.composition.service import Service
from shared.delivery import BATCH
from shared.errors import StorageUnavailable
from shared.fetching.public_https import SECONDS_FOR_A_REQUEST
from shared.handling.jobs import Job, JobsFailed
from shared.storage.tables.gather_limited import AT_ONCE
from shared.storage.tables.unavailable import TIME_LIMIT_SECONDS
from tests.harness.service_harness import Clock, ServiceHarness

KINDS = (
    "ended sessions",
    "expired challenges",
    "expired device codes",
    "old approvals",
    "old tombstones",
    "expired counters",
    "old restores",
    "expired certificates",
    "reservations without a credential",
    "sessions without a credential",
    "accounts without a user",
)
FIRST = ("watching the settings", "sealing")
TELLING = "telling clients of ended sessions"
RESTORES = "following restores"
TELLING_WEBHOOKS = "telling webhooks of approvals"
OTHER = (
    "indexing",
    "shipping",
    "erasing",
    TELLING,
    RESTORES,
    TELLING_WEBHOOKS,
    *(f"removing {kind}" for kind in KINDS),
)
MACHINE_SECONDS = 1000.0


class Watched:
    """Notes what a run asks of the service, and until when. `during` is called by each job."""

    def __init__(self, during: Callable[[str], None]) -> None:
        self.untils: dict[str, datetime | None] = {}
        self._during = during

    def put_into(self, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        for owner, method, name in (
            (service.configuration_watch, "detect_changes", "watching the settings"),
            (service.sealing, "seal", "sealing"),
            (service.indexing, "go_on", "indexing"),
            (service.erasure_run, "carry_out", "erasing"),
            (service.logout_delivery, "deliver", TELLING),
            (service.approval_delivery, "deliver", TELLING_WEBHOOKS),
            (service.ended_sessions, "remove", "removing ended sessions"),
            (service.restore_following, "follow", RESTORES),
        ):
            monkeypatch.setattr(owner, method, self._job(name))
        monkeypatch.setattr(service.sweeping, "remove", self._remove)
        monkeypatch.setattr(wiring, "service", lambda: service)
        monkeypatch.setattr(wiring, "outside", lambda: None)
        monkeypatch.setattr(wiring, "shipping", lambda: self)
        self.ship = self._job("shipping")

    def _job(self, name: str) -> Any:  # noqa: ANN401
        async def run(*, until: datetime | None = None, outside: object = None) -> int:
            self.untils[name] = until
            self._during(name)
            return 1

        return run

    async def _remove(self, kind: str, *, until: datetime) -> int:
        return int(await self._job(f"removing {kind}")(until=until))


type Watch = Callable[[Callable[[str], None]], Watched]


@pytest.fixture
def watch(party: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> Watch:
    monkeypatch.setattr(wiring, "CLOCK", party.clock)
    monkeypatch.setattr(maintenance, "monotonic", lambda: MACHINE_SECONDS)

    def make(during: Callable[[str], None]) -> Watched:
        watched = Watched(during)
        watched.put_into(party.service, monkeypatch)
        return watched

    return make


async def test_each_run_does_every_job(watch: Watch) -> None:
    watched = watch(lambda _name: None)
    await maintain()
    assert tuple(watched.untils) == (*FIRST, *OTHER)


@pytest.mark.parametrize("bad", [*FIRST, *OTHER])
async def test_no_failed_job_stops_another(watch: Watch, bad: str) -> None:
    def fail(name: str) -> None:
        if name == bad:
            raise StorageUnavailable

    watched = watch(fail)
    with pytest.raises(JobsFailed, match=f"^{bad}: StorageUnavailable$"):
        await maintain()
    assert watched.untils.keys() == {*FIRST, *OTHER}


async def test_no_job_begins_something_new_late_in_a_run(
    watch: Watch, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seal_slowly(name: str) -> None:
        if name == "sealing":
            clock.advance(seconds=20)
            monkeypatch.setattr(maintenance, "monotonic", lambda: MACHINE_SECONDS + 20)

    began, watched = clock(), watch(seal_slowly)
    await maintain()
    assert watched.untils["sealing"] == began + SEALING
    assert {watched.untils[name] for name in OTHER} == {began + OTHERS}


async def test_a_job_has_its_time_even_if_the_clock_is_corrected_before_it(
    watch: Watch, clock: Clock
) -> None:
    """A new process goes by its machine's clock, until storage answers."""

    def correct(name: str) -> None:
        if name in FIRST:
            clock.advance(hours=1)

    began, watched = clock(), watch(correct)
    await maintain()
    assert watched.untils["sealing"] == began + timedelta(hours=1) + SEALING
    assert {watched.untils[name] for name in OTHER} == {began + timedelta(hours=2) + OTHERS}


def test_a_run_ends_before_the_platform_stops_it() -> None:
    """That would end the process, with all jobs. The next run begins a minute later."""
    host = json.loads((REPOSITORY / "host.json").read_text(encoding="utf-8"))
    assert host["functionTimeout"] == "00:01:00"
    assert timedelta(seconds=55) >= END


@pytest.mark.parametrize("waited", [timedelta(0), timedelta(seconds=9), HEAD_START], ids=str)
async def test_a_job_with_much_to_do_ends_by_itself_before_it_is_stopped(
    watch: Watch, clock: Clock, monkeypatch: pytest.MonkeyPatch, waited: timedelta
) -> None:
    """A batch that has begun has time for a request to storage with its retries."""
    stopped: dict[str, timedelta] = {}

    async def run_late(first: Iterable[Job], others: Iterable[Job], **_: timedelta) -> None:
        clock.advance(seconds=waited.total_seconds())
        monkeypatch.setattr(
            maintenance, "monotonic", lambda: MACHINE_SECONDS + waited.total_seconds()
        )
        watching, *rest = [*first, *others]
        assert watching.at_most == WATCHING_AT_MOST
        for job in rest:
            stopped[job.name] = waited + job.at_most
            await job.run()

    monkeypatch.setattr(maintenance, "run_jobs", run_late)
    began, watched = clock(), watch(lambda _name: None)
    await maintain()
    assert stopped.keys() == {"sealing", *OTHER}
    for name, until in watched.untils.items():
        assert until is not None
        assert until - began + timedelta(seconds=TIME_LIMIT_SECONDS) < stopped[name] <= END, name


def test_a_batch_of_silent_clients_is_given_up_before_its_job_is_stopped() -> None:
    """A batch is asked all at the same time."""
    assert BATCH <= AT_ONCE
    assert timedelta(seconds=SECONDS_FOR_A_REQUEST + TIME_LIMIT_SECONDS) < END - OTHERS


def test_a_silent_destination_is_given_up_before_its_job_is_stopped() -> None:
    """So that it is put off, and `/health` says why."""
    silence = timedelta(seconds=ONE_TRY["connection_timeout"] + ONE_TRY["read_timeout"])
    assert silence < END - HEAD_START
