"""Which version of a key is used now, and which are known to others still or already. Pure.

All instances decide alike: by the clock, and by the times that the keeper of the keys tells of
each version, never by when an instance happened to see one. A new version is known to all before
any of them uses it, and an old one stays known until what it was used for has expired.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.errors import KeysUnavailable

ALWAYS = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)

JWKS_CACHE = timedelta(minutes=5)
"""For how long others may go on with a key set that they have fetched."""

CLOCK_SKEW = timedelta(minutes=1)
"""Between any two clocks: those of instances, of Key Vault, and of whoever verifies a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyVersion[K]:
    key: K
    version: str
    created_at: datetime
    visible_since: datetime
    """Later than its creation if it was enabled later. Keepers tell only of the last change of
    any attribute, so that changing one makes a version wait again."""
    not_before: datetime = ALWAYS
    expires_at: datetime = NEVER

    @property
    def age_order(self) -> tuple[datetime, str]:
        return self.created_at, self.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    overlap: timedelta
    """How long after it became visible a version may still be unknown to somebody."""
    retention: timedelta
    """How long what a key was used for is accepted afterwards."""


def signing_timing(*, max_age: timedelta, token_lifetime: timedelta) -> Timing:
    """`max_age` is for how long an instance may go on with what it has read."""
    return Timing(overlap=max_age + JWKS_CACHE + CLOCK_SKEW, retention=token_lifetime + CLOCK_SKEW)


def sealing_timing(*, max_age: timedelta, seal_lifetime: timedelta) -> Timing:
    return Timing(overlap=max_age + CLOCK_SKEW, retention=seal_lifetime + CLOCK_SKEW)


def checkpoint_timing(*, max_age: timedelta) -> Timing:
    """All enabled versions sign, so none has to wait for another."""
    return Timing(overlap=max_age + CLOCK_SKEW, retention=timedelta())


class Ring[K]:
    """The enabled versions of one key."""

    def __init__(self, versions: Iterable[KeyVersion[K]], timing: Timing) -> None:
        self._versions = sorted(versions, key=lambda each: each.age_order, reverse=True)
        self._timing = timing

    def current(self, now: datetime) -> K:
        """The key to sign or seal with. Raises KeysUnavailable if every version has expired."""
        return self._current(now).key

    def usable(self, now: datetime) -> tuple[K, ...]:
        """Every key that has not expired, the newest first."""
        return tuple(each.key for each in self._unexpired(now))

    def published(self, now: datetime) -> tuple[K, ...]:
        """Keys whose signatures are to be believed, the newest first: that of the one which signs
        now, of all newer ones, and of the older ones that have signed what has not expired yet,
        or will sign again when a newer one expires. Raises KeysUnavailable rather than be empty.
        """
        current = self._current(now)
        signers = {self._current(moment).version for moment in self._turns(now)}
        return tuple(
            each.key
            for each in self._unexpired(now)
            if each.version in signers or each.age_order > current.age_order
        )

    def _current(self, now: datetime) -> KeyVersion[K]:
        """The newest of those that everybody knows and whose work expires before they do.

        Where none is such, the one that others have known for longest.
        """
        unexpired = list(self._unexpired(now))
        if not unexpired:
            raise KeysUnavailable
        ready = (each for each in unexpired if self._ready_at(each) <= now < self._done_at(each))
        return next(ready, min(unexpired, key=lambda each: (each.visible_since, each.version)))

    def _turns(self, now: datetime) -> Iterator[datetime]:
        """Every moment at which another version may have begun, or will begin, to sign, from that
        of the oldest signature which still counts to where everybody will know of changes."""
        first, last = now - self._timing.retention, now + self._timing.overlap
        changes = (
            moment
            for each in self._versions
            for moment in (self._ready_at(each), self._done_at(each), each.expires_at)
        )
        moments = (first, now, *(moment for moment in changes if first < moment <= last))
        return (moment for moment in moments if any(self._unexpired(moment)))

    def _unexpired(self, now: datetime) -> Iterator[KeyVersion[K]]:
        return (each for each in self._versions if now < each.expires_at)

    def _ready_at(self, version: KeyVersion[K]) -> datetime:
        return max(version.visible_since + self._timing.overlap, version.not_before)

    def _done_at(self, version: KeyVersion[K]) -> datetime:
        return version.expires_at - self._timing.retention
