"""Sessions whose credential is gone.

They end when their credential is removed, unless the process stops in between. Such a session
cannot be refreshed, but its owner sees it in the list. Each run looks at a range of rows from a
random place. A session is read before its credential, so a session that opens meanwhile is not
treated as one without a credential.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import chain

from shared.accounts.handles import locate_handle
from shared.recording.actors import SERVICE
from shared.relying_party.sessions.sessions import Sessions
from shared.sessions.session import Session, SignIn
from shared.storage.accounts.accounts import AccountStore
from shared.storage.sessions import SessionStore
from shared.storage.tables.gather_limited import gather_limited

STRETCH = 50

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
        """Look at no more than `limit`; return how many were ended. Raises StorageUnavailable."""
        found = await self._session_store.from_chance(
            self._random, now=datetime.fromtimestamp(now, UTC), limit=min(limit, STRETCH)
        )
        by_signer: dict[_Signer, list[Session]] = {}
        for session in found:
            by_signer.setdefault(_signer(session.sign_in), []).append(session)
        strays = [*chain.from_iterable(await gather_limited(self._strays, by_signer.values()))]
        await gather_limited(self._end, strays)
        return len(strays)

    async def _strays(self, sessions: list[Session]) -> list[Session]:
        """Return all of the sessions or none, as they have the same credential."""
        sign_in = sessions[0].sign_in
        locator = locate_handle(sign_in.user_handle)
        stored = await self._accounts.find_credential_by_hash(locator, sign_in.credential_hash)
        signer = None if stored is None else stored.record.user_handle
        return [] if signer == sign_in.user_handle else sessions

    async def _end(self, session: Session) -> None:
        await self._sessions.end_one(session, by=SERVICE)


def _signer(sign_in: SignIn) -> _Signer:
    return sign_in.user_handle, sign_in.credential_hash
