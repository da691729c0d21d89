"""Revocation of a token, which ends its session (RFC 7009)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.errors import TokenElsewhere, TokenInvalid
from shared.recording.actors import user
from shared.relying_party.callers.authenticate import BearerAuthentication
from shared.relying_party.sessions.sessions import Sessions
from shared.sessions.access_token import AccessToken, Scope
from shared.sessions.refresh_token import read_refresh_token
from shared.sessions.rotation import TokenStatus, classify_secret
from shared.storage.service_key import ServiceKey
from shared.storage.sessions import SessionStore


class Revocation:
    def __init__(
        self,
        *,
        bearer_authentication: BearerAuthentication,
        sessions: Sessions,
        session_store: SessionStore,
        service_key: ServiceKey,
        clock: Callable[[], datetime],
    ) -> None:
        self._bearer_authentication = bearer_authentication
        self._sessions = sessions
        self._session_store = session_store
        self._service_key = service_key
        self._clock = clock

    async def revoke(self, text: str) -> None:
        """End the session of a refresh or access token. An unknown token changes nothing.

        Raises TokenElsewhere for an access token with the scope "api": APIs get those, and must not
        sign the user out.
        """
        try:
            token = await self._bearer_authentication.read_own(text)
        except TokenInvalid:
            await self._revoke_refresh_token(text)
        else:
            await self._revoke_access_token(token)

    async def _revoke_access_token(self, token: AccessToken) -> None:
        if token.scope is Scope.API:
            raise TokenElsewhere
        if token.session_id is not None:
            by = user(token.user_handle)
            await self._sessions.end(token.user_handle, session_id=token.session_id, by=by)

    async def _revoke_refresh_token(self, text: str) -> None:
        """A refresh token may end its session, even if it was used before."""
        service_key = await self._service_key.get()
        try:
            token = read_refresh_token(text, service_key=service_key)
        except TokenInvalid:
            return
        stored = await self._session_store.find(token.locator, token.session_id)
        if stored is None:
            return
        status = classify_secret(
            stored.session,
            token.secret,
            issue=token.issue,
            now=self._clock(),
            grace=timedelta(),
            service_key=service_key,
        )
        if status is not TokenStatus.FOREIGN:
            by = user(stored.session.sign_in.user_handle)
            await self._sessions.end_one(stored, by=by)
