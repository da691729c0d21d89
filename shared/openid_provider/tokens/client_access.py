"""What a client has of a person's session, and its end.

As long as the session lists the client, its access tokens are good at `/userinfo` and
`/introspect`.
"""

from functools import partial

from shared.accounts.handles import UserHandle, locate_handle
from shared.audit.event import Actor, Kind
from shared.recording.audit_recorder import AuditRecorder
from shared.sessions.client_use import use_of, without_client
from shared.storage.sessions import SessionStore, StoredSession

_ATTEMPTS = 5


class ClientAccess:
    def __init__(self, *, sessions: SessionStore, recorder: AuditRecorder) -> None:
        self._sessions = sessions
        self._recorder = recorder

    async def end(
        self,
        handle: UserHandle,
        session_id: bytes,
        client_id: str,
        *,
        by: Actor,
        use: int | None = None,
        kind: Kind = Kind.CLIENT_ACCESS_ENDED,
    ) -> bool:
        """Return False if the session has ended, or does not list the client: then there is no
        event. `use` is the only one to end (`ClientUse.number`), or None for the present one."""
        locator = locate_handle(handle)
        stored = await self._sessions.find(locator, session_id)
        if stored is None or not _is_in(stored, client_id, use):
            return False
        attempt = self._recorder.attempt(
            kind, actor=by, target=handle, session=session_id, facts={"client": client_id}
        )
        await attempt.announce(self._sessions.partition(locator))
        for _ in range(_ATTEMPTS):
            left = without_client(stored.session.clients, client_id)
            if await attempt.try_commit(partial(self._sessions.set_clients, stored, left)):
                return True
            stored = await self._sessions.find(locator, session_id)
            if stored is None or not _is_in(stored, client_id, use):
                break
        await attempt.withdraw()
        return False


def _is_in(stored: StoredSession, client_id: str, use: int | None) -> bool:
    found = use_of(stored.session.clients, client_id)
    return found is not None and use in (None, found.number)
