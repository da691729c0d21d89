"""Whose cookie came with a request, and what storage says of that person.

That is kept in the instance for some seconds, so a page with many parts costs one query. A session
that has ended is known when the time is over, and at once in the instance that ended it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.access.profiles.eligibility import Gesture, Person
from shared.access.web.answers import KeptAnswer
from shared.access.web.journey import client_of
from shared.access.web.visit import Visit, open_visit
from shared.access.web_addresses.hosts import Site
from shared.access_broker.people import gesture_of
from shared.accounts.names import read_username
from shared.expiring_cache import ExpiringCache
from shared.keys.current_keys import CurrentKeys
from shared.openid_provider.tokens.live_grants import holds
from shared.sealed import SealInvalid
from shared.sessions.session import Session
from shared.storage.openid.standings import Standing, StandingReader

_MOST = 5_000
"""People at this instance within the time."""

type _Key = tuple[bytes, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    standing: Standing
    person: Person
    gesture: Gesture
    answers: dict[tuple[str, str], KeptAnswer] = field(default_factory=dict)
    """Those that were given, by site and profile. They go with what they rest on."""

    @property
    def session(self) -> Session:
        return self.standing.stored.session


class Visitors:
    def __init__(
        self,
        standings: StandingReader,
        *,
        keys: CurrentKeys,
        kept_for: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._standings = standings
        self._keys = keys
        self._clock = clock
        self._opened = ExpiringCache[tuple[str, str], Visit](
            size=_MOST, lifetime=kept_for, clock=clock
        )
        """Cookies. To open one takes longer than all else that a repeated check does."""
        self._kept = ExpiringCache[_Key, Visitor | None](size=_MOST, lifetime=kept_for, clock=clock)

    async def find(self, site: Site, cookie: str | None) -> Visitor | None:
        """None if nobody is signed in at this site. Raises StorageUnavailable."""
        visit = None if cookie is None else await self.open(site, cookie)
        return None if visit is None else await self.of(visit, site)

    async def open(self, site: Site, cookie: str) -> Visit | None:
        try:
            return await self._opened.get((site.origin, cookie), lambda: self._open(site, cookie))
        except SealInvalid:
            return None

    async def _open(self, site: Site, cookie: str) -> Visit:
        return open_visit(
            cookie,
            site,
            now=int(self._clock().timestamp()),
            sealing_keys=await self._keys.sealing_keys(),
        )

    async def of(self, visit: Visit, site: Site) -> Visitor | None:
        """Raises StorageUnavailable."""
        key = _key(visit)
        found = await self._kept.get(key, lambda: self._load(visit, site))
        if found is None or found.session.is_live(self._clock()):
            return found
        # It may have been refreshed since.
        return await self._kept.get(key, lambda: self._load(visit, site), read_since=self._clock())

    def forget(self, visit: Visit) -> None:
        self._kept.forget(_key(visit))

    async def _load(self, visit: Visit, site: Site) -> Visitor | None:
        session = visit.session
        client_id = client_of(site).id
        standing = await self._standings.find(
            session.user_handle,
            session.id,
            credential_hash=session.credential_hash,
            client_id=client_id,
            now=self._clock(),
        )
        if standing is None or not holds(standing.stored.session, client_id, session.use):
            return None
        return _visitor(standing)


def _key(visit: Visit) -> _Key:
    return visit.session.id, visit.origin, visit.session.use


def _visitor(standing: Standing) -> Visitor:
    record, sign_in = standing.record, standing.stored.session.sign_in
    return Visitor(
        standing=standing,
        person=Person(
            handle=record.user_handle,
            username=read_username(record.username).canonical,
            roles=record.roles,
            groups=standing.groups,
            suspended=not record.is_active,
        ),
        gesture=gesture_of(record, user_verified=sign_in.user_verified, at=sign_in.at),
    )
