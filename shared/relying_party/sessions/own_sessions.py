"""The caller's own sessions, with an access token that is still accepted."""

import asyncio

from shared.principals import AccountHolder
from shared.recording.actors import bearer
from shared.relying_party.callers.callers import Callers
from shared.relying_party.sessions.sessions import Sessions
from shared.sessions.session import Session


class OwnSessions:
    def __init__(self, sessions: Sessions, *, callers: Callers) -> None:
        self._sessions = sessions
        self._callers = callers

    async def list(self, holder: AccountHolder) -> list[Session]:
        """The caller's sessions, the latest first. Raises TokenInvalid."""
        sessions, _ = await asyncio.gather(
            self._sessions.of_account(holder.handle), self._callers.confirm(holder)
        )
        return sessions

    async def end(self, holder: AccountHolder, *, session_id: bytes | None = None) -> int:
        """End all sessions or the named one, and return how many ended. Raises TokenInvalid."""
        await self._callers.confirm(holder)
        handle, by = holder.handle, bearer(holder)
        if session_id is None:
            return await self._sessions.end_all(handle, by=by)
        return await self._sessions.end(handle, session_id=session_id, by=by)
