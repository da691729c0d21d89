"""Removes sessions that have ended, as the log tells when each was opened.

The oldest entries are looked at first, and a cursor has the place. It stops before the entries of
sign-ins whose sessions may still be live. A session that the log does not name, as after a restore
to an earlier state, is found by chance (`shared.relying_party.sessions.stray_sessions`).
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from shared import base64url
from shared.accounts.handles import LOCATOR_BYTES, AccountLocator
from shared.audit.event import Kind, Outcome
from shared.audit.instants import write_instant
from shared.audit_log.following.follower import Follower, Leaves
from shared.storage.audit.audit_rows import Leaf
from shared.storage.audit.people_index import people_in
from shared.storage.sessions import SessionStore
from shared.storage.tables.clock import JudgedClock
from shared.storage.tables.gather_limited import gather_limited

CURSOR = "ended-sessions"
KEPT = timedelta(days=1)
"""After the latest end of a session."""

_OPENING = (Kind.AUTHENTICATION, Kind.CODE_REDEEMED, Kind.DEVICE_APPROVED)
"""A code opens one for a client with offline access. Without it, its event names the person's,
which has ended as well by then."""

type _Opened = tuple[AccountLocator, bytes]


class EndedSessions:
    def __init__(
        self,
        follower: Follower,
        *,
        sessions: SessionStore,
        longest: timedelta,
        clock: JudgedClock,
    ) -> None:
        """`longest` is the longest lifetime of a session."""
        self._follower = follower
        self._sessions = sessions
        self._longest = longest
        self._clock = clock

    async def remove(self, *, until: datetime) -> int:
        """Return how many sessions were removed. Nothing is removed while the time is not certain,
        and no step begins after `until`.

        Raises StorageUnavailable, KeysUnavailable, LogInconsistent.
        """
        removed = 0

        async def remove_ended(leaves: Leaves, end: int) -> int:
            nonlocal removed
            if not self._clock.certain:
                return min(leaves, default=end)
            over, left = _divide(leaves, self._longest, now=self._clock(), end=end)
            opened = [found for leaf in over for found in _opened(leaf)]
            removed += sum(await gather_limited(self._remove, opened))
            return left

        await self._follower.go_on(remove_ended, until=until)
        return removed

    async def _remove(self, opened: _Opened) -> bool:
        return await self._sessions.remove_over(*opened)


def _divide(
    leaves: Leaves, longest: timedelta, *, now: datetime, end: int
) -> tuple[list[Leaf], int]:
    """The entries whose sessions are over, and the number of the first one that is left for later.

    Entries are only nearly in the order of their times: sealing takes them from one partition of
    the outbox after another. So nothing behind an entry that is too young is looked at. One from
    the future has a wrong time, and is passed over: it would stop all others for too long.
    """
    first, future = write_instant(now - longest - KEPT), write_instant(now + KEPT)
    times = {index: str(leaf.get("at")) for index, leaf in leaves.items()}
    left = next((index for index, at in times.items() if first <= at < future), end)
    return [leaves[index] for index, at in times.items() if index < left and at < first], left


def _opened(leaf: Leaf) -> Iterator[_Opened]:
    """The session that the event opened. Others may have written values of another form."""
    if leaf.get("outcome") != Outcome.SUCCESS or leaf.get("kind") not in _OPENING:
        return
    for _, handle in people_in(leaf, "target"):
        with suppress(ValueError):
            locator = base64url.decode(handle)[:LOCATOR_BYTES]
            yield AccountLocator(locator), base64url.decode(str(leaf.get("session")))
