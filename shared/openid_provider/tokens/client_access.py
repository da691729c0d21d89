"""What a client has of a person's session, and its end.

As long as the session lists the client, its access tokens are good at `/userinfo` and
`/introspect`.
"""

from functools import partial

from shared.accounts.handles import UserHandle, locate_handle
from shared.audit.event import Actor, Kind
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.sessions.ending import SessionEnding
from shared.sessions.client_use import ClientUse, use_of, without_client
from shared.storage.sessions import SessionStore, StoredSession

_ATTEMPTS = 5


class ClientAccess:
    def __init__(
        self, *, sessions: SessionStore, ending: SessionEnding, recorder: AuditRecorder
    ) -> None:
        self._sessions = sessions
        self._ending = ending
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
        tell: bool = True,
    ) -> bool:
        """Return False if the session has ended, or does not list the client: then there is no
        event. `use` is the only one to end (`ClientUse.number`), or None for the present one.
        Without `tell` the client is not told: it ended it by itself."""
        locator = locate_handle(handle)
        stored = await self._sessions.find(locator, session_id)
        found = _find(stored, client_id, use)
        if stored is None or found is None:
            return False
        attempt = self._recorder.attempt(
            kind, actor=by, target=handle, session=session_id, facts={"client": client_id}
        )
        await attempt.announce(self._sessions.partition(locator))
        for _ in range(_ATTEMPTS):
            if tell:
                await self._ending.note(stored.session, found)
            left = without_client(stored.session.clients, client_id)
            if await attempt.try_commit(partial(self._sessions.set_clients, stored, left)):
                return True
            stored = await self._sessions.find(locator, session_id)
            found = _find(stored, client_id, use)
            if stored is None or found is None:
                break
        await attempt.withdraw()
        return False


def _find(stored: StoredSession | None, client_id: str, use: int | None) -> ClientUse | None:
    found = None if stored is None else use_of(stored.session.clients, client_id)
    return found if found is not None and use in (None, found.number) else None
