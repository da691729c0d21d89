"""Sessions whose credential is gone, and ended sessions that the log does not name.

The first end when their credential is removed, unless the process stops in between. Such a session
cannot be refreshed, but its owner sees it in the list. The others are left over if the log was
restored to an earlier state. Each run looks at a range of rows from a
random place. A session is read before its credential, so a session that opens meanwhile is not
treated as one without a credential.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import chain

from shared.accounts.handles import locate_handle
from shared.recording.actors import SERVICE
from shared.relying_party.sessions.sessions import Sessions
from shared.sessions.session import Session, SignIn
from shared.storage.accounts.accounts import AccountStore
from shared.storage.sessions import SessionStore
from shared.storage.tables.gather_limited import gather_limited

STRETCH = 50
OVERDUE = timedelta(days=2)
"""An ended session is removed a day after its latest end if the log names it."""

type _Signer = tuple[bytes, bytes]
"""A user handle, and the hash of the credential that signed in."""


class StraySessions:
    def __init__(
        self,
        *,
        session_store: SessionStore,
        accounts: AccountStore,
        sessions: Sessions,
        random: Callable[[int], bytes],
    ) -> None:
        self._session_store = session_store
        self._accounts = accounts
        self._sessions = sessions
        self._random = random

    async def sweep(self, *, now: int, limit: int = STRETCH) -> int:
        """Look at no more than `limit`; return how many were ended, or removed after their end.

        Raises StorageUnavailable."""
        at = datetime.fromtimestamp(now, UTC)
        found = await self._session_store.from_chance(self._random, limit=min(limit, STRETCH))
        left = [session for session in found if at - session.expires_at > OVERDUE]
        by_signer: dict[_Signer, list[Session]] = {}
        for session in found:
            if session.is_live(at):
                by_signer.setdefault(_signer(session.sign_in), []).append(session)
        strays = [*chain.from_iterable(await gather_limited(self._strays, by_signer.values()))]
        await gather_limited(self._end, strays)
        return len(strays) + sum(await gather_limited(self._remove, left))

    async def _strays(self, sessions: list[Session]) -> list[Session]:
        """Return all of the sessions or none, as they have the same credential."""
        sign_in = sessions[0].sign_in
        locator = locate_handle(sign_in.user_handle)
        stored = await self._accounts.find_credential_by_hash(locator, sign_in.credential_hash)
        signer = None if stored is None else stored.record.user_handle
        return [] if signer == sign_in.user_handle else sessions

    async def _remove(self, session: Session) -> bool:
        locator = locate_handle(session.sign_in.user_handle)
        return await self._session_store.remove_over(locator, session.id)

    async def _end(self, session: Session) -> None:
        await self._sessions.end_one(session, by=SERVICE)


def _signer(sign_in: SignIn) -> _Signer:
    return sign_in.user_handle, sign_in.credential_hash
