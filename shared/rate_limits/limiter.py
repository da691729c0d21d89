"""The limiter that stories use: it counts, refuses, and decides when storage cannot tell.

`spend` counts a request before it is served. `hold` counts one that gives its place back if it
fails. `check` looks beforehand and counts nothing. `guard_failures` surrounds an attempt that is
counted only if it fails:

    async with limiter.guard_failures(Action.GUESS, WrongPass, account=…, address=…) as guard:
        found, _ = await asyncio.gather(passes.find(…), guard.check())
        …

`spend` can be gathered with other calls as well, as long as nothing that lasts comes of them.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypedDict, Unpack

from shared.rate_limits.counting import Counters, admit_when_unavailable, refuse
from shared.rate_limits.failures import FailureGuard, Failures, Tell
from shared.rate_limits.policy import Action, Allowance, Limit, Subject, limits_of
from shared.rate_limits.windows import Tally, Window, place

_TENANT = b""  # one deployment is one tenant

type Values = dict[Subject, bytes | None]


class Subjects(TypedDict, total=False):
    """Who is counted."""

    account: bytes | None
    address: str | None
    session: bytes | None
    tenant: bool
    """All that is asked of this deployment together."""


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
        """Count a request; return what is left, for the headers of its answer.

        A limit whose subject is missing does not apply.
        Raises TooManyRequests, or StorageUnavailable for limits that refuse in doubt.
        """
        return (await self.hold(action, **subjects)).allowances

    async def hold(self, action: Action, **subjects: Unpack[Subjects]) -> "Held":
        """As `spend`, for what may still come to nothing."""
        values = _values(subjects)
        limits = self._applying(action, values)
        with admit_when_unavailable(limits):
            return await self._hold(limits, values)
        return Held(self._counters)

    async def check(self, action: Action, **subjects: Unpack[Subjects]) -> None:
        """Raise what `spend` would raise now, and count nothing: one read for each limit."""
        values = _values(subjects)
        limits = self._applying(action, values)
        with admit_when_unavailable(limits):
            windows = await self._place(limits, values)
            await asyncio.gather(*map(self._counters.count, windows))
            used = [self._counters.known(one) for one in windows]  # without places of our own
            if full := Tally(admitted=False, used=used).full(windows):
                refuse(full, now=self._now())

    async def is_used_up(self, action: Action, *, address: str | None) -> bool:
        """Whether this process knows that an address has nothing left; storage is not asked."""
        return bool(await self._known_full(action, {Subject.ADDRESS: _encode(address)}))

    async def refuse_known(
        self, action: Action, *, address: str | None = None, account: bytes | None = None
    ) -> None:
        """Raise TooManyRequests for whom that is known of, before anything is written: what is
        refused must not cost storage a row each."""
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
        tell: Tell | None = None,
    ) -> FailureGuard:
        """Guard one attempt; `counted` are the errors by which it fails."""
        values: Values = {Subject.ACCOUNT: account, Subject.ADDRESS: _encode(address)}
        limits = self._applying(action, values)
        return FailureGuard(
            counted,
            place=lambda: self._place(limits, values),
            counters=self._counters,
            under_way=self._under_way,
            now=self._now,
            tell=tell,
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
    """Places that were taken."""

    def __init__(
        self,
        counters: Counters,
        windows: Sequence[Window] = (),
        allowances: Sequence[Allowance] = (),
    ) -> None:
        self._counters = counters
        self._windows = windows
        self.allowances = list(allowances)

    def give_back(self) -> None:
        """This process gives the places out again; other processes still count them as used."""
        self._counters.give_back(self._windows)


def _values(subjects: Subjects) -> Values:
    return {
        Subject.ACCOUNT: subjects.get("account"),
        Subject.ADDRESS: _encode(subjects.get("address")),
        Subject.SESSION: subjects.get("session"),
        Subject.TENANT: _TENANT if subjects.get("tenant") else None,
    }


def _encode(address: str | None) -> bytes | None:
    return None if address is None else address.encode()
