"""Who was refused at a page is on record, however often a browser asks: in each instance once an
hour for a session, a profile and what is missing."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from shared.access.profiles.eligibility import Obstacle
from shared.access.profiles.profile import Profile
from shared.access.web_addresses.hosts import Site
from shared.access_broker.web.visitors import Visitor
from shared.audit.event import Kind, Outcome
from shared.errors import KeysUnavailable, StorageUnavailable
from shared.expiring_cache import ExpiringCache
from shared.openid.clients.client import SITE_ID
from shared.recording.audit_recorder import AuditRecorder

logger = logging.getLogger("touchstone.web")

_ONCE_IN = timedelta(hours=1)
_MOST = 1_000


class RefusedVisits:
    def __init__(self, recorder: AuditRecorder, *, clock: Callable[[], datetime]) -> None:
        self._recorder = recorder
        self._recorded = ExpiringCache[tuple[bytes, str, str], None](
            size=_MOST, lifetime=_ONCE_IN, clock=clock
        )

    async def record(
        self, visitor: Visitor, site: Site, profile: Profile, obstacle: Obstacle
    ) -> None:
        """The person is refused even if this fails."""

        async def write() -> None:
            record = visitor.standing.record
            await self._recorder.record(
                Kind.ACCESS_GRANTED,
                Outcome.FAILURE,
                actor=record,
                target=record,
                credential=record,
                session=visitor.session.id,
                reason=obstacle.value,
                facts={"profile": profile.name, "client": SITE_ID + site.host},
            )

        try:
            await self._recorded.get((visitor.session.id, profile.name, obstacle.value), write)
        except (StorageUnavailable, KeysUnavailable):
            logger.error("a refusal could not be recorded: %s", Kind.ACCESS_GRANTED)
