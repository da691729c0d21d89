"""The rate limiter that stories use. It counts, refuses, and decides if storage is unavailable.

`spend` counts a request before it is served. `hold` counts a request that is given back if it
fails. `check` looks beforehand and counts nothing. `guard_failures` surrounds an attempt that is
counted only if it fails:

    async with limiter.guard_failures(Action.GUESS, WrongPass, account=…, address=…) as guard:
        found, _ = await asyncio.gather(passes.find(…), guard.check())
        …

`spend` may run concurrently with other calls, as long as those have no lasting effect.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from shared.rate_limits.counting import Counters, admit_when_unavailable, refuse
from shared.rate_limits.failures import FailureGuard, Failures, OnFailure
from shared.rate_limits.policy import Action, Allowance, Limit, Subject, limits_of
from shared.rate_limits.windows import Tally, Window, place

_TENANT = b""  # one deployment is one tenant

type Values = dict[Subject, bytes | None]


class Subjects(TypedDict, total=False):
    """Whom a limit may count."""

    account: bytes | None
    address: str | None
    session: bytes | None
    client: bytes | None
    tenant: bool
    """All requests to this deployment together."""


class RateLimiter:
    def __init__(
        self,
        limits: Sequence[Limit],
        *,
        counters: Counters,
        service_key: Callable[[], Awaitable[bytes]],
        clock: Callable[[], datetime],
    ) -> None:
        self._limits = limits
        self._counters = counters
        self._service_key = service_key
        self._clock = clock
        self._under_way: Counter[Window] = Counter()

    async def spend(self, action: Action, **subjects: Unpack[Subjects]) -> list[Allowance]:
        """Count a request. Return what is left, for the headers of the answer.

        A limit whose subject is missing does not apply. Raise TooManyRequests, or
        StorageUnavailable for limits that refuse in doubt.
        """
        held = await self.hold(action, **subjects)
        held.keep()
        return held.allowances

    async def hold(self, action: Action, **subjects: Unpack[Subjects]) -> "Held":
        """Like `spend`, for a request that may still fail and be given back."""
        values = _values(subjects)
        limits = self._applying(action, values)
        with admit_when_unavailable(limits):
            return await self._hold(limits, values)
        return Held(self._counters)

    async def check(self, action: Action, **subjects: Unpack[Subjects]) -> None:
        """Raise what `spend` would raise now, and count nothing: one read for each limit, or none
        if this process has permits of it."""
        values = _values(subjects)
        limits = self._applying(action, values)
        with admit_when_unavailable(limits):
            windows = await self._place(limits, values)
            unsure = [one for one in windows if not self._counters.has_permit(one)]
            await asyncio.gather(*map(self._counters.count, unsure))
            used = [self._counters.known(one) for one in windows]  # this request is not among them
            if full := Tally(admitted=False, used=used).full(windows):
                refuse(full, now=self._now())

    def longest_window(self, action: Action) -> timedelta:
        """Zero if the action has no limit."""
        windows = (limit.window_seconds for limit in limits_of(self._limits, action))
        return timedelta(seconds=max(windows, default=0))

    async def is_used_up(self, action: Action, *, address: str | None) -> bool:
        """Whether this process knows that an address has used its quota up. Storage is not read."""
        return bool(await self._known_full(action, {Subject.ADDRESS: _encode(address)}))

    async def refuse_known(
        self, action: Action, *, address: str | None = None, account: bytes | None = None
    ) -> None:
        """Raise TooManyRequests if this process knows that a quota is used up. Nothing is written
        then, so that a refused request costs no row in storage."""
        values: Values = {Subject.ADDRESS: _encode(address), Subject.ACCOUNT: account}
        if full := await self._known_full(action, values):
            refuse(full, now=self._now())

    async def _known_full(self, action: Action, values: Values) -> list[Window]:
        windows = await self._place(self._applying(action, values), values)
        return [one for one in windows if self._counters.known(one) >= one.limit.quota]

    def guard_failures(
        self,
        action: Action,
        counted: Failures,
        *,
        account: bytes | None,
        address: str | None,
        on_failure: OnFailure | None = None,
    ) -> FailureGuard:
        """Guard one attempt. `counted` are the errors that count as a failure."""
        values: Values = {Subject.ACCOUNT: account, Subject.ADDRESS: _encode(address)}
        limits = self._applying(action, values)
        return FailureGuard(
            counted,
            place=lambda: self._place(limits, values),
            counters=self._counters,
            under_way=self._under_way,
            now=self._now,
            on_failure=on_failure,
        )

    def _applying(self, action: Action, values: Values) -> tuple[Limit, ...]:
        limits = limits_of(self._limits, action)
        return tuple(limit for limit in limits if values.get(limit.subject) is not None)

    async def _hold(self, limits: Sequence[Limit], values: Values) -> "Held":
        if not limits:
            return Held(self._counters)
        windows = await self._place(limits, values)
        tally = await self._counters.spend(windows)
        if not tally.admitted:
            refuse(tally.full(windows), now=self._now())
        allowances = [
            window.allowance(used, now=self._now())
            for window, used in zip(windows, tally.used, strict=True)
        ]
        return Held(self._counters, windows, allowances)

    async def _place(self, limits: Sequence[Limit], values: Values) -> list[Window]:
        subjects = [values[limit.subject] or b"" for limit in limits]
        return place(limits, subjects, now=self._now(), key=await self._service_key())

    def _now(self) -> int:
        return int(self._clock().timestamp())


class Held:
    """Requests that were counted and can be given back."""

    def __init__(
        self,
        counters: Counters,
        windows: Sequence[Window] = (),
        allowances: Sequence[Allowance] = (),
    ) -> None:
        self._counters = counters
        self._windows = windows
        self.allowances = list(allowances)

    def keep(self) -> None:
        """The requests succeeded."""
        self._counters.keep(self._windows)

    def give_back(self) -> None:
        """Let this process use the quota again. Other processes still count it as used."""
        self._counters.give_back(self._windows)


def _values(subjects: Subjects) -> Values:
    return {
        Subject.ACCOUNT: subjects.get("account"),
        Subject.ADDRESS: _encode(subjects.get("address")),
        Subject.SESSION: subjects.get("session"),
        Subject.CLIENT: subjects.get("client"),
        Subject.TENANT: _TENANT if subjects.get("tenant") else None,
    }


def _encode(address: str | None) -> bytes | None:
    return None if address is None else address.encode()
