"""The limiter that stories use: it counts, refuses, and decides when storage cannot tell.

Two kinds of use. `spend` counts a request before it is served. `guard_failures` surrounds an
attempt that is counted only if it fails:

    async with limiter.guard_failures(Action.GUESS, WrongPass, account=…, address=…) as guard:
        found, _ = await asyncio.gather(passes.find(…), guard.check())
        …

`spend` can be gathered with other calls as well, as long as nothing that lasts comes of them.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from shared.limits.counting import Counters, refuse, standing_aside
from shared.limits.failures import FailureGuard, Failures, Tell
from shared.limits.policy import Action, Allowance, Limit, Subject, limits_of
from shared.limits.windows import Window, place

_TENANT = b""  # one deployment is one tenant

type Values = dict[Subject, bytes | None]


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

    async def spend(
        self,
        action: Action,
        *,
        account: bytes | None = None,
        address: str | None = None,
        session: bytes | None = None,
    ) -> list[Allowance]:
        """Count a request; return what is left, for the headers of its answer.

        A limit whose subject is None does not apply.
        Raises TooManyRequests, or StorageUnavailable for limits that refuse in doubt.
        """
        values: Values = {
            Subject.ACCOUNT: account,
            Subject.ADDRESS: _encode(address),
            Subject.SESSION: session,
            Subject.TENANT: _TENANT,
        }
        limits = self._applying(action, values)
        with standing_aside(limits):
            return await self._spend(limits, values)
        return []

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
            limits,
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

    async def _spend(self, limits: Sequence[Limit], values: Values) -> list[Allowance]:
        if not limits:
            return []
        windows = await self._place(limits, values)
        tally = await self._counters.spend(windows)
        if not tally.admitted:
            refuse(tally.full(windows), now=self._now())
        return [
            window.allowance(used, now=self._now())
            for window, used in zip(windows, tally.used, strict=True)
        ]

    async def _place(self, limits: Sequence[Limit], values: Values) -> list[Window]:
        subjects = [values[limit.subject] or b"" for limit in limits]
        return place(limits, subjects, now=self._now(), key=await self._service_key())

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _encode(address: str | None) -> bytes | None:
    return None if address is None else address.encode()
