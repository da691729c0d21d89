"""The end of a session: the only place where one is removed that is used for clients.

They are noted before, so that none is missed if the process stops in between. A client may have
come since the session was read. So it is removed only if it has not changed, and else looked at
again.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from shared.audit.statement import Statement
from shared.sessions.client_use import ClientUse
from shared.sessions.logout_notice import notices_of, notices_of_uses
from shared.sessions.session import Session
from shared.storage.audit.statements import NoEvent
from shared.storage.openid.logout_notices import LogoutNotices
from shared.storage.sessions import SessionStore, StoredSession

logger = logging.getLogger("touchstone.sessions")

_ATTEMPTS = 5


class SessionEnding:
    def __init__(
        self,
        *,
        session_store: SessionStore,
        notices: LogoutNotices,
        clock: Callable[[], datetime],
    ) -> None:
        self._session_store = session_store
        self._notices = notices
        self._clock = clock

    async def end(
        self,
        session: Session | StoredSession,
        *,
        tell: bool = True,
        event: Statement | NoEvent,
    ) -> bool:
        """Return False if it had ended already. Without `tell` no client is told."""
        if not tell:
            only = session.session if isinstance(session, StoredSession) else session
            return await self._session_store.end(only, event=event)
        stored: StoredSession | None
        if isinstance(session, StoredSession):
            stored = session
        elif session.grant is not None:  # no client can come to it
            await self._note_all(session)
            return await self._session_store.end(session, event=event)
        else:
            stored = await self._session_store.find_again(session)
        for _ in range(_ATTEMPTS):
            if stored is None:
                return False
            await self._note_all(stored.session)
            if await self._session_store.end_unchanged(stored, event=event):
                return True
            stored = await self._session_store.find_again(stored.session)
        return await self._end_busy(stored, event=event)

    async def _end_busy(self, stored: StoredSession | None, *, event: Statement | NoEvent) -> bool:
        """Whoever uses it all the time must not keep it alive."""
        if stored is None:
            return False
        logger.warning("a session changed again and again while it was ended")
        await self._note_all(stored.session)
        return await self._session_store.end(stored.session, event=event)

    async def _note_all(self, session: Session) -> None:
        await self._notices.put([*notices_of(session, now=self._clock())])

    async def note(self, session: Session, *uses: ClientUse) -> None:
        """Before these clients lose a session that goes on."""
        await self._notices.put([*notices_of_uses(session, uses, now=self._clock())])
