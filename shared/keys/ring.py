"""Which version of a key is used now, and which versions others still know or know already. Pure.

All instances decide alike, by the clock and by the times that the key store has for each version.
When an instance first saw a version makes no difference. A new version is known to all before any
instance uses it. An old version stays known until everything that it was used for has expired.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.errors import KeysUnavailable

ALWAYS = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)

JWKS_CACHE = timedelta(minutes=5)
"""How long others may use a key set that they have fetched."""

LONGEST_CERTIFICATE = timedelta(minutes=15)
"""The longest life of what profiles give."""

CLOCK_SKEW = timedelta(minutes=1)
"""The difference between any two clocks: of instances, of Key Vault, of a verifier of tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyVersion[K]:
    key: K
    version: str
    created_at: datetime
    visible_since: datetime
    """Later than the creation if the version was enabled later. The key store gives only the time
    of the last change of any attribute, so a change of another attribute makes a version wait
    again."""
    not_before: datetime = ALWAYS
    expires_at: datetime = NEVER

    @property
    def age_order(self) -> tuple[datetime, str]:
        return self.created_at, self.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    overlap: timedelta
    """How long after it became visible a version may be unknown to others."""
    retention: timedelta
    """How long the key's work, such as a signature, is accepted afterwards."""


def signing_timing(
    *, max_age: timedelta, token_lifetime: timedelta, jwks_cache: timedelta = JWKS_CACHE
) -> Timing:
    """`max_age` is how long an instance may use what it has read. `jwks_cache` is longer if a
    verifier does not heed how long it may use a key set."""
    return Timing(overlap=max_age + jwks_cache + CLOCK_SKEW, retention=token_lifetime + CLOCK_SKEW)


def sealing_timing(*, max_age: timedelta, seal_lifetime: timedelta) -> Timing:
    return Timing(overlap=max_age + CLOCK_SKEW, retention=seal_lifetime + CLOCK_SKEW)


def checkpoint_timing(*, max_age: timedelta) -> Timing:
    """All enabled versions sign, so none waits for another."""
    return Timing(overlap=max_age + CLOCK_SKEW, retention=timedelta())


def client_ca_timing(*, max_age: timedelta, overlap: timedelta) -> Timing:
    """`overlap` is how long operators have to take a new authority to their servers."""
    return Timing(
        overlap=max_age + overlap + CLOCK_SKEW, retention=LONGEST_CERTIFICATE + CLOCK_SKEW
    )


class Ring[K]:
    """The enabled versions of one key."""

    def __init__(self, versions: Iterable[KeyVersion[K]], timing: Timing) -> None:
        self._versions = sorted(versions, key=lambda each: each.age_order, reverse=True)
        self._timing = timing

    def current(self, now: datetime) -> K:
        """The key to sign or seal with. Raise KeysUnavailable if every version has expired."""
        return self._current(now).key

    def usable(self, now: datetime) -> tuple[K, ...]:
        """Every key that has not expired, the newest first."""
        return tuple(each.key for each in self._unexpired(now))

    def published(self, now: datetime) -> tuple[K, ...]:
        """The keys whose signatures verifiers must accept, the newest first. They are: the key that
        signs now, all newer keys, and older keys that have signed something that has not expired
        yet, or that will sign again when a newer key expires. A change of a version hides whether
        it signed before, so it counts as if it did. Raise KeysUnavailable if there is none."""
        current = self._current(now)
        signers = {self._current(moment).version for moment in self._turns(now)}
        return tuple(
            each.key
            for each in self._unexpired(now)
            if each.version in signers
            or each.age_order > current.age_order
            or self._may_have_signed(each, current, now)
        )

    def _current(self, now: datetime) -> KeyVersion[K]:
        """The newest version that everybody knows and that expires after its work does.

        If there is none, the version that others have known for longest.
        """
        unexpired = list(self._unexpired(now))
        if not unexpired:
            raise KeysUnavailable
        ready = (each for each in unexpired if self._ready_at(each) <= now < self._done_at(each))
        return next(ready, min(unexpired, key=lambda each: (each.visible_since, each.version)))

    def _may_have_signed(
        self, version: KeyVersion[K], current: KeyVersion[K], now: datetime
    ) -> bool:
        """Not if the one that signs now was ready all the time."""
        first = now - self._timing.retention
        return first < version.visible_since and first < self._ready_at(current)

    def _turns(self, now: datetime) -> Iterator[datetime]:
        """Every moment at which another version may have begun, or will begin, to sign. The first
        is that of the oldest signature that is still accepted; the last is when everybody will know
        of changes."""
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
