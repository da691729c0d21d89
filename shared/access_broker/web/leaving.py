"""A person signs out at a protected site. The session ends, and so do all that rest on it: at every
site, at each application, and at this service's own pages."""

from dataclasses import dataclass

from shared.access.web_addresses.hosts import Site
from shared.access_broker.web.visitors import Visitors
from shared.recording.actors import user
from shared.relying_party.sessions.sessions import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    visitors: Visitors
    sessions: Sessions

    async def leave(self, site: Site, *, cookie: str | None) -> None:
        """Raises StorageUnavailable, KeysUnavailable."""
        visit = None if cookie is None else await self.visitors.open(site, cookie)
        if visit is None:
            return
        handle = visit.session.user_handle
        await self.sessions.end(handle, session_id=visit.session.id, by=user(handle))
        self.visitors.forget(visit)
