from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from pytest_mock import MockerFixture

from devhost.activity import Activity
from devhost.errors import InvalidConfiguration
from devhost.functions import FunctionEntry
from devhost.process import HostProcess
from devhost.timers import make_timers
from devhost.worker import Datum, Outcome
from tests.devhost.client import ask

ENTRY = FunctionEntry(
    name="Sweep",
    function_id="1",
    trigger="timerTrigger",
    argument="timer",
    schedule="%SWEEP%",
)
YEARLY = {"SWEEP": "0 0 0 1 1 *"}


class SlowFunction:
    """Takes the place of the worker: each run continues until the test releases it."""

    def __init__(self) -> None:
        self.begun = 0
        self.may_end = asyncio.Event()

    async def invoke(self, _entry: FunctionEntry, _trigger: Datum, _activity: Activity) -> Outcome:
        self.begun += 1
        await self.may_end.wait()
        return Outcome(succeeded=True, returned=None)


@pytest.fixture
def slow(mocker: MockerFixture) -> SlowFunction:
    function = SlowFunction()
    mocker.patch("devhost.worker.invoke", function.invoke)
    return function


async def _let_others_run() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_timer_never_overlaps_itself(slow: SlowFunction) -> None:
    timer = make_timers([ENTRY], YEARLY)["sweep"]
    runs = asyncio.gather(timer.run(), timer.run())
    await _let_others_run()
    assert slow.begun == 1
    slow.may_end.set()
    await runs
    assert slow.begun == 2


@pytest.mark.parametrize(("disabled", "runs"), [("true", 0), ("1", 0), ("false", 1)])
async def test_a_disabled_timer_runs_only_by_hand(
    slow: SlowFunction, disabled: str, runs: int
) -> None:
    gather_limited = replace(ENTRY, run_on_startup=True)
    settings = {**YEARLY, "AzureWebJobs.Sweep.Disabled": disabled}
    timer = make_timers([gather_limited], settings)["sweep"]
    slow.may_end.set()
    timer.start()
    await _let_others_run()
    assert slow.begun == runs
    await timer.run()
    assert slow.begun == runs + 1
    await timer.stop(seconds=60)


async def test_stopping_waits_for_the_current_run(slow: SlowFunction) -> None:
    timer = make_timers([ENTRY], YEARLY)["sweep"]
    run = asyncio.create_task(timer.run())
    stopping = asyncio.create_task(timer.stop(seconds=60))
    await _let_others_run()
    assert not stopping.done()
    slow.may_end.set()
    await stopping
    assert run.done()


async def test_stopping_waits_only_for_a_limited_time(slow: SlowFunction) -> None:
    timer = make_timers([ENTRY], YEARLY)["sweep"]
    run = asyncio.create_task(timer.run())
    await _let_others_run()
    await timer.stop(seconds=0)
    assert not run.done()
    run.cancel()


def test_an_invalid_schedule_names_its_function() -> None:
    with pytest.raises(InvalidConfiguration, match=r"^Sweep: .*'nonsense' is not NCRONTAB"):
        make_timers([ENTRY], {"SWEEP": "nonsense"})


def test_a_timer_runs_by_its_schedule(host: HostProcess) -> None:
    host.child.wait_for("sample: ticked, past due: False")


def test_a_timer_runs_on_startup(host: HostProcess) -> None:
    host.child.wait_for("sample: run on startup")


def test_a_timer_can_be_run_by_hand(host: HostProcess) -> None:
    reply = ask(f"{host.url}/admin/functions/BREAKS", method="POST", body=b"{}")
    assert (reply.status, reply.body) == (202, b"")
    host.child.wait_for("RuntimeError: the timer broke")
    host.child.wait_for(r"timer breaks failed in \d+ ms")


@pytest.mark.parametrize(("method", "name"), [("POST", "nobody"), ("GET", "breaks")])
def test_only_timers_can_be_run_by_hand(host: HostProcess, method: str, name: str) -> None:
    assert ask(f"{host.url}/admin/functions/{name}", method=method).status == 404
