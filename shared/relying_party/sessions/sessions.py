"""Sessions are listed and ended here. A sign-in opens them, and `refreshing` keeps them alive."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from shared.accounts.handles import UserHandle, locate_handle
from shared.audit.event import Actor, Kind
from shared.audit.facts import CredentialFacts
from shared.recording.actors import user
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.sessions.ending import SessionEnding
from shared.sessions.session import SESSION_ID_BYTES, Session
from shared.storage.sessions import SessionStore, StoredSession
from shared.storage.tables.gather_limited import gather_limited


class Sessions:
    def __init__(
        self,
        *,
        session_store: SessionStore,
        ending: SessionEnding,
        recorder: AuditRecorder,
        clock: Callable[[], datetime],
    ) -> None:
        self._session_store = session_store
        self._ending = ending
        self._recorder = recorder
        self._clock = clock

    async def of_account(self, handle: UserHandle) -> list[Session]:
        """The live sessions, the latest first."""
        return await self._session_store.of_account(handle, now=self._clock())

    async def end(
        self,
        handle: UserHandle,
        *,
        by: Actor,
        session_id: bytes | None = None,
        credential_hash: bytes | None = None,
    ) -> int:
        """End all sessions of the account, or one of them, or those of one credential."""
        ending = [
            stored
            for stored in await self._to_end(handle, session_id)
            if credential_hash in (None, stored.session.sign_in.credential_hash)
        ]
        await gather_limited(partial(self.end_one, by=by), ending)
        return len(ending)

    async def end_all(self, handle: UserHandle, *, by: Actor) -> int:
        """From a session that had not ended yet, a client may have begun one of its own after they
        were listed. So they are listed again."""
        ended = await self.end(handle, by=by)
        return ended + await self.end(handle, by=by) if ended else 0

    async def _to_end(self, handle: UserHandle, session_id: bytes | None) -> list[StoredSession]:
        """One session by its ID needs no read of all others, of which there may be many."""
        if session_id is None:
            return await self._session_store.stored_of_account(handle, now=self._clock())
        found = await self.find(handle, session_id)
        return [] if found is None else [found]

    async def find(self, handle: UserHandle, session_id: bytes) -> StoredSession | None:
        """The session, if it is live."""
        if len(session_id) != SESSION_ID_BYTES:
            return None
        stored = await self._session_store.find(locate_handle(handle), session_id)
        # A later account with the same name has another handle.
        if stored is None or stored.session.sign_in.user_handle != handle:
            return None
        return stored if stored.session.is_live(self._clock()) else None

    async def end_one(
        self, given: Session | StoredSession, *, by: Actor, tell: bool = True
    ) -> None:
        """Without `tell` no client is told: it is the one that ended it."""
        session = given.session if isinstance(given, StoredSession) else given
        handle, store = session.sign_in.user_handle, self._session_store
        attempt = self._recorder.attempt(
            Kind.SESSION_ENDED,
            actor=by,
            target=user(handle),
            session=session.id,
            credential=CredentialFacts(hash=session.sign_in.credential_hash),
        )
        await attempt.announce(store.partition(locate_handle(handle)))
        if not await attempt.try_commit(partial(self._ending.end, given, tell=tell)):
            await attempt.succeed(facts={"again": True})
