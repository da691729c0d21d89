"""Timer functions: run by their schedule, at start, or by hand, but never twice at the same
time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from devhost import worker
from devhost.activity import begin_activity
from devhost.errors import CannotStart
from devhost.functions import FunctionEntry, is_disabled
from devhost.schedule import Schedule, resolve_settings

_log = logging.getLogger(__name__)


class Timer:
    def __init__(self, entry: FunctionEntry, schedule: Schedule, *, disabled: bool) -> None:
        self._entry = entry
        self._schedule = schedule
        self._disabled = disabled
        self._last: datetime | None = None
        self._running = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if not self._disabled:
            self._task = asyncio.create_task(self._run_by_schedule())

    async def stop(self, *, seconds: float) -> None:
        """Let a run in progress finish, if it does so in time."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._running.acquire(), seconds)
        if self._task:
            self._task.cancel()

    async def run(self) -> None:
        async with self._running:
            began = _now()
            info = worker.timer_info(self._status(began))
            outcome = await worker.invoke(self._entry, info, begin_activity())
            self._last = began
        # The worker library has logged the error already.
        result = "ran" if outcome.succeeded else "failed"
        _log.info("timer %s %s in %d ms", self._entry.name, result, _milliseconds_since(began))

    async def _run_by_schedule(self) -> None:
        if self._entry.run_on_startup:
            await self.run()
        due = _now()
        while True:
            # A sleep may end a little early by the wall clock, and then the same moment is next.
            due = self._schedule.next_after(max(due, _now()))
            await asyncio.sleep((due - _now()).total_seconds())
            await self.run()

    def _status(self, now: datetime) -> dict[str, Any]:
        last = self._last or datetime.min.replace(tzinfo=UTC)
        return {
            "Last": last.isoformat(),
            "Next": self._schedule.next_after(now).isoformat(),
            "LastUpdated": last.isoformat(),
        }


def make_timers(entries: Iterable[FunctionEntry], settings: Mapping[str, str]) -> dict[str, Timer]:
    """Keyed by the function's name in lower case, as the admin API looks it up."""
    return {
        entry.name.lower(): _timer(entry, settings)
        for entry in entries
        if entry.trigger == "timerTrigger"
    }


def _timer(entry: FunctionEntry, settings: Mapping[str, str]) -> Timer:
    try:
        schedule = Schedule(resolve_settings(entry.schedule, settings))
        return Timer(entry, schedule, disabled=is_disabled(entry, settings))
    except CannotStart as error:
        raise type(error)(f"{entry.name}: {error}") from error


def _now() -> datetime:
    return datetime.now(UTC)


def _milliseconds_since(began: datetime) -> int:
    return round((_now() - began).total_seconds() * 1000)
